"""What the condition of a need takes: by type, by value. It answers only what is certain."""

import json
import re
from collections.abc import Mapping

from contracthub.formats.impact.admitted import ALL_TYPES
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.needs import JsonType, Need, Shape
from contracthub.formats.safe_json import JsonValue

_NUMBERS = frozenset({"integer", "number"})
_TEXT = frozenset({"string"})
_BY_MATCHER: Mapping[str, frozenset[str]] = {
    "integer": frozenset({"integer"}),
    "decimal": frozenset({"number"}),
    "number": _NUMBERS,
    "boolean": frozenset({"boolean"}),
    "null": frozenset({"null"}),
    "regex": _TEXT,
    "include": _TEXT,
    "date": _TEXT,
    "time": _TEXT,
    "datetime": _TEXT,
    "timestamp": _TEXT,
    "semver": _TEXT,
}
# What every date, time or both has, however it is written.
_LIKE = {name: re.compile(r"\d") for name in ("date", "time", "datetime", "timestamp")}
_LONGEST_PATTERN = 500
_LOOKING_AROUND = re.compile(r"\(\?")


def types_taken(shape: Shape) -> frozenset[str]:
    """The types that the contract takes at a place, in words of JSON Schema."""
    if shape.matcher in _BY_MATCHER:
        return _BY_MATCHER[shape.matcher]
    if shape.json_type is JsonType.BINARY or shape.matcher not in ("equality", "type"):
        return ALL_TYPES
    if shape.json_type in (JsonType.INTEGER, JsonType.NUMBER) and shape.matcher == "type":
        return _NUMBERS
    return frozenset({shape.json_type.value})


def demanded(shape: Shape) -> tuple[JsonValue] | None:
    """The one value that the contract takes, None where it takes others too."""
    if shape.matcher != "equality" or shape.detail is None:
        return None
    try:
        return (json.loads(shape.detail),)
    except ValueError:
        return None


def refuses(shape: Shape, value: JsonValue) -> bool:
    """Whether the contract does not take a value that its provider may now send."""
    if shape.matcher in _LIKE and isinstance(value, str):
        return _LIKE[shape.matcher].search(value) is None
    if shape.matcher != "regex" or shape.detail is None or not isinstance(value, str):
        return False
    if len(shape.detail) > _LONGEST_PATTERN or _LOOKING_AROUND.search(shape.detail):
        return False
    return not matches(shape.detail, value)


def sent(need: Need) -> JsonValue:
    """The value that a request carries, as it is written; None when it was too long to be kept."""
    text = need.shape.detail if need.shape.matcher == "equality" else need.shape.example
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
