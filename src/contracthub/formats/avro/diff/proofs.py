"""Data that one of two Avro schemas writes and the other can't read, in Avro's JSON encoding.

Where resolution refuses a pair of types it refuses whatever is written, but for enums: there it is a symbol.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracthub.formats.avro.model import (
    Array,
    AvroSchema,
    Enum,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Reference,
    Union,
    short_name,
)
from contracthub.formats.changes import LONGEST_SHOWN, Direction, Proof, Proven
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

_DEEPEST = 20
_SMALLEST: dict[str, JsonValue] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 1,
    "float": 0.5,
    "double": 0.5,
    "bytes": "a",
    "string": "a",
}
# What the narrower type could not hold even if resolution let it pass.
_FIRST_TOO_LARGE: dict[tuple[str, str], JsonValue] = {("long", "int"): 2**31, ("double", "float"): 1e39}


class _NoDatum(Exception):
    """The type has no value, or none that is small."""


@dataclass(slots=True)
class Proofs:
    """Evidence for the changes between two schemas."""

    old: AvroSchema
    new: AvroSchema
    _nodes: tuple[dict[str, Node | None], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._nodes = (_by_pointer(self.old), _by_pointer(self.new))

    def of(self, pointer_old: str | None, pointer_new: str | None, direction: Direction) -> Proof:
        """What was written and can't be read any more, or, in ``RESPONSE`` alone, what old readers can't read."""
        pointers = pointer_old or "", pointer_new or ""
        side = 1 if direction is Direction.RESPONSE else 0
        writer, reader = (self.old, self.new) if side == 0 else (self.new, self.old)
        written = self._nodes[side].get(pointers[side])
        if written is None or _has_twins(reader):
            return Proof(Proven.NOT_PROVEN)
        try:
            value = _datum_unlike(written, self._nodes[1 - side].get(pointers[1 - side]), writer)
        except _NoDatum:
            return Proof(Proven.NOT_PROVEN)
        text = canonical(value).decode()
        return Proof(Proven.INCOMPATIBLE, text if len(text) <= LONGEST_SHOWN else None)


def _datum_unlike(written: Node, reading: Node | None, schema: AvroSchema) -> JsonValue:
    if isinstance(written, Enum) and isinstance(reading, Enum) and short_name(written.name) == short_name(reading.name):
        return next((each for each in written.symbols if each not in reading.symbols), written.symbols[0])
    if isinstance(written, Primitive) and isinstance(reading, Primitive):
        return _FIRST_TOO_LARGE.get((written.name, reading.name), _scalar(written))
    return _datum(written, schema, 0)


def _scalar(kind: Primitive) -> JsonValue:
    is_uuid = kind.name == "string" and kind.properties.get("logicalType") == "uuid"
    return "00000000-0000-0000-0000-000000000000" if is_uuid else _SMALLEST[kind.name]


def _datum(node: Node, schema: AvroSchema, depth: int) -> JsonValue:
    """A small value of a type. Raises ``_NoDatum`` for one that contains itself and nowhere ends."""
    kind = schema.resolved(node)
    if depth > _DEEPEST:
        raise _NoDatum
    if isinstance(kind, Primitive):
        return _scalar(kind)
    if isinstance(kind, Enum):
        return kind.symbols[0]
    if isinstance(kind, Fixed):
        if kind.size > LONGEST_SHOWN:
            raise _NoDatum
        return "a" * kind.size
    if isinstance(kind, Record):
        made: JsonObject = {each.name: _datum(each.type, schema, depth + 1) for each in kind.fields}
        return made
    if isinstance(kind, Union):
        return _datum_of_union(kind, schema, depth)
    return [] if isinstance(kind, Array) else {}


def _datum_of_union(union: Union, schema: AvroSchema, depth: int) -> JsonValue:
    kinds = [schema.resolved(each) for each in union.branches]
    if not kinds:
        raise _NoDatum
    kind = next((each for each in kinds if isinstance(each, Primitive)), kinds[0])
    if isinstance(kind, Primitive) and kind.name == "null":
        return None
    # The JSON encoding names the branch (Avro specification 1.12, "JSON Encoding").
    return {_branch_name(kind): _datum(kind, schema, depth + 1)}


def _branch_name(kind: Node) -> str:
    if isinstance(kind, Array | Map | Union):
        return type(kind).__name__.lower()
    return kind.name


def _has_twins(schema: AvroSchema) -> bool:
    """Whether two types differ in their namespaces alone: a union of both may read with the one or the other."""
    return len({short_name(each) for each in schema.names}) < len(schema.names)


def _by_pointer(schema: AvroSchema) -> dict[str, Node | None]:
    """Every type by its place; None where several are told by one, because they stand in different documents."""
    found: dict[str, Node | None] = {}
    seen: set[int] = set()
    todo = [schema.root, *schema.names.values()]
    while todo:
        node = todo.pop()
        if id(node) in seen or isinstance(node, Reference):
            continue
        seen.add(id(node))
        found[node.pointer] = None if node.pointer in found else node
        todo.extend(_inside(node))
    return found


def _inside(node: Node) -> Iterator[Node]:
    if isinstance(node, Array):
        yield node.items
    elif isinstance(node, Map):
        yield node.values
    elif isinstance(node, Union):
        yield from node.branches
    elif isinstance(node, Record):
        yield from (each.type for each in node.fields)
