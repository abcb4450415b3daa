"""The variables that are sent with an operation, held against the types that it declares for them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    is_input_type,
    is_required_input_field,
    type_from_ast,
)

from contracthub.formats.comparisons.pact_graphql import matchers
from contracthub.formats.comparisons.pact_graphql.carried import Carried
from contracthub.formats.comparisons.pact_graphql.deprecations import deprecated
from contracthub.formats.comparisons.pact_graphql.findings import LONGEST_TEXT, shown
from contracthub.formats.comparisons.pact_graphql.operations import MOST_FLAWS, Flaw
from contracthub.formats.comparisons.pact_graphql.schema import place_in_sdl
from contracthub.formats.comparisons.pact_graphql.steps import Here
from contracthub.formats.safe_json import JsonObject, JsonValue

_WRONG = "graphql.variable.incompatible"


def flaws_of_variables(
    carried: Carried, operation: OperationDefinitionNode, schema: GraphQLSchema
) -> tuple[tuple[Flaw, Here], ...]:
    """What is wrong with the variables, each with its place; at most `MOST_FLAWS`."""
    here = Here(f"{carried.path}", carried.pointer, carried.rules).member("variables")
    sent = carried.variables
    if sent is not None and not isinstance(sent, dict):
        told = f"The variables are {shown(sent)}, not an object with a value for each of them"
        return ((Flaw("graphql.request.malformed", told), here),)
    return tuple(islice(_of_all(sent or {}, here, operation, schema), MOST_FLAWS))


def known_values(sent: JsonValue, operation: OperationDefinitionNode) -> JsonObject:
    """The values of the variables, those that are left out by their defaults."""
    defaults = {
        each.variable.name.value: getattr(each.default_value, "value", None)
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
    return {**defaults, **(sent if isinstance(sent, dict) else {})}


def _of_all(
    sent: JsonObject, here: Here, operation: OperationDefinitionNode, schema: GraphQLSchema
) -> Iterator[tuple[Flaw, Here]]:
    declared = {each.variable.name.value: each for each in operation.variable_definitions or ()}
    for name, definition in declared.items():
        kind = type_from_ast(schema, definition.type)
        # A type that is not there was found when the document was read.
        if not is_input_type(kind):
            continue
        if name in sent:
            yield from _of_value(kind, sent[name], here.member(name), depth=0)
        elif isinstance(kind, GraphQLNonNull) and definition.default_value is None:
            told = f"The variable ${name} of type {kind} is not sent"
            yield Flaw("graphql.variable.missing", told, provider=_place(kind)), here
    for name in sent.keys() - declared.keys():
        told = f"The variable ${name[:200]} is sent, and the operation does not declare it"
        yield Flaw("graphql.variable.undeclared", told), here.member(name)


def _of_value(kind: Any, value: JsonValue, here: Here, *, depth: int) -> Iterator[tuple[Flaw, Here]]:
    if value is None and isinstance(kind, GraphQLNonNull):
        yield Flaw(_WRONG, f"It is null, and its type is {kind}", provider=_place(kind)), here
        return
    yield from _of_rule(kind, value, here)
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if value is None:
        return
    if isinstance(bare, GraphQLList):
        yield from _of_list(bare, value, here, depth)
    elif isinstance(bare, GraphQLInputObjectType):
        yield from _of_object(bare, value, here, depth)
    else:
        yield from _of_leaf(bare, value, here)


def _of_list(kind: Any, value: JsonValue, here: Here, depth: int) -> Iterator[tuple[Flaw, Here]]:
    if not isinstance(value, list):
        yield from _of_value(kind.of_type, value, here, depth=depth + 1)
        return
    for index, each in enumerate(value):
        yield from _of_value(kind.of_type, each, here.item(index), depth=depth + 1)


def _of_object(kind: GraphQLInputObjectType, value: JsonValue, here: Here, depth: int) -> Iterator[tuple[Flaw, Here]]:
    if not isinstance(value, dict):
        yield Flaw(_WRONG, f"It is {shown(value)}, and its type is {kind}", provider=place_in_sdl(kind)), here
        return
    for name, field in kind.fields.items():
        if name in value:
            yield from _at(deprecated("input field", f"{kind}.{name}", field, ""), here.member(name))
            yield from _of_value(field.type, value[name], here.member(name), depth=depth + 1)
        elif is_required_input_field(field):
            told = f"The field {kind}.{name} of type {field.type} is not sent"
            yield Flaw("graphql.variable.missing", told, provider=place_in_sdl(field)), here
    for name in value.keys() - kind.fields.keys():
        told = f"The input type {kind} has no field {name[:200]!r}"
        yield Flaw(_WRONG, told, provider=place_in_sdl(kind)), here.member(name)
    if kind.is_one_of and (len(value) != 1 or None in value.values()):
        told = f"The input type {kind} takes exactly one of its fields, and not as null"
        yield Flaw(_WRONG, told, provider=place_in_sdl(kind)), here


def _of_leaf(kind: Any, value: JsonValue, here: Here) -> Iterator[tuple[Flaw, Here]]:
    try:
        if isinstance(kind, GraphQLEnumType):
            # Its own way looks for suggestions among all values.
            result = value if isinstance(value, str) and value in kind.values else Undefined
        else:
            result = kind.coerce_input_value(value)
    except GraphQLError:
        result = Undefined
    if result is Undefined:
        yield Flaw(_WRONG, f"It is {shown(value)}, and its type is {kind}", provider=place_in_sdl(kind)), here
    elif isinstance(kind, GraphQLEnumType) and isinstance(value, str):
        yield from _at(deprecated("enum value", f"{kind}.{value}", kind.values[value], ""), here)
        yield from _wider(kind, here)


def _of_rule(kind: Any, value: JsonValue, here: Here) -> Iterator[tuple[Flaw, Here]]:
    """A rule says what else the consumer may send."""
    rule = here.rules.rule
    if rule is None:
        return
    allowed, taken = matchers.kinds_allowed(rule, value), matchers.kinds_taken(kind)
    if not allowed & taken and matchers.kind_of(value) in taken:
        told = f"By its matching rule it is {matchers.told(allowed)}, and its type is {kind}"
        yield Flaw("graphql.variable.rule", told[:LONGEST_TEXT], provider=_place(kind)), here


def _wider(kind: GraphQLEnumType, here: Here) -> Iterator[tuple[Flaw, Here]]:
    for pattern in matchers.patterns_of(here.rules):
        unknown = [each for each in matchers.listed_in(pattern) if each not in kind.values]
        if unknown:
            told = f"Its matching rule names {', '.join(unknown[:10])}, which the enum {kind} does not have"
            yield Flaw("graphql.variable.rule-too-wide", told[:LONGEST_TEXT], provider=place_in_sdl(kind)), here


def _at(flaws: Iterator[Flaw], here: Here) -> Iterator[tuple[Flaw, Here]]:
    for each in flaws:
        yield replace(each, path=here.path), here


def _place(kind: Any) -> str | None:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return place_in_sdl(kind)
