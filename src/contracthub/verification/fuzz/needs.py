"""Whether an answer holds what a consumer reads of it: the right status, and every field in the type it is read in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracthub.formats.pact.expressions import ANY, steps
from contracthub.verification.fuzz.job import Exchange, Needed
from contracthub.verification.fuzz.sightings import NEEDS, Sighting
from contracthub.verification.fuzz.wire import Answer, Call

_TYPES = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
# These say what a list holds among other things, not what each place holds.
_LOOSE = frozenset({"arrayContains", "array-contains"})
_KINDS = {bool: "a boolean", int: "an integer", float: "a number", str: "text", list: "a list", dict: "an object"}
_GONE = object()
_STATUS = "Not the answer that a consumer relies on"
_HEADER = "A header that a consumer reads is missing"
_FIELD = "A field that a consumer reads is missing or of another type"
_INDEX = re.compile(r"\[\d+\]")


def unmet(exchange: Exchange, operation: str, call: Call, answer: Answer) -> Iterator[Sighting]:
    """What the consumer does not get. The states that the exchange starts from have been set up."""

    def seen(fault: _Fault) -> Sighting:
        return _seen(fault, exchange, operation, call, answer.status)

    who = f"{exchange.consumer} ({exchange.description})"
    if answer.status != exchange.status:
        message = f"{who} relies on status {exchange.status}, and got {answer.status}."
        yield seen(_Fault("CH201", "OtherStatus", _STATUS, f"{exchange.status} {exchange.description}", message))
        return
    try:
        body = answer.json
    except ValueError:
        body = _GONE
    for need in exchange.needs:
        place = _INDEX.sub("[*]", need.path)
        if need.part == "header":
            if need.path.lower() not in answer.headers:
                message = f"{who} reads the header {need.path}; the answer has none."
                yield seen(_Fault("CH202", "MissingHeader", _HEADER, f"{answer.status} {need.path.lower()}", message))
            continue
        said = _wrong(need, body)
        if said is not None:
            message = f"{place}: {who} reads it as {need.json_type}; {said}."
            yield seen(_Fault("CH203", "UnmetNeed", _FIELD, f"{answer.status} {place}", message))


def _wrong(need: Needed, body: Any) -> str | None:
    if body is _GONE:
        return "the body is no JSON"
    if need.matcher in _LOOSE:
        return None
    for value in _at(body, steps(need.path)):
        if value is _GONE:
            return "it is not there"
        if not _fits(need, value):
            return f"it is {_kind(value)}"
    return None


def _fits(need: Needed, value: Any) -> bool:
    if isinstance(value, bool):
        return need.json_type == "boolean"
    expected = _TYPES.get(need.json_type)
    if expected is None or isinstance(value, expected):
        return True
    if isinstance(value, float) and need.json_type == "integer":
        return need.matcher != "integer" or value.is_integer()
    # A pattern is matched against a number as it is written.
    return need.matcher == "regex" and isinstance(value, int | float)


def _at(value: Any, path: Iterable[Any]) -> Iterator[Any]:
    """The values at a place; none of an empty list, and what is missing as such."""
    rest = list(path)
    if not rest:
        yield value
        return
    step, inner = rest[0], rest[1:]
    if step is ANY:
        members = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else None
        if members is None:
            yield _GONE
            return
        for member in members:
            yield from _at(member, inner)
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield from _at(value[step], inner)
        else:
            yield _GONE
    elif isinstance(value, dict) and step in value:
        yield from _at(value[step], inner)
    else:
        yield _GONE


def _kind(value: Any) -> str:
    names = {
        bool: "a boolean",
        int: "an integer",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


@dataclass(frozen=True, slots=True)
class _Fault:
    code: str
    failure: str
    title: str
    place: str
    message: str


def _seen(fault: _Fault, exchange: Exchange, operation: str, call: Call, status: int) -> Sighting:
    return Sighting(
        operation=operation,
        check=NEEDS,
        code=fault.code,
        failure=fault.failure,
        title=fault.title,
        message=fault.message,
        place=fault.place,
        status=status,
        call=call,
        interaction=(exchange.consumer, exchange.description),
    )
