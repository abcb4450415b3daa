"""Live contracts: published for a consumer version, all or nothing; looked up, listed, deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.comparison_notices import PaperNews
from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Conflict, Fault, Invalid, NotFound
from contracthub.domain.evidence import RecordedVerification
from contracthub.domain.live_contracts import LIVE_KINDS, LiveContract, LiveName
from contracthub.domain.notices import Happening
from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.formats.diff import line_diff
from contracthub.services.first_publications import (
    Overtaken,
    Refusal,
    ensured_pacticipants,
    published_in_one,
)
from contracthub.services.hub import Hub
from contracthub.services.live_contract_requests import LiveOffer, LiveRequest, live_request_from
from contracthub.services.live_events import TagsOfVersion, tags_of, trigger_on_live_contracts
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.paper_news import PublishedNeed, news_of_contracts
from contracthub.services.ports import Unit
from contracthub.services.versions import record_version, required_version


@dataclass(frozen=True, slots=True)
class LivePlace:
    """Where a live contract is found: by consumer version, kind, provider and name."""

    consumer: str
    number: str
    kind: str
    provider: str
    name: str


@dataclass(frozen=True, slots=True)
class PublishedLive:
    """What became of one contract with one of its providers."""

    contract: LiveContract
    happening: Happening
    on_paper: tuple[PaperNews, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedLiveContracts:
    """What became of a request to publish."""

    consumer: str
    version: str
    contracts: tuple[PublishedLive, ...]

    @property
    def created(self) -> bool:
        """Whether anything is there that was not before."""
        return any(each.happening is Happening.PUBLISHED for each in self.contracts)


@dataclass(frozen=True, slots=True)
class LiveView:
    """A live contract with its exact bytes, and the newest result for it, if there is any."""

    contract: LiveContract
    body: bytes
    latest: RecordedVerification | None


def publish_live_contracts(hub: Hub, body: dict[str, Any]) -> PublishedLiveContracts:
    """Publish conversations, flows, journeys and promises of a consumer version, or none of them.

    Raises :class:`Invalid`, ``TooLarge``, and :class:`Conflict` (with the fact ``refusals``) when what is published
    would change, unless ``overwrite`` asks for that, or when a new name is nearly the same as an existing one.
    """
    request = live_request_from(body)
    outcome = published_in_one(hub, lambda unit: _written(hub, unit, request), "contract")
    news = news_of_contracts(hub, [_need(each.contract) for each in outcome.contracts])
    if not any(news.values()):
        return outcome
    told = (replace(each, on_paper=tuple(news.get(_need(each.contract), ()))) for each in outcome.contracts)
    return replace(outcome, contracts=tuple(told))


def _need(it: LiveContract) -> PublishedNeed:
    return PublishedNeed(it.consumer, it.version, it.kind, it.name, it.sha, it.provider_id, it.provider)


def get_live_contract(hub: Hub, place: LivePlace) -> LiveView:
    """One live contract. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = required_live_contract(unit, place)
        return LiveView(found, unit.live_contracts.body(found.sha) or b"", unit.evidence.latest(found.contract_id))


