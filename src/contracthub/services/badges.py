"""What badges ask: how a pact stands, and whether a line can be deployed or merged (pact-broker-api §15)."""

from contracthub.domain.badges import PactStatus, result_of
from contracthub.domain.contracts import Publication, VersionSet
from contracthub.domain.errors import NotFound
from contracthub.domain.matrix_query import MAX_LIMIT, LatestBy, MatrixQuery, Selector, Target
from contracthub.domain.standings import VerdictKind
from contracthub.domain.weighing import verdict_of_paper
from contracthub.services.hub import Hub
from contracthub.services.matrix import ask_for_latest
from contracthub.services.on_paper import PaperPair, on_paper, recent_offering
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts import Pair
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef

_ON_PAPER = {
    VerdictKind.COMPATIBLE: PactStatus.COMPATIBLE,
    VerdictKind.INCOMPATIBLE: PactStatus.INCOMPATIBLE,
    VerdictKind.FAILED: PactStatus.FAILED,
}


def status_of_latest_pact(hub: Hub, pair: Pair, among: VersionSet) -> PactStatus:
    """How the newest pact of the pair in a set of versions stands. Raises :class:`NotFound` where there is none."""
    with hub.reading() as unit:
        found = unit.contracts.latest_publication(pair.consumer, pair.provider, among)
        if found is None:
            raise _missing("pact")
        result = unit.evidence.latest(found.contract_id)
        if result is None:
            result = unit.evidence.latest_of_pair(found.consumer_id, found.provider_id)
        if result is None:
            return _on_paper(hub, unit, found, None)
        last = result.verification
        return result_of(success=last.success, pending=last.pending, same_content=last.contract_id == found.contract_id)


def status_between_tags(hub: Hub, pair: Pair, consumer_tag: str, provider_tag: str) -> PactStatus:
    """How the provider's newest version with a tag meets the consumer's newest pact with a tag.

    Raises :class:`NotFound`.
    """
    with hub.reading() as unit:
        provider = required_pacticipant(unit, pair.provider, "provider")
        required_pacticipant(unit, pair.consumer, "consumer")
        pact = unit.contracts.latest_publication(pair.consumer, pair.provider, VersionSet.tagged(consumer_tag))
        version = unit.versions.latest(provider.id, tag=provider_tag)
        if pact is None:
            raise _missing("pact")
        if version is None:
            raise _missing("version")
        results = unit.matrix.newest_results([pact.contract_id], [version.id])
        if not results:
            return _on_paper(hub, unit, pact, VersionRef(version.id, version.number))
        return result_of(success=results[0].success)


def can_tag_be_deployed(hub: Hub, pacticipant: str, tag: str, to: str) -> bool | None:
    """Whether the newest version with a tag fits the newest ones with another. Raises :class:`NotFound`."""
    selector, target = Selector(pacticipant, latest=True, tag=tag), Target(latest=True, tag=to)
    return _deployable(hub, MatrixQuery((selector,), target, latest_by=LatestBy.CONSUMER_VERSION, limit=MAX_LIMIT))


def can_branch_be_deployed(hub: Hub, pacticipant: str, branch: str, environment: str) -> bool | None:
    """Whether the head of a branch can go to an environment. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        if unit.versions.branch(required_pacticipant(unit, pacticipant).id, branch) is None:
            raise _missing("branch")
    selector, target = Selector(pacticipant, latest=True, branch=branch), Target(environment=environment)
    return _deployable(hub, MatrixQuery((selector,), target, latest_by=LatestBy.VERSION_PAIR, limit=MAX_LIMIT))


def can_main_branch_be_merged(hub: Hub, pacticipant: str) -> bool | None:
    """Whether the head of the main branch fits the main branches of its partners. Raises :class:`NotFound`."""
    selector, target = Selector(pacticipant, latest=True, main_branch=True), Target(latest=True, main_branch=True)
    query = MatrixQuery((selector,), target, latest_by=LatestBy.VERSION_PAIR, limit=MAX_LIMIT)
    return _deployable(hub, query)


def _on_paper(hub: Hub, unit: Unit, pact: Publication, version: VersionRef | None) -> PactStatus:
    """How a pact stands that nobody verified: what the documents of that version say, or of the newest that has any."""
    offering = (version,) if version else recent_offering(unit, [pact.provider_id], 1).get(pact.provider_id, ())
    pairs = [PaperPair(pact.version_id, pact.provider_id, each.id) for each in offering]
    for said in on_paper(unit, pairs, now=hub.now()).values():
        return _ON_PAPER.get(verdict_of_paper(said), PactStatus.UNKNOWN)
    return PactStatus.UNKNOWN


def _deployable(hub: Hub, query: MatrixQuery) -> bool | None:
    return ask_for_latest(hub, query).decision.deployable


def _missing(what: str) -> NotFound:
    return NotFound(f"{what}-not-found", f"No such {what} was found.")
