"""The dashboard: the pacts of note, each with what is known of it."""

from dataclasses import dataclass
from typing import Literal

from contracthub.domain.contracts import Publication
from contracthub.domain.pacticipants import BranchPlace, Listing, Page, Tag
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts import Pair
from contracthub.services.ports import Unit
from contracthub.services.ports.dashboard import Noted, NotedResult

Status = Literal["success", "failed", "failed_pending", "stale", "never"]


@dataclass(frozen=True, slots=True)
class VersionOnDashboard:
    """A version's number with its branches and tags."""

    number: str
    branches: tuple[BranchPlace, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class DashboardItem:
    """A pact with its consumer version, the newest result for it, and the provider version that the result is of."""

    publication: Publication
    consumer_version: VersionOnDashboard
    result: NotedResult | None
    provider_version: VersionOnDashboard | None
    status: Status


def get_dashboard(hub: Hub, *, pair: Pair | None, page: Page) -> Listing[DashboardItem]:
    """The pacts of note of all pairs or of one, latest activity first. Raises :class:`NotFound` for a pacticipant."""
    with hub.reading() as unit:
        listing = unit.dashboard.noted(pair=_keys_of(unit, pair), page=page)
        return Listing(_items(unit, listing.entries), listing.total, page)


def _keys_of(unit: Unit, pair: Pair | None) -> tuple[int, int] | None:
    if pair is None:
        return None
    consumer = required_pacticipant(unit, pair.consumer, "consumer")
    return consumer.id, required_pacticipant(unit, pair.provider, "provider").id


def _items(unit: Unit, noted: tuple[Noted, ...]) -> tuple[DashboardItem, ...]:
    own = {each.result for each in noted if each.result is not None}
    results = unit.dashboard.results(own | {each.result_of_pair for each in noted if each.result_of_pair is not None})
    ids = {each.publication.version_id for each in noted} | {results[key].version_id for key in own if key in results}
    branches, tags = unit.versions.branches_of(ids), unit.versions.tags_of(ids)

    def shown(key: int, number: str) -> VersionOnDashboard:
        return VersionOnDashboard(number, branches.get(key, ()), tags.get(key, ()))

    items = []
    for each in noted:
        result = None if each.result is None else results.get(each.result)
        provider = None if result is None else shown(result.version_id, result.version_number)
        consumer = shown(each.publication.version_id, each.publication.version_number)
        of_pair = None if each.result_of_pair is None else results.get(each.result_of_pair)
        items.append(DashboardItem(each.publication, consumer, result, provider, _status(result, of_pair)))
    return tuple(items)


def _status(result: NotedResult | None, of_pair: NotedResult | None) -> Status:
    """``stale`` is what has no result, while the pair's last one, for other content, was good; as badges tell it."""
    last = result or of_pair
    if last is None:
        return "never"
    if last.success:
        return "success" if result else "stale"
    return "failed_pending" if last.pending else "failed"
