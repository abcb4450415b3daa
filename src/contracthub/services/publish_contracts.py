"""Publishing contracts for a consumer version: all or nothing, the same again is fine, anything else is a conflict."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.comparison_notices import PaperNews
from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import (
    PACT,
    UNTAGGED,
    Content,
    IdentityRule,
    NewContract,
    Publication,
    ServedContract,
    VersionSet,
)
from contracthub.domain.errors import Conflict, Fault, Invalid
from contracthub.domain.notices import Happening
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.domain.publishing_events import (
    PublishingEvent,
    events_of_changed_content,
    events_of_same_content,
    events_of_tagged,
    events_of_untagged,
)
from contracthub.domain.webhook_events import CONTRACT_REQUIRING_VERIFICATION
from contracthub.formats import safe_json
from contracthub.formats.diff import text_diff
from contracthub.formats.pact.content import PactContent, content_from, read_content
from contracthub.formats.pact.identity import identity, rule_for, stricter_identities, with_interaction_ids
from contracthub.formats.pact.merge import merge
from contracthub.services.first_publications import Refusal, ensured_pacticipants
from contracthub.services.hub import Hub
from contracthub.services.paper_news import PublishedNeed, news_of_contracts
from contracthub.services.ports import Unit
from contracthub.services.publication_requests import (
    Offer,
    OnConflict,
    PublicationRequest,
    request_from,
    request_of_one,
)
from contracthub.services.versions import record_version
from contracthub.services.webhook_triggers import NO_NEWS, WebhookNews, trigger_on_publications

MOST_ATTEMPTS = 10
# The hub puts these beside the content when it serves it.
_OURS = frozenset({"createdAt", "_links"})


@dataclass(frozen=True, slots=True)
class PublishedContract:
    """What became of one offer."""

    publication: Publication
    happening: Happening
    events: tuple[PublishingEvent, ...]
    pair_is_verified: bool
    webhooks: WebhookNews = NO_NEWS
    on_paper: tuple[PaperNews, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedContracts:
    """What became of a request to publish."""

    request: PublicationRequest
    version: Version
    version_created: bool
    contracts: tuple[PublishedContract, ...]


def publish_contracts(hub: Hub, body: dict[str, Any]) -> PublishedContracts:
    """Publish all contracts of a consumer version, or none (pact-broker-api §8).

    Raises :class:`Invalid`, and :class:`Conflict` (with the fact ``refusals``) when published content would change or a
    new name is nearly the same as an existing one.
    """
    return _publish(hub, request_from(body, hub.rules))


def put_pact(hub: Hub, consumer: str, provider: str, number: str, body: bytes) -> tuple[ServedContract, bool]:
    """Publish one pact; whether it is new. Raises as :func:`publish_contracts`."""
    on_conflict = OnConflict.OVERWRITE if hub.rules.allow_changed_contracts else OnConflict.REFUSE
    return _publish_one(hub, request_of_one((consumer, provider, number), body, on_conflict))


def merge_pact(hub: Hub, consumer: str, provider: str, number: str, body: bytes) -> tuple[ServedContract, bool]:
    """Merge a pact into the one that is published, if any; whether it is new.

    Raises as :func:`publish_contracts`, and :class:`Conflict` when both have an interaction that differs.
    """
    return _publish_one(hub, request_of_one((consumer, provider, number), body, OnConflict.MERGE))


def _publish_one(hub: Hub, request: PublicationRequest) -> tuple[ServedContract, bool]:
    found = _publish(hub, request).contracts[0]
    publication = found.publication
    with hub.reading() as unit:
        served = unit.contracts.find(publication.consumer_name, publication.provider_name, publication.version_number)
    if served is None:
        raise Conflict("deleted-meanwhile", "The pact was published, and deleted by others right after.")
    return served, found.happening is Happening.PUBLISHED


class _Overtaken(Exception):
    """Others changed a contract between the reading that an attempt was based on and its writing."""


class _OtherRule(Exception):
    """The workspace tells contracts apart by another rule than when they were read."""

    def __init__(self, rule: IdentityRule) -> None:
        self.rule = rule


class _Changes(Exception):
    """Offers that differ from what is published, each with the bytes and the identity of that."""

    def __init__(self, changes: Sequence[tuple["_Draft", bytes, str]]) -> None:
        self.changes = changes


@dataclass(frozen=True, slots=True)
class _Draft:
    """An offer, ready to be stored; ``base`` is the publication that it was merged with."""

    offer: Offer
    contract: NewContract
    base: Publication | None = None


def _publish(hub: Hub, request: PublicationRequest) -> PublishedContracts:
    """When it is published, it is compared with what the providers offer."""
    outcome = _publish_by_rule(hub, request)
    news = news_of_contracts(hub, [_need(each.publication) for each in outcome.contracts])
    if not any(news.values()):
        return outcome
    told = (replace(each, on_paper=tuple(news.get(_need(each.publication), ()))) for each in outcome.contracts)
    return replace(outcome, contracts=tuple(told))


def _need(it: Publication) -> PublishedNeed:
    return PublishedNeed(
        it.consumer_name, it.version_number, ContractKind.PACT, "", it.content_sha, it.provider_id, it.provider_name
    )


def _publish_by_rule(hub: Hub, request: PublicationRequest) -> PublishedContracts:
    """By the rule that was read last, which saves a transaction. The one that writes asks whether it still holds."""
    last = hub.storage.last_identity_rule(hub.workspace)
    if last is None:
        return _publish_by(_rule_now(hub), hub, request)
    try:
        return _publish_by(last, hub, request)
    except (Invalid, Conflict):
        # Refused before anything was written, and perhaps by a rule that another hub has changed since.
        rule = _rule_now(hub)
        if rule is last:
            raise
    return _publish_by(rule, hub, request)


def _publish_by(rule: IdentityRule, hub: Hub, request: PublicationRequest) -> PublishedContracts:
    ready = _drafts(request, rule)
    for _ in range(MOST_ATTEMPTS):
        drafts = [_merged(hub, request, draft, rule) for draft in ready.values()]
        try:
            with hub.writing() as unit:
                _require_rule(unit, rule)
                return _written(hub, unit, request, drafts)
        except _OtherRule as found:
            rule = found.rule
            ready = _drafts(request, rule)
        except _Overtaken:
            continue
        except _Changes as found:
            # Comparing takes its time, so it waits until the transaction is undone.
            same = _same_by_now(found.changes, rule)
            if len(same) < len(found.changes):
                raise _conflict(request, found.changes) from None
            ready |= same
    raise Conflict("overtaken", "Others keep changing the same contract at the same time. Try again.")


def _rule_now(hub: Hub) -> IdentityRule:
    with hub.reading() as unit:
        return unit.workspace.identity_rule()


def _require_rule(unit: Unit, expected: IdentityRule) -> None:
    rule = unit.workspace.identity_rule()
    if rule is not expected:
        raise _OtherRule(rule)


def _drafts(request: PublicationRequest, rule: IdentityRule) -> dict[str, "_Draft"]:
    return {offer.provider_name: _draft(offer, rule) for offer in _once_per_provider(request.offers, rule)}


def _once_per_provider(offers: Sequence[Offer], rule: IdentityRule) -> Iterable[Offer]:
    first: dict[str, Offer] = {}
    for index, offer in enumerate(offers):
        other = first.setdefault(offer.provider_name, offer)
        if other is not offer and identity(other.content, rule) != identity(offer.content, rule):
            text = f"providerName ('{offer.provider_name}') is given more than once, with different content"
            raise Invalid.of(Fault("contracts", text, index=index))
    return first.values()


def _draft(offer: Offer, rule: IdentityRule) -> _Draft:
    return _Draft(offer, _new_contract(offer.body, offer.content, rule))


def _same_by_now(changes: Sequence[tuple["_Draft", bytes, str]], rule: IdentityRule) -> Mapping[str, "_Draft"]:
    """Those that differ only by the rule that the workspace had before, as the contracts that they are."""
    return {
        draft.offer.provider_name: replace(draft, contract=replace(draft.contract, identity=published))
        for draft, body, published in changes
        if identity(read_content(body), rule) == draft.contract.identity
    }


def _new_contract(body: bytes, content: PactContent, rule: IdentityRule) -> NewContract:
    bare = {name: value for name, value in content.document.items() if name not in _OURS}
    served = safe_json.dumps(with_interaction_ids(bare))
    stored = Content(hashlib.sha256(body).hexdigest(), body, served)
    stricter = stricter_identities(content, rule)
    return NewContract(PACT, identity(content, rule), stored, rule_for(content, rule), stricter)


def _merged(hub: Hub, request: PublicationRequest, draft: _Draft, rule: IdentityRule) -> _Draft:
    """The draft with what is published merged in, if that is asked for."""
    if draft.offer.on_conflict is not OnConflict.MERGE:
        return draft
    with hub.reading() as unit:
        found = unit.contracts.find(request.consumer_name, draft.offer.provider_name, request.number)
        if found is None:
            return draft
        body = unit.contracts.body(found.publication.id)
    merged = content_from(merge(read_content(body), draft.offer.content, rule))
    return _Draft(draft.offer, _new_contract(safe_json.dumps(merged.document), merged, rule), found.publication)


def _written(hub: Hub, unit: Unit, request: PublicationRequest, drafts: Sequence[_Draft]) -> PublishedContracts:
    names = {request.consumer_name, *(draft.offer.provider_name for draft in drafts)}
    known = unit.pacticipants.named(names)
    there = _published_before(unit, known.get(request.consumer_name), request.number)
    _refuse_changes(unit, drafts, there)
    pacticipants = ensured_pacticipants(hub, unit, names, known)
    tags_before = _tags_of(unit, next(iter(there.values())).version_id) if there else ()
    recorded = record_version(
        hub,
        unit,
        pacticipants[request.consumer_name],
        request.number,
        branch=request.branch,
        tags=request.tags,
        build_url=request.build_url,
    )
    stored = _stored(hub, unit, recorded.version, pacticipants, drafts, there)
    tags = request.tags if recorded.created else _tags_of(unit, recorded.version.id)
    verified = unit.evidence.verified_providers(
        recorded.version.pacticipant_id, [publication.provider_id for publication, _ in stored]
    )
    contracts = tuple(
        PublishedContract(
            publication,
            happening,
            _events(unit, publication, happening, _telling_tags(happening, tags, tags_before)),
            pair_is_verified=publication.provider_id in verified,
        )
        for publication, happening in stored
    )
    told = _with_webhooks(hub, unit, contracts, request.build_url)
    return PublishedContracts(request, recorded.version, recorded.created, told)


def _with_webhooks(
    hub: Hub, unit: Unit, contracts: Sequence[PublishedContract], build_url: str | None
) -> tuple[PublishedContract, ...]:
    """The contracts, with the webhooks that their events triggered."""
    happened = {each.publication: [event.name for event in each.events] for each in contracts}
    news = trigger_on_publications(hub, unit, happened, build_url)
    told = []
    for each in contracts:
        its = news[each.publication.id]
        more = (PublishingEvent(CONTRACT_REQUIRING_VERIFICATION),) if its.requires_verification else ()
        told.append(replace(each, events=(*each.events, *more), webhooks=its))
    return tuple(told)


def _published_before(unit: Unit, consumer: Pacticipant | None, number: str) -> Mapping[str, Publication]:
    return unit.contracts.of_version(consumer.id, number) if consumer else {}


def _refuse_changes(unit: Unit, drafts: Sequence[_Draft], there: Mapping[str, Publication]) -> None:
    """Check before anything is written whether published content would change."""
    changes: list[tuple[_Draft, bytes, str]] = []
    for draft in drafts:
        published = there.get(draft.offer.provider_name)
        if draft.offer.on_conflict is OnConflict.MERGE and not _is_at(published, draft.base):
            raise _Overtaken
        if published and published.identity != draft.contract.identity and _refuses(draft):
            changes.append((draft, unit.contracts.body(published.id), published.identity))
    if changes:
        raise _Changes(changes)


def _is_at(published: Publication | None, base: Publication | None) -> bool:
    if published is None or base is None:
        return published is base
    return (published.id, published.revision) == (base.id, base.revision)


def _refuses(draft: _Draft) -> bool:
    return draft.offer.on_conflict is OnConflict.REFUSE


def _stored(
    hub: Hub,
    unit: Unit,
    version: Version,
    pacticipants: Mapping[str, Pacticipant],
    drafts: Sequence[_Draft],
    there: Mapping[str, Publication],
) -> list[tuple[Publication, Happening]]:
    """Each draft's publication, and what was done to it."""
    new = [draft for draft in drafts if draft.offer.provider_name not in there]
    offered = [(pacticipants[draft.offer.provider_name], draft.contract) for draft in new]
    consumer, now = next(each for each in pacticipants.values() if each.id == version.pacticipant_id), hub.now()
    done: dict[str, tuple[Publication, Happening]] = {}
    for draft, stored in zip(new, unit.contracts.store(version, consumer, offered, now=now), strict=True):
        if not stored.created:
            _settle_race(unit, draft, stored.publication)
        happening = Happening.PUBLISHED if stored.created else Happening.REPUBLISHED
        done[draft.offer.provider_name] = stored.publication, happening
    for draft in drafts:
        if draft not in new:
            done[draft.offer.provider_name] = _republished(hub, unit, draft, there[draft.offer.provider_name])
    return [done[draft.offer.provider_name] for draft in drafts]


