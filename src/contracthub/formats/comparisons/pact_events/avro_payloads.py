"""Messages described by Avro: values in plain JSON, in Avro's own JSON (unions tagged), or in Avro's binary encoding.

A consumer reads a part of what is written: fields that it leaves out are fine, fields that the writer has not are not
(bidirectional §15, avro specification 1.12).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.registry import SchemaType
from contracthub.formats.avro.binary import NotAvro, decoded
from contracthub.formats.avro.compatibility import reads
from contracthub.formats.avro.model import (
    Array,
    AvroSchema,
    Enum,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
    short_name,
)
from contracthub.formats.avro.parse import parse
from contracthub.formats.comparisons.nearby import meant_instead
from contracthub.formats.comparisons.pact_events.samples import Failure, Sample, from_base64
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue, kind_of

_RANGES = {"int": 2**31, "long": 2**63}
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity", "INF", "-INF"})
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,1000}(\.\d{1,1000})?([eE][+-]?\d{1,6})?", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
# What programs make of a logical type is as often a text as it is what Avro writes.
_TEXTS = {
    "date": _MOMENT,
    "time-millis": _TIME,
    "time-micros": _TIME,
    **dict.fromkeys(
        (f"{zone}timestamp-{unit}" for zone in ("", "local-") for unit in ("millis", "micros", "nanos")), _MOMENT
    ),
}
# A serializer of Confluent puts a zero and the number of the schema before the bytes.
_FRAME = 5
_LONGEST_KEPT = 2 * 1024 * 1024
MOST_LOOKS = 200_000


@dataclass(frozen=True, slots=True)
class AvroPart:
    """An Avro schema of a document; ``where`` tells where a place in it stands."""

    schema: AvroSchema
    where: Callable[[str], str]
    language: SchemaType = SchemaType.AVRO

    @property
    def names(self) -> frozenset[str] | None:
        """The fields of a record."""
        root = self.schema.resolved(self.schema.root)
        return frozenset(each.name for each in root.fields) if isinstance(root, Record) else None

    def failures(self, sample: Sample, *, received: bool) -> Iterator[Failure]:
        """How a value fails."""
        if isinstance(sample.value, bytes):
            yield from self._binary(sample, sample.value, received=received)
            return
        value = sample.examples.of_their_kind(sample.value)
        yield from _Walk(self, Sample(value, sample.examples), received).of(value, self.schema.root, "")

    def _binary(self, sample: Sample, data: bytes, *, received: bool) -> Iterator[Failure]:
        written = _schema_of(sample) or self.schema
        try:
            value = _decoded(data, written)
        except NotAvro as error:
            yield Failure("", self.where(self.schema.root.pointer), f"can't be read by this schema: {error}")
            return
        told: set[str] = set()
        if written is not self.schema and received:
            for each in reads(written, self.schema):
                # Libraries match records by their place; what they are called is nothing on the wire.
                if each.rule != "NAME_MISMATCH":
                    told.add(_pointer_of(each.path))
                    yield Failure(_pointer_of(each.path), self.where(each.writer_pointer or ""), each.message)
        for failure in _Walk(self, Sample(value, sample.examples), received).of(value, self.schema.root, ""):
            if failure.value_pointer not in told:
                yield failure


def _schema_of(sample: Sample) -> AvroSchema | None:
    """The consumer's own schema, as plugins keep it in the pact."""
    kept = sample.plugin.of_key("schemaKey", "schema-key").get("avroSchema")
    return _parsed(kept) if isinstance(kept, str) and len(kept) <= _LONGEST_KEPT else None


@lru_cache(maxsize=8)
def _parsed(kept: str) -> AvroSchema | None:
    try:
        return parse(kept, lenient=True)
    except (Invalid, TooLarge):
        return None


def _decoded(data: bytes, schema: AvroSchema) -> JsonValue:
    try:
        return decoded(data, schema)
    except NotAvro:
        if len(data) <= _FRAME or data[0] != 0:
            raise
        return decoded(data[_FRAME:], schema)


