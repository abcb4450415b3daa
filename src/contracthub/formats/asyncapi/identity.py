"""When two AsyncAPI documents are the same for everybody who sends to the application or receives from it.

What does not count: the order of keys; titles, descriptions, tags, examples, links and extensions; the version of the
application and of the specification; which part stands where, in which file and under which name in ``components``,
and what nobody uses; whether a content type is the default or written at each message, and whether something comes
from a trait.

What counts: servers (address, protocol); channels with address, topic, parameters and bindings; operations by name,
with direction, messages, reply and bindings; messages by id and name, with content type, format, key, headers, payload
(see the identities of those formats), correlation and bindings.
"""

import hashlib

from contracthub.formats import safe_json
from contracthub.formats.asyncapi.model import AsyncApiDocument, Binding, Channel, Message, Operation, Payload
from contracthub.formats.asyncapi.schemas import all_of, numbered_name
from contracthub.formats.avro.identity import identity as identity_of_avro
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.jsonschema.identity import bare
from contracthub.formats.protobuf.identity import identity as identity_of_protobuf
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonValue


def identity(document: AsyncApiDocument) -> str:
    """The sha under which evidence about the document is kept."""
    written = _Bare(document)
    # A document whose parts are too large to be put together is told apart by everything that was uploaded.
    whole: JsonValue = {**document.bundle.documents}
    everything = written.everything()
    text = safe_json.canonical(everything if written.is_complete else whole)
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


class _Bare:
    """Writes a document with what counts. Every JSON Schema is there once, by its number in the order of use."""

    def __init__(self, document: AsyncApiDocument) -> None:
        self._document = document
        self._gathering = all_of(document.bundle, numbered_name, sort=True)

    @property
    def is_complete(self) -> bool:
        """Whether nothing had to be left out."""
        return self._gathering.is_complete

    def everything(self) -> JsonValue:
        """The whole document."""
        document = self._document
        servers: JsonValue = [
            [each.name, each.host, each.protocol, each.protocol_version]
            for each in sorted(document.servers, key=lambda each: each.name)
        ]
        channels: JsonValue = [self._channel(each) for _, each in sorted(document.channels.items())]
        operations: JsonValue = [
            self._operation(each) for each in sorted(document.operations, key=lambda each: each.name)
        ]
        schemas = {name: bare(each) for name, each in self._gathering.definitions.items()}
        return [servers, channels, operations, schemas]

    def _channel(self, channel: Channel) -> JsonValue:
        return [
            *(channel.name, channel.address, channel.topic, channel.deprecated, self._bindings(channel.bindings)),
            [[each.name, self._free(each.place)] for each in channel.parameters],
            [self._message(key, each) for key, each in sorted(channel.messages.items())],
        ]

    def _message(self, key: str, message: Message) -> JsonValue:
        schemas: list[JsonValue] = [self._schema(each) for each in (message.key, message.headers, message.payload)]
        rest: list[JsonValue] = [message.content_type, message.correlation, message.deprecated]
        return [key, message.name, *rest, self._bindings(message.bindings), *schemas]

    def _operation(self, operation: Operation) -> JsonValue:
        reply = operation.reply
        used = self._used(operation.channel, operation.messages)
        answered = None if reply is None else self._used(reply.channel or operation.channel, reply.messages)
        return [
            *(operation.name, operation.direction.value, operation.channel, used),
            *(operation.deprecated, self._bindings(operation.bindings)),
            None if reply is None else [reply.channel, answered, reply.address],
        ]

    def _used(self, channel: str, messages: tuple[str, ...]) -> JsonValue:
        """Which messages of a channel; True for all of them, which need not be listed."""
        return len(messages) == len(self._document.channels[channel].messages) or [*sorted(messages)]

    def _schema(self, payload: Payload | None) -> JsonValue:
        if payload is None:
            return None
        if isinstance(payload.document, AvroSchema):
            return ["avro", identity_of_avro(payload.document)]
        if isinstance(payload.document, ProtobufSchema):
            return ["protobuf", identity_of_protobuf(payload.document)]
        if payload.type is not None:
            return [payload.dialect, self._gathering.add(payload.place)]
        return [payload.schema_format, self._free(payload.place)]

    def _bindings(self, place: Binding) -> JsonValue:
        """What each protocol is told; the schema of a key counts by itself."""
        value = self._free(place)
        if not isinstance(value, dict):
            return value
        return {
            protocol: {key: member for key, member in each.items() if key not in {"key", "bindingVersion"}}
            if isinstance(each, dict)
            else each
            for protocol, each in value.items()
        }

    def _free(self, place: Binding) -> JsonValue:
        """Something whose rules are not known here: its members as they are, without descriptions."""
        if place is None:
            return None
        found = self._document.bundle.resolved(place) or place
        return bare(self._gathering.copied(found.value, found.file))
