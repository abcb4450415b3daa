"""Who reads or sends an element of what a provider offers: the consumers that live somewhere, with what proves it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.element_usage import ElementReader, ElementUsage, ElementUse, NotKnown, removal
from contracthub.formats.usage.asking import Asked, Documents, Usage
from contracthub.formats.usage.spellings import AskedElement, GraphqlElement, TopicElement
from contracthub.formats.usage.topics import Reader
from contracthub.formats.usage.uses import Known, Use
from contracthub.services.hub import Hub
from contracthub.services.offered_documents import contracts_in, documents_of, merged
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.provider_needs import (
    Consumer,
    ContractNeeds,
    ProviderNeeds,
    ReaderNeeds,
    environments_named,
    needs_in,
)

MOST_USES = 20
"""Uses that are told of one contract; how many there are is told, too."""


@dataclass(frozen=True, slots=True)
class WhoReads:
    """The question: places as in :func:`needs_of_consumers`.

    ``ignore_silent`` are consumers of which it does not matter that nothing is known; with ``allow_defaults`` readers
    that can do without the element do not keep it from being removed.
    """

    provider: str
    element: str
    environments: Sequence[str] = ()
    main_branches: bool = False
    ignore_silent: Sequence[str] = ()
    allow_defaults: bool = False


def who_reads(hub: Hub, question: WhoReads) -> ElementUsage:
    """Who uses an element, and whether it may go.

    Raises :class:`NotFound` for an unknown provider, :class:`Invalid` for unknown environments and for what is no
    element (``not-an-element``), and :class:`TooLarge`.
    """
    with hub.reading() as unit:
        owner = required_pacticipant(unit, question.provider, "provider")
        homes = environments_named(unit, question.environments)
        needs = needs_in(unit, owner, question.environments, main_branches=question.main_branches)
        documents = documents_of(unit, contracts_in(unit, owner, homes.values()))
    usage = usage_of(needs, merged(documents))
    asked = usage.asked(question.element)
    (readers,) = readers_of(hub, needs, usage, [asked.elements])
    unknown = [*_unknown(needs, usage, asked)]
    ignored = [each for each in unknown if each.consumer in question.ignore_silent]
    unknown = [each for each in unknown if each not in ignored]
    counted = [each for each in readers if not (question.allow_defaults and each.can_do_without)]
    return ElementUsage(
        needs.provider,
        tuple(map(str, asked.elements)),
        needs.environments,
        readers,
        tuple(unknown),
        tuple(ignored),
        removal(is_used=bool(counted), is_unknown=bool(unknown)),
    )


def usage_of(needs: ProviderNeeds, documents: Documents) -> Usage:
    """All uses of those consumers, ready to be asked for."""
    start = len(needs.contracts)
    readers = [Reader(number, each.subject, each.topic, each.text) for number, each in enumerate(needs.readers, start)]
    return Usage([each.needs for each in needs.contracts], readers, documents)


def readers_of(
    hub: Hub, needs: ProviderNeeds, usage: Usage, asked: Sequence[Iterable[AskedElement]]
) -> list[tuple[ElementReader, ...]]:
    """Who uses any of those elements, by consumer and version; for each group of elements."""
    found = [_users(usage, elements) for elements in asked]
    start = len(needs.contracts)
    used = {needs.contracts[number].contract_id for users in found for number in users if number < start}
    with hub.reading() as unit:
        first = unit.matrix.first_published(used)
    return [
        tuple(sorted(_readers(needs, users, first), key=lambda each: (each.consumer, each.version, each.kind)))
        for users in found
    ]


def _users(usage: Usage, elements: Iterable[AskedElement]) -> Mapping[int, Sequence[Use]]:
    found: dict[int, dict[Use, None]] = {}
    for element in elements:
        for holder, use in usage.of(element):
            found.setdefault(holder, {})[use] = None
    return {holder: [*uses] for holder, uses in found.items()}


def _readers(
    needs: ProviderNeeds, users: Mapping[int, Sequence[Use]], first: Mapping[int, datetime]
) -> Iterator[ElementReader]:
    for number, uses in users.items():
        holder = _holder(needs, number)
        since = first.get(holder.contract_id) if isinstance(holder, ContractNeeds) else None
        yield _reader(holder, uses, since or holder.published_at)


def silent_in(needs: ProviderNeeds) -> Iterator[NotKnown]:
    """The consumers that live there and have said nothing of what they need."""
    for each in needs.silent:
        yield _not_known(f"has published no contract with {needs.provider}", each)


def _unknown(needs: ProviderNeeds, usage: Usage, asked: Asked) -> Iterator[NotKnown]:
    yield from silent_in(needs)
    told: dict[NotKnown, None] = {}
    for element in asked.elements:
        for unclear in usage.unclear(element):
            told[_not_known(unclear.why, _holder(needs, unclear.holder).consumer)] = None
    yield from told
    if asked.known is Known.NOT_TOLD:
        yield NotKnown(_undescribed(needs.provider, asked.elements[0]))


def _undescribed(provider: str, element: AskedElement) -> str:
    kind = {GraphqlElement: "GraphQL schema", TopicElement: "AsyncAPI document or event schema"}
    named = kind.get(type(element), "OpenAPI document")
    told = f"no {named} of {provider} in the hub says whether there is {element}, so a slip of the pen looks the same"
    return f"{told}; publish the document (contracthub publish spec)"


def _holder(needs: ProviderNeeds, number: int) -> ContractNeeds | ReaderNeeds:
    start = len(needs.contracts)
    return needs.contracts[number] if number < start else needs.readers[number - start]


def _reader(holder: ContractNeeds | ReaderNeeds, uses: Sequence[Use], since: datetime) -> ElementReader:
    who = holder.consumer
    return ElementReader(
        who.name,
        who.version,
        who.environments,
        (holder.kind if isinstance(holder, ContractNeeds) else ContractKind.READER_SCHEMA).value,
        since,
        tuple(ElementUse(each.how.value, each.interaction, each.operation, each.place) for each in uses[:MOST_USES]),
        len(uses),
        all(each.can_do_without for each in uses),
    )


def _not_known(why: str, who: Consumer) -> NotKnown:
    return NotKnown(why, who.name, who.version, who.environments)
