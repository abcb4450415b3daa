"""Puts values where a flow says ``${name}``, and lists where it says how often a value is repeated."""

from collections.abc import Iterator, Mapping

from contracthub.formats.flow.model import REPEAT
from contracthub.formats.flow.schema import MOST_REPEATS
from contracthub.formats.journey.values import filled, filled_text, uses_in
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

MATCHER = "pact:matcher:type"
MOST_VALUES = 5_000_000
"""How many values a flow may send, once all is repeated."""

__all__ = [
    "MOST_VALUES",
    "as_pattern",
    "expanded",
    "filled",
    "filled_text",
    "matchers_in",
    "repeats_in",
    "size_of",
    "uses_in",
]


def expanded(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """What is sent: values filled in, repeated values written out. Raises NotSaved.

    >>> expanded({"id": "${run}", "samples": {"contracthub:repeat": 3, "value": 0.5}}, {"run": "r1"})
    {'id': 'r1', 'samples': [0.5, 0.5, 0.5]}
    """
    return _repeated(filled(value, values))


def _repeated(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        times = value.get(REPEAT)
        if isinstance(times, int):
            one = _repeated(value.get("value"))
            return [one] * times
        return {name: _repeated(inner) for name, inner in value.items()}
    return [_repeated(inner) for inner in value] if isinstance(value, list) else value


def as_pattern(value: JsonValue) -> JsonValue:
    """What is sent, as a matcher that any value of the same kind meets: a repetition is one value, any number of times.

    >>> as_pattern({"contracthub:repeat": 3, "value": 0.5})
    {'pact:matcher:type': 'type', 'value': [0.5], 'min': 0}
    """
    if isinstance(value, dict):
        if REPEAT in value:
            return {"pact:matcher:type": "type", "value": [as_pattern(value.get("value"))], "min": 0}
        return {name: as_pattern(inner) for name, inner in value.items()}
    return [as_pattern(inner) for inner in value] if isinstance(value, list) else value


def matchers_in(value: JsonValue, pointer: str) -> Iterator[str]:
    """Where a matcher stands in what is sent."""
    if isinstance(value, dict):
        if MATCHER in value:
            yield pointer
        for name, inner in value.items():
            yield from matchers_in(inner, child(pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from matchers_in(inner, child(pointer, index))


def repeats_in(value: JsonValue, pointer: str) -> Iterator[tuple[str, str]]:
    """What is wrong with each repetition in what is sent: where, and in words."""
    if isinstance(value, dict):
        if REPEAT in value:
            times = value[REPEAT]
            if not isinstance(times, int) or isinstance(times, bool) or not 0 <= times <= MOST_REPEATS:
                yield child(pointer, REPEAT), f"must be a whole number from 0 to {MOST_REPEATS:,}"
            if value.keys() != {REPEAT, "value"}:
                yield pointer, f"must have {REPEAT} and value, and nothing else"
        for name, inner in value.items():
            yield from repeats_in(inner, child(pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from repeats_in(inner, child(pointer, index))


def size_of(value: JsonValue) -> int:
    """How many values there are once all is repeated."""
    if isinstance(value, dict):
        times = value.get(REPEAT)
        if isinstance(times, int) and times >= 0:
            return 1 + times * size_of(value.get("value"))
        return 1 + sum(map(size_of, value.values()))
    return 1 + sum(map(size_of, value)) if isinstance(value, list) else 1
