"""Avro's binary encoding: the value in some bytes, and the bytes of a value, by the schema that it was written with.

Values are as Avro's JSON has them where that is plain: bytes and fixed are text in Latin-1, a union's value stands
without the name of its branch, what is no number in JSON (NaN, infinities) is text. Lengths that the bytes claim are
never trusted (avro specification 1.12, "Binary Encoding").
"""

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracthub.formats.avro.model import Array, AvroSchema, Enum, Fixed, Map, Node, Primitive, Record, Union
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue, kind_of

MOST_VALUES = 1_000_000
_DEEPEST = 100
_LONG_BITS = 64
_LARGEST = {"int": 2**31 - 1, "long": 2**63 - 1}


class NotAvro(Exception):
    """The bytes are not what the schema says, or the value is none of the schema; the text says where."""


def decoded(data: bytes, schema: AvroSchema) -> JsonValue:
    """The value that a writer with this schema put into the bytes. Raises NotAvro."""
    reader = _Reader(data, schema)
    value = reader.value(schema.root, "", 0)
    if reader.at != len(data):
        raise NotAvro(f"{len(data) - reader.at:,} bytes are left over after the value")
    return value


def encoded(value: JsonValue, schema: AvroSchema) -> bytes:
    """The bytes that a writer with this schema makes of the value. Raises NotAvro."""
    return b"".join(_Writer(schema).parts(value, schema.root, "", 0))


@dataclass(slots=True)
class _Reader:
    data: bytes
    schema: AvroSchema
    at: int = 0
    left: int = MOST_VALUES

    def value(self, node: Node, place: str, depth: int) -> JsonValue:
        self.left -= 1
        if depth > _DEEPEST or self.left < 0:
            raise NotAvro(f"{place or 'the value'} is deeper or larger than is read here")
        node = self.schema.resolved(node)
        if isinstance(node, Primitive):
            return self._primitive(node.name, place)
        if isinstance(node, Record):
            return {each.name: self.value(each.type, child(place, each.name), depth + 1) for each in node.fields}
        if isinstance(node, Enum):
            return node.symbols[self._index(len(node.symbols), place, "symbol")]
        if isinstance(node, Fixed):
            return self._take(node.size, place).decode("latin-1")
        if isinstance(node, Union):
            return self.value(node.branches[self._index(len(node.branches), place, "branch")], place, depth + 1)
        if isinstance(node, Array):
            return [self.value(node.items, child(place, at), depth + 1) for at, _ in enumerate(self._blocks(place))]
        assert isinstance(node, Map)
        found: dict[str, JsonValue] = {}
        for _ in self._blocks(place):
            name = self._text(place)
            found[name] = self.value(node.values, child(place, name), depth + 1)
        return found

    def _primitive(self, name: str, place: str) -> JsonValue:
        if name == "null":
            return None
        if name == "boolean":
            return self._flag(place)
        if name in ("int", "long"):
            return self._long(place)
        if name in ("float", "double"):
            layout = "<f" if name == "float" else "<d"
            number: float = struct.unpack(layout, self._take(struct.calcsize(layout), place))[0]
            return number if math.isfinite(number) else str(number)
        if name == "string":
            return self._text(place)
        return self._take(self._long(place), place).decode("latin-1")

    def _flag(self, place: str) -> bool:
        byte = self._take(1, place)[0]
        if byte > 1:
            raise NotAvro(f"{_named(place)} is neither true nor false")
        return byte == 1

    def _text(self, place: str) -> str:
        try:
            return self._take(self._long(place), place).decode()
        except UnicodeDecodeError:
            raise NotAvro(f"{_named(place)} is no UTF-8") from None

    def _index(self, count: int, place: str, what: str) -> int:
        index = self._long(place)
        if not 0 <= index < count:
            raise NotAvro(f"{_named(place)} names {what} {index} of {count}")
        return index

    def _blocks(self, place: str) -> Iterator[None]:
        """Once for each item of an array or map; a block that gives its length in bytes has a negative count."""
        while count := self._long(place):
            if count < 0:
                self._long(place)
            for _ in range(abs(count)):
                yield None

    def _long(self, place: str) -> int:
        found = shift = 0
        while True:
            byte = self._take(1, place)[0]
            found |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if shift >= _LONG_BITS + 6:
                raise NotAvro(f"{_named(place)} has a number that is too long")
        return (found >> 1) ^ -(found & 1)

    def _take(self, count: int, place: str) -> bytes:
        if count < 0 or count > len(self.data) - self.at:
            raise NotAvro(f"the bytes end inside of {_named(place)}")
        start, self.at = self.at, self.at + count
        return self.data[start : self.at]


