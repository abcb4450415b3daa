"""Which messages of the provider an interaction is about, found without being told so in so many words.

A reference to an operation settles it where the pact has one. Else the channel or topic that client libraries write
into the metadata, then the name of the message, and at last which of all that the provider sends fits
(practice-bidirectional §1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracthub.formats.comparisons.pact_events.catalogue import (
    LONGEST_NAME,
    CompiledEvents,
    Flow,
    OfferedMessage,
    Source,
)
from contracthub.formats.comparisons.pact_events.consumed import ConsumedMessage
from contracthub.formats.comparisons.pact_events.descriptors import message_name
from contracthub.formats.pact.needs import CHANNEL_NAMES

# Under these names a channel is meant and nothing else; under others of CHANNEL_NAMES it may be something else.
_SURE_CHANNELS = frozenset(
    {"kafka_topic", "topic", "channel", "queue", "kafkatopic", "kafka-topic", "topicname", "topic_name", "channelname"}
)
_CHANNELS = (*CHANNEL_NAMES, *sorted(_SURE_CHANNELS - set(CHANNEL_NAMES)), "routingkey", "address")
_NAMES = frozenset(
    {
        *("type", "messagetype", "message_type", "message-type", "messagename", "message_name", "name", "__typeid__"),
        *("eventtype", "event_type", "event-type", "eventname", "event_name", "event", "ce_type", "ce-type"),
    }
)
TRANSPORT = frozenset({"contenttype", "content-type", *_CHANNELS})
"""What libraries write into the metadata to say how a message travels; it is no header of the message."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILLERS = frozenset(
    {
        *("a", "an", "the", "is", "was", "were", "are", "be", "been", "has", "have", "had", "of", "that", "when"),
        *("event", "events", "message", "messages", "msg"),
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The messages that may be meant, best first.

    ``by`` is what told so: ``operation``, ``reply``, ``channel``, ``name``; empty where nothing did. ``unknown`` is
    what the pact names and no document has; ``is_opposite`` is whether the documents tell it the other way round.
    """

    messages: Sequence[OfferedMessage]
    by: str = ""
    unknown: str = ""
    is_opposite: bool = False


def choose(message: ConsumedMessage, events: CompiledEvents, wanted: Flow) -> Choice:
    """What may be meant by a message that the provider sends, or receives."""
    named = _by_operation(message, events)
    found = named if named is not None else _by_channel(message, events, wanted)
    if found.unknown:
        return found
    narrowed = _by_name(message, found.messages)
    return (
        Choice(narrowed[0], found.by or ("name" if narrowed[1] else ""), "", found.is_opposite) if narrowed else found
    )


def _by_operation(message: ConsumedMessage, events: CompiledEvents) -> Choice | None:
    """What the operation has that the pact refers to; None where it refers to none, or nothing has operations."""
    said = _operation_id(message)
    if said is None or not events.operations:
        return None
    found = [each for each in events.messages if said in each.operations and not each.is_reply]
    if not found:
        return None if said in events.operations else Choice((), unknown=f"the operation {said[:200]!r}")
    there = {name for each in found for name in each.channels}
    # What a schema says of the whole topic holds for the operation's messages, too.
    of_topic = [each for each in events.messages if each.source is Source.TOPIC and not there.isdisjoint(each.channels)]
    return Choice([*found, *of_topic], "operation")


def _by_channel(message: ConsumedMessage, events: CompiledEvents, wanted: Flow) -> Choice:
    said, is_sure = _channel(message, events)
    pool = [each for each in events.messages if each.flow in {wanted, Flow.UNSAID}]
    if said is None:
        return _whichever(pool, events, wanted)
    there = events.on_channel(said)
    found = [each for each in there if each.flow in {wanted, Flow.UNSAID}]
    if found:
        return Choice(found, "channel")
    opposite = [each for each in there if not each.says_whole]
    if opposite:
        return Choice(opposite, "channel", is_opposite=True)
    # What says nothing of channels may be on any.
    silent = [each for each in pool if not each.channels]
    if silent:
        return Choice(silent)
    if is_sure and events.channels:
        verb = "sends" if wanted is Flow.SENT else "takes"
        told = f"a message that the provider {verb} on {said[:200]!r}" if there else f"the channel {said[:200]!r}"
        return Choice((), unknown=told)
    return _whichever(pool, events, wanted)


def _whichever(pool: Sequence[OfferedMessage], events: CompiledEvents, wanted: Flow) -> Choice:
    if pool:
        return Choice(pool)
    opposite = [each for each in events.messages if not each.says_whole and each.flow is not wanted]
    return Choice(opposite, is_opposite=bool(opposite))


def _by_name(
    message: ConsumedMessage, candidates: Sequence[OfferedMessage]
) -> tuple[Sequence[OfferedMessage], bool] | None:
    """The candidates that are named; else all, those first whose name is among the words of the description."""
    for said in _names(message):
        exact = [each for each in candidates if said in each.names]
        words = _words(said)
        alike = exact or [each for each in candidates if words and any(words == _words(name) for name in each.names)]
        if alike:
            return alike, True
    described = _words(message.interaction.description)
    return sorted(candidates, key=lambda each: -_shared(described, each)), False


def _names(message: ConsumedMessage) -> list[str]:
    """What the pact calls the message, most telling first."""
    own = message_name(message.plugin, message.content.media_type)
    metadata = [each for name, each in message.metadata.items() if name.lower() in _NAMES and isinstance(each, str)]
    reference = _reference(message).get("messageId")
    said = [reference, own, own.rpartition(".")[2] if own else None, *metadata, message.interaction.description]
    return [each[:LONGEST_NAME] for each in said if isinstance(each, str) and each]


def _channel(message: ConsumedMessage, events: CompiledEvents) -> tuple[str | None, bool]:
    """The channel that the metadata names, one that is there before others, and whether it is sure to be one."""
    reference = _reference(message).get("channelId")
    if isinstance(reference, str):
        return reference, True
    said = [(value, name in _SURE_CHANNELS) for name in _CHANNELS if (value := message.said(name)) is not None]
    return next((each for each in said if events.on_channel(each[0])), said[0] if said else (None, False))


def _operation_id(message: ConsumedMessage) -> str | None:
    found = _reference(message).get("operationId")
    if isinstance(found, str):
        return found
    # The Protobuf plugin names the method of a service.
    service = message.plugin.text("service")
    return service.lstrip(".").partition(":")[0] if service else None


def _reference(message: ConsumedMessage) -> dict[str, object]:
    node: object = message.interaction.raw
    for name in ("comments", "references", "AsyncAPI"):
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for each in _WORD.findall(text[:LONGEST_NAME]) if (word := each.lower()) not in _FILLERS)


def _shared(described: tuple[str, ...], message: OfferedMessage) -> int:
    return max((len(set(_words(name)) & set(described)) for name in message.names), default=0)
