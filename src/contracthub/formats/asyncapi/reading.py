"""Reads the parts that all versions have: servers, messages, parameters."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracthub.domain.errors import TooLarge
from contracthub.formats.asyncapi.merging import with_traits
from contracthub.formats.asyncapi.model import Channel, Message, Operation, Parameter, Payload, Server
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.asyncapi.payloads import Payloads, is_in_another_language
from contracthub.formats.asyncapi.rules import broken_rules
from contracthub.formats.asyncapi.schemas import size_of
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

_IN_ADDRESS = re.compile(r"\{([^{}]*)\}")
_LONGEST_CHAIN = 20
_MOST_IN_TRAITS = 500_000


@dataclass(slots=True)
class Model:
    """What is read of a document."""

    servers: dict[str, Server]
    channels: dict[str, Channel]
    operations: list[Operation]


class Parts:
    """Goes through one document and the files with it."""

    # What the schema of the specification calls the parts; version 3 renamed some.
    names: Mapping[str, str] = {}
    traits_override = False

    def __init__(self, version: str, bundle: Bundle, notes: Notes, payloads: Payloads) -> None:
        self.version, self.bundle, self.notes, self.payloads = version, bundle, notes, payloads
        self.model = Model({}, {}, [])
        self._messages: dict[tuple[str, str], Message] = {}
        self._traits_left = _MOST_IN_TRAITS
        self._sizes: dict[tuple[str, str], int] = {}
        self._held: set[tuple[str, str]] = set()

    @property
    def root(self) -> Place:
        """The document that was published."""
        return Place(self.bundle.root, "", self.bundle.documents[self.bundle.root])

    def member(self, place: Place, *steps: str | int) -> Place | None:
        """What stands inside of a place; None when there is nothing."""
        for step in steps:
            value = place.value
            if isinstance(value, dict) and step in value:
                inner: JsonValue = value[str(step)]
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                inner = value[step]
            else:
                return None
            place = Place(place.file, child(place.pointer, step), inner)
        return place

    def each(self, place: Place | None) -> Iterator[tuple[str, Place]]:
        """The members of an object by name, or the items of a list by number."""
        value = place.value if place is not None else None
        assert place is not None or value is None
        if isinstance(value, dict) and place is not None:
            yield from ((key, Place(place.file, child(place.pointer, key), each)) for key, each in value.items())
        elif isinstance(value, list) and place is not None:
            yield from (
                (str(index), Place(place.file, child(place.pointer, index), each)) for index, each in enumerate(value)
            )

    def way(self, place: Place) -> list[Place]:
        """The place, and each one that references lead to from there; the last is no reference."""
        places = [place]
        for _ in range(_LONGEST_CHAIN):
            reference = places[-1].value.get("$ref") if isinstance(places[-1].value, dict) else None
            found = self.bundle.find(reference, places[-1].file) if isinstance(reference, str) else "no reference"
            if isinstance(found, str):
                return places
            places.append(found)
        return places

    def part(self, place: Place, kind: str) -> Place | None:
        """What a place holds or refers to, when it is an object; held against the rules if it is in another file."""
        found = self.bundle.resolved(place)
        if found is None or not isinstance(found.value, dict):
            return None
        key = found.file, found.pointer
        if found.file != self.bundle.root and key not in self._held:
            self._held.add(key)
            for pointer, text in broken_rules(self.version, found.value, self.names.get(kind, kind)):
                if not is_in_another_language(found.value, pointer):
                    self.notes.fault(Place(found.file, found.pointer + pointer, None), text)
        return found

    def text(self, place: Place | None, *steps: str) -> str | None:
        """The string inside of a place; None when there is none."""
        found = self.member(place, *steps) if place is not None else None
        return found.value if found is not None and isinstance(found.value, str) else None

    # Servers

    def read_servers(self) -> None:
        """All servers of the document."""
        for name, each in self.each(self.member(self.root, "servers")):
            place = self.part(each, "server")
            if place is None:
                continue
            host = self.text(place, "host") or self.text(place, "url") or ""
            path = self.text(place, "pathname") or ""
            self.model.servers[name] = Server(
                name,
                host + path,
                (self.text(place, "protocol") or "").lower(),
                self.text(place, "protocolVersion"),
                self.notes.where(each.file, each.pointer),
            )
            self._check_variables(each, place, host + path)
        self._all_protocols = {server.protocol for server in self.model.servers.values()}

    def _check_variables(self, each: Place, place: Place, address: str) -> None:
        declared = {name for name, _ in self.each(self.member(place, "variables"))}
        for name in _IN_ADDRESS.findall(address):
            if name not in declared:
                self.notes.warning(each, f"does not declare the variable {name[:100]!r} of its address")

    def protocols_of(self, servers: list[str] | None, bindings: Place | None) -> frozenset[str]:
        """Which protocols a channel is reached by: those of its servers, which are all by default."""
        known = self.model.servers
        bound = bindings.value if bindings is not None and isinstance(bindings.value, dict) else {}
        protocols = {known[name].protocol for name in servers if name in known} if servers else self._all_protocols
        return frozenset({name for name in protocols if name} | {name for name in bound if not name.startswith("x-")})

    # Parameters

    def parameters(self, channel: Place, address: str | None, holder: Place) -> tuple[Parameter, ...]:
        """The parameters of a channel in the order of its address."""
        declared = dict(self.each(self.member(holder, "parameters")))
        wanted = [*dict.fromkeys(_IN_ADDRESS.findall(address or ""))]
        for name in wanted:
            if name not in declared:
                text = f"does not declare the parameter {name[:100]!r} of its address; add it to parameters"
                self.notes.warning(channel, text)
        for name in declared:
            if address is not None and name not in wanted:
                text = f"is no part of the address {address[:200]!r}"
                self.notes.warning(channel, text, "parameters", name)
        order = {name: index for index, name in enumerate(wanted)}
        names = sorted(declared, key=lambda name: order.get(name, len(order)))
        return tuple(Parameter(name, self.part(declared[name], "parameter") or declared[name]) for name in names)

    # Messages

    def message(self, place: Place, fallback: str) -> Message | None:
        """A message with its traits. ``fallback`` is its id when nothing names it."""
        found = self.part(place, "message")
        if found is None:
            return None
        key = found.file, found.pointer
        if key not in self._messages:
            self._messages[key] = self._message(found, self._id_of(found, fallback))
        return self._messages[key]

    def _id_of(self, found: Place, fallback: str) -> str:
        said = self.text(found, "messageId")
        if said is not None:
            return said
        parent, _, key = found.pointer.rpartition("/")
        if parent == "/components/messages":
            return key.replace("~1", "/").replace("~0", "~")
        return self.text(found, "name") or fallback

    def _message(self, found: Place, id_: str) -> Message:
        traits = [
            trait
            for _, each in self.each(self.member(found, "traits"))
            if (trait := self.part(each, "messageTrait")) is not None
        ]
        self._weigh(traits)
        members = with_traits(found, traits, self.bundle, override=self.traits_override)
        schema_format = _text(members.get("schemaFormat"))
        bindings = self._resolved(members.get("bindings"))
        default = self.root.value.get("defaultContentType") if isinstance(self.root.value, dict) else None
        correlation = self._resolved(members.get("correlationId"))
        return Message(
            id=id_,
            name=_text(members.get("name")) or id_,
            content_type=_text(members.get("contentType")) or (default if isinstance(default, str) else None),
            payload=self._schema(members.get("payload"), schema_format),
            headers=self._schema(members.get("headers"), None),
            key=self._key(bindings, schema_format or self._format_inside(members.get("payload"))),
            correlation=self.text(correlation, "location"),
            bindings=bindings,
            pointer=self.notes.where(found.file, found.pointer),
            deprecated=members["deprecated"].value is True if "deprecated" in members else False,
        )

    def _weigh(self, traits: Iterable[Place]) -> None:
        """Count what is merged: a trait is written once and may be used everywhere. Raises ``TooLarge``."""
        for trait in traits:
            key = trait.file, trait.pointer
            if key not in self._sizes:
                self._sizes[key] = size_of(trait.value)
            self._traits_left -= self._sizes[key]
        if self._traits_left < 0:
            text = f"Wherever they are used, the traits have more than {_MOST_IN_TRAITS:,} values. Write fewer of them."
            raise TooLarge("too-many-values", text, limit=_MOST_IN_TRAITS)

    def _resolved(self, place: Place | None) -> Place | None:
        return self.bundle.resolved(place) if place is not None else None

    def _schema(self, place: Place | None, schema_format: str | None) -> Payload | None:
        if place is None:
            return None
        inner = self.multi_format(place)
        if inner is not None:
            return self.payloads.read(inner, self._format_inside(place))
        return self.payloads.read(place, schema_format)

    def multi_format(self, place: Place) -> Place | None:
        """The schema in an object that says its format beside it; only version 3 has such."""
        del place
        return None

    def _format_inside(self, place: Place | None) -> str | None:
        found = self._resolved(place)
        return self.text(found, "schemaFormat") if found is not None and self.multi_format(found) else None

    def _key(self, bindings: Place | None, schema_format: str | None) -> Payload | None:
        kafka = self._resolved(self.member(bindings, "kafka")) if bindings is not None else None
        place = self.member(kafka, "key") if kafka is not None else None
        if place is None:
            return None
        inner = self.multi_format(place)
        if inner is not None:
            return self.payloads.read(inner, self._format_inside(place))
        return self.payloads.read_key(place, schema_format)

    def topic_of(self, bindings: Place | None, address: str | None) -> str | None:
        """The topic that a channel's Kafka binding names, and otherwise its address."""
        kafka = self._resolved(self.member(bindings, "kafka")) if bindings is not None else None
        return self.text(kafka, "topic") or address


def _text(place: Place | None) -> str | None:
    return place.value if place is not None and isinstance(place.value, str) else None