def _pointer_of(path: str) -> str:
    """A place such as ``$.lines[*].sku`` as a pointer into a value."""
    return "".join(child("", step) for step in re.findall(r"[^.\[\]$]+", path))


@dataclass(slots=True)
class _Walk:
    """Goes through one value. What was looked at once in the same place is not looked at again."""

    part: AvroPart
    sample: Sample
    received: bool
    left: int = MOST_LOOKS
    seen: dict[tuple[str, int], list[Failure]] = field(default_factory=dict)

    def of(self, value: JsonValue, node: Node, place: str) -> list[Failure]:
        """How a value fails a type."""
        node = self.part.schema.resolved(node)
        key = place, id(node)
        if key not in self.seen:
            self.left -= 1
            if self.left < 0:
                told = f"The value has more than {MOST_LOOKS:,} parts or ways to be read. Make it smaller."
                raise Invalid("too-many-alternatives", told)
            self.seen[key] = self._of(value, node, place)
        return self.seen[key]

    def _of(self, value: JsonValue, node: Node, place: str) -> list[Failure]:
        match node:
            case Union():
                return self._union(value, node, place)
            case Record():
                return self._record(value, node, place)
            case Array() if isinstance(value, list):
                return [one for at, each in enumerate(value) for one in self.of(each, node.items, child(place, at))]
            case Map() if isinstance(value, dict):
                return [one for name, each in value.items() for one in self.of(each, node.values, child(place, name))]
            case Primitive():
                return self._primitive(value, node, place)
            case Enum() | Fixed():
                return self._named(value, node, place)
        return [self._misfit(value, node, place)]

    def _named(self, value: JsonValue, node: Enum | Fixed, place: str) -> list[Failure]:
        if isinstance(value, str):
            return self._symbol(value, node, place) if isinstance(node, Enum) else self._fixed(value, node, place)
        is_decimal = isinstance(node, Fixed) and node.properties.get("logicalType") == "decimal"
        return [] if is_decimal and _is_number(value) else [self._misfit(value, node, place)]

    def _record(self, value: JsonValue, node: Record, place: str) -> list[Failure]:
        if not isinstance(value, dict):
            return [self._misfit(value, node, place)]
        fields = {each.name: each for each in node.fields}
        found: list[Failure] = []
        for name, each in value.items():
            if name not in fields:
                told = f"is no field of the record {node.name}{meant_instead(name, fields)}"
                found.append(Failure(child(place, name), self.part.where(node.pointer), told))
                continue
            found += self.of(each, fields[name].type, child(place, name))
        if not self.received:
            missing = [each for each in node.fields if not each.has_default and each.name not in value]
            found += [
                Failure(child(place, each.name), self.part.where(each.pointer), "is missing, and has no default")
                for each in missing
            ]
        return found

    def _union(self, value: JsonValue, node: Union, place: str) -> list[Failure]:
        branches = [self.part.schema.resolved(each) for each in node.branches]
        tried: list[tuple[bool, list[Failure]]] = []
        for branch in branches:
            found = self.of(value, branch, place)
            if not found:
                return []
            tried.append((_is_alike(value, branch), found))
        if isinstance(value, dict) and len(value) == 1:
            [(tag, inner)] = value.items()
            branch_named = next((each for each in branches if tag in _names_of(each)), None)
            if branch_named is not None:
                return self.of(inner, branch_named, child(place, tag))
        alike = [found for is_alike, found in tried if is_alike]
        if alike:
            return min(alike, key=len)
        told = f"is {kind_of(value)}, and may only be {' or '.join(map(_told, branches))}"
        return [Failure(place, self.part.where(node.pointer), told)]

    def _symbol(self, value: str, node: Enum, place: str) -> list[Failure]:
        if value in node.symbols or self.sample.examples.stands_for_its_kind(place):
            return []
        pattern = self.sample.examples.pattern(place)
        if pattern is not None and any(matches(pattern, each) for each in node.symbols):
            return []
        told = f"is {value[:100]!r}, which is no symbol of {node.name}{meant_instead(value, node.symbols)}"
        return [Failure(place, self.part.where(node.pointer), told)]

    def _fixed(self, value: str, node: Fixed, place: str) -> list[Failure]:
        logical = node.properties.get("logicalType")
        if logical == "uuid" and _UUID.fullmatch(value):
            return []
        if logical == "decimal" and _DECIMAL.fullmatch(value):
            return []
        data = from_base64(value)
        sizes = {len(value), len(data) if data is not None else -1, len(value) / 2 if _is_hexadecimal(value) else -1}
        if node.size in sizes or self.sample.examples.stands_for_its_kind(place):
            return []
        told = f"is not {node.size} bytes long, as {node.name} is"
        return [Failure(place, self.part.where(node.pointer), told)]

    def _primitive(self, value: JsonValue, node: Primitive, place: str) -> list[Failure]:
        logical = node.properties.get("logicalType")
        if _is_of(value, node.name) or (isinstance(logical, str) and _is_of_logical(value, logical)):
            return self._in_range(value, node, place)
        return [self._misfit(value, node, place)]

    def _in_range(self, value: JsonValue, node: Primitive, place: str) -> list[Failure]:
        if node.name in _RANGES and _is_number(value) and not self.sample.examples.stands_for_its_kind(place):
            assert isinstance(value, int | float)
            if not -_RANGES[node.name] <= value < _RANGES[node.name]:
                return [Failure(place, self.part.where(node.pointer), f"is too large for {node.name}")]
        if node.properties.get("logicalType") == "uuid" and isinstance(value, str) and node.name == "string":
            is_any = self.sample.examples.stands_for_its_kind(place)
            if not is_any and not _UUID.fullmatch(value):
                return [Failure(place, self.part.where(node.pointer), f"is {value[:100]!r}, which is no UUID")]
        return []

    def _misfit(self, value: JsonValue, node: Node, place: str) -> Failure:
        return Failure(place, self.part.where(node.pointer), f"is {kind_of(value)}, and has to be {_told(node)}")


