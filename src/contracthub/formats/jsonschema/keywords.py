"""Where schemas stand inside of a schema, in any of the drafts."""

from collections.abc import Iterator

from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

MAPS = frozenset({"properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"})
"""Keywords that hold schemas by names, which somebody chose."""

SCHEMAS = frozenset(
    {
        *("items", "additionalItems", "unevaluatedItems", "prefixItems", "contains", "additionalProperties"),
        *("unevaluatedProperties", "propertyNames", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    }
)
"""Keywords that hold a schema, or several in a list."""


def schemas_in(document: JsonValue) -> Iterator[tuple[JsonObject, str]]:
    """Every object that is a schema, with its JSON pointer, from the outside to the inside."""
    todo: list[tuple[JsonValue, str]] = [(document, "")]
    while todo:
        value, pointer = todo.pop()
        if isinstance(value, list):
            todo.extend((item, child(pointer, index)) for index, item in reversed([*enumerate(value)]))
        elif isinstance(value, dict):
            yield value, pointer
            todo.extend(reversed([*_inside(value, pointer)]))


def _inside(schema: JsonObject, pointer: str) -> Iterator[tuple[JsonValue, str]]:
    for key, value in schema.items():
        if key in SCHEMAS:
            yield value, child(pointer, key)
        elif key in MAPS and isinstance(value, dict):
            for name, each in value.items():
                if isinstance(each, dict):
                    yield each, child(child(pointer, key), name)


def hollow(schema: JsonObject) -> JsonObject:
    """The schema with empty schemas in place of those inside of it: what it says itself."""
    return {key: _hollow_member(key, value) for key, value in schema.items()}


def _hollow_member(key: str, value: JsonValue) -> JsonValue:
    if key in SCHEMAS:
        if isinstance(value, list):
            return [_empty(item) for item in value]
        return _empty(value)
    if key in MAPS and isinstance(value, dict):
        return {name: _empty(each) for name, each in value.items()}
    return value


def _empty(value: JsonValue) -> JsonValue:
    return {} if isinstance(value, dict) else value
