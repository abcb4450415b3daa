"""What of a schema an operation uses that is deprecated, with the reason that is given."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    get_named_type,
    visit,
)

from contracthub.formats.comparisons.pact_graphql.findings import LONGEST_TEXT
from contracthub.formats.comparisons.pact_graphql.operations import MOST_FLAWS, Flaw
from contracthub.formats.comparisons.pact_graphql.places import Trail
from contracthub.formats.comparisons.pact_graphql.schema import place_in_sdl


def deprecations_in(tree: DocumentNode, schema: GraphQLSchema) -> tuple[Flaw, ...]:
    """Each deprecated field, argument, input field and value that a document names, once for each place."""
    known = TypeInfo(schema)
    using = _Using(known)
    visit(tree, TypeInfoVisitor(known, using))
    return tuple(dict.fromkeys(using.flaws))[:MOST_FLAWS]


def deprecated(what: str, name: str, element: Any, path: str) -> Iterator[Flaw]:
    """What is to be said of an element, if it is deprecated."""
    reason = getattr(element, "deprecation_reason", None)
    if reason is None:
        return
    rule = f"graphql.deprecated.{what.replace(' ', '-')}"
    told = f"The {what} {name} is deprecated: {' '.join(reason.split())[:LONGEST_TEXT]}"
    yield Flaw(rule, told, path, place_in_sdl(element))


class _Using(Trail):
    def __init__(self, known: TypeInfo) -> None:
        super().__init__(known)
        self.flaws: list[Flaw] = []

    def found(self, node: Any) -> None:
        match node.kind:
            case "field":
                self._field(node.name.value)
            case "argument":
                self._argument(node.name.value)
            case "object_field":
                self._input_field(node.name.value)
            case "enum_value":
                self._value(node.value)

    def _field(self, name: str) -> None:
        parent, field = self.known.get_parent_type(), self.known.get_field_def()
        if parent is not None and field is not None:
            self.flaws += deprecated("field", f"{parent.name}.{name}", field, self.path)

    def _argument(self, name: str) -> None:
        directive, field, parent = self.known.get_directive(), self.known.get_field_def(), self.known.get_parent_type()
        owner = directive or field
        if owner is None or parent is None:
            return
        within = f"@{directive.name}" if directive else f"{parent.name}.{self.names[-1]}"
        told = f"{within}({name}:)"
        self.flaws += deprecated("argument", told, owner.args.get(name), f"{self.path}({name}:)")

    def _input_field(self, name: str) -> None:
        owner = get_named_type(self.known.get_parent_input_type())
        field = getattr(owner, "fields", {}).get(name)
        if owner is not None:
            self.flaws += deprecated("input field", f"{owner.name}.{name}", field, self.path)

    def _value(self, name: str) -> None:
        kind = get_named_type(self.known.get_input_type())
        if isinstance(kind, GraphQLEnumType):
            self.flaws += deprecated("enum value", f"{kind.name}.{name}", kind.values.get(name), self.path)
