"""Messages described by Protobuf: values in its JSON mapping, and bytes with or without the consumer's descriptors.

In JSON a field goes by its lowerCamelCase or original name, a 64-bit integer is a text or a number, an enum a name or a
number, bytes are base64 (Protobuf language guide, "ProtoJSON Format"; bidirectional §15).
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

from contracthub.domain.errors import Invalid
from contracthub.domain.registry import SchemaType
from contracthub.formats.comparisons.nearby import meant_instead
from contracthub.formats.comparisons.pact_events.descriptors import (
    consumer_message,
    differing,
)
from contracthub.formats.comparisons.pact_events.protobuf_types import Field, Message, Types
from contracthub.formats.comparisons.pact_events.samples import Failure, Sample
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue, kind_of

_T = FieldDescriptorProto
_INTEGERS: Mapping[int, tuple[int, int]] = {
    **dict.fromkeys((_T.TYPE_INT32, _T.TYPE_SINT32, _T.TYPE_SFIXED32), (-(2**31), 2**31)),
    **dict.fromkeys((_T.TYPE_UINT32, _T.TYPE_FIXED32), (0, 2**32)),
    **dict.fromkeys((_T.TYPE_INT64, _T.TYPE_SINT64, _T.TYPE_SFIXED64), (-(2**63), 2**63)),
    **dict.fromkeys((_T.TYPE_UINT64, _T.TYPE_FIXED64), (0, 2**64)),
}
_FLOATS = frozenset({_T.TYPE_DOUBLE, _T.TYPE_FLOAT})
_OBJECTS = frozenset({_T.TYPE_MESSAGE, _T.TYPE_GROUP})
_WHOLE = re.compile(r"-?\d{1,40}(\.0{1,40})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?|NaN|-?Infinity", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s", re.ASCII)
_WRAPPERS = frozenset(
    f".google.protobuf.{kind}Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)
_TEXTS = {".google.protobuf.Timestamp": _TIMESTAMP, ".google.protobuf.Duration": _DURATION}
_ANYTHING = frozenset({".google.protobuf.Value", ".google.protobuf.NullValue"})
_WORDS = {
    _T.TYPE_STRING: "text",
    _T.TYPE_BYTES: "base64",
    _T.TYPE_BOOL: "true or false",
    _T.TYPE_ENUM: "the name or number of an enum's value",
}
MOST_LOOKS = 500_000


@dataclass(frozen=True, slots=True)
class ProtobufPart:
    """A message type of a document's file; ``where`` tells where a named part of it stands."""

    types: Types
    message: Message
    where: Callable[[str], str]
    language: SchemaType = SchemaType.PROTOBUF

    @property
    def names(self) -> frozenset[str] | None:
        """The fields by both of their names; what is well known has a shape of its own."""
        is_own = not self.message.name.startswith(".google.protobuf.")
        return frozenset(self.message.by_json_name) if is_own else None

    def failures(self, sample: Sample, *, received: bool) -> Iterator[Failure]:
        """How a value fails."""
        if isinstance(sample.value, bytes):
            yield from self._binary(sample, sample.value, received=received)
            return
        value = sample.examples.of_their_kind(sample.value)
        yield from _Walk(self, Sample(value, sample.examples), received).message(value, self.message, "")

    def _binary(self, sample: Sample, data: bytes, *, received: bool) -> Iterator[Failure]:
        whole = self.where(self.message.title)
        consumers = consumer_message(sample.plugin)
        if consumers is not None:
            try:
                consumers.ParseFromString(data)
            except (DecodeError, RecursionError):
                yield Failure("", whole, "can't be read by the descriptors that the pact has for it")
                return
            yield from differing(consumers, self.message, self.types, self.where, received=received)
            return
        providers = self.types.empty(self.message)
        try:
            providers.ParseFromString(data)
        except (DecodeError, RecursionError):
            yield Failure("", whole, f"can't be read as a {self.message.title}")
            return
        if received:
            unknown: Any = UnknownFieldSet(providers)
            for number in sorted({each.field_number for each in unknown}):
                yield Failure("", whole, f"has a field {number}, and {self.message.title} has none")


