"""Which fields an operation asks for of an object, by the names that they have in the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    SelectionSetNode,
)

from contracthub.formats.safe_json import JsonValue

_MOST_SELECTIONS = 500_000


class TooMuch(Exception):
    """The work grew beyond its bound."""


@dataclass(slots=True)
class Selections:
    """The selections of one operation.

    ``variables`` are values by which parts of it are skipped; what a value is not known for is not.
    """

    schema: GraphQLSchema
    tree: DocumentNode
    variables: Mapping[str, JsonValue]
    _fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[int, ...]], dict[str, list[FieldNode]]] = field(default_factory=dict)
    _left: int = _MOST_SELECTIONS

    def __post_init__(self) -> None:
        self._fragments = {
            each.name.value: each for each in self.tree.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def possible_types(self, kind: Any) -> Sequence[GraphQLObjectType]:
        """The types that an object may have where the schema says this one."""
        if isinstance(kind, GraphQLObjectType):
            return (kind,)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return tuple(self.schema.get_possible_types(kind))
        return ()

    def asked_of(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields that are asked for of an object of this type, by their names there. Raises ``TooMuch``."""
        key = (kind.name, tuple(map(id, sets)))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._collected(kind, sets)
        return found

    def _collected(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        waiting: list[Any] = [node for each in reversed(sets) for node in reversed(each.selections)]
        while waiting:
            self._left -= 1
            if self._left < 0:
                raise TooMuch("There is too much in it.")
            node = waiting.pop()
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
                continue
            fragment = self._fragment(node, spread)
            if fragment is not None and self._applies(fragment, kind):
                waiting.extend(reversed(fragment.selection_set.selections))
        return found

    def _fragment(self, node: Any, spread: set[str]) -> Any:
        """The fragment that a node is, or names for the first time."""
        if not isinstance(node, FragmentSpreadNode):
            return node
        name = node.name.value
        if name in spread:
            return None
        spread.add(name)
        return self._fragments.get(name)

    def _is_included(self, node: Any) -> bool:
        for directive in node.directives or ():
            wanted = {"skip": False, "include": True}.get(directive.name.value)
            if wanted is None:
                continue
            said = next((self._value(each.value) for each in directive.arguments if each.name.value == "if"), None)
            if isinstance(said, bool) and said is not wanted:
                return False
        return True

    def _value(self, node: Any) -> JsonValue:
        return self.variables.get(node.name.value) if node.kind == "variable" else getattr(node, "value", None)

    def _applies(self, fragment: Any, kind: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        named = self.schema.type_map.get(fragment.type_condition.name.value)
        return named is kind or (
            isinstance(named, GraphQLInterfaceType | GraphQLUnionType) and self.schema.is_sub_type(named, kind)
        )
