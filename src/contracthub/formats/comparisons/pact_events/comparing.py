"""Compares the messages of a pact with everything that a provider's documents say of events (bidirectional §8, §15)."""

from collections.abc import Iterator, Sequence

from contracthub.domain.comparisons import Finding, Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.pact_events.asyncapi_messages import messages_of
from contracthub.formats.comparisons.pact_events.catalogue import (
    CompiledEvents,
    Flow,
    OfferedMessage,
    Source,
    Unusable,
)
from contracthub.formats.comparisons.pact_events.choosing import Choice, choose
from contracthub.formats.comparisons.pact_events.consumed import (
    ConsumedMessage,
    one_message,
    request_of,
    responses_of,
)
from contracthub.formats.comparisons.pact_events.event_documents import KeyOfTopic, events_of
from contracthub.formats.comparisons.pact_events.fitting import Fit, fit
from contracthub.formats.comparisons.pact_events.samples import Part
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction, Kind

EVENT_FORMATS = (
    ContractFormat.ASYNCAPI,
    ContractFormat.AVRO,
    ContractFormat.JSON_SCHEMA,
    ContractFormat.PROTOBUF,
)
"""The formats that speak of messages."""

_MOST_CANDIDATES = 200
_MOST_NEAREST = 20
_MOST_TOLD = 5
_PUBLISH = "Publish a document of the provider's events, or verify the provider by a replay."
_PROMISE = "Let the provider promise this in its document, or let the consumer do without it."
_NAME_IT = "Correct the name in the consumer's test, or add it to the provider's document."


def compile_events(documents: Sequence[OfferedDocument]) -> CompiledEvents:
    """All that the documents of a provider version say of messages. One that can't be read is kept as such."""
    messages: list[OfferedMessage] = []
    keys: dict[str, Part] = {}
    operations: set[str] = set()
    unusable: list[Unusable] = []
    known = [each for each in documents if each.format in EVENT_FORMATS]
    for each in known:
        try:
            if each.format is ContractFormat.ASYNCAPI:
                found, names = messages_of(each)
                messages += found
                operations |= names
                continue
            events = events_of(each)
        except (Invalid, TooLarge) as error:
            unusable.append(Unusable(each.name, error.message))
            continue
        if isinstance(events, KeyOfTopic):
            keys.setdefault(events.topic, events.part)
        else:
            messages += events
            operations |= {name for event in events for name in event.operations}
    names_of_all = tuple(each.name for each in known)
    return CompiledEvents(tuple(messages), keys, frozenset(operations), tuple(unusable), names_of_all)


def compare_message(interaction: Interaction, events: CompiledEvents) -> tuple[Finding, ...]:
    """What is found for an asynchronous or synchronous message. Never raises for what either side wrote."""
    telling = _Telling(interaction)
    try:
        if interaction.kind is Kind.SYNC_MESSAGE:
            return tuple(_exchange(interaction, events, telling))
        return tuple(_one(one_message(interaction), events, Flow.SENT, telling)[0])
    except (Invalid, TooLarge) as error:
        remedy = "Mend what can't be used, and publish it again; or verify the provider by a replay."
        return (telling.finding("comparison.impossible", error.message, remedy, level=Level.UNANSWERED),)


class _Telling:
    """Makes findings of one interaction."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    def finding(
        self,
        rule: str,
        message: str,
        remedy: str,
        *,
        level: Level = Level.ERROR,
        path: str = "",
        at: str | None = None,
        of: OfferedMessage | None = None,
        provider_pointer: str | None = None,
    ) -> Finding:
        """One finding; ``of`` is the provider's message that it is about."""
        return Finding(
            rule,
            path,
            message,
            remedy,
            consumer_pointer=self.interaction.pointer if at is None else at,
            provider_pointer=of.pointer if provider_pointer is None and of else provider_pointer,
            level=level,
            interaction=self.interaction.index,
            description=self.interaction.description,
            operation=of.operation if of else "",
            document=of.document if of else "",
        )

    def of_fit(self, found: Fit, rule: str | None = None) -> Iterator[Finding]:
        """What is wrong with a message as one of the provider's; under another rule where several were tried."""
        for each in found.problems:
            is_error = each.level is Level.ERROR
            told = f"No message of the provider fits. Nearest is {found.offered.title}: " if rule and is_error else ""
            yield self.finding(
                rule if rule and is_error else each.rule,
                told + each.message,
                each.remedy or _PROMISE,
                level=each.level,
                path=each.path,
                at=each.consumer_pointer,
                of=found.offered,
                provider_pointer=each.provider_pointer,
            )


def _exchange(interaction: Interaction, events: CompiledEvents, telling: _Telling) -> Iterator[Finding]:
    found, fits = _one(request_of(interaction), events, Flow.RECEIVED, telling)
    yield from found
    if not fits or any(each.level in {Level.ERROR, Level.UNANSWERED} for each in found):
        return
    answers = [*responses_of(interaction)]
    if not answers:
        told = "The interaction expects no response"
        remedy = "Add the response that the consumer waits for to its test, or make it an asynchronous message."
        yield telling.finding("message.response.missing", told, remedy, level=Level.WARNING, of=fits[0].offered)
        return
    replies = [each for one in fits for each in one.offered.replies or ()]
    if not replies:
        can_say = any(one.offered.replies is not None for one in fits)
        told = "The operation says nothing of replies" if can_say else "The document can't say what is replied"
        level = Level.ERROR if can_say else Level.UNANSWERED
        remedy = "Describe the reply in the provider's document, in AsyncAPI 3 as reply of the operation."
        yield telling.finding("message.reply.missing", told, remedy, level=level, of=fits[0].offered)
        return
    for answer in answers:
        yield from _judged(answer, Choice(replies, "reply"), events, Flow.SENT, telling)[0]


