"""A JSON Schema as nodes of a few kinds: what the comparison of two schemas works on (schema-registry-api §17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from contracthub.formats.safe_json import JsonValue


class Criterion(StrEnum):
    """How the members of a combination count."""

    ALL = "allOf"
    ANY = "anyOf"
    ONE = "oneOf"


@dataclass(frozen=True, slots=True)
class Always:
    """``true`` and ``{}``: everything is accepted."""

    pointer: str


@dataclass(frozen=True, slots=True)
class Never:
    """``false``: nothing is accepted."""

    pointer: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, boolean or null; ``bounds`` are the keywords with a number, by name."""

    kind: str
    pointer: str
    bounds: Mapping[str, float]
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or an integer, which is a number that has to be whole."""

    pointer: str
    bounds: Mapping[str, float]
    is_whole: bool
    multiple_of: float | None


@dataclass(frozen=True, slots=True)
class Constants:
    """``enum`` and ``const``. ``keys`` are the values in canonical form, so that equal values are equal here."""

    keyword: str
    keys: frozenset[str]
    pointer: str


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but what the member accepts."""

    member: "Schema"
    pointer: str


@dataclass(frozen=True, slots=True)
class Combined:
    """Several schemas for the same value."""

    criterion: Criterion
    members: tuple["Schema", ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Conditional:
    """``if``, ``then`` and ``else``; ``condition`` in canonical form."""

    condition: str
    then: "Schema"
    otherwise: "Schema"
    pointer: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object. ``rest`` is what properties must fit that are neither listed nor matched by a pattern."""

    pointer: str
    bounds: Mapping[str, float]
    properties: Mapping[str, "Schema"]
    patterns: Mapping[str, "Schema"]
    rest: "Schema"
    required: frozenset[str]
    defaulted: frozenset[str]
    required_together: Mapping[str, frozenset[str]]
    dependent: Mapping[str, "Schema"]


@dataclass(frozen=True, slots=True)
class Array:
    """An array: its first items one by one, and ``rest`` for all items after them."""

    pointer: str
    bounds: Mapping[str, float]
    prefix: tuple["Schema", ...]
    rest: "Schema"
    contains: "Schema | None"
    unique: bool


Node: TypeAlias = Always | Never | Scalar | Number | Constants | Not | Combined | Conditional | Object | Array


class Nodes(Protocol):
    """Makes a node of a place, once."""

    @property
    def merges(self) -> bool:
        """Whether spellings of one schema are made the same node."""

    @property
    def hides_siblings(self) -> bool:
        """Whether a reference hides what stands beside it."""

    def node(self, schema: "Schema") -> Node:
        """What kind of schema stands there."""

    def referred(self, schema: "Schema") -> "Schema | None":
        """What the schema refers to."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A place in a schema, made a node when it is looked at: schemas may contain themselves.

    ``value`` and ``base`` are the schema and the URI that references inside of it start from; ``nodes`` knows the rest
    of the document.
    """

    value: JsonValue
    base: str
    pointer: str
    nodes: Nodes

    @property
    def node(self) -> Node:
        """What kind of schema stands here."""
        return self.nodes.node(self)
