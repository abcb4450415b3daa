"""What an AsyncAPI document is made of: servers, channels, operations, messages, and the fields of their payloads.

A field is named by the channel, the message and its path in the data: ``simulation.events OrderPlaced $.lines[*].sku``;
headers and keys have ``headers`` and ``key`` for ``$``.
"""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.asyncapi.model import AsyncApiDocument, Channel, Message, Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.asyncapi.schemas import all_of, numbered_name, origin_of
from contracthub.formats.avro.elements import elements as elements_of_avro
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Place
from contracthub.formats.elements import Element, ElementKind, bounded
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.elements import elements_of
from contracthub.formats.jsonschema.model import Schema
from contracthub.formats.jsonschema.reading import JsonSchema, read_schema
from contracthub.formats.protobuf.elements import elements as elements_of_protobuf
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject


def elements(document: AsyncApiDocument) -> tuple[Element, ...]:
    """The parts of the document."""
    return bounded(_all(document))


def _all(document: AsyncApiDocument) -> Iterator[Element]:
    for server in document.servers:
        yield Element(ElementKind.SERVER, server.name, server.name, server.pointer)
    for channel in document.channels.values():
        yield Element(ElementKind.CHANNEL, channel.key, channel.key, channel.pointer, channel.deprecated)
        for parameter in channel.parameters:
            name = f"{channel.key} {{{parameter.name}}}"
            yield Element(ElementKind.PARAMETER, name, name, channel.pointer)
    for operation in document.operations:
        path = f"{operation.direction} {document.channels[operation.channel].key}"
        yield Element(ElementKind.OPERATION, operation.name, path, operation.pointer, operation.deprecated)
    fields = _Fields(document)
    for channel in document.channels.values():
        for key, message in channel.messages.items():
            yield from _of_message(channel, key, message, fields)


def _of_message(channel: Channel, key: str, message: Message, fields: "_Fields") -> Iterator[Element]:
    name = f"{channel.key} {key}"
    yield Element(ElementKind.MESSAGE, name, name, message.pointer, message.deprecated)
    for start, payload in (("key", message.key), ("headers", message.headers), ("$", message.payload)):
        if payload is not None:
            for each in fields.of(payload, start):
                kind = ElementKind.HEADER if start == "headers" and each.kind is ElementKind.FIELD else each.kind
                yield replace(each, kind=kind, name=f"{name} {each.name}", path=f"{name} {each.path}")


class _Fields:
    """Names the fields of schemas, and finds their places in the document."""

    def __init__(self, document: AsyncApiDocument) -> None:
        self._notes = Notes(document.bundle.root)
        self._gathering = all_of(document.bundle, numbered_name)
        self._schemas: dict[int, JsonSchema] = {}
        self._roots: dict[int, JsonObject] = {}
        for channel in document.channels.values():
            for message in channel.messages.values():
                for each in (message.key, message.headers, message.payload):
                    if each is not None and each.type is not None and each.document is None:
                        self._roots[id(each)] = self._gathering.add(each.place)
        self._schema = read_schema({"definitions": self._gathering.definitions})

    def of(self, payload: Payload, start: str) -> Iterator[Element]:
        """The fields of a schema, from ``start`` on."""
        if isinstance(payload.document, AvroSchema):
            for each in elements_of_avro(payload.document, start):
                yield replace(each, pointer=self._in_avro(payload.place, each.pointer or ""))
        elif isinstance(payload.document, ProtobufSchema):
            where = self._notes.where(payload.place.file, payload.place.pointer)
            for each in elements_of_protobuf(payload.document):
                yield replace(each, pointer=where)
        elif id(payload) in self._roots:
            root = Schema(self._roots[id(payload)], self._schema.root.base, "", self._schema)
            for each in elements_of(root, start):
                place = origin_of(self._gathering, each.pointer or "")
                yield replace(each, pointer=self._notes.where(place.file, place.pointer) if place else None)

    def _in_avro(self, place: Place, pointer: str) -> str:
        """Where a field of an Avro schema stands; the schema's own place where it was put together from several."""
        try:
            values_along(place.value, pointer)
        except LookupError:
            pointer = ""
        return self._notes.where(place.file, place.pointer + pointer)
