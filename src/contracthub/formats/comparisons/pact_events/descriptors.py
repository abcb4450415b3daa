"""Protobuf as a plugin of Pact keeps it: bytes, and the consumer's descriptors, held against those of the provider.

What tells fields on the wire is their number and their wire type; names are nothing there (Protobuf language guide,
"Updating A Message Type").
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_events.consumed import Plugin
from contracthub.formats.comparisons.pact_events.protobuf_types import Field, Message, Types
from contracthub.formats.comparisons.pact_events.samples import Failure
from contracthub.formats.pointers import child

_T = FieldDescriptorProto
_WIRE: Mapping[int, str] = {
    **dict.fromkeys(
        (_T.TYPE_INT32, _T.TYPE_INT64, _T.TYPE_UINT32, _T.TYPE_UINT64, _T.TYPE_BOOL, _T.TYPE_ENUM), "a varint"
    ),
    **dict.fromkeys((_T.TYPE_SINT32, _T.TYPE_SINT64), "a zigzag varint"),
    **dict.fromkeys((_T.TYPE_FIXED32, _T.TYPE_SFIXED32), "four bytes"),
    **dict.fromkeys((_T.TYPE_FIXED64, _T.TYPE_SFIXED64), "eight bytes"),
    **dict.fromkeys((_T.TYPE_STRING, _T.TYPE_BYTES), "text or bytes"),
    _T.TYPE_MESSAGE: "a message",
    _T.TYPE_GROUP: "a group",
    _T.TYPE_FLOAT: "a float",
    _T.TYPE_DOUBLE: "a double",
}
_DEEPEST = 60
_MOST_FILES = 1_000
_LONGEST_KEPT = 2 * 1024 * 1024
Where = Callable[[str], str]


def message_name(plugin: Plugin, media_type: str | None) -> str | None:
    """The message that the consumer means, by the plugin or by the type of the content."""
    return plugin.text("message") or _parameter(media_type)


def _parameter(media_type: str | None) -> str | None:
    for part in (media_type or "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() in {"message", "messagetype", "record"}:
            return value.strip().strip('"').lstrip(".") or None
    return None


def consumer_message(plugin: Plugin) -> Any | None:
    """An empty message of the consumer's own descriptors, None where the pact has none that can be used."""
    kept, wanted = plugin.of_key("descriptorKey").get("protoDescriptors"), plugin.text("message")
    if not isinstance(kept, str) or wanted is None or len(kept) > _LONGEST_KEPT:
        return None
    pool, packages = _pool_of(kept)
    name = wanted.lstrip(".")
    for full_name in (name, *(f"{package}.{name}" for package in packages)):
        try:
            return GetMessageClass(pool.FindMessageTypeByName(full_name))()
        except (KeyError, TypeError):
            continue
    return None


@lru_cache(maxsize=8)
def _pool_of(kept: str) -> tuple[DescriptorPool, tuple[str, ...]]:
    """The types of descriptors as the plugin keeps them; empty where they can't be used. All of a pact share them."""
    pool, packages = DescriptorPool(), dict[str, None]()
    try:
        for each in _in_order(FileDescriptorSet.FromString(base64.b64decode(kept))):
            pool.AddSerializedFile(each.SerializeToString())
            packages[each.package] = None
    except (binascii.Error, ValueError, DecodeError, TypeError, RecursionError):
        return DescriptorPool(), ()
    return pool, tuple(packages)


def _in_order(files: FileDescriptorSet) -> Iterator[Any]:
    left = {each.name: each for each in files.file[:_MOST_FILES]}
    while left:
        ready = [name for name, each in left.items() if left.keys().isdisjoint(set(each.dependency) - {name})]
        if not ready:
            return
        for name in ready:
            yield left.pop(name)


def differing(example: Any, message: Message, types: Types, where: Where, *, received: bool) -> Iterator[Failure]:
    """How what the consumer reads of a message, or sends, differs from what the provider has."""
    yield from _Differences(types, where, received).of(example, message, "", 0)