def _settle_race(unit: Unit, draft: _Draft, published: Publication) -> None:
    """Others published at the same moment and were first: the same is fine, anything else as if it had been there."""
    if published.identity == draft.contract.identity:
        return
    if _refuses(draft):
        raise _Changes([(draft, unit.contracts.body(published.id), published.identity)])
    raise _Overtaken


def _republished(hub: Hub, unit: Unit, draft: _Draft, published: Publication) -> tuple[Publication, Happening]:
    if published.identity == draft.contract.identity:
        return published, Happening.REPUBLISHED
    replaced = unit.contracts.replace(published, draft.contract, now=hub.now())
    if replaced is None:
        raise _Overtaken
    merges = draft.offer.on_conflict is OnConflict.MERGE
    return replaced, Happening.MERGED if merges else Happening.OVERWRITTEN


def _tags_of(unit: Unit, version_id: int) -> tuple[str, ...]:
    return tuple(tag.name for tag in unit.versions.tags_of([version_id]).get(version_id, ()))


def _telling_tags(happening: Happening, tags: Sequence[str], before: Sequence[str]) -> Sequence[str]:
    """The tags that decide whether content has changed: of a contract that was there, only the new ones."""
    if happening is Happening.PUBLISHED:
        return tags
    return [tag for tag in tags if tag not in before]


