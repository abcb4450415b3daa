"""Everything that a provider's documents say of messages, whatever they are written in, in one shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from contracthub.formats.comparisons.pact_events.samples import Part
from contracthub.formats.openapi.requests import PathTemplate

LONGEST_NAME = 500
"""As much of a name as is looked at."""


class Flow(StrEnum):
    """What the provider does with a message, as its documents tell."""

    SENT = "sent"
    RECEIVED = "received"
    UNSAID = "unsaid"


class Source(StrEnum):
    """What a message is known from. Schemas of a topic hold for all that is on it; the others are one of several."""

    DOCUMENT = "document"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class OfferedMessage:
    """A message as one of the documents has it.

    ``channels`` are all names of where it travels, ``names`` what it may be called, ``operations`` those of the
    operations that it is of. ``replies`` are the messages that answer it, None where the document can't say, or does
    not. ``says_whole`` is whether directions may be taken by the word: in version 2 of AsyncAPI they are often not
    meant as they are written.
    """

    document: str
    title: str
    pointer: str
    source: Source = Source.DOCUMENT
    flow: Flow = Flow.SENT
    says_whole: bool = True
    channels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    content_type: str | None = None
    payload: Part | None = None
    headers: Part | None = None
    key: Part | None = None
    note: str | None = None
    replies: "tuple[OfferedMessage, ...] | None" = None
    is_reply: bool = False

    @property
    def operation(self) -> str:
        """How the operation is told."""
        return self.operations[0] if self.operations else self.channels[0] if self.channels else ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A document that can't be read, and why."""

    document: str
    told: str


@dataclass(frozen=True)
class CompiledEvents:
    """All messages of all documents of a provider version. Nothing of it changes, but that schemas are compiled once.

    ``keys`` are the schemas of keys that are documents of their own, by topic; ``documents`` the names of all.
    """

    messages: tuple[OfferedMessage, ...]
    keys: Mapping[str, Part] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()
    unusable: tuple[Unusable, ...] = ()
    documents: tuple[str, ...] = ()

    @cached_property
    def _by_channel(self) -> Mapping[str, Sequence[OfferedMessage]]:
        found: dict[str, list[OfferedMessage]] = {}
        for message in self.messages:
            for name in message.channels:
                found.setdefault(name, []).append(message)
        return found

    @cached_property
    def _templates(self) -> Sequence[tuple[PathTemplate, str]]:
        return [(PathTemplate(name), name) for name in self._by_channel if "{" in name]

    def on_channel(self, said: str) -> Sequence[OfferedMessage]:
        """The messages that travel there, by any name of the channel; parameters of an address may have any value."""
        exact = self._by_channel.get(said)
        if exact is not None:
            return exact
        filled = [name for template, name in self._templates if template.is_filled_in_by(said[:LONGEST_NAME])]
        return [each for name in filled for each in self._by_channel[name]]

    def key_of(self, message: OfferedMessage) -> Part | None:
        """The schema of a message's key."""
        return message.key or next((self.keys[each] for each in message.channels if each in self.keys), None)

    @property
    def channels(self) -> tuple[str, ...]:
        """The first name of each channel."""
        return tuple(dict.fromkeys(each.channels[0] for each in self.messages if each.channels))


def names_in(texts: Iterable[str | None]) -> tuple[str, ...]:
    """What there is of some names, each once."""
    return tuple(dict.fromkeys(each for each in texts if each))
