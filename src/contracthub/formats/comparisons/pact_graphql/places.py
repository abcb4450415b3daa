"""Where in the answer, and in the schema, the parts of an operation stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit

from contracthub.formats.comparisons.pact_graphql.schema import place_in_sdl


@dataclass(frozen=True, slots=True)
class Place:
    """``path`` begins with the kind of operation, or the name of the fragment, and goes on by names in the answer.

    ``fields`` are the names that the type there has, ``arguments`` those of the field or directive.
    """

    path: str
    provider: str | None
    fields: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


class Trail(Visitor):
    """Follows a walk through a document: where in the answer it is. Others build on it."""

    def __init__(self, known: TypeInfo) -> None:
        super().__init__()
        self.known = known
        self._trail: list[str] = []
        self.names: list[str] = []
        """The fields around, by the names that the schema has for them."""

    @property
    def path(self) -> str:
        """Where the walk is."""
        return ".".join(self._trail)

    def enter(self, node: Any, *_: object) -> None:
        """Goes into a part."""
        match node.kind:
            case "operation_definition":
                self._trail.append(node.operation.value)
            case "fragment_definition":
                self._trail.append(f"fragment {node.name.value}")
            case "field":
                self._trail.append((node.alias or node.name).value)
                self.names.append(node.name.value)
        self.found(node)

    def leave(self, node: Any, *_: object) -> None:
        """Comes out of a part."""
        if node.kind in {"operation_definition", "fragment_definition", "field"}:
            self._trail.pop()
        if node.kind == "field":
            self.names.pop()

    def found(self, node: Any) -> None:
        """A part, with the trail leading to it."""


class _Finding(Trail):
    def __init__(self, known: TypeInfo, wanted: Collection[int]) -> None:
        super().__init__(known)
        self.places: dict[int, Place] = {}
        self._wanted = wanted

    def found(self, node: Any) -> None:
        if id(node) not in self._wanted:
            return
        parent, field = self.known.get_parent_type(), self.known.get_field_def()
        holder = self.known.get_directive() or field
        path = f"{self.path}({node.name.value}:)" if node.kind == "argument" else self.path
        element = parent if node.kind == "field" and field is None else field or get_named_type(self.known.get_type())
        self.places[id(node)] = Place(
            path,
            place_in_sdl(element),
            tuple(getattr(parent, "fields", None) or ()),
            tuple(getattr(holder, "args", ())),
        )


def places_of(tree: DocumentNode, schema: GraphQLSchema, wanted: Collection[int]) -> Mapping[int, Place]:
    """The places of these nodes, by their ``id``."""
    known = TypeInfo(schema)
    finding = _Finding(known, wanted)
    visit(tree, TypeInfoVisitor(known, finding))
    return finding.places