class _Differences:
    def __init__(self, types: Types, where: Where, received: bool) -> None:  # noqa: FBT001 (from one place)
        self._types, self._where, self._received = types, where, received

    def of(self, example: Any, message: Message, place: str, depth: int) -> Iterator[Failure]:
        if depth > _DEEPEST:
            raise Invalid("value-too-deep", f"The message is nested deeper than {_DEEPEST} levels.")
        used = {field.number for field, _ in example.ListFields()}
        for field in example.DESCRIPTOR.fields:
            theirs = message.by_number.get(field.number)
            at = child(place, field.name)
            if theirs is None:
                if (field.number in used and self._received) or field.is_required:
                    told = f"is field {field.number}, and {message.title} has none of this number"
                    yield Failure(at, self._where(message.title), told)
                continue
            unlike = _unlike(field, theirs, self._types)
            if unlike:
                yield Failure(at, self._where(f"{message.title}.{theirs.name}"), unlike)
        yield from self._together(example, message, place)
        for field, value in example.ListFields():
            theirs = message.by_number.get(field.number)
            if theirs is not None and not _unlike(field, theirs, self._types):
                yield from self._values(value, field, theirs, child(place, field.name), depth)

    def _together(self, example: Any, message: Message, place: str) -> Iterator[Failure]:
        groups: dict[str, str] = {}
        for field, _ in example.ListFields():
            theirs = message.by_number.get(field.number)
            group = message.one_of(theirs) if theirs is not None else None
            if group is None or theirs is None:
                continue
            other = groups.setdefault(group, field.name)
            if other != field.name:
                told = f"is there together with {other!r}, and of {group} there is only one"
                yield Failure(child(place, field.name), self._where(f"{message.title}.{theirs.name}"), told)

    def _values(self, value: Any, field: FieldDescriptor, theirs: Field, place: str, depth: int) -> Iterator[Failure]:
        inner = self._types.messages.get(theirs.type_name)
        if inner is not None and inner.is_map_entry:
            values = inner.by_number[2]
            nested = self._types.messages.get(values.type_name)
            own: Any = field.message_type
            if nested is not None and own.fields_by_number[2].message_type is not None:
                for key, each in value.items():
                    yield from self.of(each, nested, child(place, str(key)), depth + 1)
            return
        for at, each in enumerate(value if field.is_repeated else [value]):
            here = child(place, at) if field.is_repeated else place
            if inner is not None and field.message_type is not None:
                yield from self.of(each, inner, here, depth + 1)
            elif theirs.type == _T.TYPE_ENUM and field.enum_type is not None:
                yield from self._enum(each, theirs, here)

    def _enum(self, number: int, theirs: Field, place: str) -> Iterator[Failure]:
        enum = self._types.enums[theirs.type_name]
        if number not in [each.number for each in enum.value]:
            yield Failure(place, self._where(theirs.type_name[1:]), f"is {number}, which is no number of {enum.name}")


def _unlike(field: FieldDescriptor, theirs: Field, types: Types) -> str | None:
    """Why two fields of one number can't be read for one another."""
    own, other = _WIRE[field.type], _WIRE[theirs.type]
    if own != other:
        return f"is {own} on the wire, and the provider's {theirs.name} is {other}"
    is_repeated = theirs.label == _T.LABEL_REPEATED
    if field.is_repeated != is_repeated:
        return f"is {'a list' if field.is_repeated else 'one value'}, and the provider's {theirs.name} is not"
    inner = types.messages.get(theirs.type_name)
    if inner is not None and field.message_type is not None:
        is_map = field.message_type.GetOptions().map_entry
        if is_map != inner.is_map_entry:
            return f"is {'a map' if is_map else 'a list'}, and the provider's {theirs.name} is not"
    if field.is_required and theirs.label != _T.LABEL_REQUIRED:
        return f"is required by the consumer, and the provider may leave {theirs.name} out"
    return None
