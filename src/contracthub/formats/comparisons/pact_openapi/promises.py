"""What a document says of one value, as plain facts, for questions that no single example can answer."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.references import Place, lookup, resolved
from contracthub.formats.comparisons.pact_openapi.text_values import types_of
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.needs import JSON_TYPES
from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_ALTERNATIVES = 16
MOST_PARTS = 64
_DEEPEST = 20
# What was worked out once is kept, but names come from outside.
_MOST_KEPT = 100_000


class _TooMany(Exception):
    """More alternatives than are looked at."""


@dataclass(frozen=True)
class Promise:
    """Schemas that hold of a value together: one way in which alternatives can be chosen."""

    parts: tuple[Place, ...]

    @property
    def pointer(self) -> str:
        """Where the first of them stands."""
        return self.parts[0].pointer if self.parts else ""

    @cached_property
    def types(self) -> frozenset[str] | None:
        """The types that a value may have, without null; None where nothing says so."""
        said = [_types(part.object) for part in self.parts if types_of(part.object)]
        return frozenset.intersection(*said) - {"null"} if said else None

    @cached_property
    def may_be_null(self) -> bool:
        """Whether the document says that null may come."""
        said = [_types(part.object) for part in self.parts if types_of(part.object)]
        values = self.values
        return bool(said) and "null" in frozenset.intersection(*said) and (values is None or None in values)

    @cached_property
    def values(self) -> list[JsonValue] | None:
        """The values that are listed, null included; None where none are."""
        lists = [each for part in self.parts for each in _listed(part.object)]
        if not lists:
            return None
        return [value for value in lists[0] if all(_is_among(value, others) for others in lists[1:])]

    @cached_property
    def names(self) -> AbstractSet[str]:
        """The members that are named, in their order."""
        return dict.fromkeys(name for part in self.parts for name in part.member("properties").object).keys()

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that always come."""
        return frozenset(name for part in self.parts for name in part.member("required").list if isinstance(name, str))

    @property
    def is_closed(self) -> bool:
        """Whether nothing may come that is not named."""
        return any(part.object.get("additionalProperties") is False for part in self.parts)

    def texts(self, keyword: str) -> frozenset[str]:
        """What all schemas say by a keyword whose value is a text."""
        return frozenset(each for part in self.parts if isinstance(each := part.object.get(keyword), str))

    def least(self, keyword: str) -> int:
        """The greatest of lower bounds; 0 where there is none."""
        return max((each for part in self.parts if isinstance(each := part.object.get(keyword), int)), default=0)

    def most(self, keyword: str) -> int | None:
        """The smallest of upper bounds."""
        return min((each for part in self.parts if isinstance(each := part.object.get(keyword), int)), default=None)


Alternatives: TypeAlias = tuple[Promise, ...]


