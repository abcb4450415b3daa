"""AsyncAPI in, subjects out: the schemas of each topic, as a schema registry would have them (schema-registry-api §19).

The registry knows subjects and not who writes them; the document knows both.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.asyncapi.model import (
    AsyncApiDocument,
    Channel,
    Direction,
    Message,
    Operation,
    Payload,
)
from contracthub.formats.asyncapi.schemas import Gathering, readable_name
from contracthub.formats.avro.canonical import resolved_text
from contracthub.formats.avro.model import AvroSchema, Enum, Fixed, Record
from contracthub.formats.bundle import Bundle
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject, JsonValue

# What Kafka lets a topic be called; an address with a parameter is none.
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
_KAFKA = frozenset({"kafka", "kafka-secure"})
_MOST_VALUES = 500_000
"""The values of all JSON Schemas of a document together, each with all that it refers to."""


class Part(StrEnum):
    """Which part of a message a schema is of."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class TopicSchema:
    """The schema of a message in a channel.

    ``directions`` are what the described application does with the message; none when no operation says so. ``text``
    needs nothing beside it: what the document refers to is in it. It is None where ``type`` is None, and ``note`` says
    why. ``subject`` is the name that serializers would register it under, None where the topic is no Kafka topic or
    has a parameter in its name. ``pointer`` is where the message stands in the document.
    """

    channel: str
    address: str | None
    topic: str | None
    subject: str | None
    message: str
    part: Part
    directions: tuple[Direction, ...]
    type: SchemaType | None
    text: str | None
    schema_format: str
    note: str | None
    pointer: str


def event_schemas(document: AsyncApiDocument) -> tuple[TopicSchema, ...]:
    """The schemas of all messages of all channels, keys before values. Never raises."""
    texts = _Texts(document.bundle)
    directions = message_directions(document)
    return tuple(
        each
        for channel in document.channels.values()
        for id_, message in channel.messages.items()
        for each in _of_message(channel, message, directions.get((channel.name, id_), ()), texts)
    )


def header_schemas(document: AsyncApiDocument) -> Mapping[tuple[str, str], str]:
    """The JSON Schema of the headers of each message that has one, by channel and message. Never raises."""
    texts = _Texts(document.bundle)
    found: dict[tuple[str, str], str] = {}
    for channel in document.channels.values():
        for id_, message in channel.messages.items():
            if message.headers is not None and message.headers.type is SchemaType.JSON:
                text = texts.of(message.headers)
                if text is not None:
                    found[channel.name, id_] = text
    return found


def _of_message(
    channel: Channel, message: Message, directions: tuple[Direction, ...], texts: "_Texts"
) -> Iterator[TopicSchema]:
    for part, payload in ((Part.KEY, message.key), (Part.VALUE, message.payload)):
        if payload is None:
            continue
        text = texts.of(payload)
        note = payload.note or (_TOO_LARGE if text is None and payload.type is not None else None)
        yield TopicSchema(
            channel=channel.name,
            address=channel.address,
            topic=channel.topic,
            subject=_subject(channel, message, part, payload),
            message=message.id,
            part=part,
            directions=directions,
            type=payload.type if text is not None else None,
            text=text,
            schema_format=payload.schema_format,
            note=note,
            pointer=message.pointer,
        )


_TOO_LARGE = f"with all that they refer to, the schemas of the document have more than {_MOST_VALUES:,} values"


def message_directions(document: AsyncApiDocument) -> Mapping[tuple[str, str], tuple[Direction, ...]]:
    """What is done with each message of each channel. Operations that use the same messages are looked at once."""
    lists: dict[tuple[str, int, Direction], tuple[str, ...]] = {}
    for operation in document.operations:
        for channel, direction, messages in _uses(operation):
            lists[channel, id(messages), direction] = messages
    found: dict[tuple[str, str], set[Direction]] = {}
    for (channel, _, direction), messages in lists.items():
        for message in messages:
            found.setdefault((channel, message), set()).add(direction)
    return {key: tuple(each for each in Direction if each in some) for key, some in found.items()}


def _uses(operation: Operation) -> Iterator[tuple[str, Direction, tuple[str, ...]]]:
    yield operation.channel, operation.direction, operation.messages
    if operation.reply is not None:
        # Who sends a request receives what answers it.
        answer = Direction.RECEIVE if operation.direction is Direction.SEND else Direction.SEND
        yield operation.reply.channel or operation.channel, answer, operation.reply.messages


class _Texts:
    """Writes each schema once, and no more in all than a registry would take."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._left = _MOST_VALUES
        self._written: dict[int, str | None] = {}

    def of(self, payload: Payload) -> str | None:
        """The text of a schema; None when it was not read, or is too large with all that it refers to."""
        if id(payload) not in self._written:
            self._written[id(payload)] = self._text(payload)
        return self._written[id(payload)]

    def _text(self, payload: Payload) -> str | None:
        if isinstance(payload.document, AvroSchema):
            return resolved_text(payload.document)
        if isinstance(payload.document, ProtobufSchema):
            return str(payload.place.value)
        return self._json(payload) if payload.type is SchemaType.JSON else None

    def _json(self, payload: Payload) -> str | None:
        gathering = Gathering(self._bundle, readable_name, most=self._left)
        reference = gathering.add(payload.place)
        self._left = max(gathering.most, 0)
        if not gathering.is_complete:
            return None
        document = _document(reference, gathering.definitions)
        if isinstance(document, dict):
            document = {"$schema": payload.dialect or f"{DEFAULT_DIALECT}#", **document}
        return safe_json.dumps(document).decode()


def _document(reference: JsonObject, definitions: JsonObject) -> JsonValue:
    """One schema with its definitions inside; it begins with itself unless it refers to itself."""
    name = next(iter(definitions), None)
    if name is None:
        return reference
    root = definitions[name]
    rest = {other: each for other, each in definitions.items() if other != name}
    if not isinstance(root, dict):
        return root
    if "definitions" in root or safe_json.dumps(reference)[1:-1] in safe_json.dumps(definitions):
        return {**reference, "definitions": definitions}
    return {**root, "definitions": rest} if rest else root


def _subject(channel: Channel, message: Message, part: Part, payload: Payload) -> str | None:
    topic = channel.topic
    if channel.protocols and not channel.protocols & _KAFKA:
        return None
    strategy = (message.lookup or "").rpartition(".")[2]
    record = _record_name(payload) if strategy.endswith("RecordNameStrategy") and part is Part.VALUE else None
    if strategy == "RecordNameStrategy" and record:
        return record
    if topic is None or not _TOPIC.fullmatch(topic):
        return None
    return f"{topic}-{record}" if record else f"{topic}-{part}"


def _record_name(payload: Payload) -> str | None:
    document = payload.document
    if isinstance(document, AvroSchema):
        root = document.resolved(document.root)
        return root.name if isinstance(root, Record | Enum | Fixed) else None
    if isinstance(document, ProtobufSchema):
        file = document.resolved
        first = file.message_type[0].name if file.message_type else None
        return f"{file.package}.{first}" if file.package and first else first
    value = payload.place.value
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else None
