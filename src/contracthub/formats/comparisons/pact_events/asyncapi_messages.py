"""The messages of an AsyncAPI document of version 2 or 3."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.contract import read
from contracthub.formats.asyncapi.model import AsyncApiDocument, Channel, Direction, Message, Operation, Payload
from contracthub.formats.asyncapi.schemas import Gathering, all_of, numbered_name, origin_of
from contracthub.formats.avro.model import AvroSchema, Enum, Fixed, Record, short_name
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.pact_events.avro_payloads import AvroPart
from contracthub.formats.comparisons.pact_events.catalogue import Flow, OfferedMessage, names_in
from contracthub.formats.comparisons.pact_events.json_payloads import (
    NOWHERE,
    Described,
    JsonPart,
    described,
    in_todays_words,
    plain_names,
)
from contracthub.formats.comparisons.pact_events.protobuf_payloads import ProtobufPart
from contracthub.formats.comparisons.pact_events.protobuf_types import Types
from contracthub.formats.comparisons.pact_events.samples import Part
from contracthub.formats.comparisons.pact_openapi.references import lookup
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.keywords import schemas_in
from contracthub.formats.pointers import token
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject
from contracthub.formats.uploads import Upload

_FLOWS = {Direction.SEND: Flow.SENT, Direction.RECEIVE: Flow.RECEIVED}
_OTHER = {Flow.SENT: Flow.RECEIVED, Flow.RECEIVED: Flow.SENT, Flow.UNSAID: Flow.UNSAID}


def messages_of(offered: OfferedDocument) -> tuple[tuple[OfferedMessage, ...], frozenset[str]]:
    """Every message of every operation, those that no operation names, and the names of the operations.

    Raises ``Invalid`` and ``TooLarge``.
    """
    document = read(Upload(offered.root, offered.files))
    reading = _Reading(offered.name, document)
    return tuple(reading.messages()), frozenset(each.name for each in document.operations)


class _Reading:
    def __init__(self, name: str, document: AsyncApiDocument) -> None:
        self._name, self._document = name, document
        self._schemas = _Schemas(document)
        self._is_3 = document.version >= "3"

    def messages(self) -> Iterator[OfferedMessage]:
        """All of them, in the order of the document."""
        told: set[tuple[str, str]] = set()
        for operation in self._document.operations:
            channel = self._document.channels[operation.channel]
            for id_ in operation.messages:
                told.add((channel.name, id_))
                for each in self._offered(channel, channel.messages[id_]):
                    made = replace(each, flow=_FLOWS[operation.direction], operations=(operation.name,))
                    replies = self._replies(operation, _OTHER[made.flow])
                    yield replace(made, replies=replies)
                    yield from replies or ()
        for channel in self._document.channels.values():
            for id_, message in channel.messages.items():
                if (channel.name, id_) not in told:
                    yield from (replace(each, flow=Flow.UNSAID) for each in self._offered(channel, message))

    def _replies(self, operation: Operation, flow: Flow) -> tuple[OfferedMessage, ...] | None:
        if operation.reply is None:
            return () if self._is_3 else None
        channel = self._document.channels[operation.reply.channel or operation.channel]
        return tuple(
            replace(each, flow=flow, operations=(operation.name,), is_reply=True)
            for id_ in operation.reply.messages
            for each in self._offered(channel, channel.messages[id_])
        )

    def _offered(self, channel: Channel, message: Message) -> Iterator[OfferedMessage]:
        """The message; where its payload is a file of Protobuf, once for each message that may be meant."""
        payload = message.payload
        whole = OfferedMessage(
            document=self._name,
            title=f"{message.name} on {channel.key}",
            pointer=message.pointer,
            says_whole=self._is_3,
            channels=names_in((channel.address, channel.topic, channel.name)),
            names=names_in((message.id, message.name, self._title(message), *_names_of(payload))),
            content_type=message.content_type,
            headers=self._schemas.part(message.headers),
            key=self._schemas.part(message.key),
            note=payload.note or (None if payload.type else "its schema can't be read") if payload else None,
        )
        if payload is not None and isinstance(payload.document, ProtobufSchema):
            for part in self._schemas.protobuf(payload, payload.document):
                yield replace(
                    whole, payload=part, names=(*whole.names, part.message.title, part.message.descriptor.name)
                )
            return
        yield replace(whole, payload=self._schemas.part(payload))

    def _title(self, message: Message) -> str | None:
        if "#" in message.pointer:
            return None
        try:
            found = values_along(self._document.document, message.pointer)[-1]
        except LookupError:
            return None
        title = found.get("title") if isinstance(found, dict) else None
        return title if isinstance(title, str) else None


class _Schemas:
    """Makes each schema ready once, however many messages have it."""

    def __init__(self, document: AsyncApiDocument) -> None:
        self._bundle = document.bundle
        self._gathered = {hides: _Gathered(document.bundle, hides_siblings=hides) for hides in (False, True)}
        self._parts: dict[int, Part | None] = {}
        self._files: dict[int, tuple[ProtobufPart, ...]] = {}
        for channel in document.channels.values():
            for message in channel.messages.values():
                for each in (message.payload, message.headers, message.key):
                    if each is not None and each.type is SchemaType.JSON:
                        self._gathered[_hides_siblings(each)].add(each)

    def part(self, payload: Payload | None) -> Part | None:
        """The schema, None where it is none that is read."""
        if payload is None or payload.type is None:
            return None
        if id(payload) not in self._parts:
            self._parts[id(payload)] = self._part(payload)
        return self._parts[id(payload)]

    def protobuf(self, payload: Payload, schema: ProtobufSchema) -> tuple[ProtobufPart, ...]:
        """The messages that a file may be about."""
        if id(payload) not in self._files:
            types = Types(schema)
            where = _constant(_place(self._bundle, payload.place.file, payload.place.pointer))
            self._files[id(payload)] = tuple(ProtobufPart(types, each, where) for each in types.roots())
        return self._files[id(payload)]

    def _part(self, payload: Payload) -> Part | None:
        if isinstance(payload.document, AvroSchema):
            place = payload.place
            if isinstance(place.value, str):
                return AvroPart(payload.document, _constant(_place(self._bundle, place.file, place.pointer)))
            return AvroPart(payload.document, lambda pointer: _place(self._bundle, place.file, place.pointer + pointer))
        if isinstance(payload.document, ProtobufSchema):
            return next(iter(self.protobuf(payload, payload.document)), None)
        return self._gathered[_hides_siblings(payload)].part(payload)


class _Gathered:
    """JSON Schemas from all over the files, in one document."""

    def __init__(self, bundle: Bundle, *, hides_siblings: bool) -> None:
        self._bundle = bundle
        self._gathering: Gathering = all_of(bundle, numbered_name, lost={"$ref": NOWHERE})
        self._references: dict[int, JsonObject] = {}
        self._hides_siblings = hides_siblings
        self._made: tuple[JsonObject, Described] | None = None

    def add(self, payload: Payload) -> None:
        """Gather a schema, before the first part is asked for."""
        self._references[id(payload)] = self._gathering.add(payload.place)

    def part(self, payload: Payload) -> JsonPart | None:
        """A schema that was gathered."""
        document, ready = self._document()
        place = lookup(document, str(self._references[id(payload)].get("$ref", "#/-")))
        return None if place is None else JsonPart(ready, place, self._where, plain_names(document, place))

    def _document(self) -> tuple[JsonObject, Described]:
        if self._made is None:
            document: JsonObject = {"definitions": self._gathering.definitions}
            for schema, _ in [*schemas_in(document)]:
                made = in_todays_words(schema)
                if made is not schema:
                    schema.clear()
                    schema.update(made)
            if not self._hides_siblings:
                document["asyncapi"] = ""
            self._made = document, described(document)
        return self._made

    def _where(self, pointer: str) -> str:
        found = origin_of(self._gathering, pointer)
        return "" if found is None else _place(self._bundle, found.file, found.pointer)


def _hides_siblings(payload: Payload) -> bool:
    """Up to draft 7 a reference hides what stands beside it; in AsyncAPI's own schemas people mean both."""
    if payload.dialect is None:
        return payload.schema_format.lower().startswith("application/schema")
    return "draft-0" in payload.dialect


def _place(bundle: Bundle, file: str, pointer: str) -> str:
    """A place as it is told, as far as there is something: after its file, where that is not the root."""
    document = bundle.documents.get(file) if file else None
    written = pointer if document is None else _written(Place(file, "", document), pointer)
    return written if file in {"", bundle.root} else f"{file}#{written}"


def _written(document: Place, pointer: str) -> str:
    node, found = document.value, ""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        else:
            break
        found = f"{found}/{token(name)}"
    return found


def _constant(place: str) -> Callable[[str], str]:
    return lambda _: place


def _names_of(payload: Payload | None) -> tuple[str, ...]:
    """What the schema itself calls the message."""
    if payload is None:
        return ()
    if isinstance(payload.document, AvroSchema):
        root = payload.document.resolved(payload.document.root)
        return (root.name, short_name(root.name)) if isinstance(root, Record | Enum | Fixed) else ()
    value: object = payload.place.value
    title = value.get("title") if isinstance(value, Mapping) else None
    return (title,) if isinstance(title, str) else ()