class Promises:
    """What one document promises, place by place. Nothing is said of what combines more than is looked at."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._known: dict[str, Alternatives] = {}
        self._steps: dict[tuple[tuple[int, ...], str | int], tuple[Alternatives, Alternatives]] = {}
        self._listed: dict[int, tuple[Promise, list[tuple[str, list[list[JsonValue]]]]]] = {}

    def of(self, place: Place) -> Alternatives:
        """The alternatives for a schema; none where nothing can be said."""
        found = self._known.get(place.pointer)
        if found is None:
            try:
                found = tuple(Promise(parts) for parts in self._expanded(place, 0))
            except (_TooMany, Invalid):
                found = ()
            self._known[place.pointer] = found
        return found

    def step(self, alternatives: Alternatives, name: str | int) -> Alternatives:
        """The alternatives for what stands below; those that do not speak of it are left out."""
        key = tuple(map(id, alternatives)), name
        known = self._steps.get(key)
        if known is None:
            if len(self._steps) >= _MOST_KEPT:
                self._steps.clear()
            # With what it was worked out from, so that none of these becomes another with the same identity.
            known = self._steps[key] = alternatives, self._step(alternatives, name)
        return known[1]

    def _step(self, alternatives: Alternatives, name: str | int) -> Alternatives:
        found: dict[tuple[str, ...], Promise] = {}
        for each in alternatives:
            below = [self.of(place) for part in each.parts for place in _below(part, name)]
            if not below or not all(below):
                continue
            for chosen in product(*below):
                parts = tuple(part for promise in chosen for part in promise.parts)
                found.setdefault(tuple(part.pointer for part in parts), Promise(parts))
                if len(found) > MOST_ALTERNATIVES or len(parts) > MOST_PARTS:
                    return ()
        return tuple(found.values())

    def fitting(self, alternatives: Alternatives, value: JsonValue, fixed: set[str | int]) -> Alternatives:
        """The alternatives that an example does not rule out: by its type, or by a member with other listed values.

        Only members that are ``fixed`` count for that.
        """
        kept = tuple(each for each in alternatives if self._may_be(each, value, fixed))
        return kept or alternatives

    def _may_be(self, promise: Promise, value: JsonValue, fixed: set[str | int]) -> bool:
        kind = "integer" if isinstance(value, float) and value.is_integer() else str(JSON_TYPES[type(value)])
        if promise.types is not None and value is not None and kind not in promise.types:
            return False
        if not isinstance(value, dict):
            return True
        listed = self._listed_members(promise)
        return all(_is_among(value[name], each) for name, lists in listed if name in fixed for each in lists)

    def _listed_members(self, promise: Promise) -> list[tuple[str, list[list[JsonValue]]]]:
        """The members of which the document lists the values."""
        known = self._listed.get(id(promise))
        if known is None:
            if len(self._listed) >= _MOST_KEPT:
                self._listed.clear()
            members = [each for part in promise.parts for each in part.member("properties").members()]
            lists = [(name, found) for name, schema in members if (found := self._lists_of(schema))]
            known = self._listed[id(promise)] = promise, lists
        return known[1]

    def _lists_of(self, schema: Place) -> list[list[JsonValue]]:
        try:
            return [*_listed(resolved(self._document, schema).object)]
        except Invalid:
            return []

    def _expanded(self, place: Place, depth: int) -> list[tuple[Place, ...]]:
        if depth > _DEEPEST:
            raise _TooMany
        if place.value is False:
            return []
        found: list[tuple[Place, ...]] = [(place,) if isinstance(place.value, dict) else ()]
        reference = place.object.get("$ref")
        if isinstance(reference, str):
            target = lookup(self._document, reference)
            if target is None:
                return []
            found = [()] if len(place.object) == 1 or not self._is_31 else found
            found = _both(found, self._expanded(target, depth + 1))
            if not self._is_31:
                return found
        for each in place.member("allOf").items():
            found = _both(found, self._expanded(each, depth + 1))
        for keyword in ("oneOf", "anyOf"):
            branches = [*place.member(keyword).items()]
            if branches:
                found = _both(found, [parts for each in branches for parts in self._expanded(each, depth + 1)])
        return found

    @property
    def _is_31(self) -> bool:
        return not str(self._document.get("openapi", "3.0")).startswith("3.0") and "swagger" not in self._document


def _both(some: list[tuple[Place, ...]], others: list[tuple[Place, ...]]) -> list[tuple[Place, ...]]:
    if len(some) * len(others) > MOST_ALTERNATIVES:
        raise _TooMany
    found = [(*one, *other) for one in some for other in others]
    if any(len(each) > MOST_PARTS for each in found):
        raise _TooMany
    return found


def _below(part: Place, name: str | int) -> Iterator[Place]:
    if isinstance(name, int):
        first = [*part.member("prefixItems").items()]
        if name < len(first):
            yield first[name]
        elif isinstance(part.object.get("items"), dict):
            yield part.member("items")
        return
    named = part.member("properties").member(name)
    by_pattern = [place for pattern, place in part.member("patternProperties").members() if matches(pattern, name)]
    if isinstance(named.value, dict):
        yield named
    yield from by_pattern
    if (
        not isinstance(named.value, dict)
        and not by_pattern
        and isinstance(part.object.get("additionalProperties"), dict)
    ):
        yield part.member("additionalProperties")


def _types(schema: JsonObject) -> frozenset[str]:
    said = {*types_of(schema)}
    if "number" in said:
        said.add("integer")
    if schema.get("nullable") is True:
        said.add("null")
    return frozenset(said)


def _listed(schema: Mapping[str, JsonValue]) -> Iterator[list[JsonValue]]:
    if "const" in schema:
        yield [schema["const"]]
    values = schema.get("enum")
    if isinstance(values, list):
        yield values


def _is_among(value: JsonValue, values: list[JsonValue]) -> bool:
    return any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in values)
