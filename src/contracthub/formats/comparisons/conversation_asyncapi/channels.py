"""The channels of an AsyncAPI document on which conversations are held, ready to be compared with many of them.

Directions are those of the provider that the document describes: version 2 is written from the outside (its ``publish``
is what the provider receives), version 3 from the inside.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.events import message_directions
from contracthub.formats.asyncapi.model import AsyncApiDocument, Channel, Direction, Message
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.bundle import Place as FilePlace
from contracthub.formats.comparisons.one_document import FILES, in_one, place_in_files
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.references import Place
from contracthub.formats.comparisons.pact_openapi.switches import OURS
from contracthub.formats.comparisons.pact_openapi.validation import Schemas
from contracthub.formats.conversation.model import Transport
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from contracthub.formats.comparisons.offered import OfferedDocument

PARAMETER = re.compile(r"\{[^{}]*\}")
# What a document may call the protocol of each; HTTP alone does not say how an answer is cut into messages.
PROTOCOLS: Mapping[Transport, frozenset[str]] = {
    Transport.WEBSOCKET: frozenset({"ws", "wss"}),
    Transport.SSE: frozenset({"sse", "http", "https"}),
    Transport.NDJSON: frozenset({"http", "https"}),
}
_TEXTS = ("text/",)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message of a channel. ``schema`` is the place of its payload; None where nothing that is read here says it."""

    name: str
    content_type: str | None
    schema: Place | None
    pointer: str
    deprecated: bool = False

    @property
    def is_json(self) -> bool:
        """Whether it may travel as JSON; where nothing is said of its type, it may be anything."""
        return self.content_type is None or is_json(self.content_type)

    @property
    def is_text(self) -> bool:
        """Whether it may travel as a text that is no JSON."""
        return self.content_type is None or self.content_type.lower().startswith(_TEXTS)


@dataclass(frozen=True, slots=True)
class ConversationChannel:
    """A channel: ``told`` is what the provider sends there, ``asked`` what it receives.

    ``address`` begins with a slash and has no query; ``query_names`` are those that stood behind it.
    """

    name: str
    address: str
    protocols: frozenset[str]
    told: tuple[ChannelMessage, ...]
    asked: tuple[ChannelMessage, ...]
    parameters: Mapping[str, Place]
    binding: Place
    pointer: str
    query_names: frozenset[str] = frozenset()
    deprecated: bool = False

    @property
    def freedom(self) -> int:
        """How many parts of the address may be anything: of two that fit, the one with fewer is meant."""
        return len(PARAMETER.findall(self.address))

    def carries(self, transport: Transport) -> bool:
        """Whether the document lets conversations of this kind be held there."""
        return not self.protocols or bool(self.protocols & PROTOCOLS[transport])


@dataclass(frozen=True)
class CompiledChannels:
    """The channels of one document. Validators are made once, when a message is first held against them."""

    name: str
    root: str
    document: JsonObject
    channels: tuple[ConversationChannel, ...]
    prefixes: tuple[str, ...]
    credentials: frozenset[tuple[str, str]]
    schemas: Schemas

    def place(self, pointer: str) -> str:
        """A pointer into the document as findings tell it: after the name of the file, where that is not the root."""
        file, inner = place_in_files(self.root, pointer)
        return inner if file == self.root else f"{file}#{inner}"


def compile_channels(document: "OfferedDocument", limits: Limits = DOCUMENT) -> CompiledChannels:
    """The channels of a document. Raises ``Invalid`` and ``TooLarge``."""
    files = dict(document.files)
    parsed = parse(files[document.root], files, name=document.root, limits=limits)
    whole = parsed.document if len(files) == 1 else in_one(document.root, files, limits)
    return CompiledChannels(
        name=document.name,
        root=document.root,
        document=whole,
        channels=tuple(_channels(parsed)),
        prefixes=tuple(dict.fromkeys(_prefixes(whole))),
        credentials=frozenset(_credentials(whole)),
        schemas=Schemas(whole, OURS),
    )


def _channels(parsed: AsyncApiDocument) -> Iterator[ConversationChannel]:
    directions = message_directions(parsed)
    has_operations = bool(parsed.operations)
    for channel in parsed.channels.values():
        if channel.address is not None:
            yield _channel(channel, directions if has_operations else None, parsed.bundle.root)


def _channel(
    channel: Channel,
    directions: Mapping[tuple[str, str], Sequence[Direction]] | None,
    root: str,
) -> ConversationChannel:
    messages = {id_: _message(each, root) for id_, each in channel.messages.items()}

    def of(direction: Direction) -> tuple[ChannelMessage, ...]:
        # A document without operations does not say who says what.
        return tuple(
            each
            for id_, each in messages.items()
            if directions is None or direction in directions.get((channel.name, id_), ())
        )

    address, _, query = (channel.address or "").partition("?")
    if _SCHEME.match(address):
        address = _path_of(address)
    return ConversationChannel(
        name=channel.name,
        address=address if address.startswith("/") else f"/{address}",
        protocols=channel.protocols,
        told=of(Direction.SEND),
        asked=of(Direction.RECEIVE),
        parameters={each.name: _local(each.place, root) for each in channel.parameters},
        binding=_local(channel.bindings, root).member("ws") if channel.bindings else Place({}, ""),
        pointer=channel.pointer,
        query_names=frozenset(part.partition("=")[0] for part in query.split("&") if part),
        deprecated=channel.deprecated,
    )


def _message(message: Message, root: str) -> ChannelMessage:
    payload = message.payload
    readable = payload is not None and payload.type is SchemaType.JSON
    return ChannelMessage(
        name=message.name or message.id,
        content_type=message.content_type,
        schema=_local(payload.place, root) if readable and payload is not None else None,
        pointer=message.pointer,
        deprecated=message.deprecated,
    )


def _local(place: FilePlace, root: str) -> Place:
    """The place in the document that holds all files."""
    if place.file in {root, ""}:
        return Place(place.value, place.pointer)
    return Place(place.value, child(child("", FILES), place.file) + place.pointer)


def _prefixes(document: JsonObject) -> Iterator[str]:
    """The paths of the servers, which stand before every address; the empty one last."""
    servers = document.get("servers")
    for each in servers.values() if isinstance(servers, dict) else ():
        said = each if isinstance(each, dict) else {}
        path, url = said.get("pathname"), said.get("url")
        found = path if isinstance(path, str) else _path_of(url) if isinstance(url, str) else ""
        if found.strip("/") and "{" not in found:
            yield "/" + found.strip("/")
    yield ""


def _path_of(url: str) -> str:
    try:
        return urlsplit(url if _SCHEME.match(url) else f"any://{url}").path
    except ValueError:
        return ""


def _credentials(document: JsonObject) -> Iterator[tuple[str, str]]:
    """Where credentials are sent, and their names: nobody writes those into a contract."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    for each in schemes.values() if isinstance(schemes, dict) else ():
        where: JsonValue = each.get("in") if isinstance(each, dict) else None
        name: JsonValue = each.get("name") if isinstance(each, dict) else None
        if isinstance(where, str) and isinstance(name, str):
            yield where, name.lower() if where == "header" else name
