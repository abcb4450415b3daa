"""Bytes that one of two Protobuf files writes and the other refuses, or takes for something else.

Each is written and read by Protobuf's own runtime, so nothing is said that was not seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, EncodeError
from google.protobuf.message_factory import GetMessageClass

from contracthub.formats.changes import LONGEST_SHOWN, Change, Direction, Proof, Proven, Severity
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

_F = FieldDescriptorProto
_DEEPEST = 20
_MOST_PROVEN = 1_000
_MOST_TRIED = 3
_MESSAGES = (_F.TYPE_MESSAGE, _F.TYPE_GROUP)
_SCALARS: dict[int, Any] = {
    **dict.fromkeys((_F.TYPE_FLOAT, _F.TYPE_DOUBLE), 1.5),
    _F.TYPE_BOOL: True,
    _F.TYPE_STRING: "a",
    _F.TYPE_BYTES: b"a",
}
# What breaks by names alone: the bytes are the same.
_OF_NAMES = frozenset({"package-changed", "message-removed", "message-added"})


class _NoMessage(Exception):
    """There is no such message, or none that is small."""


def proven_by_bytes(changes: Iterable[Change], old: ProtobufSchema, new: ProtobufSchema) -> tuple[Change, ...]:
    """The changes, those that break readers with the evidence for it; of very many the first."""
    sides = _Side(old), _Side(new)
    left, found = _MOST_PROVEN, []
    for each in changes:
        is_broken = each.severity is Severity.BREAKING and each.direction is not Direction.NEITHER
        proof = Proof(Proven.NOT_PROVEN)
        if is_broken and left and each.id not in _OF_NAMES:
            left -= 1
            proof = _proof(each, sides)
        found.append(replace(each, proof=proof) if is_broken else each)
    return tuple(found)


def _proof(change: Change, sides: "tuple[_Side, _Side]") -> Proof:
    """What is written by the one side, and refused or read otherwise by the other."""
    ways = {Direction.REQUEST: (sides,), Direction.RESPONSE: (sides[::-1],)}.get(change.direction, (sides, sides[::-1]))
    found = [seen for writer, reader in ways for seen in _seen(change.location, writer, reader, sides)]
    if not found:
        return Proof(Proven.NOT_PROVEN)
    # That a reader refuses says more than that it reads otherwise.
    text = canonical(next((each for each in found if "refused" in each), found[0])).decode()
    return Proof(Proven.INCOMPATIBLE, text if len(text) <= LONGEST_SHOWN else None)


def _seen(location: str, writer: "_Side", reader: "_Side", sides: "tuple[_Side, _Side]") -> list[JsonObject]:
    try:
        return [*islice(_misread(location, writer, reader, sides), _MOST_TRIED)]
    except (_NoMessage, EncodeError, RecursionError, TypeError, ValueError):
        return []


def _misread(location: str, writer: "_Side", reader: "_Side", sides: "tuple[_Side, _Side]") -> Iterator[JsonObject]:
    name, numbers = _place(location, sides)
    for written in _written(writer, name, numbers):
        data = written.SerializeToString(deterministic=True)
        told: JsonObject = {"message": name, "bytes": data.hex(), "written": _told(written)}
        read = reader.empty(name)
        try:
            read.ParseFromString(data)
        except DecodeError:
            yield told | {"refused": "the bytes are no such message"}
            continue
        if not read.IsInitialized():
            missing = ", ".join(read.FindInitializationErrors()[:5])
            yield told | {"refused": f"required and not there: {missing}"}
        elif _values(written, numbers) != _values(read, numbers):
            yield told | {"read": _told(read)}


def _place(location: str, sides: "tuple[_Side, _Side]") -> tuple[str, tuple[int, ...]]:
    """The message of a place, and the numbers of the fields there: one, or those of a oneof on either side."""
    steps = location.split(".")
    for end in range(len(steps) - 1, 0, -1):
        name, inner = ".".join(steps[:end]), steps[end]
        descriptors = [side.descriptor(name) for side in sides]
        if None in descriptors:
            continue
        numbers: dict[int, None] = {}
        for each in descriptors:
            if inner in each.fields_by_name:
                numbers[each.fields_by_name[inner].number] = None
            if inner in each.oneofs_by_name:
                numbers.update((one.number, None) for one in each.oneofs_by_name[inner].fields)
        return name, tuple(sorted(numbers))
    raise _NoMessage


def _written(writer: "_Side", name: str, numbers: tuple[int, ...]) -> Iterator[Any]:
    """Messages with nothing, with each of the fields, and with all of them."""
    descriptor = writer.descriptor(name)
    there = [each for number in numbers if (each := descriptor.fields_by_number.get(number)) is not None]
    for chosen in ([each] for each in there):
        yield writer.message(name, chosen)
    if len(there) > 1:
        yield writer.message(name, there)
    yield writer.message(name, [])


def _values(message: Any, numbers: tuple[int, ...]) -> list[JsonValue]:
    """What stands in the fields of those numbers, None where nothing was set."""
    found: list[JsonValue] = []
    named = {each.number: (each, value) for each, value in message.ListFields()}
    for number in numbers:
        if number not in named:
            found.append(None)
            continue
        each, _ = named[number]
        value = _told(message).get(each.name)
        # A list of one and the one are read from the same bytes.
        found.append(value[0] if isinstance(value, list) and len(value) == 1 else value)
    return found


def _told(message: Any) -> JsonObject:
    found: JsonObject = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return found


@dataclass(slots=True)
class _Side:
    """The messages of a file as the runtime knows them."""

    schema: ProtobufSchema
    _pool: DescriptorPool | None = None
    _classes: dict[str, Any] = field(default_factory=dict)

    def descriptor(self, name: str) -> Any:
        """Of a message by its name in the package; None where there is none."""
        if name not in self._classes:
            package = self.schema.resolved.package
            try:
                found = self._known().FindMessageTypeByName(f"{package}.{name}" if package else name)
                self._classes[name] = GetMessageClass(found)
            except KeyError:
                self._classes[name] = None
        made = self._classes[name]
        return None if made is None else made.DESCRIPTOR

    def empty(self, name: str) -> Any:
        """A message in which nothing is set. Raises _NoMessage."""
        if self.descriptor(name) is None:
            raise _NoMessage
        return self._classes[name]()

    def message(self, name: str, fields: list[Any]) -> Any:
        """A message in which these fields are set, and all that are required. Raises _NoMessage."""
        made = self.empty(name)
        _fill(made, 0)
        for each in fields:
            _set(made, each, 0)
        return made

    def _known(self) -> DescriptorPool:
        if self._pool is None:
            self._pool = DescriptorPool()
            for file in (*self.schema.imports.values(), self.schema.resolved):
                self._pool.AddSerializedFile(file.SerializeToString())
        return self._pool


def _fill(message: Any, depth: int) -> None:
    """Sets what is required. Raises _NoMessage for what contains itself and nowhere ends."""
    if depth > _DEEPEST:
        raise _NoMessage
    for each in message.DESCRIPTOR.fields:
        if each.is_required:
            _set(message, each, depth)


def _set(message: Any, each: Any, depth: int) -> None:
    if each.type in _MESSAGES and each.message_type.GetOptions().map_entry:
        key, value = (each.message_type.fields_by_name[name] for name in ("key", "value"))
        held = getattr(message, each.name)
        if value.type in _MESSAGES:
            _enrich(held[_scalar(key)], depth + 1)
        else:
            held[_scalar(key)] = _scalar(value)
    elif each.is_repeated:
        held = getattr(message, each.name)
        for _ in range(2):
            if each.type in _MESSAGES:
                _enrich(held.add(), depth + 1)
            else:
                held.append(_scalar(each))
    elif each.type in _MESSAGES:
        held = getattr(message, each.name)
        held.SetInParent()
        _enrich(held, depth + 1)
    else:
        setattr(message, each.name, _scalar(each))


def _enrich(message: Any, depth: int) -> None:
    """What is required, and something, so that there are bytes to be misread."""
    _fill(message, depth)
    scalar = next((each for each in message.DESCRIPTOR.fields if each.type not in _MESSAGES), None)
    if scalar is not None and not message.ByteSize():
        _set(message, scalar, depth)


def _scalar(each: Any) -> Any:
    if each.type == _F.TYPE_ENUM:
        return each.enum_type.values[-1].number
    return _SCALARS.get(each.type, 1)
