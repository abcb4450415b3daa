"""The WebSocket channels of a provider's AsyncAPI, and whether what is heard on them is what they say."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracthub.domain.verification_reports import Mismatch
from contracthub.formats import safe_json
from contracthub.formats.asyncapi.events import Part, TopicSchema, event_schemas
from contracthub.formats.asyncapi.model import AsyncApiDocument, Channel, Direction, Parameter
from contracthub.formats.conversation.schemas import NotASchema, SchemaFault, faults_against, is_kept
from contracthub.formats.json_places import values_along
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.sockets.lines import Heard, NoJson

_PROTOCOLS = frozenset({"ws", "wss"})
_PARAMETER = re.compile(r"\{[^{}]*\}")
_MOST_MISMATCHES = 50
_MOST_EXAMPLES = 20
_TELLING = frozenset({"const", "enum"})


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """A message that the provider may say. Without a schema that is read here, any message does for it."""

    name: str
    schema: JsonValue = None
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class SocketChannel:
    """A channel on a WebSocket: ``told`` is what the provider may say there, ``asked`` examples of what it takes.

    ``params`` are values for its address that the document itself gives.
    """

    name: str
    address: str
    told: tuple[ToldMessage, ...]
    asked: tuple[JsonValue, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The parameters of the address that nobody gave a value for."""
        names = (each[1:-1] for each in _PARAMETER.findall(self.address))
        return tuple(name for name in names if name not in self.params)

    def is_at(self, path: str) -> bool:
        """Whether a path, filled in or with parameters of whatever names, is that of the channel."""
        pattern = "[^/]+".join(re.escape(each) for each in _PARAMETER.split(self.address))
        return re.fullmatch(pattern, path) is not None


def socket_channels(document: AsyncApiDocument) -> tuple[SocketChannel, ...]:
    """The channels that are reached over WebSockets, in the order of the document."""
    schemas: dict[str, list[TopicSchema]] = {}
    for each in event_schemas(document):
        if each.part is Part.VALUE:
            schemas.setdefault(each.channel, []).append(each)
    found = (each for each in document.channels.values() if each.protocols & _PROTOCOLS and each.address)
    return tuple(_channel(each, schemas.get(each.name, []), document) for each in found)


def _channel(channel: Channel, schemas: list[TopicSchema], document: AsyncApiDocument) -> SocketChannel:
    told = [each for each in schemas if Direction.SEND in each.directions]
    if not any(each.directions for each in schemas):
        # A document without operations does not say who says what.
        told = schemas
    asked = (
        example
        for each in schemas
        if Direction.RECEIVE in each.directions
        for example in _examples(document, each.pointer)
    )
    address = channel.address or ""
    return SocketChannel(
        name=channel.name,
        address=address if address.startswith("/") else f"/{address}",
        told=tuple(map(_told, told)),
        asked=tuple(value for value, _ in zip(asked, range(_MOST_EXAMPLES), strict=False)),
        params=dict(_values(channel.parameters)),
    )


def _told(schema: TopicSchema) -> ToldMessage:
    if schema.type != "JSON" or schema.text is None:
        return ToldMessage(schema.message, is_readable=False)
    return ToldMessage(schema.message, safe_json.loads(schema.text))


def _examples(document: AsyncApiDocument, pointer: str) -> Iterator[JsonValue]:
    try:
        message = values_along(document.document, pointer)[-1]
    except LookupError:
        # It stands in another file.
        return
    examples = message.get("examples") if isinstance(message, dict) else None
    for each in examples if isinstance(examples, list) else ():
        if isinstance(each, dict) and "payload" in each:
            yield each["payload"]


def _values(parameters: tuple[Parameter, ...]) -> Iterator[tuple[str, str]]:
    for each in parameters:
        said = each.place.value if isinstance(each.place.value, dict) else {}
        schema = said.get("schema")
        for holder in (said, schema if isinstance(schema, dict) else {}):
            listed = (holder.get("examples"), [holder.get("default")], holder.get("enum"))
            values = (value for some in listed if isinstance(some, list) for value in some if value is not None)
            first = next(values, None)
            if first is not None:
                yield each.name, str(first)
                break


@dataclass(slots=True)
class Conformity:
    """What was heard on a channel, held against the messages that it may have."""

    channel: SocketChannel
    heard: int = 0
    names: Counter[str] = field(default_factory=Counter)
    mismatches: list[Mismatch] = field(default_factory=list)

    def hear(self, heard: Heard) -> None:
        """Takes a message."""
        self.heard += 1
        told = self.channel.told
        try:
            value = heard.value
        except NoJson as error:
            if all(each.is_readable for each in told) and told:
                self._add(Mismatch("body", "", f"{heard.shown()!r} is no JSON: {error}"))
            return
        name = next((each.name for each in told if _is(each, value)), None)
        if name is not None:
            self.names[name] += 1
        elif told:
            self._add(*self._nearest(value, heard))

    def notes(self) -> tuple[str, ...]:
        """How much was heard, and of what."""
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.names.items()))
        return (f"{self.heard} messages were held against it{f' ({kinds})' if kinds else ''}",)

    def _nearest(self, value: JsonValue, heard: Heard) -> Iterator[Mismatch]:
        """How the message differs from the one that it comes closest to."""
        found = ((each.name, _faults(each, value)) for each in self.channel.told)
        name, faults = min(found, key=lambda each: _distance(each[1]))
        for fault in faults:
            yield Mismatch("body", f"{name} {fault.path}", fault.text, None, heard.shown())

    def _add(self, *found: Mismatch) -> None:
        for each in found:
            if len(self.mismatches) < _MOST_MISMATCHES and each not in self.mismatches:
                self.mismatches.append(each)


def _is(told: ToldMessage, value: JsonValue) -> bool:
    try:
        return not told.is_readable or is_kept(told.schema, value)
    except NotASchema:
        return True


def _faults(told: ToldMessage, value: JsonValue) -> list[SchemaFault]:
    try:
        return list(faults_against(told.schema, value))
    except NotASchema:
        return []


def _distance(faults: list[SchemaFault]) -> tuple[int, int]:
    """How far a message is from another: a constant, such as its type, tells more than all else."""
    return sum(each.keyword in _TELLING for each in faults), len(faults)
