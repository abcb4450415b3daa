"""A consumer's contract held against all that a provider version offers: each interaction by what speaks of it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.conversation_asyncapi.comparing import compare_conversation, compile_channels
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.one_document import in_one
from contracthub.formats.comparisons.pact_events.comparing import EVENT_FORMATS, compare_message, compile_events
from contracthub.formats.comparisons.pact_graphql.comparing import (
    CompiledSchema,
    compare_interaction,
    compile_schema,
    is_graphql,
)
from contracthub.formats.comparisons.pact_openapi.comparing import compared_with_openapi
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction, Kind, read_pact
from contracthub.formats.comparisons.pact_openapi.provider_document import (
    ProviderDocument,
    openapi_document,
)
from contracthub.formats.comparisons.pact_openapi.telling import finding_from

ENGINE = "1"
"""The version of the rules: what was compared by others is compared afresh."""
COMPARABLE = frozenset({ContractKind.PACT, ContractKind.CONVERSATION})
"""What is held against all documents of a version together. Reader schemas are held against schemas by topic."""

Part = TypeVar("Part")


class CompiledOffer:
    """The documents of a provider version, each read once, and made ready when an interaction first needs it."""

    def __init__(self, documents: Sequence[OfferedDocument]) -> None:
        self.documents = tuple(documents)
        self._lock = threading.RLock()
        self._parts: dict[tuple[str, str], object] = {}

    @property
    def size(self) -> int:
        """Bytes of all files of all documents."""
        return sum(each.size for each in self.documents)

    def of_format(self, *formats: ContractFormat) -> Sequence[OfferedDocument]:
        """The documents of these formats."""
        return [each for each in self.documents if each.format in formats]

    def part(self, what: str, of: str, make: Callable[[], Part]) -> Part:
        """Something that was made of a document, or is made now; by several threads at once it is made once.

        A document that can't be used can't be used the next time either: its ``Invalid`` or ``TooLarge`` is kept.
        """
        with self._lock:
            if (what, of) not in self._parts:
                try:
                    self._parts[what, of] = make()
                except (Invalid, TooLarge) as error:
                    self._parts[what, of] = error
            found = self._parts[what, of]
        if isinstance(found, Invalid | TooLarge):
            raise found
        return found  # type: ignore[return-value]


class Step(NamedTuple):
    """A part of a comparison that stands for itself; ``interaction`` is what it is about, if it is about one."""

    interaction: Interaction | None
    findings: Callable[[], tuple[Finding, ...]]


def compare(kind: ContractKind, consumer: bytes, offer: CompiledOffer) -> tuple[Finding, ...]:
    """What is found, in the order of the interactions. Whatever is wrong with either side is a finding, too."""
    return tuple(finding for each in steps(kind, consumer, offer) for finding in each.findings())


def steps(kind: ContractKind, consumer: bytes, offer: CompiledOffer) -> Sequence[Step]:
    """The same, interaction by interaction, for those who may give up in between."""
    if kind is ContractKind.CONVERSATION:
        return [Step(None, partial(_conversation, consumer, offer))]
    if kind is not ContractKind.PACT:
        told = f"Contracts of the kind {kind} are not compared"
        untold = _of(None, "contract.kind.unknown", told, "Verify the provider by a replay.", Level.UNANSWERED)
        return [Step(None, lambda: (untold,))]
    try:
        interactions = read_pact(consumer, whole=True)
    except (Invalid, TooLarge) as error:
        told = f"The pact can't be read: {error.message}"
        unread = _of(None, "contract.unreadable", told, _MEND_IT, Level.UNANSWERED)
        return [Step(None, lambda: (unread,))]
    return [Step(each, partial(_all_of, each, offer)) for each in interactions]


def _conversation(consumer: bytes, offer: CompiledOffer) -> tuple[Finding, ...]:
    documents = offer.of_format(ContractFormat.ASYNCAPI)
    channels, unusable = [], []
    for each in documents:
        try:
            channels.append(offer.part("channels", each.name, partial(compile_channels, each)))
        except (Invalid, TooLarge) as error:
            unusable.append(_of(None, "comparison.impossible", error.message, _MEND_IT, Level.UNANSWERED, each.name))
    if not documents:
        return (_nothing_there("conversation.spec.missing", "AsyncAPI document with WebSocket channels", None),)
    findings = compare_conversation(consumer, channels)
    if unusable and any(each.rule in _NOT_THERE for each in findings):
        # It may be in the document that can't be used.
        return tuple(unusable)
    return findings


_NOT_THERE = frozenset({"conversation.channel.unknown", "conversation.spec.missing"})


def _all_of(interaction: Interaction, offer: CompiledOffer) -> tuple[Finding, ...]:
    return tuple(_judged(interaction, offer))


def _judged(interaction: Interaction, offer: CompiledOffer) -> Iterator[Finding]:
    if interaction.kind is Kind.HTTP:
        yield from _http(interaction, offer)
    elif interaction.kind in {Kind.MESSAGE, Kind.SYNC_MESSAGE}:
        yield from _message(interaction, offer)
    else:
        told = f"Interactions of type {interaction.raw.get('type')!r} are not compared"
        yield _of(interaction, "interaction.kind.unknown", told, "Verify the provider with them.", Level.UNANSWERED)


def _http(interaction: Interaction, offer: CompiledOffer) -> Iterator[Finding]:
    documents, schemas = offer.of_format(ContractFormat.OPENAPI), offer.of_format(ContractFormat.GRAPHQL)
    if (schemas or not documents) and is_graphql(interaction):
        yield from _best([_with_graphql(interaction, each, offer) for each in schemas] or [_no_schema(interaction)])
        return
    if not documents:
        yield _nothing_there("request.spec.missing", "OpenAPI document", interaction)
        return
    yield from _best([_with_openapi(interaction, each, offer) for each in documents])


def _with_openapi(interaction: Interaction, document: OfferedDocument, offer: CompiledOffer) -> tuple[Finding, ...]:
    try:
        provider = offer.part("openapi", document.name, lambda: _openapi(document))
        results = tuple(compared_with_openapi(interaction, provider))
    except (Invalid, TooLarge) as error:
        return (_of(interaction, "comparison.impossible", error.message, _MEND_IT, Level.UNANSWERED, document.name),)
    is_v4 = interaction.is_v4
    return tuple(finding_from(each, document.name, document.root, is_v4=is_v4) for each in results)


def _with_graphql(interaction: Interaction, document: OfferedDocument, offer: CompiledOffer) -> tuple[Finding, ...]:
    try:
        schema = offer.part("graphql", document.name, lambda: _graphql(document))
        return compare_interaction(interaction, schema)
    except (Invalid, TooLarge) as error:
        return (_of(interaction, "comparison.impossible", error.message, _MEND_IT, Level.UNANSWERED, document.name),)


def _no_schema(interaction: Interaction) -> tuple[Finding, ...]:
    return (_nothing_there("graphql.spec.missing", "GraphQL schema", interaction),)


def _graphql(document: OfferedDocument) -> CompiledSchema:
    return compile_schema(document.data, document=document.name)


def _message(interaction: Interaction, offer: CompiledOffer) -> Iterator[Finding]:
    documents = offer.of_format(*EVENT_FORMATS)
    if not documents:
        yield _nothing_there("message.spec.missing", "document of events", interaction)
        return
    events = offer.part("events", "", lambda: compile_events(documents))
    yield from compare_message(interaction, events)


def _openapi(document: OfferedDocument) -> ProviderDocument:
    return openapi_document(in_one(document.root, document.files))


_UNKNOWN = frozenset({"request.path-or-method.unknown", "message.operation.unknown"})


def _best(candidates: Sequence[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What the document says that speaks of the interaction; of several that do, the one with the fewest errors."""

    def rank(findings: tuple[Finding, ...]) -> tuple[bool, int]:
        errors = [each for each in findings if each.level in {Level.ERROR, Level.UNANSWERED}]
        return any(each.rule in _UNKNOWN or each.level is Level.UNANSWERED for each in errors), len(errors)

    return min(candidates, key=rank)


_MEND_IT = "Mend what can't be read, and publish it again; or verify the provider by a replay."


def _nothing_there(rule: str, what: str, interaction: Interaction | None) -> Finding:
    told = f"The provider has no {what}"
    remedy = f"Publish the provider's {what}, or verify the provider by a replay."
    return _of(interaction, rule, told, remedy, Level.UNANSWERED)


def _of(
    interaction: Interaction | None, rule: str, told: str, remedy: str, level: Level, document: str = ""
) -> Finding:
    if interaction is None:
        return Finding(rule, "", told, remedy, level=level, document=document)
    return Finding(
        rule,
        "",
        told,
        remedy,
        consumer_pointer=interaction.pointer,
        level=level,
        interaction=interaction.index,
        description=interaction.description,
        document=document,
    )
