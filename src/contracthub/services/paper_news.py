"""Comparisons when either side is published: with what matters on the other side, and what is told of them.

Nothing of this is part of the transaction that publishes: that is over by then, and whatever was not compared is
compared when somebody asks for it.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from contracthub.domain.comparison_notices import PaperNews
from contracthub.domain.comparisons import Comparison, ContractKind
from contracthub.domain.errors import HubError
from contracthub.services.hub import Hub
from contracthub.services.offers import Offer, offers_of
from contracthub.services.on_paper import is_spoken_of, named
from contracthub.services.paper_comparing import Pair, compared, is_silent, lasts
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.paper import NeedingVersion, OfferingVersion, Place

logger = logging.getLogger(__name__)

# A publication compares with at most so many others, and for so long.
MOST_OFFERS, MOST_CONTRACTS, SECONDS = 20, 300, 10.0
# A version may be in many places.
_MOST_PLACES = 1_000


class PublishedNeed(NamedTuple):
    """A contract with one provider that was published just now; ``live`` is its name where it is no pact."""

    consumer: str
    number: str
    kind: ContractKind
    live: str
    sha: str
    provider_id: int
    provider: str


def news_of_contracts(hub: Hub, published: Sequence[PublishedNeed]) -> Mapping[PublishedNeed, Sequence[PaperNews]]:
    """How contracts compare with what their providers offer where it matters: in environments, and on branches."""
    comparable = [each for each in published if each.kind in {ContractKind.PACT, ContractKind.CONVERSATION}]
    try:
        return _news_of_contracts(hub, comparable) if comparable else {}
    except HubError as error:
        logger.warning("What was published is not compared yet: %s", error.message)
        return {}


def news_of_documents(hub: Hub, provider_id: int, provider: str, version: VersionRef) -> Sequence[PaperNews]:
    """How the contracts of consumers that matter compare with what a version of their provider offers now."""
    try:
        return _news_of_documents(hub, provider_id, provider, version)
    except HubError as error:
        logger.warning("What was published is not compared yet: %s", error.message)
        return ()


def _news_of_contracts(hub: Hub, published: Sequence[PublishedNeed]) -> Mapping[PublishedNeed, Sequence[PaperNews]]:
    news: dict[PublishedNeed, Sequence[PaperNews]] = {}
    with hub.reading() as unit:
        offering = unit.paper.offering_among({each.provider_id for each in published})
        for key in offering:
            places = _by_version(unit.paper.offering_that_matters(key, _MOST_PLACES))
            offers = _first_offers(offers_of(unit, places), places)
            for each in published:
                if each.provider_id == key:
                    news[each] = _with_offers(unit, hub, each, offers, places)
    return news


def _by_version(found: Sequence[OfferingVersion]) -> dict[int, list[OfferingVersion]]:
    """The versions with their places, in order."""
    places: dict[int, list[OfferingVersion]] = {}
    for each in found:
        places.setdefault(each.version.id, []).append(each)
    return places


def _first_offers(offers: Mapping[int, Offer], order: Collection[int]) -> dict[int, Offer]:
    """Those of the versions that come first, as many as are compared at once."""
    found: dict[int, Offer] = {}
    identities: set[str] = set()
    for key in order:
        offer = offers.get(key)
        if offer is not None and (offer.identity in identities or len(identities) < MOST_OFFERS):
            identities.add(offer.identity)
            found[key] = offer
    return found


def _with_offers(
    unit: Unit,
    hub: Hub,
    it: PublishedNeed,
    offers: Mapping[int, Offer],
    places: Mapping[int, Sequence[OfferingVersion]],
) -> Sequence[PaperNews]:
    wanted = {key: offer for key, offer in offers.items() if is_spoken_of(it.kind, offer)}
    pairs = {(it.sha, offer) for offer in wanted.values()}
    found = compared(unit, it.kind, pairs, now=hub.now(), seconds=SECONDS)
    return [
        PaperNews(
            it.consumer, it.number, it.kind, it.live, it.provider, places[key][0].version.number,
            tuple(each.format for each in offer.documents), _names([each.place for each in places[key]]),
            named(found[it.sha, offer.identity], offer),
        )
        for key, offer in wanted.items()
        if _is_news(found, (it.sha, offer.identity))
    ]  # fmt: skip


def _news_of_documents(hub: Hub, provider_id: int, provider: str, version: VersionRef) -> Sequence[PaperNews]:
    with hub.reading() as unit:
        offer = offers_of(unit, [version.id]).get(version.id)
        if offer is None:
            return ()
        needs: dict[tuple[int, ContractKind, str], list[NeedingVersion]] = {}
        for each in unit.paper.needing_that_matters(provider_id, _MOST_PLACES):
            if is_spoken_of(each.need.kind, offer):
                needs.setdefault((each.version.id, each.need.kind, each.need.name), []).append(each)
        found: dict[tuple[ContractKind, str], Comparison] = {}
        for kind in dict.fromkeys(kind for _, kind, _ in needs):
            shas = [*dict.fromkeys(each[0].need.sha for key, each in needs.items() if key[1] is kind)]
            pairs = {(sha, offer) for sha in shas[:MOST_CONTRACTS]}
            made = compared(unit, kind, pairs, now=hub.now(), seconds=SECONDS)
            found |= {(kind, sha): each for (sha, _), each in made.items() if _is_news(made, (sha, offer.identity))}
    return [
        PaperNews(
            first.consumer, first.version.number, kind, name, provider, version.number,
            tuple(each.format for each in offer.documents), _names([each.place for each in places]),
            named(found[kind, first.need.sha], offer),
        )
        for (_, kind, name), places in needs.items()
        if (kind, (first := places[0]).need.sha) in found
    ]  # fmt: skip


def _is_news(found: Mapping[Pair, Comparison], pair: Pair) -> bool:
    comparison = found.get(pair)
    return comparison is not None and not is_silent(comparison) and lasts(comparison)


def _names(places: Sequence[Place]) -> tuple[str, ...]:
    """The environments, or else the branches: where a version lives says more than where it was built."""
    environments = dict.fromkeys(each.environment for each in places if each.environment)
    return tuple(environments or dict.fromkeys(f"branch {each.branch}" for each in places if each.branch))
