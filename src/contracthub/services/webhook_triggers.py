"""From what happened to deliveries that are due, inside the transaction in which it happened (pact-broker-api §14).

A delivery is a row beside the publication or the result: both are there or neither is, whenever the hub is killed.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracthub.domain.contracts import Publication
from contracthub.domain.live_contracts import LivePublication
from contracthub.domain.webhook_events import CONTRACT_REQUIRING_VERIFICATION, events_of_result
from contracthub.domain.webhooks import Webhook
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.webhooks import ConcernedWebhook, NewTrigger, ProviderVersionFacts, ResultFacts
from contracthub.services.webhook_parameters import Cause, parameters_of, surroundings_of


@dataclass(frozen=True, slots=True)
class Triggered:
    """A webhook that an event triggered; ``uuid`` names its delivery."""

    description: str
    event_name: str
    uuid: str


@dataclass(frozen=True, slots=True)
class WebhookNews:
    """What a publication meant for webhooks. ``is_any_configured``: there are some for the pair, of whatever event."""

    is_any_configured: bool = False
    requires_verification: bool = False
    triggered: tuple[Triggered, ...] = ()


NO_NEWS = WebhookNews()


def trigger_on_publications(
    hub: Hub, unit: Unit, published: Mapping[Publication, Collection[str]], build_url: str | None
) -> Mapping[int, WebhookNews]:
    """Trigger what applies to the events of each publication, all of one consumer version; by the publication's key."""
    if not published:
        return {}
    applicable = _applicable(unit, list(published))
    asked: list[tuple[Webhook, Cause]] = []
    for publication, events in published.items():
        webhooks = applicable.fitting(publication)
        causes = list(_causes(unit, publication, events, webhooks, build_url))
        asked += [
            (webhook, cause)
            for cause in causes
            for webhook in webhooks
            if cause.event_name in webhook.definition.events
        ]
    triggered = _trigger(hub, unit, asked)
    return {
        it.id: WebhookNews(
            applicable.is_any_for(it),
            any(key == it.id and each.event_name == CONTRACT_REQUIRING_VERIFICATION for key, each in triggered),
            tuple(each for key, each in triggered if key == it.id),
        )
        for it in published
    }


def trigger_on_result(hub: Hub, unit: Unit, publications: Sequence[Publication], result: ResultFacts) -> None:
    """Trigger what applies to a result, once for each consumer version that it was reported for."""
    applicable = _applicable(unit, publications)
    asked = [
        (webhook, Cause(event, publication, result))
        for publication in publications
        for event in events_of_result(success=result.success)
        for webhook in applicable.fitting(publication)
        if event in webhook.definition.events
    ]
    _trigger(hub, unit, asked)


@dataclass(frozen=True, slots=True)
class _Applicable:
    """Webhooks around some publications of one consumer, with what their labels are compared with."""

    concerned: Sequence[ConcernedWebhook]
    labels: Mapping[int, Collection[str]]

    def is_any_for(self, publication: Publication) -> bool:
        """Whether any is for the pair, switched on or off."""
        return any(self._fits(each, publication) for each in self.concerned)

    def fitting(self, publication: Publication) -> Sequence[Webhook]:
        """Those that are switched on and for the pair."""
        fitting = (each.webhook for each in self.concerned if self._fits(each, publication))
        return [each for each in fitting if each.definition.enabled]

    def _fits(self, it: ConcernedWebhook, publication: Publication) -> bool:
        definition, ids = it.webhook.definition, it.parties
        return all(
            (named is None or named == key) and (party is None or not party.label or party.label in self._labels(key))
            for named, party, key in (
                (ids.consumer_id, definition.consumer, publication.consumer_id),
                (ids.provider_id, definition.provider, publication.provider_id),
            )
        )

    def _labels(self, key: int) -> Collection[str]:
        return self.labels.get(key, ())


def _applicable(unit: Unit, publications: Sequence[Publication]) -> _Applicable:
    consumer_id, providers = publications[0].consumer_id, {each.provider_id for each in publications}
    concerned = unit.webhooks.concerning(consumer_id, sorted(providers))
    definitions = [each.webhook.definition for each in concerned]
    labels: Mapping[int, Collection[str]] = {}
    if any(side and side.label for each in definitions for side in (each.consumer, each.provider)):
        found = unit.pacticipants.labels({consumer_id, *providers})
        labels = {key: {each.name for each in some} for key, some in found.items()}
    return _Applicable(concerned, labels)


def _causes(
    unit: Unit, publication: Publication, events: Collection[str], webhooks: Sequence[Webhook], build_url: str | None
) -> Iterator[Cause]:
    """What happened, as far as some webhook wants to know."""
    wanted = {event for each in webhooks for event in each.definition.events}
    if wanted & set(events):
        known = _known_result(unit, publication)
        yield from (Cause(event, publication, known, None, build_url) for event in events if event in wanted)
    if CONTRACT_REQUIRING_VERIFICATION in wanted:
        counting = _versions_that_count(unit, publication)
        verified = unit.webhook_facts.verified_by(publication.contract_id, [each.id for each in counting])
        for each in counting:
            if each.id not in verified:
                yield Cause(CONTRACT_REQUIRING_VERIFICATION, publication, None, each, build_url)


def _known_result(unit: Unit, it: Publication) -> ResultFacts | None:
    # What another version showed counts for nothing where a provider promises something itself.
    if isinstance(it, LivePublication) and it.is_own_promise:
        return None
    return unit.webhook_facts.main_branch_result(it.contract_id, it.provider_id)


def _versions_that_count(unit: Unit, it: Publication) -> Sequence[ProviderVersionFacts]:
    if isinstance(it, LivePublication) and it.is_own_promise:
        return (ProviderVersionFacts(it.version_id, it.version_number),)
    return unit.webhook_facts.versions_that_count(it.provider_id)


def _trigger(hub: Hub, unit: Unit, asked: Sequence[tuple[Webhook, Cause]]) -> Sequence[tuple[int, Triggered]]:
    """Store a delivery for each; those stored, with the key of their publication."""
    if not asked:
        return []
    around, now, rules = surroundings_of(unit, [cause for _, cause in asked]), hub.now(), hub.rules.webhooks
    due, attempts = now + timedelta(seconds=rules.first_delay_seconds), 1 + len(rules.retry_seconds)
    new = [
        NewTrigger(
            str(uuid.uuid4()),
            webhook,
            cause.event_name,
            cause.publication,
            cause.result.number if cause.result and not _is_of_publication(cause) else None,
            parameters_of(hub, cause, around),
            attempts,
            due,
            now,
        )
        for webhook, cause in asked
    ]
    stored = unit.webhooks.trigger(new)
    return [
        (each.publication.id, Triggered(each.webhook.description, each.event_name, each.uuid))
        for each in new
        if each.uuid in stored
    ]


def _is_of_publication(cause: Cause) -> bool:
    return cause.event_name.startswith("contract_")
