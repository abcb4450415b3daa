"""One call of a GraphQL contract, read by two schemas: what it uses, where the new one refuses it, what it reads."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracthub.formats.impact.admitted import Unseen
from contracthub.formats.impact.conditions import sent
from contracthub.formats.impact.sent_bodies import body_of
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.safe_json import JsonValue

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        GraphQLNamedType,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionSetNode,
        TypeInfo,
    )

_MOST_TOKENS = 20_000
_LONGEST_QUERY = 200_000
_MOST_SELECTED = 20_000
_MOST_INPUTS = 10_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request for GraphQL holds. ``variables`` are None when not all of them are known."""

    query: str
    variables: Mapping[str, Any] | None
    operation: str | None


@dataclass(slots=True)
class Call:
    """``names`` are all that it uses, by their places in the schema, ``refused`` those at which the new one refuses it.

    ``reads`` are the paths of its answer by the field that is there, without the steps into lists; ``is_taken`` is None
    when that is not known. ``given`` are values of enums that it sends, as places.
    """

    names: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    inputs: set[str] = field(default_factory=set)
    reads: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    is_taken: bool | None = True


def sent_by(needs: Sequence[Need]) -> Sent | None:
    """What a request asks for, in its body or in its address; None where that is no GraphQL."""
    body = [need for need in needs if need.direction is Flow.REQUEST and need.part == "body"]
    if body:
        whole = body_of(body)
        found: Mapping[str, Any] = whole if isinstance(whole, dict) else {}
    else:
        listed = [need for need in needs if need.direction is Flow.REQUEST and need.part == "query"]
        found = {need.path: sent(need) for need in listed}
        found = {**found, "variables": _read_json(found.get("variables"))}
    query, name, variables = found.get("query"), found.get("operationName"), found.get("variables")
    if not isinstance(query, str) or len(query) > _LONGEST_QUERY:
        return None
    known = variables if isinstance(variables, dict) else {}
    return Sent(query, None if _is_unseen(known) else known, name if isinstance(name, str) else None)


def _read_json(text: object) -> JsonValue:
    try:
        read: JsonValue = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return read


def _is_unseen(value: object) -> bool:
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, Unseen):
            return True
        if isinstance(each, dict):
            todo.extend(each.values())
        elif isinstance(each, list):
            todo.extend(each)
    return False


def read_call(said: Sent, old: "GraphQLSchema", new: "GraphQLSchema") -> Call | None:
    """The call as both schemas see it; None where the old schema does not take it, or nobody could read it."""
    from graphql import GraphQLError, get_operation_ast, parse, validate

    try:
        tree = parse(said.query, max_tokens=_MOST_TOKENS)
        operation = get_operation_ast(tree, said.operation)
        if operation is None or validate(old, tree, max_errors=1):
            return None
        spots = _spots(tree, old)
        call = Call({name for _, _, names in spots for name in names})
        for error in validate(new, tree):
            call.is_taken = False
            for node in error.nodes or ():
                call.refused |= _around(spots, node.loc.start if node.loc else -1)
        _read_selections(operation, tree, old, call)
        _read_variables(operation, said, (old, new), call)
    except (GraphQLError, RecursionError):
        return None
    return call


_Spots = list[tuple[int, int, frozenset[str]]]


def _spots(tree: "DocumentNode", schema: "GraphQLSchema") -> _Spots:
    """What is named where in the text of a query."""
    from graphql import TypeInfo, TypeInfoVisitor, Visitor, visit

    known = TypeInfo(schema)
    found: _Spots = []

    class Noting(Visitor):
        """Notes each node; the type info has gone to the same place before."""

        def enter(self, node: Any, *_: object) -> None:
            if node.loc is not None:
                names = frozenset((*_names_at(node, known), *_input_names_at(node, known)))
                found.append((node.loc.start, node.loc.end, names))

    visit(tree, TypeInfoVisitor(known, Noting()))
    return found


def _names_at(node: Any, known: "TypeInfo") -> Iterator[str]:
    from graphql import get_named_type

    parent, owner = known.get_parent_type(), known.get_field_def()
    name = node.name.value if getattr(node, "name", None) else ""
    if node.kind == "directive":
        yield f"@{name}"
    elif node.kind == "named_type":
        yield name
    elif parent is None or owner is None:
        return
    elif node.kind == "field":
        yield from (parent.name, f"{parent.name}.{name}", get_named_type(owner.type).name)
    elif node.kind == "argument" and owner.ast_node:
        yield f"{parent.name}.{owner.ast_node.name.value}.{name}"