@dataclass(frozen=True, slots=True)
class _Writer:
    schema: AvroSchema

    def parts(self, value: JsonValue, node: Node, place: str, depth: int) -> Iterator[bytes]:
        node = self.schema.resolved(node)
        if depth > _DEEPEST:
            raise NotAvro(f"{_named(place)} is deeper than is written here")
        if not self._fits(value, node):
            raise NotAvro(f"{_named(place)} is {kind_of(value)}, which {_told(node)} can't be")
        if isinstance(node, Union):
            yield from self._branch(value, node, place, depth)
        elif isinstance(node, Record):
            yield from self._record(value, node, place, depth)
        elif isinstance(node, Array | Map):
            yield from self._items(value, node, place, depth)
        elif isinstance(node, Enum):
            yield _long(node.symbols.index(str(value)))
        elif isinstance(node, Fixed):
            yield str(value).encode("latin-1")
        else:
            yield _PRIMITIVES[node.name](value)

    def _fits(self, value: JsonValue, node: Node) -> bool:
        node = self.schema.resolved(node)
        if isinstance(node, Union):
            return any(self._fits(value, branch) for branch in node.branches)
        if isinstance(node, Enum):
            return value in node.symbols
        if isinstance(node, Fixed):
            return isinstance(value, str) and len(value) == node.size and _is_latin(value)
        if isinstance(node, Array):
            return isinstance(value, list)
        if isinstance(node, Map):
            return isinstance(value, dict)
        if isinstance(node, Record):
            names = {each.name for each in node.fields}
            needed = {each.name for each in node.fields if not each.has_default}
            return isinstance(value, dict) and needed <= value.keys() <= names
        assert isinstance(node, Primitive)
        return _is_of(value, node.name)

    def _branch(self, value: JsonValue, node: Union, place: str, depth: int) -> Iterator[bytes]:
        index = next(at for at, branch in enumerate(node.branches) if self._fits(value, branch))
        yield _long(index)
        yield from self.parts(value, node.branches[index], place, depth + 1)

    def _record(self, value: JsonValue, node: Record, place: str, depth: int) -> Iterator[bytes]:
        assert isinstance(value, dict)
        for each in node.fields:
            # Without a value it has a default, which is one of the first branch of a union.
            inner = value.get(each.name, each.default)
            yield from self.parts(inner, each.type, child(place, each.name), depth + 1)

    def _items(self, value: JsonValue, node: Array | Map, place: str, depth: int) -> Iterator[bytes]:
        assert isinstance(value, list | dict)
        if value:
            yield _long(len(value))
        if isinstance(node, Map) and isinstance(value, dict):
            for name, inner in value.items():
                yield _bytes(name.encode())
                yield from self.parts(inner, node.values, child(place, name), depth + 1)
        elif isinstance(node, Array) and isinstance(value, list):
            for at, inner in enumerate(value):
                yield from self.parts(inner, node.items, child(place, at), depth + 1)
        yield b"\0"


def _is_of(value: JsonValue, name: str) -> bool:
    if name == "null":
        return value is None
    if name == "boolean":
        return isinstance(value, bool)
    if name in _LARGEST:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and -_LARGEST[name] - 1 <= int(str(value)) <= _LARGEST[name]
    if name in ("float", "double"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and (name == "string" or _is_latin(value))


def _is_latin(text: str) -> bool:
    return all(ord(each) < 256 for each in text)


def _long(number: int) -> bytes:
    found, rest = bytearray(), (number << 1) ^ (number >> 63)
    while rest > 0x7F:
        found.append((rest & 0x7F) | 0x80)
        rest >>= 7
    found.append(rest)
    return bytes(found)


def _bytes(data: bytes) -> bytes:
    return _long(len(data)) + data


_PRIMITIVES: dict[str, Callable[[JsonValue], bytes]] = {
    "null": lambda _: b"",
    "boolean": lambda value: b"\1" if value else b"\0",
    "int": lambda value: _long(int(value)),  # type: ignore[arg-type]
    "long": lambda value: _long(int(value)),  # type: ignore[arg-type]
    "float": lambda value: struct.pack("<f", value),
    "double": lambda value: struct.pack("<d", value),
    "bytes": lambda value: _bytes(str(value).encode("latin-1")),
    "string": lambda value: _bytes(str(value).encode()),
}


def _named(place: str) -> str:
    return place or "the value"


def _told(node: Node) -> str:
    return str(getattr(node, "name", type(node).__name__.lower()))
