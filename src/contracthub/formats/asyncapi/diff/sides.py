"""An AsyncAPI document as it is compared: by address, by who sends, and without what merely names its parts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracthub.formats import safe_json
from contracthub.formats.asyncapi.model import (
    AsyncApiDocument,
    Binding,
    Channel,
    Direction,
    Message,
    Operation,
    Payload,
    Reply,
    Server,
)
from contracthub.formats.asyncapi.schemas import all_of, numbered_name
from contracthub.formats.bundle import Place
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.identity import bare
from contracthub.formats.jsonschema.model import Schema
from contracthub.formats.jsonschema.reading import JsonSchema, read_schema
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

_PARAMETER = re.compile(r"\{[^}]*\}")
_NOT_BINDINGS = frozenset({"key", "bindingVersion"})


@dataclass(slots=True)
class Use:
    """What the application does in a channel: the operations together, and their messages by id."""

    operations: list[Operation] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)


class Side:
    """One of the two documents."""

    def __init__(self, document: AsyncApiDocument) -> None:
        self.document = document
        self.channels = dict(_by_address(document))
        self._keys = {channel.name: key for key, channel in self.channels.items()}
        self.uses: dict[tuple[str, Direction | None], Use] = {}
        for operation in document.operations:
            self._add(operation)
        for key, channel in self.channels.items():
            if all((key, way) not in self.uses for way in Direction):
                self.uses[key, None] = Use([], dict(channel.messages))
        self.gathering = all_of(document.bundle, numbered_name, sort=True)
        self._roots = {id(each): self.gathering.add(each.place) for each in _json_payloads(document)}
        self._schema = read_schema({"definitions": self.gathering.definitions}).merging()

    @property
    def is_complete(self) -> bool:
        """Whether all schemas could be put together."""
        return self.gathering.is_complete

    def _add(self, operation: Operation) -> None:
        key = self._keys[operation.channel]
        use = self.uses.setdefault((key, operation.direction), Use())
        use.operations.append(operation)
        channel = self.document.channels[operation.channel]
        use.messages.update((each, channel.messages[each]) for each in operation.messages)
        reply = operation.reply
        if reply is not None:
            # Who sends a request receives what answers it.
            answer = Direction.RECEIVE if operation.direction is Direction.SEND else Direction.SEND
            replying = self.document.channels[reply.channel or operation.channel]
            answered = self.uses.setdefault((self._keys[replying.name], answer), Use())
            answered.messages.update((each, replying.messages[each]) for each in reply.messages)

    def reply_of(self, use: Use) -> JsonValue:
        """Where and with what the operations of a use are answered."""
        replies = [self._reply(each.reply) for each in use.operations if each.reply is not None]
        return sorted(replies, key=safe_json.canonical) or None

    def _reply(self, reply: Reply) -> JsonValue:
        channel = None if reply.channel is None else _key(self.document.channels[reply.channel])
        names: list[JsonValue] = []
        if reply.channel is not None:
            known = self.document.channels[reply.channel].messages
            names = [*sorted(known[each].name for each in reply.messages)]
        return [channel, names, reply.address]

    def schema_of(self, payload: Payload) -> Schema | None:
        """A JSON Schema among those of the document, None for other languages."""
        root = self._roots.get(id(payload))
        return None if root is None else Schema(root, self._schema.root.base, "", self._schema)

    @property
    def json(self) -> JsonSchema:
        """All JSON Schemas of the document together."""
        return self._schema

    def place_of(self, payload: Payload) -> tuple[str, str]:
        """Where a schema stands when references are followed."""
        found = self.document.bundle.resolved(payload.place) or payload.place
        return found.file, found.pointer

    def free(self, place: Place | None) -> JsonValue:
        """Something whose rules are not known here: its members as they are, without descriptions."""
        if place is None:
            return None
        found = self.document.bundle.resolved(place) or place
        return bare(self.gathering.copied(found.value, found.file))

    def bindings(self, place: Binding) -> Mapping[str, JsonValue]:
        """What each protocol is told, by ``kafka.partitions``; the schema of a key counts by itself."""
        value = self.free(place)
        found: dict[str, JsonValue] = {}
        for protocol, each in value.items() if isinstance(value, dict) else ():
            for key, member in each.items() if isinstance(each, dict) else ():
                if key not in _NOT_BINDINGS:
                    found.update(_leaves(f"{protocol}.{key}", member))
        return found

    def security_of(self, part: Server | Operation) -> tuple[str, ...] | None:
        """The ways to say who one is, as text; None where nothing is asked."""
        try:
            value = values_along(self.document.document, part.pointer)[-1]
        except LookupError:
            return None
        place = self.document.bundle.resolved(Place(self.document.bundle.root, part.pointer, value))
        if place is None or not isinstance(place.value, dict):
            return None
        listed = place.value.get("security")
        if not isinstance(listed, list) or not listed:
            return None
        start = child(place.pointer, "security")
        ways = [self._way(Place(place.file, child(start, index), each)) for index, each in enumerate(listed)]
        return tuple(sorted(set(ways)))

    def _way(self, place: Place) -> str:
        value = self.free(place)
        if isinstance(value, dict) and "type" not in value:
            # Version 2 names the schemes and the scopes that are asked of each.
            return safe_json.canonical(
                [[self._scheme(name), scopes] for name, scopes in sorted(value.items())]
            ).decode()
        return safe_json.canonical(value).decode()

    def _scheme(self, name: str) -> JsonValue:
        components = self.document.document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        scheme = schemes.get(name) if isinstance(schemes, dict) else None
        pointer = child("/components/securitySchemes", name)
        return self.free(Place(self.document.bundle.root, pointer, scheme)) if scheme is not None else name


def _key(channel: Channel) -> str:
    """The address with its parameters by place and not by name; the name where there is no address."""
    return _PARAMETER.sub("{}", channel.key) if channel.address is not None else f"({channel.name})"


def _by_address(document: AsyncApiDocument) -> Iterator[tuple[str, Channel]]:
    seen: set[str] = set()
    for channel in document.channels.values():
        key = _key(channel)
        # Two channels may have one address, on servers of their own.
        yield (key if key not in seen else f"{key} ({channel.name})"), channel
        seen.add(key)


def _json_payloads(document: AsyncApiDocument) -> Iterator[Payload]:
    for channel in document.channels.values():
        for message in channel.messages.values():
            for each in (message.key, message.headers, message.payload):
                if each is not None and each.type is not None and each.document is None:
                    yield each


def _leaves(name: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    todo: list[tuple[str, JsonValue]] = [(name, value)]
    while todo:
        key, each = todo.pop()
        if isinstance(each, dict) and each:
            todo.extend((f"{key}.{inner}", member) for inner, member in each.items())
        else:
            yield key, each


def paired(olds: Mapping[str, Message], news: Mapping[str, Message]) -> list[tuple[Message | None, Message | None]]:
    """Messages that are the same: by name or id, then the one that is left of each side where there is no more."""
    before, after = _named(olds), _named(news)
    pairs: list[tuple[Message | None, Message | None]] = [
        (before.pop(name), after.pop(name)) for name in sorted(before.keys() & after.keys())
    ]
    left = {each.id: name for name, each in before.items()}
    for name, each in [*after.items()]:
        if each.id in left and left[each.id] in before:
            pairs.append((before.pop(left[each.id]), after.pop(name)))
    if len(before) == len(after) == 1 and not pairs:
        return [(*before.values(), *after.values())]  # type: ignore[list-item]
    pairs += [(each, None) for each in before.values()] + [(None, each) for each in after.values()]
    return pairs


def _named(messages: Mapping[str, Message]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for each in messages.values():
        found.setdefault(each.name if each.name not in found else each.id, each)
    return found