@dataclass(slots=True)
class _Walk:
    """Goes through one value in Protobuf's JSON."""

    part: ProtobufPart
    sample: Sample
    received: bool
    left: int = MOST_LOOKS

    def message(self, value: JsonValue, message: Message, place: str) -> Iterator[Failure]:
        """How a value fails a message type."""
        self.left -= 1
        if self.left < 0:
            raise Invalid("value-too-large", f"The value has more than {MOST_LOOKS:,} parts. Make it smaller.")
        known = self._well_known(value, message, place)
        if known is not None:
            yield from known
            return
        if not isinstance(value, dict):
            yield self._told(place, message.title, f"is {kind_of(value)}, and has to be the message {message.title}")
            return
        fields, groups = message.by_json_name, dict[str, str]()
        for name, each in value.items():
            field = fields.get(name)
            if field is None:
                told = f"is no field of {message.title}{meant_instead(name, fields)}"
                yield self._told(child(place, name), message.title, told)
                continue
            yield from self._once(name, each, field, message, groups, place)
            if each is not None:
                yield from self._field(each, field, message, child(place, name))
        if not self.received:
            yield from self._required(value, message, place)

    def _once(
        self, name: str, value: JsonValue, field: Field, message: Message, groups: dict[str, str], place: str
    ) -> Iterator[Failure]:
        group = message.one_of(field)
        if group is None or value is None:
            return
        other = groups.setdefault(group, name)
        if other != name:
            told = f"is there together with {other!r}, and of {group} there is only one"
            yield self._told(child(place, name), f"{message.title}.{field.name}", told)

    def _required(self, value: Mapping[str, JsonValue], message: Message, place: str) -> Iterator[Failure]:
        given = {message.by_json_name[name].number for name in value if name in message.by_json_name}
        for each in message.descriptor.field:
            if each.label == _T.LABEL_REQUIRED and each.number not in given:
                yield self._told(child(place, each.name), f"{message.title}.{each.name}", "is missing")

    def _field(self, value: JsonValue, field: Field, message: Message, place: str) -> Iterator[Failure]:
        inner = self.part.types.messages.get(field.type_name)
        if inner is not None and inner.is_map_entry:
            yield from self._map(value, inner, message, field, place)
        elif field.label != _T.LABEL_REPEATED:
            yield from self._one(value, field, message, place)
        elif isinstance(value, list):
            for at, each in enumerate(value):
                yield from self._one(each, field, message, child(place, at))
        else:
            name = f"{message.title}.{field.name}"
            yield self._told(place, name, f"is {kind_of(value)}, and has to be a list: {field.name} is repeated")

    def _map(self, value: JsonValue, entry: Message, message: Message, field: Field, place: str) -> Iterator[Failure]:
        if not isinstance(value, dict):
            yield self._told(place, f"{message.title}.{field.name}", f"is {kind_of(value)}, and has to be a map")
            return
        keys, values = entry.by_number[1], entry.by_number[2]
        for name, each in value.items():
            key: JsonValue = name
            if keys.type == _T.TYPE_BOOL:
                key = {"true": True, "false": False}.get(name, name)
            yield from self._scalar(key, keys, f"{message.title}.{field.name}", child(place, name))
            yield from self._one(each, values, message, child(place, name))

    def _one(self, value: JsonValue, field: Field, message: Message, place: str) -> Iterator[Failure]:
        if field.type in _OBJECTS:
            yield from self.message(value, self.part.types.messages[field.type_name], place)
        elif field.type == _T.TYPE_ENUM:
            yield from self._enum(value, field, f"{message.title}.{field.name}", place)
        else:
            yield from self._scalar(value, field, f"{message.title}.{field.name}", place)

    def _enum(self, value: JsonValue, field: Field, name: str, place: str) -> Iterator[Failure]:
        enum = self.part.types.enums[field.type_name]
        if field.type_name in _ANYTHING and value is None:
            return
        if isinstance(value, str):
            names = [each.name for each in enum.value]
            pattern = self.sample.examples.pattern(place)
            is_met = pattern is not None and any(matches(pattern, each) for each in names)
            if value not in names and not is_met and not self.sample.examples.stands_for_its_kind(place):
                told = f"is {value[:100]!r}, which is no value of {field.type_name[1:]}{meant_instead(value, names)}"
                yield self._told(place, name, told)
        elif _is_whole(value):
            is_any = self.sample.examples.stands_for_its_kind(place)
            if not is_any and value not in [each.number for each in enum.value]:
                yield self._told(place, name, f"is {value}, which is no number of {field.type_name[1:]}")
        else:
            yield self._misfit(value, field, name, place)

    def _scalar(self, value: JsonValue, field: Field, name: str, place: str) -> Iterator[Failure]:
        if field.type in _INTEGERS:
            yield from self._integer(value, field, name, place)
        elif not _is_scalar(value, field.type):
            yield self._misfit(value, field, name, place)

    def _integer(self, value: JsonValue, field: Field, name: str, place: str) -> Iterator[Failure]:
        is_text = isinstance(value, str) and bool(_WHOLE.fullmatch(value))
        if not is_text and not _is_whole(value):
            yield self._misfit(value, field, name, place)
            return
        number = int(value.partition(".")[0] if isinstance(value, str) else value)  # type: ignore[arg-type]
        low, high = _INTEGERS[field.type]
        if not low <= number < high and not self.sample.examples.stands_for_its_kind(place):
            yield self._told(place, name, f"is {str(value)[:50]}, which is out of the range of {_word(field)}")

    def _well_known(self, value: JsonValue, message: Message, place: str) -> Iterator[Failure] | None:
        name = message.name
        if name in _WRAPPERS:
            inner = message.by_number[1]
            return iter(()) if value is None else self._scalar(value, inner, message.title, place)
        if name in _TEXTS:
            is_any = self.sample.examples.stands_for_its_kind(place)
            fits = isinstance(value, str) and (is_any or bool(_TEXTS[name].fullmatch(value)))
            return self._only(fits, value, message, place, "a text such as 1970-01-01T00:00:00Z or 1.5s")
        if name in _ANYTHING:
            return iter(())
        if name == ".google.protobuf.FieldMask":
            return self._only(isinstance(value, str), value, message, place, "a text of paths")
        if name == ".google.protobuf.ListValue":
            return self._only(isinstance(value, list), value, message, place, "a list")
        if name in {".google.protobuf.Struct", ".google.protobuf.Any"}:
            return self._only(isinstance(value, dict), value, message, place, "an object")
        return None

    def _only(self, fits: bool, value: JsonValue, message: Message, place: str, what: str) -> Iterator[Failure]:  # noqa: FBT001
        if not fits:
            yield self._told(place, message.title, f"is {kind_of(value)}, and a {message.title} is {what}")

    def _misfit(self, value: JsonValue, field: Field, name: str, place: str) -> Failure:
        return self._told(place, name, f"is {kind_of(value)}, and has to be {_word(field)}")

    def _told(self, place: str, name: str, text: str) -> Failure:
        return Failure(place, self.part.where(name), text)


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value) and value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_scalar(value: JsonValue, kind: int) -> bool:
    if kind == _T.TYPE_BOOL:
        return isinstance(value, bool)
    if kind in _FLOATS:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))
    if kind == _T.TYPE_BYTES:
        return isinstance(value, str) and bool(_BASE64.fullmatch(value))
    return isinstance(value, str)


def _word(field: Field) -> str:
    return _WORDS.get(field.type) or _T.Type.Name(field.type).removeprefix("TYPE_").lower()
