"""A pact and the evidence for it, put side by side to be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracthub.domain.contracts import ALL_VERSIONS, Publication, ServedContract
from contracthub.domain.errors import HubError, NotFound
from contracthub.domain.evidence import RecordedVerification, Verification
from contracthub.domain.evidence_documents import TestedInteraction, tested_interactions
from contracthub.formats.pact.content import read_content
from contracthub.formats.pact.describe import DescribedInteraction, DescribedPact, describe
from contracthub.formats.pact.parse import read
from contracthub.services.hub import Hub
from contracthub.services.overview import Marks, marks_of
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Result

# As many provider versions are listed beside a pact.
RESULTS = 20


@dataclass(frozen=True, slots=True)
class PactView:
    """A pact to be read. ``described`` is ``None`` and ``fault`` says why where the document can't be read as one."""

    publication: Publication
    described: DescribedPact | None
    fault: str | None
    results: Sequence[Result]
    marks: Marks


@dataclass(frozen=True, slots=True)
class ExaminedInteraction:
    """An interaction of the pact with how it went; either may be missing.

    ``expected`` is missing where the verifier tells of an interaction that the pact does not have, ``tested`` where the
    verifier does not tell of one that the pact has.
    """

    expected: DescribedInteraction | None
    tested: TestedInteraction | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One verification result, interaction by interaction."""

    publication: Publication
    verification: Verification
    interactions: tuple[ExaminedInteraction, ...]
    fault: str | None
    marks: Marks


def pact_of_version(hub: Hub, consumer: str, provider: str, number: str) -> PactView:
    """The pact of a consumer version. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _pact_view(unit, unit.contracts.find(consumer, provider, number), consumer, provider)


def latest_pact(hub: Hub, consumer: str, provider: str) -> PactView:
    """The newest pact of a pair. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _pact_view(unit, unit.contracts.latest(consumer, provider, ALL_VERSIONS), consumer, provider)


def pact_of_identity(hub: Hub, consumer: str, provider: str, identity: str) -> PactView:
    """The pact of that identity, as its newest publication has it. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _pact_view(unit, _by_identity(unit, consumer, provider, identity), consumer, provider)


def evidence_view(hub: Hub, consumer: str, provider: str, identity: str, number: int) -> EvidenceView:
    """One result beside the pact that it is about. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        contract = _required(_by_identity(unit, consumer, provider, identity), consumer, provider)
        recorded = unit.evidence.find(consumer, provider, identity, number)
        if recorded is None:
            raise NotFound("verification-not-found", f"No verification result {number} of this pact found")
        described, fault = _described(contract.served)
        shown = {contract.publication.version_id, recorded.verification.provider_version_id}
        return EvidenceView(
            contract.publication,
            recorded.verification,
            tuple(_examined(described, recorded)),
            fault,
            marks_of(unit, shown),
        )


def _by_identity(unit: Unit, consumer: str, provider: str, identity: str) -> ServedContract | None:
    return next(iter(unit.contracts.by_identity(consumer, provider, identity)), None)


def _required(contract: ServedContract | None, consumer: str, provider: str) -> ServedContract:
    if contract is None:
        raise NotFound("pact-not-found", f"No such pact between {consumer} and {provider} found")
    return contract


def _pact_view(unit: Unit, found: ServedContract | None, consumer: str, provider: str) -> PactView:
    contract = _required(found, consumer, provider)
    publication = contract.publication
    described, fault = _described(contract.served)
    results = unit.matrix.recent_results([publication.contract_id], RESULTS, every=False)
    results = sorted(results, key=lambda each: -each.version.id)
    shown = {publication.version_id, *(each.version.id for each in results)}
    return PactView(publication, described, fault, results, marks_of(unit, shown))


def _described(document: bytes) -> tuple[DescribedPact | None, str | None]:
    try:
        pact, faults = read(read_content(document))
    except HubError as error:
        return None, error.message
    told = "; ".join(f"{fault.pointer}: {fault.text}" for fault in faults[:5])
    return describe(pact), told or None


def _examined(described: DescribedPact | None, recorded: RecordedVerification) -> Iterable[ExaminedInteraction]:
    """Pairs by ``_id``, else by description; what is left of either side follows."""
    tested = list(tested_interactions(recorded.document))
    expected = list(described.interactions) if described else []
    by_id = {each.id: each for each in tested if each.id}
    known = {each.id for each in expected}
    by_description = {each.description: each for each in tested if each.description and each.id not in known}
    told: set[int] = set()
    for interaction in expected:
        found = by_id.get(interaction.id) or by_description.get(interaction.description)
        if found is not None:
            told.add(id(found))
        yield ExaminedInteraction(interaction, found)
    for each in tested:
        if id(each) not in told:
            yield ExaminedInteraction(None, each)
