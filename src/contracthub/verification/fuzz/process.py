"""The parent's side of a fuzzing job: starts the child, hears what it says, and ends it at the deadline."""

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import IO

from contracthub.verification.fuzz.job import FuzzJob
from contracthub.verification.fuzz.messages import Began, Message, Said, read

CHILD = "contracthub.verification.fuzz.child"
_LAST_LINES = 10
_HEARTBEAT = 0.2
# A busy machine takes long to load the fuzzer and to read a large document; from then on the time to fuzz counts.
_TO_BEGIN = 60.0
_TO_END = 15.0
# Settings that the fuzzer would take from the environment, and what it might tell others.
_NOT_FOR_IT = ("SCHEMATHESIS_", "HYPOTHESIS_", "ST_")


class Stopped(Exception):
    """The job did not come to its end by itself; what it told before is still true."""


def messages_of(job: FuzzJob, deadline: float) -> Iterator[Message]:
    """What the child tells, as it comes. The last message is a problem where it did not end by itself.

    ``deadline`` is of the monotonic clock. A child that takes much longer than its job allows is ended before it.
    """
    with tempfile.TemporaryDirectory(prefix="contracthub-fuzz-") as folder:
        yield from _messages(job, deadline, folder)


def _messages(job: FuzzJob, deadline: float, folder: str) -> Iterator[Message]:
    child = subprocess.Popen(
        # Without the working directory, where modules of the fuzzer's names may lie.
        [sys.executable, "-P", "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # The library keeps what it learns in the working directory, which is not ours to fill.
        env=_environment() | {"HYPOTHESIS_STORAGE_DIRECTORY": folder},
    )
    lines: queue.Queue[str | None] = queue.Queue()
    last: deque[str] = deque(maxlen=_LAST_LINES)
    readers = [
        threading.Thread(target=_collect, args=(child.stdout, lines), daemon=True),
        threading.Thread(target=_remember, args=(child.stderr, last), daemon=True),
    ]
    try:
        for each in readers:
            each.start()
        _hand_over(job, child)
        yield from _heard(lines, deadline, job.seconds)
        child.wait(5)
        if child.returncode != 0:
            yield Said(_last_words(child.returncode, last))
    except Stopped as stopped:
        yield Said(str(stopped))
    except subprocess.TimeoutExpired:
        yield Said("The fuzzer's process said that it was done, and had to be ended.")
    finally:
        child.kill()
        child.wait()
        for each in readers:
            each.join()
        for pipe in (child.stdin, child.stdout, child.stderr):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


def _heard(lines: "queue.Queue[str | None]", deadline: float, seconds: float) -> Iterator[Message]:
    until = min(deadline, time.monotonic() + seconds + _TO_BEGIN)
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise Stopped("The fuzzer was stopped at the deadline; what it had found by then is shown.")
        try:
            line = lines.get(timeout=min(_HEARTBEAT, left))
        except queue.Empty:
            continue
        if line is None:
            return
        message = read(line)
        if isinstance(message, Began):
            until = min(deadline, time.monotonic() + seconds + _TO_END)
        if message is not None:
            yield message


def _hand_over(job: FuzzJob, child: "subprocess.Popen[bytes]") -> None:
    """Writes the job, and leaves the pipe open: its end tells the child that nobody waits for it any more."""
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(job.to_json().encode() + b"\n")
        child.stdin.flush()


def _collect(stream: IO[bytes], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line.decode("utf-8", "replace"))
    lines.put(None)


def _remember(stream: IO[bytes], last: deque[str]) -> None:
    for line in stream:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            last.append(text[:500])


def _last_words(code: int, last: deque[str]) -> str:
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    said = ": " + " | ".join(last) if last else "."
    return f"The fuzzer's process ended {how}{said}"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_IT)}
    return kept | {"SCHEMATHESIS_TELEMETRY": "false", "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
