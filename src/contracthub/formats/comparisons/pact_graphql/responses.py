"""The answer that a consumer expects, held against what the schema can answer to its operation.

A consumer reads a part: what it selects and does not expect is no matter. What it expects has to be selected, and to be
of the type that the schema says.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    is_composite_type,
    is_specified_scalar_type,
)

from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.pact_graphql import matchers
from contracthub.formats.comparisons.pact_graphql.deprecations import deprecated
from contracthub.formats.comparisons.pact_graphql.findings import LONGEST_TEXT, shown
from contracthub.formats.comparisons.pact_graphql.operations import Flaw
from contracthub.formats.comparisons.pact_graphql.rules import RULES
from contracthub.formats.comparisons.pact_graphql.schema import place_in_sdl
from contracthub.formats.comparisons.pact_graphql.steps import Here
from contracthub.formats.comparisons.pact_graphql.variants import items_of
from contracthub.formats.graphql.selections import Selections, TooMuch
from contracthub.formats.safe_json import JsonValue

_MOST_VISITED = 50_000
_MOST_WRONG = 100
_UNSELECTED = "graphql.response.unselected"
_LEAST_INT, _MOST_INT = -(2**31), 2**31 - 1

Flaws = list[tuple[Flaw, Here]]
Sets = Sequence[SelectionSetNode]


class DataCheck:
    """Holds the ``data`` of an expected answer against the selections of one operation."""

    def __init__(self, schema: GraphQLSchema, selections: Selections) -> None:
        self._schema = schema
        self._selections = selections
        self._visited = 0
        self._judged: dict[tuple[str, str, tuple[int, ...]], Flaws] = {}
        self._fitting: dict[tuple[str, tuple[int, ...]], str] = {}

    def flaws(self, root: GraphQLObjectType, selected: SelectionSetNode, data: JsonValue, here: Here) -> Flaws:
        """What is wrong with the data, each with its place; at most 100."""
        try:
            if not isinstance(data, dict):
                told = f"It is {shown(data)}, not an object of type {root}"
                return [(Flaw("graphql.response.type", told, provider=place_in_sdl(root)), here)]
            return self._object(root, [selected], data, here)[:_MOST_WRONG]
        except (TooMuch, RecursionError):
            return [(Flaw("graphql.response.too-large", "There is too much in it to compare all"), here)]

    def _object(self, kind: Any, sets: Sets, value: dict[str, JsonValue], here: Here) -> Flaws:
        """An object, as the type among the possible ones that it fits best."""
        key = (here.pointer, kind.name, tuple(map(id, sets)))
        known = self._judged.get(key)
        if known is None:
            known = self._judged[key] = self._best(kind, sets, value, here)
        return known

    def _best(self, kind: Any, sets: Sets, value: dict[str, JsonValue], here: Here) -> Flaws:
        possible = self._selections.possible_types(kind)
        if not possible:
            told = f"It is an object, and no type is a {kind}"
            return [(Flaw("graphql.response.type", told, provider=place_in_sdl(kind)), here)]
        named = [each for each in possible if self._has_name(each, sets, value, here)]
        if named:
            possible = named
        # The next object in a list is most likely of the type that the last one was.
        remembered = (kind.name, tuple(map(id, sets)))
        likely = self._fitting.get(remembered, "")
        judged: dict[str, Flaws] = {}
        for each in sorted(possible, key=lambda one: one.name != likely) if len(possible) > 1 else possible:
            judged[each.name] = found = self._members(each, sets, value, here)
            if not _errors(found):
                self._fitting[remembered] = each.name
                return found
        return min((judged[each.name] for each in possible), key=_distance)

    def _has_name(self, kind: GraphQLObjectType, sets: Sets, value: dict[str, JsonValue], here: Here) -> bool:
        """Whether what the example says of its type, if it says so, is this type."""
        asked = self._selections.asked_of(kind, sets)
        said = [name for name in value if name in asked and asked[name][0].name.value == "__typename"]
        return all(value[name] == kind.name or matchers.stands_for_its_kind(here.member(name).rules) for name in said)

    def _members(self, kind: GraphQLObjectType, sets: Sets, value: dict[str, JsonValue], here: Here) -> Flaws:
        asked = self._selections.asked_of(kind, sets)
        # Under such rules the names in the example are examples as well.
        free = not here.rules.is_inherited and matchers.names_are_examples(here.rules)
        found: Flaws = [*_names(kind, asked, here)] if free else []
        for name, inner in value.items():
            self._visit()
            nodes = asked.get(name)
            if nodes is not None:
                found += self._field(kind, nodes, inner, here.member(name))
            elif not free:
                found.append(_unselected(kind, name, here.member(name)))
            if len(found) > _MOST_WRONG:
                break
        return found

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode], value: JsonValue, here: Here) -> Flaws:
        name = nodes[0].name.value
        if name == "__typename":
            return [*_typename(kind, value, here)]
        field = self._schema.get_field(kind, name)
        if field is None:
            return []
        sets = [each.selection_set for each in nodes if each.selection_set]
        return self._value(field.type, sets, value, here, field)

    def _value(self, kind: Any, sets: Sets, value: JsonValue, here: Here, field: Any) -> Flaws:
        self._visit()
        place = place_in_sdl(field)
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is None:
            return [*_null(kind, here, place)]
        if isinstance(bare, GraphQLList) or is_composite_type(bare):
            return [*_by_rule(kind, value, here, place)] or self._container(bare, sets, value, here, field)
        found = [*_leaf(bare, value, here, place)]
        return found if _errors(found) else [*found, *_by_rule(kind, value, here, place)]

    def _container(self, kind: Any, sets: Sets, value: JsonValue, here: Here, field: Any) -> Flaws:
        if isinstance(kind, GraphQLList):
            return self._list(kind, sets, value, here, field)
        if isinstance(value, dict):
            return self._object(kind, sets, value, here)
        return [(_of_type(kind, value, place_in_sdl(field)), here)]

    def _list(self, kind: Any, sets: Sets, value: JsonValue, here: Here, field: Any) -> Flaws:
        if not isinstance(value, list):
            return [(_of_type(kind, value, place_in_sdl(field)), here)]
        found: Flaws = []
        for item, place in items_of(value, here):
            found += self._value(kind.of_type, sets, item, place, field)
            if len(found) > _MOST_WRONG:
                break
        return found

    def _visit(self) -> None:
        self._visited += 1
        if self._visited > _MOST_VISITED:
            raise TooMuch("There is too much in it.")


def _errors(found: Flaws) -> int:
    return sum(RULES[flaw.rule].level is Level.ERROR for flaw, _ in found)


def _distance(found: Flaws) -> tuple[int, int]:
    """How far an object is from a type: names that it does not have say more than values that are wrong."""
    return sum(flaw.rule == _UNSELECTED for flaw, _ in found), _errors(found)


def _unselected(kind: GraphQLObjectType, name: str, here: Here) -> tuple[Flaw, Here]:
    has = " (the type has a field of this name)" if name in kind.fields else ""
    told = f"The operation does not select {name[:200]!r} of {kind}{has}"
    return Flaw(_UNSELECTED, told, provider=place_in_sdl(kind)), here


def _names(kind: GraphQLObjectType, asked: Collection[str], here: Here) -> Iterator[tuple[Flaw, Here]]:
    """The names that come are those that are selected, whatever the example has."""
    for pattern in matchers.patterns_of_names(here.rules):
        refused = matchers.refused_by(pattern, [*asked][: matchers.MOST_VALUES])
        if refused:
            told = f"The consumer takes names that match {pattern[:100]!r}, and {', '.join(refused[:10])} comes"
            yield Flaw("graphql.response.rule", told[:LONGEST_TEXT], provider=place_in_sdl(kind)), here


def _null(kind: Any, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    if isinstance(kind, GraphQLNonNull):
        yield Flaw("graphql.response.null", f"It is null, and its type is {kind}", provider=place), here


def _of_type(kind: Any, value: JsonValue, place: str | None) -> Flaw:
    return Flaw("graphql.response.type", f"It is {shown(value)}, and its type is {kind}", provider=place)


def _typename(kind: GraphQLObjectType, value: JsonValue, here: Here) -> Iterator[tuple[Flaw, Here]]:
    place = place_in_sdl(kind)
    if not isinstance(value, str):
        yield _of_type("String!", value, place), here
    elif value != kind.name and not matchers.stands_for_its_kind(here.rules):
        told = f"It is {value[:200]!r}, and the type is called {kind.name}"
        yield Flaw("graphql.response.value", told, provider=place), here
    else:
        yield from _by_pattern([kind.name], f"the type {kind}", here, place)


def _leaf(kind: Any, value: JsonValue, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    if not isinstance(kind, GraphQLEnumType) and not is_specified_scalar_type(kind):
        return
    if matchers.kind_of(value) not in matchers.kinds_answered(kind):
        # A consumer that takes any number was only given a bad example of one.
        if matchers.kind_of(value) == matchers.DECIMAL and matchers.stands_for_its_kind(here.rules):
            yield from _bad_example(kind, value, here, place)
        else:
            yield _of_type(kind, value, place), here
        return
    if isinstance(kind, GraphQLEnumType):
        yield from _enum(kind, str(value), here, place)
    elif kind.name == "Int" and isinstance(value, int | float) and not _LEAST_INT <= value <= _MOST_INT:
        if matchers.stands_for_its_kind(here.rules):
            yield from _bad_example(kind, value, here, place)
        else:
            told = f"It is {shown(value)}, and an Int has no more than 32 bits"
            yield Flaw("graphql.response.value", told, provider=place), here


def _bad_example(kind: Any, value: JsonValue, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    told = f"The example {shown(value)} is none that a {kind} can be"
    yield Flaw("graphql.response.example", told, provider=place), here


def _enum(kind: GraphQLEnumType, value: str, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    if value in kind.values:
        for flaw in deprecated("enum value", f"{kind}.{value}", kind.values[value], here.path):
            yield flaw, here
    elif matchers.stands_for_its_kind(here.rules):
        yield from _bad_example(kind, value, here, place)
    else:
        told = f"It is {value[:200]!r}, and the enum {kind} has {', '.join([*kind.values][:20])}"
        yield Flaw("graphql.response.value", told[:LONGEST_TEXT], provider=place_in_sdl(kind)), here
        return
    yield from _by_pattern([*kind.values], f"the enum {kind}", here, place)


def _by_rule(kind: Any, value: JsonValue, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    rule = here.rules.rule
    if rule is None:
        return
    allowed, answered = matchers.kinds_allowed(rule, value), matchers.kinds_answered(kind)
    if not allowed & answered:
        told = f"By its matching rule it is {matchers.told(allowed) or 'nothing'}, and its type is {kind}"
        yield Flaw("graphql.response.rule", told[:LONGEST_TEXT], provider=place), here
    elif matchers.DECIMAL in answered - allowed and matchers.INTEGER in allowed and answered <= matchers.NUMERIC:
        told = f"The consumer takes integers only, and its type is {kind}"
        yield Flaw("graphql.response.rule-too-narrow", told, provider=place), here


def _by_pattern(values: list[str], what: str, here: Here, place: str | None) -> Iterator[tuple[Flaw, Here]]:
    some = values[: matchers.MOST_VALUES]
    for pattern in matchers.patterns_of(here.rules):
        refused = matchers.refused_by(pattern, some)
        if refused is None:
            continue
        if len(refused) == len(values):
            told = f"The regular expression {pattern[:100]!r} takes no value of {what}"
            yield Flaw("graphql.response.rule", told, provider=place), here
        elif refused:
            told = f"The regular expression {pattern[:100]!r} does not take {', '.join(refused[:10])} of {what}"
            yield Flaw("graphql.response.rule-too-narrow", told[:LONGEST_TEXT], provider=place), here
        unknown = [each for each in matchers.listed_in(pattern) if each not in values]
        if unknown and len(refused) < len(values):
            told = f"The regular expression names {', '.join(unknown[:10])}, which {what} does not have"
            yield Flaw("graphql.response.rule-too-wide", told[:LONGEST_TEXT], provider=place), here