def _is_of(value: JsonValue, name: str) -> bool:
    if name == "null":
        return value is None
    if name == "boolean":
        return isinstance(value, bool)
    if name in _RANGES:
        return _is_number(value) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    if name in ("float", "double"):
        return _is_number(value) or (isinstance(value, str) and value in _NO_NUMBERS)
    return isinstance(value, str)


def _is_of_logical(value: JsonValue, logical: str) -> bool:
    if logical == "decimal":
        return _is_number(value)
    pattern = _TEXTS.get(logical)
    return pattern is not None and isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_hexadecimal(text: str) -> bool:
    return bool(re.fullmatch(r"(0x)?[0-9a-fA-F]+", text))


def _is_alike(value: JsonValue, node: Node) -> bool:
    """Whether a value of this kind may be meant to be of this type, so that what is wrong inside of it is told."""
    if isinstance(value, dict):
        return isinstance(node, Record | Map)
    if isinstance(value, list):
        return isinstance(node, Array)
    if isinstance(value, str):
        return isinstance(node, Enum | Fixed) or (isinstance(node, Primitive) and node.name in {"string", "bytes"})
    if _is_number(value):
        return isinstance(node, Primitive) and node.name in {"int", "long", "float", "double"}
    return False


def _names_of(node: Node) -> set[str]:
    """What Avro's own JSON calls a branch of a union."""
    if isinstance(node, Record | Enum | Fixed):
        return {node.name, short_name(node.name)}
    if isinstance(node, Primitive):
        return {node.name}
    return {type(node).__name__.lower()}


def _told(node: Node) -> str:
    if isinstance(node, Primitive):
        logical = node.properties.get("logicalType")
        return f"{node.name} ({logical})" if isinstance(logical, str) else node.name
    if isinstance(node, Record | Enum | Fixed):
        return f"the {type(node).__name__.lower()} {node.name}"
    return {Array: "an array", Map: "a map"}.get(type(node), "something else")
