"""GraphQL requests of consumers against a schema: which field they ask for, and what may be changed about variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    type_from_ast,
)
from graphql.language import FieldNode, VariableNode

from contracthub.verification.fuzz.graphql_answers import shape_faults
from contracthub.verification.fuzz.sightings import Sighting
from contracthub.verification.fuzz.surfaces import Judge, Variation
from contracthub.verification.fuzz.values import alternatives
from contracthub.verification.fuzz.wire import Answer, Call

_SCALARS = {"Int": "integer", "Float": "number", "String": "string", "Boolean": "boolean", "ID": "string"}
_DEEPEST = 5
_LONGEST_QUERY = 100_000
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class _Query:
    operation: OperationDefinitionNode
    document: Any
    variables: Mapping[str, Any]

    @property
    def label(self) -> str | None:
        """The root type and the first field that is asked for."""
        kind = {OperationType.QUERY: "Query", OperationType.MUTATION: "Mutation"}.get(self.operation.operation)
        first = next((each for each in self.operation.selection_set.selections if isinstance(each, FieldNode)), None)
        return (
            None if kind is None or first is None or first.name.value == "__typename" else f"{kind}.{first.name.value}"
        )


class GraphqlSurface:
    """A GraphQL endpoint. ``path`` is the whole path that requests go to."""

    def __init__(self, schema: GraphQLSchema, path: str, judge: Judge) -> None:
        self._schema = schema
        self._path = path
        self._judge = judge
        self._read: dict[bytes, _Query | None] = {}

    def operation(self, call: Call) -> str | None:
        """``Query.orders`` and the like; None for a request that is no GraphQL, or for another endpoint."""
        query = self._query(call)
        return None if query is None else query.label

    def faults_in(self, operation: str, call: Call, answer: Answer) -> list[Sighting]:
        """What the schema has against an answer: errors of the server, and values of other types than it says."""
        found = self._judge(operation, call, answer)
        query = self._query(call)
        if query is not None and not found and answer.status == 200:
            found = shape_faults(self._schema, query.document, query.operation, operation, call, answer)
        return found

    def reads_only(self, call: Call) -> bool:
        """Whether the request is a query."""
        query = self._query(call)
        return query is not None and query.operation.operation is OperationType.QUERY

    def variations(self, call: Call) -> Iterator[Variation]:
        """The variables with one thing changed at a time."""
        query = self._query(call)
        if query is None:
            return
        properties = {
            each.variable.name.value: self._schema_of(type_from_ast(self._schema, each.type), _DEEPEST)
            for each in query.operation.variable_definitions or ()
        }
        body = call.json
        for other in alternatives({"type": "object", "properties": properties}, dict(query.variables)):
            if isinstance(other.value, dict):
                yield Variation(f"variables: {other.what}", call.with_json({**body, "variables": other.value}))

    def values(self, calls: Mapping[str, list[Call]]) -> Mapping[str, list[str | int | float]]:
        """Arguments of the fields that consumers ask for, by where they are given."""
        found: dict[str, dict[str | int | float, None]] = {}
        for operation, listed in calls.items():
            for call in listed:
                query = self._query(call)
                for key, value in _arguments(query, operation) if query is not None else ():
                    values = found.setdefault(key, {})
                    if len(values) < _MOST_VALUES:
                        values[value] = None
        return {key: list(values) for key, values in found.items()}

    def _query(self, call: Call) -> _Query | None:
        if call.method != "POST" or call.path != self._path or call.body is None:
            return None
        if call.body not in self._read:
            if len(self._read) > 5_000:
                self._read.clear()
            self._read[call.body] = _read(call)
        return self._read[call.body]

    def _schema_of(self, kind: Any, deepest: int) -> dict[str, Any]:
        """An input type in the words of JSON Schema."""
        if isinstance(kind, GraphQLNonNull):
            return self._schema_of(kind.of_type, deepest)
        if isinstance(kind, GraphQLList):
            return {"type": "array", "items": self._schema_of(kind.of_type, deepest)}
        if isinstance(kind, GraphQLEnumType):
            return {"type": "string", "enum": list(kind.values)}
        if isinstance(kind, GraphQLInputObjectType):
            if deepest <= 0:
                return {"type": "object"}
            members = {name: self._schema_of(field.type, deepest - 1) for name, field in kind.fields.items()}
            return {"type": "object", "properties": members}
        name = getattr(kind, "name", "")
        return {"type": _SCALARS[name]} if name in _SCALARS else {}


def _read(call: Call) -> _Query | None:
    try:
        body = call.json
        text, variables = body.get("query"), body.get("variables") or {}
        if not isinstance(text, str) or len(text) > _LONGEST_QUERY or not isinstance(variables, dict):
            return None
        document = parse(text, max_tokens=20_000)
    except (ValueError, AttributeError, GraphQLError, RecursionError):
        return None
    wanted = body.get("operationName")
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode) and (not wanted or (each.name and each.name.value == wanted)):
            return _Query(each, document, variables)
    return None


def _arguments(query: _Query, operation: str) -> Iterator[tuple[str, str | int | float]]:
    kind, _, name = operation.partition(".")
    for field in query.operation.selection_set.selections:
        if not isinstance(field, FieldNode) or field.name.value != name:
            continue
        for argument in field.arguments or ():
            if not isinstance(argument.value, VariableNode):
                continue
            value = query.variables.get(argument.value.name.value)
            members = value.items() if isinstance(value, dict) else [("", value)]
            for member, inner in members:
                if isinstance(inner, str | int | float) and not isinstance(inner, bool):
                    yield f"{kind}.{name}.{argument.name.value}{'.' if member else ''}{member}", inner