def list_live_contracts_of_version(hub: Hub, consumer: str, number: str) -> Sequence[LiveContract]:
    """All that a version published, by kind, name and provider. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        _, version = required_version(unit, consumer, number)
        return unit.live_contracts.of_version(version.id)


def list_live_contracts(hub: Hub, consumer: str, *, kind: str | None, page: Page) -> Listing[LiveContract]:
    """What the versions of a consumer published, newest first. Raises :class:`NotFound` and :class:`Invalid`."""
    wanted = live_kind(kind) if kind is not None else None
    with hub.reading() as unit:
        owner = required_pacticipant(unit, consumer)
        return unit.live_contracts.of_consumer(owner.id, kind=wanted, page=page)


def delete_live_contract(hub: Hub, place: LivePlace) -> None:
    """Remove a live contract with all its providers, and the results that nothing refers to any more.

    Raises :class:`NotFound`.
    """

    def delete(unit: Unit) -> None:
        owner = required_pacticipant(unit, place.consumer)
        unit.deletion.hold([owner.id])
        found = required_live_contract(unit, place)
        # A journey is one document, however many providers it is about.
        whole = [each for each in unit.live_contracts.of_version(found.version_id) if _is_of_same(each, found)]
        unit.deletion.live_contracts([each.id for each in whole])

    hub.write(delete)


def live_kind(name: str) -> ContractKind:
    """The kind of live contract of this name. Raises :class:`Invalid`."""
    for kind in LIVE_KINDS:
        if kind.value == name:
            return kind
    raise Invalid.of(Fault("kind", f"must be one of: {', '.join(LIVE_KINDS)}"))


def required_live_contract(unit: Unit, place: LivePlace) -> LiveContract:
    """The contract at a place. Raises :class:`NotFound`."""
    _, version = required_version(unit, place.consumer, place.number)
    if place.kind in {kind.value for kind in LIVE_KINDS}:
        found = unit.live_contracts.find(version.id, ContractKind(place.kind), place.provider, place.name)
        if found is not None:
            return found
    whose = f"{place.consumer} {place.number} with {place.provider}"
    raise NotFound("live-contract-not-found", f"No {place.kind} '{place.name}' of {whose} found")


def _is_of_same(one: LiveContract, other: LiveContract) -> bool:
    return (one.kind, one.name, one.identity) == (other.kind, other.name, other.identity) and (
        one.kind is ContractKind.JOURNEY or one.provider_id == other.provider_id
    )


def _written(hub: Hub, unit: Unit, request: LiveRequest) -> PublishedLiveContracts:
    names = {request.consumer, *request.providers}
    known = unit.pacticipants.named(names)
    there = _published_before(unit, known.get(request.consumer), request)
    changed = _changes(request, there)
    if changed:
        _refuse_changes(unit, request, changed)
        unit.deletion.hold([changed[0][1].consumer_id])
    pacticipants = ensured_pacticipants(hub, unit, names, known, what="contract")
    tags_before = tags_of(unit, next(iter(there.values()))[0].version_id) if there else ()
    recorded = record_version(
        hub,
        unit,
        pacticipants[request.consumer],
        request.number,
        branch=request.branch,
        tags=request.tags,
        build_url=request.build_url,
    )
    unit.live_contracts.hold(recorded.version)
    offers = _in_order(request.offers)
    stored = [each for offer in offers for each in _stored(hub, unit, recorded.version, offer, pacticipants, there)]
    tags = request.tags if recorded.created else tags_of(unit, recorded.version.id)
    happened = {each.contract: each.happening for each in stored}
    trigger_on_live_contracts(hub, unit, happened, TagsOfVersion(tags, tags_before), request.build_url)
    return PublishedLiveContracts(request.consumer, request.number, tuple(stored))


def _in_order(offers: Sequence[LiveOffer]) -> Sequence[LiveOffer]:
    """Each once, and in one order for all writers, so that two of them never wait for each other."""
    by_place = {(offer.name.kind.value, offer.name.name, offer.providers): offer for offer in offers}
    return [by_place[place] for place in sorted(by_place)]


def _published_before(
    unit: Unit, consumer: Pacticipant | None, request: LiveRequest
) -> Mapping[LiveName, Sequence[LiveContract]]:
    """What the version has published under those names, by name."""
    version = unit.versions.find(consumer.id, request.number) if consumer else None
    found: dict[LiveName, list[LiveContract]] = {}
    for each in unit.live_contracts.of_version(version.id) if version else ():
        found.setdefault(LiveName(each.kind, each.name), []).append(each)
    return found


def _in_its_place(offer: LiveOffer, there: Mapping[LiveName, Sequence[LiveContract]]) -> Sequence[LiveContract]:
    """What an offer would take the place of: with the same provider, and for a journey all that has its name."""
    is_journey = offer.name.kind is ContractKind.JOURNEY
    return [each for each in there.get(offer.name, ()) if is_journey or each.provider in offer.providers]


def _is_same(offer: LiveOffer, published: LiveContract) -> bool:
    return published.identity == offer.contract.identity and published.provider in offer.providers


def _changes(
    request: LiveRequest, there: Mapping[LiveName, Sequence[LiveContract]]
) -> Sequence[tuple[LiveOffer, LiveContract]]:
    """Offers that differ from what is published in their place, each with one of those."""
    found = []
    for offer in request.offers:
        other = [each for each in _in_its_place(offer, there) if not _is_same(offer, each)]
        found += [(offer, other[0])] if other else []
    return found


def _refuse_changes(unit: Unit, request: LiveRequest, changed: Sequence[tuple[LiveOffer, LiveContract]]) -> None:
    if request.overwrite:
        return
    refusals = tuple(_refusal(unit, request, offer, published) for offer, published in changed)
    text = "\n\n".join("\n\n".join(filter(None, (each.text, each.difference))) for each in refusals)
    raise Conflict("contract-changed", text, refusals=refusals)


def _refusal(unit: Unit, request: LiveRequest, offer: LiveOffer, published: LiveContract) -> Refusal:
    text = (
        f"{request.consumer} {request.number} has published another {offer.name} already. Publish under a new version "
        "number, or ask for it to be overwritten."
    )
    old = unit.live_contracts.body(published.sha)
    difference = "" if old is None else line_diff(_lines(old), _lines(offer.contract.body))
    return Refusal(text, difference or None)


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8", "replace").splitlines()


def _stored(
    hub: Hub,
    unit: Unit,
    version: Version,
    offer: LiveOffer,
    pacticipants: Mapping[str, Pacticipant],
    there: Mapping[LiveName, Sequence[LiveContract]],
) -> list[PublishedLive]:
    """What became of an offer, provider by provider; those that it is not about any more are left behind."""
    published = {each.provider: each for each in _in_its_place(offer, there)}
    left = [each.id for name, each in published.items() if name not in offer.providers]
    if left:
        unit.deletion.live_contracts(left)
    done = []
    for provider in sorted(offer.providers):
        before = published.get(provider)
        if before is not None and _is_same(offer, before):
            done.append(PublishedLive(before, Happening.REPUBLISHED))
            continue
        if before is None:
            stored = unit.live_contracts.store(version, pacticipants[provider], offer.contract, now=hub.now())
        else:
            stored = unit.live_contracts.replace(before, offer.contract, now=hub.now())
        if stored is None:
            raise Overtaken
        done.append(PublishedLive(stored, Happening.OVERWRITTEN if before else Happening.PUBLISHED))
    return done
