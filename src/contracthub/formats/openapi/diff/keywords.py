"""How keywords of several schemas that must all hold become one, and which values say nothing."""

from typing import Any

from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

MAPS = ("properties", "patternProperties", "dependentSchemas")
CHILDREN = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
CLOSING = frozenset({"additionalProperties", "unevaluatedProperties"})
APART = frozenset({"if", "then", "else", "not", "contains"})
CONSTANT = frozenset({"const", "enum", "type", "title", "description", "deprecated"})
UNIONS = ("allOf", "oneOf", "anyOf")
WRAPPING = frozenset(UNIONS)
_REMARKS = frozenset({"title", "description", "example", "examples", "default", "externalDocs", "$comment"})
_NEUTRAL = {
    "minLength": None,
    "minItems": None,
    "minProperties": None,
    "uniqueItems": None,
    "required": None,
    "nullable": None,
    "additionalProperties": True,
    "deprecated": None,
    "readOnly": None,
    "writeOnly": None,
}
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_FLAGS = ("uniqueItems", "readOnly", "writeOnly", "deprecated")
_KEPT = (
    "const",
    "default",
    "multipleOf",
    "title",
    "discriminator",
    "contentMediaType",
    "contentEncoding",
    "x-extensible-enum",
    "x-sunset",
    "x-stability-level",
    "xml",
)
REMARKS_KEPT = frozenset(
    {"default", "title", "xml", "readOnly", "writeOnly", "deprecated", "x-sunset", "x-stability-level"}
)
"""Keywords that are kept for rules of their own, and keep no value out."""
_ZERO = ("minLength", "minItems", "minProperties")


def said_of_values(schema: JsonObject) -> JsonObject:
    """The keywords that say which values are taken: no annotations, and nothing that says nothing."""
    return {
        key: each
        for key, each in schema.items()
        if not (key in _REMARKS or key.startswith("x-") or (key in _NEUTRAL and _NEUTRAL[key] == (each or None)))
    }


def merge(values: dict[str, Any], schema: JsonObject) -> None:
    """Adds what a schema says to what others said; of bounds the tighter one stays."""
    said = with_numeric_bounds(schema)
    for keywords, tighter in ((UPPER, min), (LOWER, max)):
        for keyword in keywords:
            bound = said.get(keyword)
            if isinstance(bound, int | float) and not isinstance(bound, bool):
                known = values.get(keyword)
                values[keyword] = bound if known is None else tighter(known, bound)
    for keyword in _FLAGS:
        if said.get(keyword) is True:
            values[keyword] = True
    for keyword in _KEPT:
        if keyword in said:
            values.setdefault(keyword, said[keyword])


def with_numeric_bounds(schema: JsonObject) -> JsonObject:
    """``exclusiveMinimum: true`` beside ``minimum`` (3.0) as the number that it means."""
    made = schema
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool):
            made = {**made}
            is_exclusive = made.pop(flag)
            if is_exclusive and bound in made:
                made[flag] = made.pop(bound)
    return made


def settle(values: dict[str, Any]) -> None:
    """Leaves out what says nothing: a lower bound of zero, and a bound beside one that keeps out more."""
    for keyword in _ZERO:
        if values.get(keyword) == 0:
            del values[keyword]
    for plain, strict, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        if plain in values and strict in values:
            del values[strict if sign * values[plain] > sign * values[strict] else plain]


def intersected(known: list[JsonValue] | None, values: list[JsonValue]) -> list[JsonValue]:
    """The values that are in both lists; all of the second where there is no first one."""
    if known is None:
        return values
    allowed = {fingerprint(value) for value in values}
    return [value for value in known if fingerprint(value) in allowed]


def fingerprint(value: JsonValue) -> bytes:
    """The same for values that are equal in JSON Schema: 1 and 1.0 are, 1 and true are not."""
    return canonical(_without_fraction(value))


def _without_fraction(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_without_fraction(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_fraction(each) for key, each in value.items()}
    return value


def common_types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types that both allow; integers are numbers."""
    both = one & other
    for wide, narrow in ((one, other), (other, one)):
        if "number" in wide and "integer" in narrow and "number" not in both:
            both |= {"integer"}
    return both
