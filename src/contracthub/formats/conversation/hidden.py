"""Messages that a conversation contract waits for and passes over at the same time: such a step can never be taken."""

from collections.abc import Iterator
from typing import Any

from contracthub.domain.errors import Fault
from contracthub.formats.matching import Pattern, compile_pattern, example, faults_of, has_example, matches_pattern
from contracthub.formats.safe_json import JsonValue

_Object = dict[str, Any]
_OF_EVENTS = ("event", "id", "retry")


def hidden_messages(ignored: list[_Object], steps: list[_Object]) -> Iterator[Fault]:
    """The messages whose own example is among those that are passed over."""
    patterns = [(at, each, _pattern(each)) for at, each in enumerate(ignored)]
    for pointer, said in _expected(steps):
        sample = _sample(said)
        for at, each, pattern in patterns if sample else ():
            if sample and pattern and _hides(each, pattern, said, sample[0]):
                told = f"is passed over by ignore (/ignore/{at}), so the step would wait for ever"
                yield Fault("json", told, f"{pointer}/json")


def _expected(steps: list[_Object]) -> Iterator[tuple[str, _Object]]:
    for at, step in enumerate(steps):
        for key in ("receive", "until"):
            if key in step:
                yield f"/steps/{at}/{key}", step[key]
        for number, member in enumerate(step.get("unordered", [])):
            yield f"/steps/{at}/unordered/{number}/receive", member["receive"]


def _sample(said: _Object) -> tuple[JsonValue] | None:
    """A message that would do; None where none is known."""
    if "json" not in said or faults_of(said["json"]):
        return None
    pattern = compile_pattern(said["json"])
    return (example(pattern),) if has_example(pattern) else None


def _pattern(ignored: _Object) -> Pattern | None:
    """What is passed over. What only a schema or an event's name tells is not judged here."""
    if "json" not in ignored or "schema" in ignored or faults_of(ignored["json"]):
        return None
    return compile_pattern(ignored["json"])


def _hides(ignored: _Object, pattern: Pattern, said: _Object, sample: JsonValue) -> bool:
    """Whether a message that does is passed over."""
    if any(key in ignored and ignored[key] != said.get(key) for key in _OF_EVENTS):
        return False
    return matches_pattern(pattern, sample)
