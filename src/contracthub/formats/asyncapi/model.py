"""What an AsyncAPI document says, in one shape for all versions of the specification.

Directions are those of the application that the document describes. Version 2 is written from the outside, so its
``publish`` is RECEIVE here and its ``subscribe`` is SEND (diff-rules §2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from contracthub.domain.errors import Fault
from contracthub.domain.registry import SchemaType
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject

Binding: TypeAlias = "Place | None"


class Direction(StrEnum):
    """What the described application does with a message."""

    SEND = "send"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class Server:
    """Where the application is reached or a broker runs; ``host`` is the ``url`` of version 2."""

    name: str
    host: str
    protocol: str
    protocol_version: str | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of an address that varies; ``place`` is its declaration."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Payload:
    """The schema of a message, of its key or of its headers.

    ``type`` is None where the language is none that is read here, or the schema could not be had; ``note`` says so.
    ``document`` is the schema that was read, for Avro and Protobuf; a JSON Schema is read where it stands, at
    ``place``. ``dialect`` is that of a JSON Schema when it is not AsyncAPI's own.
    """

    type: SchemaType | None
    schema_format: str
    place: Place
    document: AvroSchema | ProtobufSchema | None = None
    dialect: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a channel. ``id`` is its key in version 3, and its ``messageId`` or what else names it in 2."""

    id: str
    name: str
    content_type: str | None
    payload: Payload | None
    headers: Payload | None
    key: Payload | None
    correlation: str | None
    bindings: Binding
    pointer: str
    deprecated: bool = False

    @property
    def lookup(self) -> str | None:
        """The strategy by which the subject of its schema is named, as its Kafka binding says."""
        kafka = self.bindings.value.get("kafka") if self.bindings and isinstance(self.bindings.value, dict) else None
        found = kafka.get("schemaLookupStrategy") if isinstance(kafka, dict) else None
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go. ``name`` is its key; ``address`` is None where it is only known at run time.

    ``topic`` is what its Kafka binding calls it, or else its address.
    """

    name: str
    address: str | None
    topic: str | None
    parameters: tuple[Parameter, ...]
    messages: Mapping[str, Message]
    protocols: frozenset[str]
    bindings: Binding
    pointer: str
    deprecated: bool = False

    @property
    def key(self) -> str:
        """What it is known by to others: its address, and its name where it has none."""
        return self.name if self.address is None else self.address


@dataclass(frozen=True, slots=True)
class Reply:
    """What answers a message: the name of the channel, the ids of its messages, and where the address is said."""

    channel: str | None
    messages: tuple[str, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """The application sends messages to a channel, or receives them from there; ``messages`` are ids in the channel."""

    name: str
    direction: Direction
    channel: str
    messages: tuple[str, ...]
    reply: Reply | None
    bindings: Binding
    pointer: str
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class AsyncApiDocument:
    """A document of ``version`` 2.0 to 3.1, with the files that it refers to.

    ``application`` is its title. ``warnings`` are rules of the specification that it breaks and what could not be read,
    with their places; neither keeps the rest from being of use.
    """

    version: str
    application: str
    document: JsonObject
    bundle: Bundle
    servers: tuple[Server, ...]
    channels: Mapping[str, Channel]
    operations: tuple[Operation, ...]
    warnings: tuple[Fault, ...] = field(default=())
