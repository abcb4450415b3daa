"""Compares two AsyncAPI documents; what of their messages breaks is decided by who reads them (diff-rules §9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracthub.formats import safe_json
from contracthub.formats.asyncapi.diff.bindings import severity_of_binding
from contracthub.formats.asyncapi.diff.payloads import Payloads
from contracthub.formats.asyncapi.diff.rules import CATALOGUE
from contracthub.formats.asyncapi.diff.sides import Side, Use, paired
from contracthub.formats.asyncapi.model import AsyncApiDocument, Binding, Channel, Message, Operation, Server
from contracthub.formats.asyncapi.model import Direction as Action
from contracthub.formats.changes import Change, Direction, Severity, in_order
from contracthub.formats.findings import Finding, changes_of, value_of
from contracthub.formats.safe_json import JsonValue

# What the application sends is read by others, what it receives by itself.
_READS = {Action.SEND: Direction.RESPONSE, Action.RECEIVE: Direction.REQUEST, None: Direction.BOTH}
_USUAL = frozenset({"charset=utf-8", 'charset="utf-8"', ""})
_ADDRESSES = ("kafka.topic", "amqp.is", "amqp.exchange.name", "amqp.exchange.type", "amqp.queue.name", "amqp.cc")


def changes_between(old: AsyncApiDocument, new: AsyncApiDocument) -> tuple[Change, ...]:
    """Every change of ``new`` against ``old``, worst first, each once with the operations that it reaches.

    Directions are those of the described application: what it sends is RESPONSE, what it receives REQUEST. JSON
    Schemas are compared leniently, as those of OpenAPI are. Raises ``TooLarge`` when schemas are too large to compare.
    """
    merged: dict[tuple[object, ...], _Merged] = {}
    for each, operation in _Comparison(Side(old), Side(new)).findings():
        merged.setdefault(_place(each), _Merged()).add(each, operation)
    return in_order(
        change
        for one in merged.values()
        for change in changes_of(one.findings(), CATALOGUE, tuple(sorted(one.operations)))
    )


def gaps_between(old: AsyncApiDocument, new: AsyncApiDocument) -> tuple[str, ...]:
    """What could not be compared: schemas in languages that are not read, or that could not be had."""
    gaps: dict[str, None] = {}
    for side, document in (("old", old), ("new", new)):
        for channel in document.channels.values():
            for message in channel.messages.values():
                for each in (message.key, message.headers, message.payload):
                    if each is not None and each.type is None:
                        told = each.note or f"a schema of the format {each.schema_format[:100]} is not read"
                        gaps[f"{side}:{message.pointer}: {told}"] = None
    return tuple(gaps)


def _place(each: Finding) -> tuple[object, ...]:
    """The same for all that uses a changed part: its places in the documents, and the last step in the data."""
    pointers = (each.pointer_old, each.pointer_new)
    place: tuple[object, ...] = pointers if any(pointer is not None for pointer in pointers) else (each.location,)
    return (each.rule, each.location.rpartition(" ")[2].rpartition(".")[2], each.old, each.new, *place)


@dataclass(slots=True)
class _Merged:
    """One change, however many operations it reaches: as bad as where it is worst, and about those alone."""

    worst: Finding | None = None
    operations: set[str] = field(default_factory=set)

    def add(self, each: Finding, operation: str) -> None:
        """The change as another operation sees it."""
        if self.worst is not None and _severity(each).rank < _severity(self.worst).rank:
            return
        if self.worst is None or _severity(each).rank > _severity(self.worst).rank:
            self.worst, self.operations = each, set()
        direction = self.worst.direction if self.worst.direction is each.direction else Direction.BOTH
        self.worst = replace(min(self.worst, each, key=lambda one: one.location), direction=direction)
        self.operations.update([operation] if operation else [])

    def findings(self) -> tuple[Finding, ...]:
        """The change."""
        return () if self.worst is None else (self.worst,)


def _severity(each: Finding) -> Severity:
    return each.severity or CATALOGUE[each.rule].severity


@dataclass(slots=True)
class _Comparison:
    """Both sides; every finding comes with the operation that it is about."""

    old: Side
    new: Side

    def findings(self) -> Iterator[tuple[Finding, str]]:
        """Everything found."""
        yield from ((each, "") for each in self._of_servers())
        moved = dict(self._moved())
        for key in sorted(self.old.channels.keys() | self.new.channels.keys()):
            one, other = self.old.channels.get(key), self.new.channels.get(moved.get(key, key))
            if one is not None and other is not None:
                yield from ((each, "") for each in self._of_channel(one, other))
            elif one is not None:
                yield Finding("channel-removed", one.key, one.pointer), ""
            elif other is not None and key not in moved.values():
                yield Finding("channel-added", other.key, None, other.pointer), ""
        yield from self._of_uses(moved)

    def _moved(self) -> Iterator[tuple[str, str]]:
        """Channels that have another address and the name that they had."""
        gone = {each.name: key for key, each in self.old.channels.items() if key not in self.new.channels}
        for key, each in self.new.channels.items():
            if key not in self.old.channels and each.name in gone:
                yield gone[each.name], key

    def _of_channel(self, old: Channel, new: Channel) -> Iterator[Finding]:
        pointers = old.pointer, new.pointer
        if len(old.parameters) == len(new.parameters):
            for one, other in zip(old.parameters, new.parameters, strict=True):
                values = self.old.free(one.place), self.new.free(other.place)
                if safe_json.canonical(values[0]) != safe_json.canonical(values[1]):
                    told = value_of(values[0]), value_of(values[1])
                    yield Finding("parameter-changed", f"{new.key} {{{other.name}}}", *pointers, "", *told)
        before, after = (None if each.address is None else each.key for each in (old, new))
        if _shape(old) != _shape(new):
            yield Finding("address-changed", new.key, *pointers, "", before, after)
        yield from _of_deprecation(new.key, old, new)
        yield from self._of_bindings(new.key, (old.bindings, new.bindings), pointers)

    def _of_bindings(
        self,
        place: str,
        bindings: tuple[Binding, Binding],
        pointers: tuple[str | None, str | None],
        way: Action | None = None,
    ) -> Iterator[Finding]:
        old, new = self.old.bindings(bindings[0]), self.new.bindings(bindings[1])
        for name in sorted(old.keys() | new.keys()):
            values = old.get(name), new.get(name)
            if safe_json.canonical(values[0]) != safe_json.canonical(values[1]):
                leads = any(name == each or name.startswith(f"{each}.") for each in _ADDRESSES)
                rule = "binding-address-changed" if leads else "binding-changed"
                told = value_of(values[0]), value_of(values[1])
                severity = None if leads else severity_of_binding(name, values, is_receiving=way is Action.RECEIVE)
                yield Finding(rule, f"{place} {name}", *pointers, "", *told, severity=severity)

    def _of_uses(self, moved: Mapping[str, str]) -> Iterator[tuple[Finding, str]]:
        payloads = Payloads(self.old, self.new)
        olds = {(moved.get(key, key), way): use for (key, way), use in self.old.uses.items()}
        for key, way in sorted(olds.keys() | self.new.uses.keys(), key=str):
            old, new = olds.get((key, way)), self.new.uses.get((key, way))
            channel = self.new.channels.get(key) or self.old.channels.get(key)
            known = [key in self.new.channels, any(key == each for each, _ in olds)]
            if channel is None or not all(known):
                # A channel that came or went takes its operations along.
                continue
            name = f"{way or 'channel'} {channel.key}"
            if old is not None and new is not None:
                for each in self._of_use(name, (old, new), way, payloads):
                    yield each, "" if way is None else name
            elif way is not None:
                rule, flipped = self._alone(key, way, olds)
                if rule != "action-changed" or new is not None:
                    use = new or old or Use()
                    pointer = use.operations[0].pointer if use.operations else None
                    old_pointer = pointer if new is None else None
                    yield Finding(rule, name, old_pointer, None if new is None else pointer, flipped), name

    def _alone(self, key: str, way: Action, olds: Mapping[tuple[str, Action | None], Use]) -> tuple[str, str]:
        """An operation that is there on one side only: it came, it went, or it was turned round."""
        other = Action.RECEIVE if way is Action.SEND else Action.SEND
        ways = [(each in olds, each in self.new.uses) for each in ((key, way), (key, other))]
        if ways[0] != ways[1] and ways[0] == ways[1][::-1]:
            return "action-changed", f"it was {way if ways[0][0] else other}"
        return ("operation-removed" if ways[0][0] else "operation-added"), ""

    def _of_use(self, name: str, uses: tuple[Use, Use], way: Action | None, payloads: Payloads) -> Iterator[Finding]:
        old, new = uses
        replies = self.old.reply_of(old), self.new.reply_of(new)
        if safe_json.canonical(replies[0]) != safe_json.canonical(replies[1]):
            rule = "reply-added" if replies[0] is None else "reply-removed" if replies[1] is None else "reply-changed"
            yield Finding(rule, name, None, None, "", value_of(replies[0]), value_of(replies[1]))
        for one, other in self._paired(old.operations, new.operations):
            yield from _of_deprecation(name, one, other)
            yield from self._of_bindings(name, (one.bindings, other.bindings), (one.pointer, other.pointer), way)
            yield from self._of_security(name, one, other)
        for before, after in paired(old.messages, new.messages):
            if before is not None and after is not None:
                yield from self._of_message(name, (before, after), way, payloads, is_answered=replies[0] is not None)
            elif before is not None:
                yield Finding("message-removed", f"{name} {before.name}", before.pointer)
            elif after is not None:
                severity = Severity.SAFE if way is Action.RECEIVE else None
                yield Finding("message-added", f"{name} {after.name}", None, after.pointer, severity=severity)

    def _paired(self, olds: Sequence[Operation], news: Sequence[Operation]) -> Iterator[tuple[Operation, Operation]]:
        """Operations that belong together: by name, then in their order; one that is left, and the first one."""
        if not olds or not news:
            return
        named = {each.name: each for each in news}
        pairs = [(each, named[each.name]) for each in olds if each.name in named]
        left = [each for each in olds if each.name not in named]
        free = [each for each in news if all(each is not other for _, other in pairs)]
        yield from pairs
        yield from zip(left, free, strict=False)
        yield from ((each, news[0]) for each in left[len(free) :])
        yield from ((olds[0], each) for each in free[len(left) :])

    def _of_message(
        self, name: str, pair: tuple[Message, Message], way: Action | None, payloads: Payloads, *, is_answered: bool
    ) -> Iterator[Finding]:
        old, new = pair
        place, pointers = f"{name} {new.name}", (old.pointer, new.pointer)
        if _media(old) != _media(new):
            # Where one side says nothing, it may well be the same.
            severity = Severity.DANGEROUS if None in (old.content_type, new.content_type) else None
            values = old.content_type, new.content_type
            yield Finding("content-type-changed", place, *pointers, "", *values, severity=severity)
        if old.correlation != new.correlation:
            how = "added" if old.correlation is None else "removed" if new.correlation is None else "changed"
            severity = Severity.BREAKING if is_answered and how != "added" else None
            values = old.correlation, new.correlation
            yield Finding(f"correlation-id-{how}", place, *pointers, "", *values, severity=severity)
        yield from _of_deprecation(place, old, new)
        yield from self._of_bindings(place, (old.bindings, new.bindings), pointers)
        for start, one, other in (
            ("$", old.payload, new.payload),
            ("headers", old.headers, new.headers),
            ("key", old.key, new.key),
        ):
            yield from payloads.findings(one, other, f"{place} {start}", _READS[way])

    def _of_servers(self) -> Iterator[Finding]:
        olds, news = ({each.name: each for each in side.document.servers} for side in (self.old, self.new))
        alike = {_reached(each): each for each in news.values() if each.name not in olds}
        pairs = [(each, news.get(each.name) or alike.get(_reached(each))) for each in olds.values()]
        taken = {other.name for _, other in pairs if other is not None}
        # Who finds none of the servers as it was is cut off.
        is_kept = any(other is not None and _reached(one) == _reached(other) for one, other in pairs)
        severity = None if is_kept else Severity.BREAKING
        for one, other in pairs:
            if other is None:
                yield Finding("server-removed", one.name, one.pointer, severity=severity)
                continue
            if _reached(one) != _reached(other):
                told = value_of([*_reached(one)]), value_of([*_reached(other)])
                yield Finding("server-changed", other.name, one.pointer, other.pointer, "", *told, severity=severity)
            yield from self._of_security(other.name, one, other)
        for each in news.values():
            if each.name not in taken:
                yield Finding("server-added", each.name, None, each.pointer)

    def _of_security(self, name: str, old: Server | Operation, new: Server | Operation) -> Iterator[Finding]:
        before, after = self.old.security_of(old), self.new.security_of(new)
        pointers = old.pointer, new.pointer
        if before is None or after is None:
            if before is not after:
                yield Finding("security-added" if before is None else "security-removed", name, *pointers)
            return
        for each in sorted({*before} - {*after}):
            yield Finding("security-alternative-removed", name, *pointers, "", each)
        for each in sorted({*after} - {*before}):
            yield Finding("security-alternative-added", name, *pointers, "", None, each)


def _shape(channel: Channel) -> str | None:
    """The address without the names of its parameters."""
    parts = None if channel.address is None else channel.address.split("{")
    return None if parts is None else "{".join([parts[0], *(each.partition("}")[2] for each in parts[1:])])


def _media(message: Message) -> tuple[str, ...] | None:
    """The content type without regard to case, and without the encoding that JSON has anyway."""
    if message.content_type is None:
        return None
    name, *parameters = (each.strip().lower() for each in message.content_type.split(";"))
    return name, *sorted(each for each in parameters if each not in _USUAL)


def _reached(server: Server) -> tuple[JsonValue, ...]:
    return server.host, server.protocol, server.protocol_version


def _of_deprecation(
    place: str, old: Channel | Operation | Message, new: Channel | Operation | Message
) -> Iterator[Finding]:
    if old.deprecated is not new.deprecated:
        yield Finding("deprecated" if new.deprecated else "reactivated", place, old.pointer, new.pointer)