def _input_names_at(node: Any, known: "TypeInfo") -> Iterator[str]:
    from graphql import get_named_type

    holder = get_named_type(known.get_parent_input_type()) if node.kind == "object_field" else None
    if holder is not None:
        yield f"{holder.name}.{node.name.value}"
    inner = get_named_type(known.get_input_type())
    if inner is not None:
        yield inner.name
        if node.kind == "enum_value":
            yield f"{inner.name}.{node.value}"


def _around(spots: _Spots, start: int) -> set[str]:
    """What the nearest named thing around a place in the text is."""
    for begin, end, names in sorted(spots, key=lambda each: each[1] - each[0]):
        if begin <= start < end and names:
            return set(names)
    return set()


def _read_selections(
    operation: "OperationDefinitionNode", tree: "DocumentNode", schema: "GraphQLSchema", call: Call
) -> None:
    """The paths of the answer, with fragments put in where they are spread; bounded."""
    from graphql import FragmentDefinitionNode, get_named_type

    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    todo: list[tuple[SelectionSetNode, GraphQLNamedType | None, tuple[str, ...]]] = [
        (operation.selection_set, root, ())
    ]
    left = _MOST_SELECTED
    while todo:
        selected, parent, path = todo.pop()
        for node in selected.selections:
            left -= 1
            if left < 0:
                call.is_taken = None if call.is_taken else call.is_taken
                return
            each: Any = node
            if each.kind == "field":
                inner = (*path, each.alias.value if each.alias else each.name.value)
                found = getattr(parent, "fields", {}).get(each.name.value)
                for holder in _holders(parent, each.name.value, schema):
                    call.names.add(f"{holder}.{each.name.value}")
                    call.reads.setdefault(f"{holder}.{each.name.value}", []).append(inner)
                if each.selection_set and found is not None:
                    todo.append((each.selection_set, get_named_type(found.type), inner))
                continue
            spread = fragments.get(each.name.value) if each.kind == "fragment_spread" else each
            if spread is not None:
                condition = schema.get_type(spread.type_condition.name.value) if spread.type_condition else parent
                todo.append((spread.selection_set, condition, path))


def _holders(parent: "GraphQLNamedType | None", name: str, schema: "GraphQLSchema") -> list[str]:
    """The types whose field may be read there: those that an interface stands for too."""
    from graphql import is_abstract_type

    if parent is None or name.startswith("__"):
        return []
    others = schema.get_possible_types(parent) if is_abstract_type(parent) else ()
    return [each.name for each in (parent, *others) if name in getattr(each, "fields", {})]


def _read_variables(
    operation: "OperationDefinitionNode", said: Sent, schemas: "tuple[GraphQLSchema, GraphQLSchema]", call: Call
) -> None:
    """What comes in variables, and whether the new schema takes it as the old one does."""
    from graphql import type_from_ast
    from graphql.execution.values import get_variable_values

    old, new = schemas
    definitions = operation.variable_definitions or ()
    for each in definitions:
        name = each.variable.name.value
        value = (said.variables or {}).get(name, Unseen.ANYTHING if said.variables is None else None)
        call.inputs.update(_inputs(type_from_ast(old, each.type), value))
    call.names |= call.inputs
    if said.variables is None:
        call.is_taken = None if call.is_taken else call.is_taken
    elif call.is_taken and not isinstance(get_variable_values(old, definitions, dict(said.variables)), list):
        taken = get_variable_values(new, definitions, dict(said.variables))
        if isinstance(taken, list):
            call.is_taken = False
            call.refused |= call.inputs


def _inputs(declared: object, value: object) -> Iterator[str]:
    """The input types and their fields that a value has, and the values of enums."""
    from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

    todo: list[tuple[Any, object]] = [(declared, value)]
    left = _MOST_INPUTS
    while todo and left > 0:
        left -= 1
        here, each = todo.pop()
        named = get_named_type(here) if here is not None else None
        if named is None:
            continue
        yield named.name
        if isinstance(each, list):
            todo.extend((named, item) for item in each)
        elif isinstance(named, GraphQLEnumType) and isinstance(each, str):
            yield f"{named.name}.{each}"
        elif isinstance(named, GraphQLInputObjectType):
            members = each if isinstance(each, dict) else named.fields if isinstance(each, Unseen) else {}
            for name in members:
                if name in named.fields:
                    yield f"{named.name}.{name}"
                    todo.append((named.fields[name].type, members[name] if isinstance(each, dict) else None))
