"""Texts of paths, queries and headers, made into the values that a schema asks for (bidirectional §4, coercion)."""

import math
import re
from collections.abc import Callable, Mapping

from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.safe_json import JsonObject, JsonValue

# What JavaScript takes for a number.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,200}")
DEEPEST, MOST_STEPS = 20, 2_000


def types_of(schema: JsonObject) -> tuple[str, ...]:
    """The types that a schema names."""
    said = schema.get("type")
    if isinstance(said, str):
        return (said,)
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def coerced(
    document: JsonObject, schema: JsonValue, value: JsonValue, fits: Callable[[JsonValue, JsonValue], bool]
) -> JsonValue:
    """The value as the schema would have it, where a text can be read so; else as it came.

    ``fits`` says whether a value is valid under a schema: of alternatives the first that fits decides.
    """
    return _Coercion(document, fits).of(schema, value)


def fits_several(
    document: JsonObject, schema: JsonValue, value: JsonValue, fits: Callable[[JsonValue, JsonValue], bool]
) -> bool:
    """Whether the peer finds that a value fits several of the schema's ``oneOf``.

    Each branch there sees what the branch before made of the value: 1, and then true (bidirectional §4, coercion).
    """
    branches = resolved(document, Place(schema, "")).member("oneOf")
    fitting = 0
    for branch in branches.items():
        value = _as_next_seen(types_of(resolved(document, branch).object), value)
        fitting += fits(branch.value, value)
    return fitting > 1


def _as_next_seen(types: tuple[str, ...], value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _scalar(types, value, nullable=False)
    if types == ("boolean",) and not isinstance(value, bool) and value in (0, 1):
        return value == 1
    if isinstance(value, bool) and types in {("integer",), ("number",)}:
        return int(value)
    if types == ("string",) and isinstance(value, bool | int | float):
        return str(value).lower()
    return value


class _Coercion:
    """Counts its steps: schemas that hold one another could go on for ever."""

    def __init__(self, document: JsonObject, fits: Callable[[JsonValue, JsonValue], bool]) -> None:
        self._document = document
        self._fits = fits
        self._left = MOST_STEPS

    def of(self, schema: JsonValue, value: JsonValue, depth: int = 0) -> JsonValue:
        """The value as the schema would have it."""
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            return value
        said = resolved(self._document, Place(schema, "")).object
        for branch in _list(said.get("allOf")):
            value = self.of(branch, value, depth + 1)
        for branch in (*_list(said.get("oneOf")), *_list(said.get("anyOf"))):
            candidate = self.of(branch, value, depth + 1)
            if self._left >= 0 and self._fits(branch, candidate):
                return candidate
        if isinstance(value, list):
            return [self.of(said.get("items", {}), each, depth + 1) for each in value]
        if isinstance(value, dict):
            properties = said.get("properties")
            known = properties if isinstance(properties, dict) else {}
            return {name: self.of(known.get(name, {}), each, depth + 1) for name, each in value.items()}
        return _scalar(types_of(said), value, nullable=said.get("nullable") is True)


def _scalar(types: tuple[str, ...], value: JsonValue, *, nullable: bool) -> JsonValue:
    if not isinstance(value, str) or "string" in types:
        return value
    for each in types:
        converted = _CONVERSIONS.get(each, _as_it_is)(value)
        if converted is not value:
            return converted
    return None if nullable and value == "" else value


def _as_it_is(text: str) -> JsonValue:
    return text


def number(text: str) -> JsonValue:
    """The number that a text is in JavaScript; the text itself where it is none."""
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if len(text) > 300 or not _NUMBER.fullmatch(text):
        return text
    try:
        found = float(text)
    except ValueError:
        return text
    if not math.isfinite(found):
        return text
    return int(found) if found.is_integer() and abs(found) < 2**63 else found


def _boolean(text: str) -> JsonValue:
    return {"true": True, "false": False}.get(text, text)


def _null(text: str) -> JsonValue:
    return None if text == "" else text


_CONVERSIONS: Mapping[str, Callable[[str], JsonValue]] = {
    "integer": number,
    "number": number,
    "boolean": _boolean,
    "null": _null,
}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
