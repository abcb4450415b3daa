"""Asks the judging process, and ends it when one question takes too long or the deadline comes."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any

from contracthub.formats.pact.expressions import Step
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.operations import Operation

CHILD = "contracthub.verification.graphql.judge_child"
LONGEST_QUESTION = 10.0
_LONGEST_SCHEMA = 60.0
# What a Python process needs to find itself and its packages; credentials are in the rest.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")

Answer = Mapping[str, Any]


class NotJudged(Exception):
    """A question came to no answer: it took too long, needed too much memory, or broke the library."""


class Refused(Exception):
    """What was asked about can't be read."""


class Judge:
    """A judging process with one schema, or none. A question that ends it costs only itself."""

    def __init__(self, deadline: float, seconds: float) -> None:
        self._deadline, self._seconds = deadline, seconds
        self._schema: str | None = None
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read_schema(self, text: str) -> Answer:
        """Takes a schema, as SDL or as introspection, for all later questions. Raises Refused and NotJudged."""
        self._schema = None
        answer = self._ask({"about": "schema", "text": text}, _LONGEST_SCHEMA)
        self._schema = str(answer["sdl"])
        return answer

    @property
    def schema(self) -> str | None:
        """The schema as SDL."""
        return self._schema

    def drift(self, given: str, running: str) -> Answer:
        """Where a running schema differs from the one that was given. Raises Refused and NotJudged."""
        return self._ask({"about": "drift", "given": given, "running": running}, _LONGEST_SCHEMA)

    def operation(self, operation: Operation) -> Answer:
        """What an operation is, and what is wrong with it. Raises Refused and NotJudged."""
        # Documents say what may be asked; their variables are given when it is.
        is_whole = operation.expectation is not None or bool(operation.variables)
        return self._ask({"about": "operation", "is_whole": is_whole, **_of(operation)}, self._seconds)

    def exchange(self, operation: Operation, answer: JsonValue, excused: Iterable[tuple[Step, ...]]) -> Answer:
        """What is wrong with an answer to an operation. Raises Refused and NotJudged."""
        expectation = operation.expectation
        rules = expectation.rules if expectation else ()
        return self._ask(
            {
                "about": "exchange",
                **_of(operation),
                "is_expected": expectation is not None and expectation.has_body,
                "expected": expectation.body if expectation else None,
                "rules": [
                    [rule.part, rule.expression, rule.combine, [[each.kind, each.facts] for each in rule.matchers]]
                    for rule in rules
                ],
                "answer": answer,
                "excused": [*excused],
            },
            self._seconds,
        )

    def close(self) -> None:
        """Ends the process."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)
        self._process = None

    def _ask(self, question: Mapping[str, Any], seconds: float) -> Answer:
        if self._process is None:
            self._start()
        left = min(seconds, self._deadline - time.monotonic())
        if left <= 0:
            raise NotJudged("There was no time left for it.")
        answer = self._exchanged(question, left)
        if answer is None:
            self.close()
            raise NotJudged(f"Judging it took longer than {left:.0f} s, and was ended.")
        if "refused" in answer:
            raise Refused(str(answer["refused"]))
        if "broke" in answer:
            raise NotJudged(str(answer["broke"]))
        return answer

    def _exchanged(self, question: Mapping[str, Any], seconds: float) -> Answer | None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        except OSError:
            line = ""
        if not line:
            self.close()
            raise NotJudged("Its process ended; most likely it needed too much memory.")
        answer: Answer = json.loads(line)
        return answer

    def _start(self) -> None:
        self._answers = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=_collect, args=(self._process.stdout, self._answers), daemon=True).start()
        if self._schema is not None:
            self._ask({"about": "schema", "text": self._schema}, _LONGEST_SCHEMA)


@contextmanager
def judging(deadline: float) -> Iterator[Judge]:
    """A judge whose process ends with the block."""
    judge = Judge(deadline, LONGEST_QUESTION)
    try:
        yield judge
    finally:
        judge.close()


def _of(operation: Operation) -> Mapping[str, JsonValue]:
    return {"text": operation.text, "name": operation.operation_name, "variables": operation.variables}


def _collect(stream: IO[str], answers: "queue.SimpleQueue[str]") -> None:
    # It may be closed while we wait for it.
    with suppress(ValueError):
        for line in stream:
            answers.put(line)
    answers.put("")


def _close(pipe: IO[str]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
