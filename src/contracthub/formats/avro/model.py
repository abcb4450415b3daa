"""An Avro schema as a tree. Named types stand where they are defined; elsewhere their full name refers to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from contracthub.formats.safe_json import JsonObject, JsonValue

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})


@dataclass(frozen=True, slots=True)
class Primitive:
    """A primitive type. ``properties`` are what the schema says beyond its type: a logical type and custom ones."""

    name: str
    pointer: str
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reference:
    """A named type by its full name."""

    name: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Array:
    """A list of ``items``."""

    items: "Node"
    pointer: str
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Map:
    """``values`` by text keys."""

    values: "Node"
    pointer: str
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Union:
    """One of its branches."""

    branches: tuple["Node", ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """``size`` bytes. ``name`` and ``aliases`` are full names, as in all named types."""

    name: str
    size: int
    aliases: tuple[str, ...]
    pointer: str
    doc: str | None = None
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enum:
    """One of its symbols. ``default`` is what a reader takes for a symbol that it does not know."""

    name: str
    symbols: tuple[str, ...]
    default: str | None
    aliases: tuple[str, ...]
    pointer: str
    doc: str | None = None
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field. ``has_default`` is apart from ``default``, because null is a default like any other."""

    name: str
    type: "Node"
    has_default: bool
    default: JsonValue
    order: str
    aliases: tuple[str, ...]
    pointer: str
    doc: str | None = None
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """Named fields; ``is_error`` for the protocol's ``error``, which is a record in all else."""

    name: str
    fields: tuple[RecordField, ...]
    aliases: tuple[str, ...]
    pointer: str
    is_error: bool = False
    doc: str | None = None
    properties: JsonObject = field(default_factory=dict)


Named: TypeAlias = Record | Enum | Fixed
Node: TypeAlias = Primitive | Reference | Array | Map | Union | Named


@dataclass(frozen=True, slots=True)
class AvroSchema:
    """``root`` and every named type that it defines or that the schemas it refers to define, by full name."""

    root: Node
    names: Mapping[str, Named]

    def resolved(self, node: Node) -> Node:
        """The type itself where ``node`` refers to one by name."""
        return self.names[node.name] if isinstance(node, Reference) else node


def short_name(full_name: str) -> str:
    """The name without its namespace."""
    return full_name.rpartition(".")[2]


def namespace_of(full_name: str) -> str:
    """The namespace, empty when there is none."""
    return full_name.rpartition(".")[0]
