"""What the changes of a GraphQL schema are to a pact whose requests carry queries: which it feels, and which break it.

A query names all that it uses, so every field, argument, enum and input field of it is known. An argument that is given
breaks a consumer only when its query is not valid any more; one that is required now breaks those who leave it out.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.impact.hits import Hit, Impact, exchanges_in, worst_of_each
from contracthub.formats.impact.used_schemas import steps_of
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema

_MOST_TOKENS = 20_000
_LONGEST_QUERY = 200_000
_VARIABLES = "$.variables."


class GraphqlImpact:
    """The changes between two schemas, to be held against contracts one after the other."""

    def __init__(self, old: "GraphQLSchema", new: "GraphQLSchema", changes: Sequence[Change]) -> None:
        self._old, self._new, self._changes = old, new, changes
        self._queries: dict[str, _Query | None] = {}

    def of(self, needs: Iterable[Need]) -> Impact:
        """Which changes a contract feels; requests for GraphQL whose query can't be read are not judged."""
        hits: list[Hit] = []
        unjudged: list[str] = []
        for (title, operation), inside in exchanges_in(needs).items():
            text = _query_in(inside)
            query = self._query(text) if text else None
            if query is None:
                # Any other request is nothing to the schema; this one is, and what it asks for can't be read.
                unjudged += [f"{title}: {operation}"] if text or operation.endswith("graphql") else []
                continue
            exchange = _Exchange(title, operation, query, _inputs(query, self._old, inside), _values(inside))
            hits += [hit for change in self._changes if (hit := exchange.hit_by(change)) is not None]
        return Impact(worst_of_each(hits), tuple(unjudged))

    def _query(self, text: str) -> "_Query | None":
        if text not in self._queries:
            self._queries[text] = _read(text, self._old, self._new)
        return self._queries[text]


@dataclass(slots=True)
class _Query:
    """What a query uses by its names in the schema, and whether the new schema still takes it."""

    tree: "DocumentNode"
    uses: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    is_valid: bool = True


@dataclass(frozen=True, slots=True)
class _Exchange:
    title: str
    operation: str
    query: _Query
    inputs: frozenset[str]
    values: frozenset[str]

    def hit_by(self, change: Change) -> Hit | None:
        """What the change does to the interaction, None when it is nothing to it."""
        place = change.location.partition("@")[0].rstrip(".")
        owner, _, last = place.rpartition(".")
        used = self.query.uses | self.inputs
        is_breaking = change.severity is Severity.BREAKING
        where = f"{self.title}: {self.operation} uses {place}"
        if place in used:
            is_given = change.direction is Direction.REQUEST and place.count(".") == 2
            return Hit(change, where, is_breaking and not (is_given and self.query.is_valid))
        if owner not in used:
            return None
        if change.id.startswith("ENUM_VALUE"):
            return Hit(change, where, is_breaking and last in self.values | self.query.words)
        if is_breaking and change.direction is Direction.REQUEST:
            return Hit(change, f"{self.title}: {self.operation} leaves out {place}", breaks=True)
        return None


def _query_in(needs: Sequence[Need]) -> str | None:
    for need in needs:
        if need.direction is Flow.REQUEST and need.part == "body" and need.path == "$.query":
            said = need.shape.detail if need.shape.matcher == "equality" else need.shape.example
            try:
                text = json.loads(said or "null")
            except ValueError:
                return None
            return text if isinstance(text, str) and len(text) <= _LONGEST_QUERY else None
    return None


def _read(text: str, old: "GraphQLSchema", new: "GraphQLSchema") -> _Query | None:
    """The query with all that it uses; None where the old schema does not take it, or nobody could read it."""
    from graphql import GraphQLError, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, validate, visit

    known = TypeInfo(old)

    class Using(Visitor):
        """Notes what a query names; the type info has gone to the same place before."""

        def enter(self, node: Any, *_: object) -> None:
            parent, owner = known.get_parent_type(), known.get_field_def()
            if node.kind == "field" and parent is not None and owner is not None:
                query.uses |= {parent.name, f"{parent.name}.{node.name.value}", get_named_type(owner.type).name}
            elif node.kind == "argument" and parent is not None and owner is not None:
                query.uses.add(f"{parent.name}.{owner.ast_node.name.value}.{node.name.value}" if owner.ast_node else "")
            elif node.kind == "object_field":
                holder = get_named_type(known.get_parent_input_type())
                query.uses |= {f"{holder.name}.{node.name.value}"} if holder is not None else set()
            elif node.kind == "enum_value":
                query.words.add(node.value)
            inner = known.get_input_type()
            if inner is not None:
                query.uses.add(get_named_type(inner).name)

    try:
        tree = parse(text, max_tokens=_MOST_TOKENS)
        if validate(old, tree, max_errors=1):
            return None
        query = _Query(tree, is_valid=not validate(new, tree, max_errors=1))
        visit(tree, TypeInfoVisitor(known, Using()))
    except (GraphQLError, RecursionError):
        return None
    return query


def _inputs(query: _Query, schema: "GraphQLSchema", needs: Sequence[Need]) -> frozenset[str]:
    """The fields of input objects that come in variables."""
    from graphql import GraphQLInputObjectType, OperationDefinitionNode, get_named_type, type_from_ast

    types = {
        each.variable.name.value: type_from_ast(schema, each.type)
        for definition in query.tree.definitions
        if isinstance(definition, OperationDefinitionNode)
        for each in definition.variable_definitions or ()
    }
    found: set[str] = set()
    for need in needs:
        if need.direction is not Flow.REQUEST or not need.path.startswith(_VARIABLES):
            continue
        _, name, *steps = [step for step in steps_of(need.path) if isinstance(step, str)]
        here = types.get(name)
        for step in steps:
            inner = get_named_type(here) if here is not None else None
            if not isinstance(inner, GraphQLInputObjectType) or step not in inner.fields:
                break
            found |= {inner.name, f"{inner.name}.{step}"}
            here = inner.fields[step].type
    return frozenset(found)


def _values(needs: Sequence[Need]) -> frozenset[str]:
    """The texts that stand in requests and answers, in which the values of enums are."""
    said = [each for need in needs for each in (need.shape.example, need.shape.detail) if each and len(each) < 200]
    return frozenset(each.strip('"') for each in said)
