"""Reads versions 2.0 to 2.6, which are written as others see the application: they publish what it receives."""

from collections.abc import Iterator

from contracthub.formats.asyncapi.model import Channel, Direction, Message, Operation
from contracthub.formats.asyncapi.reading import Parts
from contracthub.formats.bundle import Place

_DIRECTIONS = {"publish": Direction.RECEIVE, "subscribe": Direction.SEND}


class Version2(Parts):
    """The channels hold everything."""

    names = {"channel": "channelItem"}  # noqa: RUF012 - a table of the class
    traits_override = True

    def read(self) -> None:
        """The whole document."""
        self.read_servers()
        named: dict[str, str] = {}
        for name, each in self.each(self.member(self.root, "channels")):
            place = self.part(each, "channel")
            if place is not None:
                self._channel(name, each, place, named)

    def _channel(self, name: str, each: Place, place: Place, named: dict[str, str]) -> None:
        messages: dict[str, Message] = {}
        for verb, direction in _DIRECTIONS.items():
            found = self.member(place, verb)
            operation = self.part(found, "operation") if found is not None else None
            if found is not None and operation is not None:
                self._operation(name, direction, found, operation, messages)
                self._check_once(operation, named)
        bindings = self.member(place, "bindings")
        bindings = self.bundle.resolved(bindings) if bindings is not None else None
        servers = self._servers(place)
        self.model.channels[name] = Channel(
            name=name,
            address=name,
            topic=self.topic_of(bindings, name),
            parameters=self.parameters(each, name, place),
            messages=messages,
            protocols=self.protocols_of(servers, bindings),
            bindings=bindings,
            pointer=self.notes.where(each.file, each.pointer),
            deprecated=self._is_deprecated(place),
        )

    def _operation(
        self, channel: str, direction: Direction, found: Place, operation: Place, messages: dict[str, Message]
    ) -> None:
        ids = []
        for place, fallback in self._message_places(operation, f"{channel}.{direction}"):
            message = self.message(place, fallback)
            if message is not None:
                messages.setdefault(message.id, message)
                ids.append(message.id)
        bindings = self.member(operation, "bindings")
        self.model.operations.append(
            Operation(
                name=self.text(operation, "operationId") or f"{direction} {channel}",
                direction=direction,
                channel=channel,
                messages=tuple(dict.fromkeys(ids)),
                reply=None,
                bindings=self.bundle.resolved(bindings) if bindings is not None else None,
                pointer=self.notes.where(found.file, found.pointer),
                deprecated=self._is_deprecated(operation),
            )
        )

    def _message_places(self, operation: Place, fallback: str) -> Iterator[tuple[Place, str]]:
        place = self.member(operation, "message")
        found = self.part(place, "message") if place is not None else None
        if place is None or found is None:
            return
        several = self.member(found, "oneOf")
        if several is None:
            yield place, fallback
            return
        for index, each in self.each(several):
            yield each, f"{fallback}.{index}"

    def _check_once(self, operation: Place, named: dict[str, str]) -> None:
        name = self.text(operation, "operationId")
        if name is None:
            return
        where = self.notes.where(operation.file, operation.pointer)
        other = named.setdefault(name, where)
        if other != where:
            text = f"is {name[:200]!r}, which {other} has already; an operationId is there once"
            self.notes.fault(operation, text, "operationId")

    def _servers(self, place: Place) -> list[str] | None:
        listed = self.member(place, "servers")
        if listed is None:
            return None
        names = [str(each.value) for _, each in self.each(listed)]
        for index, name in enumerate(names):
            if name not in self.model.servers:
                text = f"is {name[:200]!r}, which is none of the servers; declare it there"
                self.notes.fault(listed, text, index)
        return names

    def _is_deprecated(self, place: Place) -> bool:
        found = self.member(place, "deprecated")
        return found is not None and found.value is True
