"""What a matching rule lets a value be, against what a type of the schema lets it be.

Neither example nor rule is enough by itself: a consumer that says "any integer" is held to that kind, and one that
gives a regular expression for a value of an enum to the values that there are.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_composite_type,
    is_input_object_type,
    is_specified_scalar_type,
)

from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.pact.rule_index import Position
from contracthub.formats.safe_json import JsonValue

Kinds = frozenset[str]
STRING, INTEGER, DECIMAL, BOOLEAN, NULL, OBJECT, ARRAY = (
    "a text",
    "an integer",
    "a decimal number",
    "a boolean",
    "null",
    "an object",
    "a list",
)
_ALL = frozenset({STRING, INTEGER, DECIMAL, BOOLEAN, NULL, OBJECT, ARRAY})
NUMERIC = frozenset({INTEGER, DECIMAL})
"""The kinds of numbers."""
_TEXT = frozenset({STRING})
# A regular expression is also held against the text of a number.
_WRITTEN = frozenset({STRING, INTEGER, DECIMAL, BOOLEAN})
_OF_MATCHERS: Mapping[str, Kinds] = {
    "integer": frozenset({INTEGER}),
    "decimal": frozenset({DECIMAL}),
    "number": NUMERIC,
    "boolean": frozenset({BOOLEAN}),
    "null": frozenset({NULL}),
    "regex": _WRITTEN,
    "include": _WRITTEN,
    "date": _TEXT,
    "time": _TEXT,
    "timestamp": _TEXT,
    "datetime": _TEXT,
    "semver": _TEXT,
    "uuid": _TEXT,
    "values": frozenset({OBJECT}),
    "eachKey": frozenset({OBJECT}),
    "eachValue": frozenset({OBJECT, ARRAY}),
    "arrayContains": frozenset({ARRAY}),
    "notEmpty": frozenset({STRING, OBJECT, ARRAY}),
}
_OF_SCALARS: Mapping[str, Kinds] = {
    "Int": frozenset({INTEGER}),
    "Float": NUMERIC,
    "String": _TEXT,
    "ID": _TEXT,
    "Boolean": frozenset({BOOLEAN}),
}
# Under these any value of the kind does, so that the example's own value says nothing.
_ANY_OF_KIND = frozenset({"type", "integer", "decimal", "number", "boolean", "notEmpty", "values", "eachValue"})
_OF_NAMES = frozenset({"values", "eachKey", "eachValue"})
_ALTERNATIVES = re.compile(r"\^?(?:\((?:\?:)?)?([A-Za-z0-9_]+(?:\|[A-Za-z0-9_]+)*)\)?\$?")
MOST_VALUES = 2_000


def kind_of(value: JsonValue) -> str:
    """The kind of a JSON value; 2.0 is written as a decimal number, and is an integer."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, float):
        return INTEGER if value.is_integer() else DECIMAL
    kinds = {str: STRING, int: INTEGER, type(None): NULL, dict: OBJECT, list: ARRAY}
    return kinds[type(value)]


def kinds_answered(kind: Any) -> Kinds:
    """What an answer may hold where the schema says this type."""
    if isinstance(kind, GraphQLNonNull):
        return kinds_answered(kind.of_type) - {NULL}
    return _bare(kind) | {NULL}


def kinds_taken(kind: Any) -> Kinds:
    """What a variable of this type may hold: one value does for a list, and a number for an ID."""
    if isinstance(kind, GraphQLNonNull):
        return kinds_taken(kind.of_type) - {NULL}
    if isinstance(kind, GraphQLList):
        return kinds_taken(kind.of_type) | {ARRAY, NULL}
    more = {INTEGER} if isinstance(kind, GraphQLScalarType) and kind.name == "ID" else set()
    return _bare(kind) | {NULL} | more


def _bare(kind: Any) -> Kinds:
    if isinstance(kind, GraphQLList):
        return frozenset({ARRAY})
    if is_composite_type(kind) or is_input_object_type(kind):
        return frozenset({OBJECT})
    if isinstance(kind, GraphQLEnumType):
        return _TEXT
    # A scalar of the provider's own may be written in any way.
    return _OF_SCALARS[kind.name] if is_specified_scalar_type(kind) else _ALL


def kinds_allowed(rule: MatchingRule, example: JsonValue) -> Kinds:
    """What a value may be under a rule."""
    each = [_kinds_under(matcher, example) for matcher in rule.matchers]
    if rule.combine == "OR":
        return frozenset().union(*each)
    return _ALL.intersection(*each)


def _kinds_under(matcher: Matcher, example: JsonValue) -> Kinds:
    known = _OF_MATCHERS.get(matcher.kind)
    if known is not None:
        return known
    if matcher.kind not in {"type", "equality"}:
        return _ALL
    kind = kind_of(example)
    # By "type" all numbers are of one kind.
    return NUMERIC if kind in NUMERIC and matcher.kind == "type" else frozenset({kind})


def stands_for_its_kind(position: Position) -> bool:
    """Whether the example is one of its kind, and no more than that."""
    rule = position.rule
    return rule is not None and all(matcher.kind in _ANY_OF_KIND for matcher in rule.matchers)


def patterns_of(position: Position) -> tuple[str, ...]:
    """The regular expressions that a value has to meet."""
    rule = position.rule
    if rule is None or (rule.combine == "OR" and len(rule.matchers) > 1):
        return ()
    found = [matcher.facts.get("regex") for matcher in rule.matchers if matcher.kind == "regex"]
    return tuple(each for each in found if isinstance(each, str))


def names_are_examples(position: Position) -> bool:
    """Whether a rule says that the names in an object are examples."""
    rule = position.rule
    return rule is not None and any(matcher.kind in _OF_NAMES for matcher in rule.matchers)


def patterns_of_names(position: Position) -> tuple[str, ...]:
    """The regular expressions that all names in an object have to meet."""
    rule = position.rule
    conditions = [
        each
        for matcher in (rule.matchers if rule is not None else ())
        if matcher.kind == "eachKey" and isinstance(rules := matcher.facts.get("rules"), list)
        for each in rules
    ]
    found = [each.get("regex") for each in conditions if isinstance(each, dict)]
    return tuple(each for each in found if isinstance(each, str))


def refused_by(pattern: str, values: Iterable[str]) -> list[str] | None:
    """The values that a regular expression does not take; None where the engine does not know it (look-around)."""
    if not matches(f"(?:{pattern})|", ""):
        return None
    return [each for each in values if not matches(pattern, each)]


def listed_in(pattern: str) -> tuple[str, ...]:
    """The texts that a regular expression lists, where it does nothing else (``CALM|ECHO``)."""
    found = _ALTERNATIVES.fullmatch(pattern)
    return tuple(found[1].split("|")) if found else ()


def told(kinds: Kinds) -> str:
    """Kinds in words."""
    return " or ".join(sorted(kinds))
