"""Coverage: what of a provider's documents is needed by consumers that live somewhere, and with which evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from contracthub.domain.comparisons import EvidenceKind, Level
from contracthub.domain.coverage import Coverage, CoveredPart, UnplayedInteraction
from contracthub.domain.errors import HubError
from contracthub.domain.evidence_documents import tested_interactions
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.pacticipants import Pacticipant, Page
from contracthub.domain.readers import EventText
from contracthub.domain.verification_runs import CheckStatus, Suite
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.usage.asking import Usage
from contracthub.formats.usage.graphql import Queries
from contracthub.formats.usage.listing import (
    ListedPart,
    parts_of_asyncapi,
    parts_of_events,
    parts_of_graphql,
    parts_of_openapi,
)
from contracthub.formats.usage.spellings import HttpElement
from contracthub.services.chosen_documents import WhichDocuments, chosen_documents
from contracthub.services.element_readers import silent_in, usage_of
from contracthub.services.evidence_documents import run_report_in
from contracthub.services.hub import Hub
from contracthub.services.offered_documents import OfferedDocument, merged
from contracthub.services.on_paper import PaperPair, on_paper
from contracthub.services.ports import Unit
from contracthub.services.provider_needs import ContractNeeds, ProviderNeeds

MOST_PARTS = 5_000
MOST_INTERACTIONS = 5_000
MOST_NAMED = 20
"""Consumer versions that are told of one part."""
_RUNS_LOOKED_AT = 20
_AT_ONCE = 20
_AGAINST = frozenset({Level.ERROR, Level.UNANSWERED})
_ALL = ""
_Pair = tuple[int, int]


@dataclass(slots=True)
class _Evidence:
    """What is known of contracts with provider versions, both by key, and of operations with provider versions.

    ``played``: of each interaction that a verifier tells of, whether it was met; ``whole``: of those that tell of none.
    ``misfits``: the interactions that documents do not say can be met, by consumer version; the nameless one is all.
    """

    played: dict[_Pair, Mapping[str, bool]] = field(default_factory=dict)
    whole: dict[_Pair, bool] = field(default_factory=dict)
    misfits: dict[tuple[int, LiveName | None, int], frozenset[str]] = field(default_factory=dict)
    fuzzed: dict[int, frozenset[str]] = field(default_factory=dict)

    def was_played(self, contract_id: int, version_id: int, interaction: str) -> bool | None:
        """Whether the interaction was met when it was replayed; ``None`` where it was not."""
        played = self.played.get((contract_id, version_id), {})
        return played.get(interaction, self.whole.get((contract_id, version_id)))

    def fits(self, contract: ContractNeeds, version_id: int, interaction: str) -> bool:
        """Whether documents say that the interaction can be met."""
        found = self.misfits.get((contract.version_id, contract.live, version_id))
        return found is not None and interaction not in found and _ALL not in found


def coverage_of(hub: Hub, provider: str, which: WhichDocuments) -> Coverage:
    """What is needed of a provider version's documents, and which evidence of that version there is for it.

    ``which`` as for deprecations. Raises :class:`NotFound` for unknown names and where nothing was published,
    :class:`Invalid` and :class:`TooLarge`.
    """
    with hub.reading() as unit:
        owner, documents, others, needs = chosen_documents(unit, provider, which)
        versions = {each.contract.version_id: each.contract.version_number for each in documents}
        evidence = _gathered(hub, unit, owner, needs, versions)
    usage = usage_of(needs, merged((*documents, *others)))
    listed = [(each, part) for each in documents for part in islice(_parts(each), MOST_PARTS + 1)]
    unplayed = list(islice(_unplayed(needs, versions, evidence), MOST_INTERACTIONS + 1))
    return Coverage(
        needs.provider,
        tuple(f"{each.contract.name} of {each.contract.version_number}" for each in documents),
        needs.environments,
        tuple(_covered(needs, usage, evidence, offered, part) for offered, part in listed[:MOST_PARTS]),
        tuple(unplayed[:MOST_INTERACTIONS]),
        tuple(silent_in(needs)),
        len(listed) > MOST_PARTS or len(unplayed) > MOST_INTERACTIONS,
    )


def _parts(offered: OfferedDocument) -> Iterator[ListedPart]:
    document, contract = offered.document, offered.contract
    if isinstance(document, Requests):
        return parts_of_openapi(document.document)
    if isinstance(document, Queries):
        return parts_of_graphql(document.document)
    if isinstance(document, AsyncApiDocument):
        return parts_of_asyncapi(document)
    if isinstance(document, EventText):
        return parts_of_events(document, contract.topic or contract.subject or contract.name)
    return iter(())


def _covered(
    needs: ProviderNeeds, usage: Usage, evidence: _Evidence, offered: OfferedDocument, part: ListedPart
) -> CoveredPart:
    kind, element = part
    version_id, start = offered.contract.version_id, len(needs.contracts)
    consumers: dict[str, None] = {}
    kinds: set[EvidenceKind] = set()
    for number, use in usage.of(element):
        if number >= start:
            who = needs.readers[number - start].consumer
            # What is read from a topic is compared with what is written to it whenever it is asked about.
            kinds.add(EvidenceKind.COMPARED)
        else:
            contract = needs.contracts[number]
            who = contract.consumer
            if evidence.was_played(contract.contract_id, version_id, use.interaction):
                kinds.add(EvidenceKind.REPLAYED)
            if evidence.fits(contract, version_id, use.interaction):
                kinds.add(EvidenceKind.COMPARED)
        consumers[f"{who.name} {who.version}"] = None
    operation = element.operation if isinstance(element, HttpElement) else str(element)
    if operation in evidence.fuzzed.get(version_id, ()):
        kinds.add(EvidenceKind.FUZZED)
    told = tuple(each for each in EvidenceKind if each in kinds)
    names = tuple(sorted(consumers)[:MOST_NAMED])
    return CoveredPart(kind, str(element), offered.contract.name, offered.contract.version_number, names, told)


def _gathered(hub: Hub, unit: Unit, owner: Pacticipant, needs: ProviderNeeds, versions: Mapping[int, str]) -> _Evidence:
    evidence = _Evidence()
    results = unit.matrix.newest_results({each.contract_id for each in needs.contracts}, versions.keys())
    for start in range(0, len(results), _AT_ONCE):
        some = {each.number: each for each in results[start : start + _AT_ONCE]}
        for number, body in unit.matrix.documents(some.keys()).items():
            result, tested = some[number], tested_interactions(body)
            pair = (result.contract_id, result.version.id)
            if tested:
                failed = {each.description for each in tested if not each.success}
                evidence.played[pair] = {each.description: each.description not in failed for each in tested}
            else:
                evidence.whole[pair] = result.success
    for each in results:
        pair = (each.contract_id, each.version.id)
        if pair not in evidence.played:
            evidence.whole[pair] = each.success
    pairs = [
        PaperPair(each.version_id, owner.id, version, each.live) for each in needs.contracts for version in versions
    ]
    for paper, said in on_paper(unit, pairs, now=hub.now()).items():
        against = {each.description or _ALL for each in said.comparison.findings if each.level in _AGAINST}
        evidence.misfits[paper.consumer_version_id, paper.live, paper.provider_version_id] = frozenset(against)
    evidence.fuzzed = {each: _fuzzed(unit, each) for each in unit.evidence_documents.newest_fuzz_runs(versions.keys())}
    return evidence


def _fuzzed(unit: Unit, version_id: int) -> frozenset[str]:
    """The operations that the newest run of the fuzzer found nothing wrong with."""
    listed = unit.evidence_documents.list(version_id, page=Page(1, _RUNS_LOOKED_AT)).entries
    newest = next((each for each in listed if each.summary.fuzzed is not None), None)
    body = unit.evidence_documents.body(version_id, newest.number) if newest else None
    if body is None:
        return frozenset()
    try:
        report = run_report_in(body)
    except HubError:
        # Taken in by the rules of another release.
        return frozenset()
    checks = [each for run in report.suites if run.suite in {Suite.FUZZ, Suite.GRAPHQL} for each in run.checks]
    bad = {each.operation for each in checks if each.status is not CheckStatus.PASSED}
    return frozenset({each.operation for each in checks if each.operation} - bad)


def _unplayed(needs: ProviderNeeds, versions: Mapping[int, str], evidence: _Evidence) -> Iterator[UnplayedInteraction]:
    for contract in needs.contracts:
        if not contract.tells_content:
            continue
        who, interactions = contract.consumer, dict.fromkeys(each.interaction for each in contract.needs)
        for key, number in versions.items():
            for each in interactions:
                if evidence.was_played(contract.contract_id, key, each) is None:
                    yield UnplayedInteraction(who.name, who.version, contract.kind.value, each, number)
