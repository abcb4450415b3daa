"""The matrix of one integration as a grid: its newest and its notable versions on both sides, and what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.pacticipants import Pacticipant
from contracthub.services.hub import Hub
from contracthub.services.on_paper import recent_offering
from contracthub.services.overview import Marks, marks_of
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.paper_rows import papers_for, papers_with
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Published, Result, VersionRef

# A grid that can be taken in; the API has the rest.
NEWEST_CONSUMER_VERSIONS = 25
NEWEST_PROVIDER_VERSIONS = 10
# Beside the newest: versions that live somewhere, and heads of branches.
RESIDENTS = 10
HEADS = 5


@dataclass(frozen=True, slots=True)
class Grid:
    """Consumer versions (``published``) against provider versions, both newest first.

    ``results`` are by contract and provider version: consumer versions with the same contract share their evidence.
    ``papers`` is what documents say, by consumer version, live contract (or none, for the pact), provider version.
    """

    consumer: Pacticipant
    provider: Pacticipant
    published: Sequence[Published]
    provider_versions: Sequence[VersionRef]
    results: Mapping[tuple[int, int], Result]
    marks: Marks
    papers: Mapping[tuple[int, LiveName | None, int], OnPaper]


def grid_of(hub: Hub, consumer: str, provider: str) -> Grid:
    """The grid of two pacticipants. Raises :class:`NotFound` where one is unknown."""
    with hub.reading() as unit:
        asker = required_pacticipant(unit, consumer, "consumer")
        giver = required_pacticipant(unit, provider, "provider")
        published = _published(unit, asker, giver)
        versions = _provider_versions(unit, asker, giver)
        contracts = {each.contract_id for each in published}
        results = unit.matrix.newest_results(contracts, [each.id for each in versions])
        shown = {each.version.id for each in published} | {each.id for each in versions}
        return Grid(
            asker,
            giver,
            published,
            versions,
            {(each.contract_id, each.version.id): each for each in results},
            marks_of(unit, shown),
            _papers(unit, published, versions, now=hub.now()),
        )


def _papers(
    unit: Unit, published: Sequence[Published], versions: Sequence[VersionRef], *, now: datetime
) -> Mapping[tuple[int, LiveName | None, int], OnPaper]:
    papers = papers_with(unit, [(each, versions) for each in published], now=now)
    return {
        (each.version.id, each.live, version.id): said
        for each in published
        for version, said in papers_for(papers, each).items()
    }


def _published(unit: Unit, consumer: Pacticipant, provider: Pacticipant) -> Sequence[Published]:
    newest = unit.overview.recent_publishers(consumer.id, provider.id, limit=NEWEST_CONSUMER_VERSIONS)
    wanted = {each.id for each in newest} | _notable(unit, consumer)
    found = unit.matrix.published_by(wanted, [provider.id])
    return sorted(found, key=_place)


def _place(each: Published) -> tuple[int, str, str]:
    """Newest versions first, and of each the pact first."""
    return -each.version.id, each.live.kind.value if each.live else "", each.live.name if each.live else ""


def _provider_versions(unit: Unit, consumer: Pacticipant, provider: Pacticipant) -> Sequence[VersionRef]:
    newest = unit.overview.recent_verifiers(consumer.id, provider.id, limit=NEWEST_PROVIDER_VERSIONS)
    offering = recent_offering(unit, [provider.id], NEWEST_PROVIDER_VERSIONS).get(provider.id, ())
    known = {each.id: each for each in (*newest, *offering)}
    missing = _notable(unit, provider) - known.keys()
    notable = {key: VersionRef(key, version.number) for key, version in unit.versions.by_id(missing).items()}
    return sorted((known | notable).values(), key=lambda each: -each.id)


def _notable(unit: Unit, pacticipant: Pacticipant) -> set[int]:
    residents = unit.overview.residents([pacticipant.id]).get(pacticipant.id, ())
    newest = sorted({each.version.id for each in residents}, reverse=True)[:RESIDENTS]
    return {*newest, *(each.id for each in unit.overview.branch_heads(pacticipant.id, limit=HEADS))}
