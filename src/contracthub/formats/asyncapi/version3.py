"""Reads versions 3.0 and 3.1, where operations stand apart from channels and say what the application does."""

from dataclasses import replace

from contracthub.formats.asyncapi.model import Channel, Direction, Message, Operation, Reply
from contracthub.formats.asyncapi.reading import Parts
from contracthub.formats.bundle import Place


class Version3(Parts):
    """Channels and messages are known by the places where they stand, since operations refer to them by reference."""

    names = {"message": "messageObject"}  # noqa: RUF012 - a table of the class

    def read(self) -> None:
        """The whole document."""
        self._channel_at: dict[tuple[str, str], str] = {}
        self._message_at: dict[str, dict[tuple[str, str], str]] = {}
        self._all_messages: dict[str, tuple[str, ...]] = {}
        self.read_servers()
        self._server_at = {
            (hop.file, hop.pointer): name
            for name, each in self.each(self.member(self.root, "servers"))
            for hop in self.way(each)
        }
        for name, each in self.each(self.member(self.root, "channels")):
            place = self.part(each, "channel")
            if place is not None:
                for hop in self.way(each):
                    self._channel_at.setdefault((hop.file, hop.pointer), name)
                self._channel(name, each, place)
        for name, each in self.each(self.member(self.root, "operations")):
            operation = self.part(each, "operation")
            if operation is not None:
                self._operation(name, each, operation)

    def multi_format(self, place: Place) -> Place | None:
        """The schema in an object that says its format beside it."""
        found = self.bundle.resolved(place)
        return self.member(found, "schema") if found is not None else None

    def _channel(self, name: str, each: Place, place: Place) -> None:
        messages: dict[str, Message] = {}
        at: dict[tuple[str, str], str] = {}
        for key, one in self.each(self.member(place, "messages")):
            message = self.message(one, key)
            if message is not None:
                messages[key] = replace(message, id=key)
                at.update({(hop.file, hop.pointer): key for hop in self.way(one)})
        self._message_at[name] = at
        address = self.text(place, "address")
        bindings = self.member(place, "bindings")
        bindings = self.bundle.resolved(bindings) if bindings is not None else None
        self.model.channels[name] = Channel(
            name=name,
            address=address,
            topic=self.topic_of(bindings, address),
            parameters=self.parameters(each, address, place),
            messages=messages,
            protocols=self.protocols_of(self._servers(place), bindings),
            bindings=bindings,
            pointer=self.notes.where(each.file, each.pointer),
        )

    def _servers(self, place: Place) -> list[str] | None:
        listed = self.member(place, "servers")
        if listed is None or not listed.value:
            return None
        names = []
        for index, each in self.each(listed):
            hops = self.way(each)
            known = [self._server_at[at] for hop in hops if (at := (hop.file, hop.pointer)) in self._server_at]
            names += known
            if not known and len(hops) > 1:
                self.notes.warning(listed, "is none of the servers of this document", int(index))
        return names

    def _operation(self, name: str, each: Place, operation: Place) -> None:
        place = self.member(operation, "channel")
        channel = self._channel_of(place)
        direction = self.text(operation, "action")
        if place is None or direction is None or direction not in [*Direction]:
            return
        if channel is None:
            text = "leads to none of the channels of this document; refer to one (#/channels/…)"
            self.notes.fault(place, text)
            return
        bindings = self.member(operation, "bindings")
        self.model.operations.append(
            Operation(
                name=name,
                direction=Direction(direction),
                channel=channel,
                messages=self._messages_of(self.member(operation, "messages"), channel),
                reply=self._reply(operation, channel),
                bindings=self.bundle.resolved(bindings) if bindings is not None else None,
                pointer=self.notes.where(each.file, each.pointer),
            )
        )

    def _channel_of(self, place: Place | None) -> str | None:
        hops = self.way(place)[1:] if place is not None else []
        return next((self._channel_at[at] for hop in hops if (at := (hop.file, hop.pointer)) in self._channel_at), None)

    def _messages_of(self, listed: Place | None, channel: str) -> tuple[str, ...]:
        """The ids of the messages that are listed; those of the channel when there is no list."""
        if listed is None:
            # One list for all operations: together they may be larger than the document.
            return self._all_messages.setdefault(channel, tuple(self.model.channels[channel].messages))
        known = self._message_at[channel]
        ids = []
        for index, each in self.each(listed):
            hops = self.way(each)[1:]
            found = next((known[at] for hop in hops if (at := (hop.file, hop.pointer)) in known), None)
            if found is not None:
                ids.append(found)
            elif hops:
                text = f"is none of the messages of the channel {channel[:200]!r}; add it there"
                self.notes.fault(listed, text, int(index))
        return tuple(dict.fromkeys(ids))

    def _reply(self, operation: Place, channel: str) -> Reply | None:
        place = self.member(operation, "reply")
        found = self.part(place, "operationReply") if place is not None else None
        if found is None:
            return None
        named = self.member(found, "channel")
        replying = self._channel_of(named)
        if named is not None and replying is None and len(self.way(named)) > 1:
            self.notes.fault(named, "leads to none of the channels of this document; refer to one (#/channels/…)")
        listed = self.member(found, "messages")
        messages = self._messages_of(listed, replying or channel) if listed is not None or replying else ()
        address = self.member(found, "address")
        said = self.bundle.resolved(address) if address is not None else None
        return Reply(replying, messages, self.text(said, "location"))
