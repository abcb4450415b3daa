"""A pattern: an expected value, and the rules that say which others do as well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contracthub.formats.safe_json import JsonObject, JsonValue


class NoExample(Enum):
    """Stands where a matcher came without a value."""

    NO_EXAMPLE = "no example"


NO_EXAMPLE = NoExample.NO_EXAMPLE
CASCADING = frozenset({"type", "values", "eachValue", "eachKey", "notEmpty"})
"""Conditions that what is inside of a container falls under by its type, unless it has one of its own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition, in the words of Pact.

    ``facts`` are what it came with, such as ``regex``; ``patterns`` what it holds keys, values or items against
    (``eachKey``, ``eachValue``, ``arrayContains``); ``regex`` is the pattern that a text has to have in it, where the
    condition comes down to one.
    """

    kind: str
    facts: JsonObject = field(default_factory=dict)
    patterns: "tuple[Pattern, ...]" = ()
    regex: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expected value. A value without rules of its own has to be equal, or is under the rule of what it is in.

    ``value`` is the example, a scalar or an empty container; of an object ``members`` and of a list ``items`` hold the
    patterns inside, and ``value`` is that kind of container, empty.
    """

    value: "JsonValue | NoExample"
    rule: Rule | None = None
    members: "Mapping[str, Pattern] | None" = None
    items: "tuple[Pattern, ...] | None" = None