def _events(
    unit: Unit, publication: Publication, happening: Happening, tags: Sequence[str]
) -> tuple[PublishingEvent, ...]:
    if happening in {Happening.OVERWRITTEN, Happening.MERGED}:
        return events_of_changed_content(publication.consumer_name, publication.version_number)
    if tags:
        previous = {tag: unit.contracts.previous_identity(publication, VersionSet.tagged(tag)) for tag in tags}
        return events_of_tagged(publication.identity, previous)
    if happening is Happening.REPUBLISHED:
        return events_of_same_content()
    return events_of_untagged(publication.identity, unit.contracts.previous_identity(publication, UNTAGGED))


def _conflict(request: PublicationRequest, changes: Sequence[tuple[_Draft, bytes, str]]) -> Conflict:
    refusals = tuple(
        Refusal(_text_about_change(request, draft.offer), _difference(read_content(body), draft.offer.content))
        for draft, body, _ in changes
    )
    text = "\n\n".join(f"{refusal.text}\n\n{refusal.difference}" for refusal in refusals)
    return Conflict("contract-changed", text, refusals=refusals)


def _difference(published: PactContent, offered: PactContent) -> str:
    return text_diff(published.document, offered.document, old_name="published", new_name="offered")


def _text_about_change(request: PublicationRequest, offer: Offer) -> str:
    return (
        f"Cannot change the content of the pact for {request.consumer_name} version {request.number} and provider "
        f"{offer.provider_name}, as race conditions will cause unreliable results for can-i-deploy. Publish each pact "
        "under a consumer version number of its own. If nothing was meant to change, a matcher without an example may "
        "have made up a new value: give it one. For more information see https://docs.pact.io/go/versioning"
    )
