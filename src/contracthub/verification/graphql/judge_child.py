"""The process that judges operations and answers: a line of JSON comes in, a line goes out, until the input ends.

Run with ``python -m contracthub.verification.graphql.judge_child``. Schemas, operations, patterns and answers are all
other people's; what one of them costs ends with this process, and the next gets a new one.
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO, Any

from graphql import GraphQLError, GraphQLSchema, build_schema, print_schema

from contracthub.domain.errors import HubError
from contracthub.formats.changes import Severity
from contracthub.formats.differences import difference
from contracthub.formats.graphql.parse import broken_rules
from contracthub.formats.graphql.parse import parse as parse_schema
from contracthub.formats.pact.expressions import steps
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.uploads import Upload
from contracthub.verification.graphql import schema_checks
from contracthub.verification.graphql.expectation import differences
from contracthub.verification.graphql.schema_checks import AnswerChecks, OperationNotRead, prepared

_MEMORY = 1024 * 1024 * 1024
_DEEPEST = 5_000
_MOST_CHANGES = 100


def main() -> None:
    """Answers each line on standard input with one on standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(_DEEPEST)
    serve(sys.stdin, answers)


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answers questions until there are none."""
    judge = _Judge()
    for line in questions:
        try:
            answer = judge.answer(json.loads(line))
        except (HubError, OperationNotRead, GraphQLError) as error:
            answer = {"refused": str(error)}
        except RecursionError:
            answer = {"broke": "It is nested too deeply to be followed."}
        except Exception as error:  # noqa: BLE001 - a library may break in any way over a hostile document
            answer = {"broke": f"{type(error).__name__}: {error}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class _Judge:
    def __init__(self) -> None:
        self._schema: GraphQLSchema | None = None

    def answer(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = {
            "schema": self._read,
            "operation": self._operation,
            "exchange": self._exchange,
            "drift": self._drift,
        }
        return asked[question["about"]](question)

    def _read(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Takes a schema, as SDL or introspection, and gives its SDL back."""
        document = parse_schema(question["text"])
        broken = [f"{fault.pointer} {fault.text}".strip() for fault in broken_rules(document)]
        sdl = print_schema(document.schema)
        # Made anew of its own text, for introspection leaves out what the rules look at.
        self._schema = build_schema(sdl, assume_valid=True, assume_valid_sdl=True)
        return {"sdl": sdl, "broken": broken[:20]}

    def _drift(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Compares the schema that was given with the running one; descriptions are not asked for."""
        old, new = (Upload("schema", {"schema": question[which].encode()}) for which in ("given", "running"))
        found = difference("graphql", old, new, today=datetime.now(UTC).date())
        changes = [each for each in found.changes if "DESCRIPTION" not in each.id.upper()]
        return {
            "changes": [
                {"element": each.location, "text": each.message, "breaking": each.severity is Severity.BREAKING}
                for each in changes[:_MOST_CHANGES]
            ]
        }

    def _operation(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Reads an operation and holds it against the schema."""
        it = prepared(self._schema, question["text"], question["name"])
        variables = question["variables"]
        read = {"kind": it.kind, "name": it.name, "needed": it.needed_variables}
        if self._schema is None:
            return {**read, "faults": [], "deprecated": []}
        faults = schema_checks.faults_of(self._schema, it, variables if question["is_whole"] else None)
        deprecated = schema_checks.deprecations(self._schema, it, variables)
        return {**read, "faults": [asdict(fault) for fault in faults], "deprecated": deprecated}

    def _exchange(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Holds an answer against the schema and against what the consumer expects of it."""
        rules = [
            MatchingRule(part, expression, combine, tuple(Matcher(*matcher) for matcher in matchers))
            for part, expression, combine, matchers in question["rules"]
        ]
        answer = question["answer"]
        found = differences(question["expected"], answer, rules) if question["is_expected"] else ()
        elements: Mapping[tuple[str, ...], str] = {}
        faults: tuple[schema_checks.Fault, ...] = ()
        if self._schema is not None and isinstance(answer, dict):
            it = prepared(self._schema, question["text"], question["name"])
            checks = AnswerChecks(self._schema, it, question["variables"])
            elements = checks.elements()
            excused = frozenset(tuple(path) for path in question["excused"])
            faults = checks.faults(answer.get("data"), excused)
        return {
            "differences": [asdict(each) | {"element": _element_at(each.place, elements)} for each in found],
            "faults": [asdict(fault) for fault in faults],
            "uses": ["$." + ".".join(path) for path in list(elements)[:200]],
        }


def _element_at(place: str, elements: Mapping[tuple[str, ...], str]) -> str:
    """The schema's name for a place in the answer; of an item, the name of its list."""
    return elements.get(tuple(step for step in steps(place) if isinstance(step, str)), "")


if __name__ == "__main__":
    main()
