"""What is in a message: its value, key and headers as JSON, whatever they were written in.

A value is in the registry's wire format where it begins as that does or says so in a header (schema-registry-api §20);
else it is JSON, else text, else bytes.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from contracthub.domain.errors import HubError
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.avro import binary as avro
from contracthub.formats.event_schemas import EventSchema
from contracthub.formats.protobuf import binary as protobuf
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.events.kafka import Record
from contracthub.verification.events.registry import Registry, SchemaUnknown

_PREFIX = 5
_GUID = 17
_VERSION_OF_HEADER = 1
KEY_HEADER, VALUE_HEADER = "__key_schema_id", "__value_schema_id"


class Undecodable(Exception):
    """The bytes are not what they claim to be; the text says why, and nobody else could read them either."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A value with the schema that its writer names: by number or by guid. ``indexes`` choose a Protobuf message."""

    payload: bytes
    schema_id: int | None = None
    guid: str | None = None

    @property
    def schema_name(self) -> str:
        """How people call the schema."""
        return f"id {self.schema_id}" if self.guid is None else f"guid {self.guid}"


@dataclass(frozen=True, slots=True)
class Content:
    """A value that was read. ``language`` is avro, json, protobuf, text, bytes, or none where nothing was sent.

    ``schema`` is the one that it was written with, where it names one.
    """

    value: JsonValue
    language: str
    schema: EventSchema | None = None
    framed: Framed | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message that was read; names of headers are in lower case."""

    record: Record
    value: Content
    key: Content
    headers: JsonObject = field(default_factory=dict)

    @property
    def shown(self) -> JsonObject:
        """The message as one value, for matchers; ``key`` is null where there is none."""
        return {
            "key": self.key.value,
            "headers": self.headers,
            "value": self.value.value,
            "text": self.text,
        }

    @property
    def text(self) -> JsonValue:
        """The value as it was sent, where that is text."""
        if self.record.value is None:
            return None
        try:
            return self.record.value.decode()
        except UnicodeDecodeError:
            return None


class Decoder:
    """Reads messages, with schemas from a registry, else with one that is known of the topic.

    ``schema_for`` gives the schema of a topic's values (or of its keys) for a message whose schema can't be asked for.
    """

    def __init__(
        self, registry: Registry | None, schema_for: Callable[[str, str], EventSchema | None] = lambda *_: None
    ) -> None:
        self._registry, self._schema_for = registry, schema_for

    def decoded(self, record: Record) -> Decoded:
        """The message. Raises Undecodable, and RegistryAway where a schema can't be had for now."""
        headers = {name.lower(): _text(value) for name, value in record.headers}
        raw = dict(record.headers)
        return Decoded(
            record=record,
            value=self._content(record.value, raw.get(VALUE_HEADER), record.topic, "value"),
            key=self._key(record, raw.get(KEY_HEADER)),
            headers=dict(headers),
        )

    def _key(self, record: Record, named: bytes | None) -> Content:
        """A key is text as a rule: ``7`` is no number, and five bytes that begin with a zero are no schema's."""
        if record.key is None:
            return Content(None, "none")
        if named is not None or self._schema_for(record.topic, "key") is not None or _is_framed(record.key):
            try:
                return self._content(record.key, named, record.topic, "key")
            except Undecodable:
                if named is not None:
                    raise
        return Content(_text(record.key), "text")

    def _content(self, data: bytes | None, named: bytes | None, topic: str, part: str) -> Content:
        if data is None:
            return Content(None, "none")
        framed = _named_in_header(data, named) if named is not None else _framed(data)
        if framed is not None:
            schema = self._schema_of(framed, topic, part)
            if schema is not None:
                return Content(_read(framed.payload, schema, in_frame=True), _language(schema), schema, framed)
            raise Undecodable(
                f"its schema ({framed.schema_name}) is not known: there is no --schema-registry, and no document of "
                "the provider has the schema of this topic"
            )
        known = self._schema_for(topic, part)
        if known is not None and known.type is not SchemaType.JSON:
            return Content(_read(data, known, in_frame=False), _language(known), known)
        return _plain(data)

    def _schema_of(self, framed: Framed, topic: str, part: str) -> EventSchema | None:
        if self._registry is None:
            return self._schema_for(topic, part)
        try:
            if framed.guid is not None:
                return self._registry.by_guid(framed.guid)
            return self._registry.by_id(framed.schema_id or 0)
        except SchemaUnknown as unknown:
            raise Undecodable(str(unknown)) from unknown


def _read(payload: bytes, schema: EventSchema, *, in_frame: bool) -> JsonValue:
    try:
        if schema.type is SchemaType.AVRO:
            return avro.decoded(payload, schema.document)
        if schema.type is SchemaType.PROTOBUF:
            indexes, start = _indexes(payload) if in_frame else ((0,), 0)
            return protobuf.decoded(payload[start:], schema.document, indexes)
        return safe_json.loads(payload)
    except (avro.NotAvro, protobuf.NotProtobuf) as error:
        raise Undecodable(f"it can't be read with the schema that it names: {error}") from error
    except HubError as error:
        raise Undecodable(f"it is no JSON: {error.message}") from error


def _plain(data: bytes) -> Content:
    try:
        return Content(safe_json.loads(data), "json")
    except HubError:
        pass
    try:
        return Content(data.decode(), "text")
    except UnicodeDecodeError:
        return Content(data.decode("latin-1"), "bytes")


def _is_framed(data: bytes) -> bool:
    return len(data) >= _PREFIX and data[0] == 0


def _framed(data: bytes) -> Framed | None:
    if not _is_framed(data):
        return None
    return Framed(data[_PREFIX:], int.from_bytes(data[1:_PREFIX], "big"))


def _named_in_header(data: bytes, named: bytes) -> Framed:
    """What a record header says of the schema: a version byte, then the guid (1) or the number (0)."""
    if len(named) >= _GUID and named[0] == _VERSION_OF_HEADER:
        return Framed(named[_GUID:] + data, guid=str(uuid.UUID(bytes=named[1:_GUID])))
    if len(named) >= _PREFIX and named[0] == 0:
        return Framed(named[_PREFIX:] + data, int.from_bytes(named[1:_PREFIX], "big"))
    raise Undecodable("its header says in no known way which schema it has")


def _indexes(payload: bytes) -> tuple[tuple[int, ...], int]:
    """The indexes of a Protobuf message, and where it begins."""
    at = 0

    def number() -> int:
        nonlocal at
        found = shift = 0
        while True:
            if at >= len(payload) or shift > 63:
                raise Undecodable("it says in no known way which Protobuf message it is")
            byte = payload[at]
            at += 1
            found |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return (found >> 1) ^ -(found & 1)

    count = number()
    if not 0 <= count <= len(payload):
        raise Undecodable("it says in no known way which Protobuf message it is")
    return (tuple(number() for _ in range(count)) or (0,)), at


def _language(schema: EventSchema) -> str:
    return schema.type.value.lower()


def _text(data: bytes | None) -> JsonValue:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
