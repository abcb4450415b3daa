"""Whether the data of a GraphQL answer is of the types that the schema says (GraphQL specification, section 6.4)."""

import json
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_abstract_type,
    is_object_type,
)
from graphql.language import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from contracthub.verification.fuzz.sightings import Sighting, plain_place
from contracthub.verification.fuzz.wire import Answer, Call

_MOST_VALUES = 20_000
_TYPES: dict[str, tuple[type, ...]] = {
    "Int": (int,),
    "Float": (int, float),
    "String": (str,),
    "ID": (str, int),
    "Boolean": (bool,),
}


def shape_faults(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    label: str,
    call: Call,
    answer: Answer,
) -> list[Sighting]:
    """Values that are of another type than the schema says, each place once."""
    try:
        data = json.loads(answer.body).get("data")
    except (ValueError, AttributeError):
        return []
    root = schema.get_root_type(operation.operation)
    if not isinstance(data, dict) or root is None:
        return []
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    walk = _Walk(schema, fragments)
    found: dict[str, str] = {}
    for path, text in walk.selected(root, operation.selection_set, data, ("data",)):
        found.setdefault(plain_place(path), text)
    return [
        Sighting(
            operation=label,
            check="response_schema_conformance",
            code="CH301",
            failure="GraphQLTypeMismatch",
            title="GraphQL answer violates its schema",
            message=f"{place}: {text}",
            place=place,
            status=answer.status,
            call=call,
            is_repeatable=True,
        )
        for place, text in found.items()
    ]


_Path = tuple[str | int, ...]


class _Walk:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._left = _MOST_VALUES

    def selected(self, kind: Any, selection: SelectionSetNode, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
        if not isinstance(value, dict):
            yield path, "is no object"
            return
        if is_abstract_type(kind):
            named = self._schema.type_map.get(str(value.get("__typename", "")))
            kind = named if is_object_type(named) else kind
        for field in self._fields(kind, selection):
            definition = getattr(kind, "fields", {}).get(field.name.value)
            name = field.alias.value if field.alias else field.name.value
            if definition is not None and name in value:
                yield from self._value(definition.type, field, value[name], (*path, name))

    def _fields(self, kind: Any, selection: SelectionSetNode) -> Iterator[FieldNode]:
        for each in selection.selections:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                if each.type_condition is None or each.type_condition.name.value == getattr(kind, "name", ""):
                    yield from self._fields(kind, each.selection_set)
            elif isinstance(each, FragmentSpreadNode):
                fragment = self._fragments.get(each.name.value)
                if fragment is not None and fragment.type_condition.name.value == getattr(kind, "name", ""):
                    yield from self._fields(kind, fragment.selection_set)

    def _value(self, kind: Any, field: FieldNode, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
        self._left -= 1
        if self._left < 0:
            return
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield path, "is null, and the schema says that it never is"
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield path, "is no list"
                return
            for at, item in enumerate(value):
                yield from self._value(kind.of_type, field, item, (*path, at))
        elif isinstance(kind, GraphQLObjectType) or is_abstract_type(kind):
            if field.selection_set is not None:
                yield from self.selected(kind, field.selection_set, value, path)
        else:
            yield from self._leaf(kind, value, path)

    @staticmethod
    def _leaf(kind: Any, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
        if isinstance(kind, GraphQLEnumType):
            if value not in kind.values:
                yield path, f"is not one of the values of {kind.name}"
            return
        expected = _TYPES.get(kind.name)
        if expected is not None and (
            not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected)
        ):
            yield path, f"is no {kind.name}"