def _one(
    message: ConsumedMessage, events: CompiledEvents, wanted: Flow, telling: _Telling
) -> tuple[list[Finding], list[Fit]]:
    choice = choose(message, events, wanted)
    if choice.messages:
        return _judged(message, choice, events, wanted, telling)
    unreadable = [
        telling.finding(
            "comparison.impossible",
            f"{each.document} can't be read: {each.told}",
            "Mend the document, and publish it again; or verify the provider by a replay.",
            level=Level.UNANSWERED,
        )
        for each in events.unusable
    ]
    if unreadable:
        return unreadable, []
    if choice.unknown:
        known = ", ".join(sorted(events.operations if "operation" in choice.unknown else events.channels)[:_MOST_TOLD])
        told = f"No document of the provider has {choice.unknown}; they have {known}"
        return [telling.finding("message.operation.unknown", told, _NAME_IT)], []
    verbs = ("sends", "receives") if wanted is Flow.SENT else ("receives", "sends")
    others = f"; they tell only what it {verbs[1]}" if events.messages else ""
    told = f"The provider's documents tell of no message that it {verbs[0]}{others}"
    return [telling.finding("message.spec.missing", told, _PUBLISH, level=Level.UNANSWERED)], []


def _judged(
    message: ConsumedMessage, choice: Choice, events: CompiledEvents, wanted: Flow, telling: _Telling
) -> tuple[list[Finding], list[Fit]]:
    """What is found for all messages that may be meant, and those that fit."""
    received = wanted is Flow.SENT
    likely, others = _likely(message, choice.messages) if received else (choice.messages, ())
    tried = [fit(message, each, events, received=received) for each in likely[:_MOST_CANDIDATES]]
    fits = [each for each in tried if each.is_fitting]
    if not fits:
        tried += [fit(message, each, events, received=received) for each in others[:_MOST_NEAREST]]
        nearest = min(tried, key=lambda each: each.distance)
        return [*telling.of_fit(nearest, "message.no.match" if len(tried) > 1 else None)], []
    contrary = _contrary(fits, tried)
    if contrary is not None:
        return [*telling.of_fit(contrary)], []
    best = min(fits, key=lambda each: (not each.is_checked, len(each.problems)))
    found = [*telling.of_fit(best)]
    if choice.is_opposite or (choice.by == "operation" and best.offered.flow not in {wanted, Flow.UNSAID}):
        found.append(_opposite(best.offered, wanted, telling))
    found.append(_matched(best, fits, choice, telling))
    return found, fits


def _likely(
    message: ConsumedMessage, candidates: Sequence[OfferedMessage]
) -> tuple[Sequence[OfferedMessage], Sequence[OfferedMessage]]:
    """Of many, those that name all that is read; and the others, which can't fit, nearest first."""
    value = message.content.value
    if len(candidates) <= _MOST_NEAREST or not isinstance(value, dict):
        return candidates, ()
    likely, others = list[OfferedMessage](), list[tuple[int, OfferedMessage]]()
    for each in candidates:
        names = each.payload.names if each.payload else None
        lacking = len(value.keys() - names) if names is not None and each.source is Source.DOCUMENT else 0
        if lacking:
            others.append((lacking, each))
        else:
            likely.append(each)
    return likely, [each for _, each in sorted(others, key=lambda pair: pair[0])]


def _contrary(fits: Sequence[Fit], tried: Sequence[Fit]) -> Fit | None:
    """What one source says against another that speaks of the same topic: each has to let the message be."""
    best = fits[0].offered
    for source in Source:
        about = [
            each
            for each in tried
            if each.offered.source is source and not set(each.offered.channels).isdisjoint(best.channels)
        ]
        if about and not any(each.is_fitting for each in about):
            return min(about, key=lambda each: each.distance)
    return None


def _opposite(offered: OfferedMessage, wanted: Flow, telling: _Telling) -> Finding:
    verbs = ("sends", "receives") if wanted is Flow.SENT else ("receives", "sends")
    told = (
        f"By its document the provider {verbs[1]} {offered.title}, and the consumer relies on it that it {verbs[0]} it"
    )
    remedy = (
        "Correct the direction in the provider's document: action send in AsyncAPI 3, subscribe in AsyncAPI 2, "
        "for what it sends."
    )
    return telling.finding("message.direction.opposite", told, remedy, level=Level.WARNING, of=offered)


def _matched(best: Fit, fits: Sequence[Fit], choice: Choice, telling: _Telling) -> Finding:
    told = f"The message is {best.offered.title}"
    others = [each.offered.title for each in fits if each is not best][:_MOST_TOLD]
    if others:
        told += f"; {', '.join(others)} would fit as well"
    remedy = "Nothing has to be done."
    if not choice.by:
        told += ". Nothing in the pact names it: of all that the provider sends it fits"
        remedy = "Name the topic or channel in the metadata of the message, so that no other is taken for it."
    return telling.finding("message.matched", told, remedy, level=Level.INFORMATION, of=best.offered)
