"""What the changes of an AsyncAPI document are to consumers of its messages: message pacts, and readers of topics.

A pact says on which channel a message comes and what is read of it. It is followed to the messages that the described
application sends there; of several the one that fits is meant. What the application receives is nothing to readers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracthub.domain.readers import EventText
from contracthub.formats.asyncapi.diff.sides import Side, Use, paired
from contracthub.formats.asyncapi.events import Part, TopicSchema, event_schemas
from contracthub.formats.asyncapi.model import AsyncApiDocument, Channel, Direction, Message, Payload
from contracthub.formats.bundle import Bundle
from contracthub.formats.changes import Change
from contracthub.formats.faults import place_in
from contracthub.formats.impact.admitted import Admission
from contracthub.formats.impact.hits import Hit, Impact, exchanges_in, worst_of_each
from contracthub.formats.impact.messages import (
    Index,
    Readable,
    WholeSpot,
    message_groups,
    of_all,
    parts_of,
    readable,
    schema_spots,
)
from contracthub.formats.impact.openapi_spots import Spot
from contracthub.formats.impact.readers import impact_on_reader
from contracthub.formats.impact.sent_bodies import body_of
from contracthub.formats.needs import Need

_TEMPLATE = re.compile(r"\{[^{}]+\}")
_OF_HTTP = re.compile(r"[A-Z]+ /")
_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that the application sends, in both documents; ``after`` is None when it is sent no more."""

    channels: tuple[Channel, Channel | None]
    uses: tuple[Use, Use]
    before: Message
    after: Message | None


class AsyncApiImpact:
    """The changes between two documents, to be held against contracts one after the other."""

    def __init__(self, old: AsyncApiDocument, new: AsyncApiDocument, changes: Sequence[Change]) -> None:
        self._old, self._new = old, new
        self._changes = changes
        self._index = Index(changes)
        self._sent = list(_sent(Side(old), Side(new)))
        self._texts: tuple[Sequence[TopicSchema], Sequence[TopicSchema]] | None = None
        self._schemas: dict[tuple[int, str], Readable | None] = {}

    def of(self, needs: Iterable[Need]) -> Impact | None:
        """Which changes a contract feels, None when it has no messages; requests are nothing to this document.

        Messages that are answered at once are not held against replies, and that is said.
        """
        hits: list[Hit] = []
        listed = tuple(needs)
        groups = message_groups(listed)
        answered = [(title, channel) for title, channel in exchanges_in(listed) if not _OF_HTTP.match(channel)]
        unjudged = [f"{title}: {channel} with an answer" for title, channel in answered]
        for (title, channel), inside in groups.items():
            candidates = [(self._fit(each, title, inside), each) for each in self._meant(title, channel)]
            best = max((fit for fit, _ in candidates), default=None)
            meant = [each for fit, each in candidates if fit == best]
            if not meant:
                unjudged.append(f"{title}: {channel}")
            hits += of_all([[*self._index.hits(title, self._spots(each, inside))] for each in meant])
        return Impact(worst_of_each(hits), tuple(dict.fromkeys(unjudged))) if groups or answered else None

    def on_reader(self, reader: EventText, subject: str, topic: str | None) -> Impact | None:
        """Which changes break who reads with a schema of its own; None when the subject is none of this document."""
        if self._texts is None:
            self._texts = event_schemas(self._old), event_schemas(self._new)
        before, after = (_of_subject(texts, subject, topic) for texts in self._texts)
        if before is None or before.type is not reader.type or before.text is None:
            return None
        place = f" {before.address or before.channel} "
        about = [change for change in self._changes if place in f"{change.location} "]
        if after is None or after.type is not reader.type or after.text is None:
            told = f"reads {subject}, which is described no more"
            return Impact(tuple(Hit(change, told, breaks=True) for change in about))
        old, new = (EventText(reader.type, each.text or "", (), "") for each in (before, after))
        return impact_on_reader(reader, old, new, about)

    def _meant(self, title: str, channel: str) -> list[_Sent]:
        """The messages on a channel; all of them when a contract does not say where its message comes."""
        found = [each for each in self._sent if _is_channel(channel, each.channels[0])]
        return found or (self._sent if channel == title else [])

    def _fit(self, sent: _Sent, title: str, needs: Sequence[Need]) -> tuple[bool, int, bool]:
        """How well a message is the one meant: it admits the example, describes what is read, has the name."""
        bodies, _, _ = parts_of(needs)
        schema = self._schema(sent.before.payload, self._old.bundle)
        names = {_letters(each) for each in (sent.before.name, sent.before.id)}
        said = {_letters(each) for each in (title, *(need.shape.detail or "" for need in needs if need.part != "body"))}
        if schema is None or not bodies:
            return True, 0, not names.isdisjoint(said)
        admitted = Admission(schema[1]).admits([schema[0]], body_of(bodies))
        described = sum(each.before is not None for each in schema_spots(bodies, schema, schema))
        return admitted is not False, described, not names.isdisjoint(said)

    def _spots(self, sent: _Sent, needs: Sequence[Need]) -> list[Spot]:
        bodies, headers, keys = parts_of(needs)
        before, after = sent.before, sent.after
        pointers = [
            {each.pointer for each in (channel, message, *use.operations) if each is not None}
            for channel, message, use in zip(sent.channels, (before, after), sent.uses, strict=True)
        ]
        spots: list[Spot] = [WholeSpot(needs[0], frozenset(pointers[0]), frozenset(pointers[1]))]
        for inside, old, new in (
            (bodies, before.payload, after.payload if after else None),
            (headers, before.headers, after.headers if after else None),
            (keys, before.key, after.key if after else None),
        ):
            spots += schema_spots(inside, self._schema(old, self._old.bundle), self._schema(new, self._new.bundle))
        return spots

    def _schema(self, payload: Payload | None, bundle: Bundle) -> Readable | None:
        if payload is None or payload.type is None:
            return None
        key = id(payload), bundle.root
        if key not in self._schemas:
            at = payload.place.pointer
            if payload.place.file not in (bundle.root, ""):
                at = place_in(payload.place.file, at)
            document = payload.document
            self._schemas[key] = (payload.place, bundle) if document is None else readable(document, at)
        return self._schemas[key]


def _sent(old: Side, new: Side) -> Iterator[_Sent]:
    by_name = {each.name: key for key, each in new.channels.items()}
    for (key, way), use in old.uses.items():
        if way is Direction.RECEIVE:
            continue
        channel = old.channels[key]
        other = key if key in new.channels else by_name.get(channel.name, key)
        after = new.uses.get((other, way)) or Use()
        for one, another in paired(use.messages, after.messages):
            if one is not None:
                yield _Sent((channel, new.channels.get(other)), (use, after), one, another)


def _is_channel(said: str, channel: Channel) -> bool:
    names = {each for each in (channel.address, channel.topic, channel.name) if each}
    if said in names:
        return True
    pattern = "[^/]+".join(re.escape(each) for each in _TEMPLATE.split(channel.address or ""))
    return "{" in (channel.address or "") and re.fullmatch(pattern, said) is not None


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.lower())


def _of_subject(schemas: Iterable[TopicSchema], subject: str, topic: str | None) -> TopicSchema | None:
    sent = [each for each in schemas if not each.directions or Direction.SEND in each.directions]
    exact = next((each for each in sent if each.subject == subject), None)
    if exact is not None:
        return exact
    names = {topic or subject}
    values = [each for each in sent if each.part is Part.VALUE]
    return next((each for each in values if not names.isdisjoint({each.address, each.topic, each.channel})), None)
