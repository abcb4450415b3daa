"""Webhooks: define, change, look up, remove, and try them (pact-broker-api §14)."""

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.contracts import ALL_VERSIONS, Publication
from contracthub.domain.errors import Fault, Invalid, NotFound, Unavailable
from contracthub.domain.webhook_definitions import definition_from, faults_of_uuid
from contracthub.domain.webhook_events import TEST
from contracthub.domain.webhook_secrets import STARS
from contracthub.domain.webhook_templates import status_parameters
from contracthub.domain.webhooks import (
    Execution,
    TriggeredWebhook,
    Webhook,
    WebhookDefinition,
    goes_elsewhere,
    starred_places,
    with_kept_secrets,
)
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts import Pair, missing_document
from contracthub.services.ports import Unit
from contracthub.services.ports.outbound import Sender
from contracthub.services.ports.webhooks import PartyIds, ProviderVersionFacts, ResultFacts
from contracthub.services.webhook_parameters import Cause, parameters_of, surroundings_of
from contracthub.services.webhook_sending import Attempt, Message, attempt

# Whoever tries a webhook waits for its receiver; everybody else's requests need the remaining threads.
MOST_TRIALS = 4
_trials = threading.BoundedSemaphore(MOST_TRIALS)
_MISSING = "The requested document was not found on this server."
# What a webhook is told when it is tried and there is nothing yet that it could be told of.
_PLACEHOLDERS = {
    "consumerName": "placeholder-consumer",
    "consumerVersionNumber": "placeholder-consumer-version",
    "consumerVersionBranch": "placeholder-branch",
    "providerName": "placeholder-provider",
    "providerVersionNumber": "placeholder-provider-version",
    "eventName": TEST,
    **status_parameters(success=None),
}


@dataclass(frozen=True, slots=True)
class PactWebhooksStatus:
    """How the webhooks fare that the newest pact of a pair triggered."""

    publication: Publication
    triggered: Sequence[TriggeredWebhook]


@dataclass(frozen=True, slots=True)
class TriggeredLogs:
    """What was triggered, and its attempts."""

    triggered: TriggeredWebhook
    executions: Sequence[Execution]


def list_webhooks(hub: Hub) -> Sequence[Webhook]:
    """All of them, oldest first."""
    with hub.reading() as unit:
        return unit.webhooks.list()


def list_webhooks_of(hub: Hub, consumer: str | None, provider: str | None) -> Sequence[Webhook]:
    """Those for exactly these sides. Raises :class:`NotFound` for an unknown one."""
    with hub.reading() as unit:
        return unit.webhooks.of_parties(_required_parties(unit, consumer, provider))


def require_parties(hub: Hub, consumer: str | None, provider: str | None) -> None:
    """Raises :class:`NotFound` unless both exist."""
    with hub.reading() as unit:
        _required_parties(unit, consumer, provider)


def get_webhook(hub: Hub, name: str) -> Webhook:
    """One webhook. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required(unit, name)


def create_webhook(hub: Hub, body: Mapping[str, Any]) -> Webhook:
    """Define a webhook under a name of the hub's choice. Raises :class:`Invalid`."""
    return put_webhook(hub, str(uuid.uuid4()), body)[0]


def put_webhook(hub: Hub, name: str, body: Mapping[str, Any]) -> tuple[Webhook, bool]:
    """Define or redefine a webhook; whether it is new. Stars that are sent back stand for what they hide.

    Raises :class:`Invalid`.
    """
    if faults := faults_of_uuid(name):
        raise Invalid.of(*faults)
    with hub.writing() as unit:
        old = unit.webhooks.find(name)
        definition = _definition(hub, body, old)
        parties = known_parties(unit, definition)
        created = old is None and unit.webhooks.create(name, definition, parties, now=hub.now())
        if not created:
            unit.webhooks.update(old or _required(unit, name), definition, parties, now=hub.now())
        return _required(unit, name), created


def delete_webhook(hub: Hub, name: str) -> None:
    """Remove a webhook; what it has triggered stays readable. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        unit.webhooks.delete(_required(unit, name))


def list_triggered_by_pact(hub: Hub, pair: Pair, number: str) -> Sequence[TriggeredWebhook]:
    """What the publication of a pact triggered. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = unit.contracts.find_publication(pair.consumer, pair.provider, number)
        if found is None:
            raise missing_document(unit, pair)
        return unit.triggered_webhooks.by_publication(found.id)


def list_triggered_by_result(hub: Hub, pair: Pair, identity: str, number: int) -> Sequence[TriggeredWebhook]:
    """What a verification result triggered. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        if unit.evidence.find(pair.consumer, pair.provider, identity, number) is None:
            raise missing_document(unit, pair)
        return unit.triggered_webhooks.by_result(number)


def get_status(hub: Hub, pair: Pair) -> PactWebhooksStatus:
    """How the webhooks of the newest pact fare. Raises :class:`NotFound` when there is no pact."""
    with hub.reading() as unit:
        found = unit.contracts.latest_publication(pair.consumer, pair.provider, ALL_VERSIONS)
        if found is None:
            raise missing_document(unit, pair)
        return PactWebhooksStatus(found, unit.triggered_webhooks.newest(found.id))


def get_logs(hub: Hub, name: str) -> TriggeredLogs:
    """What became of a delivery. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = unit.triggered_webhooks.find(name)
        if found is None:
            raise NotFound("document-not-found", _MISSING)
        return TriggeredLogs(found, unit.triggered_webhooks.executions(name))


def try_webhook(hub: Hub, sender: Sender | None, name: str) -> Attempt:
    """Send a webhook once, to see what comes of it; nothing is recorded.

    Raises :class:`NotFound`, and :class:`Unavailable` while too many are tried.
    """
    with hub.reading() as unit:
        definition = _required(unit, name).definition
        parameters = _parameters(hub, unit, definition)
    return _tried(hub, sender, definition, parameters)


def try_definition(hub: Hub, sender: Sender | None, body: Mapping[str, Any]) -> Attempt:
    """The same, for a definition that is not stored. Raises :class:`Invalid`, :class:`Unavailable`."""
    definition = definition_from(body, hub.rules.webhooks)
    with hub.reading() as unit:
        known_parties(unit, definition)
        parameters = _parameters(hub, unit, definition)
    return _tried(hub, sender, definition, parameters)


def _tried(hub: Hub, sender: Sender | None, definition: WebhookDefinition, parameters: Mapping[str, str]) -> Attempt:
    if sender is None:
        raise Unavailable("no-sender", "This hub calls nobody: it was put together without a client for webhooks.")
    message = Message(definition.request, parameters, TEST, str(uuid.uuid4()), definition.secret)
    if not _trials.acquire(blocking=False):
        text = f"The hub is trying {MOST_TRIALS} webhooks already, the most at once. Try again in ten seconds."
        raise Unavailable("too-many-trials", text)
    try:
        return attempt(sender, hub.rules.webhooks, message, now=hub.now())
    finally:
        _trials.release()


def _parameters(hub: Hub, unit: Unit, definition: WebhookDefinition) -> Mapping[str, str]:
    """What the newest pact that the webhook is for would tell it; placeholders where there is none."""
    parties = known_parties(unit, definition)
    found = unit.webhook_facts.newest_publication(definition, parties)
    if found is None:
        named = {"consumerName": definition.consumer, "providerName": definition.provider}
        return _PLACEHOLDERS | {key: party.name for key, party in named.items() if party and party.name}
    result = unit.evidence.latest(found.contract_id)
    told = None
    if result is not None:
        it = result.verification
        told = ResultFacts(
            it.number, ProviderVersionFacts(it.provider_version_id, it.provider_version_number), it.success
        )
    cause = Cause(TEST, found, told)
    return parameters_of(hub, cause, surroundings_of(unit, [cause]))


def _definition(hub: Hub, body: Mapping[str, Any], old: Webhook | None) -> WebhookDefinition:
    if old is None:
        return definition_from(body, hub.rules.webhooks)
    before = old.definition
    settings, has_stars = body.get("settings"), False
    if body.get("preset") is not None and body["preset"] == before.preset and isinstance(settings, dict):
        kept = {key: (before.settings or {}).get(key, STARS) for key, value in settings.items() if value == STARS}
        body, has_stars = {**body, "settings": {**settings, **kept}}, bool(kept)
    definition = definition_from(body, hub.rules.webhooks)
    places = starred_places(definition.request)
    if (places or has_stars) and goes_elsewhere(definition.request, before.request):
        # Whoever may only change the address must not have the secrets sent to an address of his own.
        text = "must be given again, because the webhook goes to another host"
        raise Invalid.of(*(Fault(place, text) for place in places or ["settings"]))
    secret = definition.secret
    if "signingSecret" not in body or secret == STARS:
        secret = before.secret
    return replace(definition, request=with_kept_secrets(definition.request, before.request), secret=secret)


def known_parties(unit: Unit, definition: WebhookDefinition) -> PartyIds:
    """The keys of those that are named. Raises :class:`Invalid` for unknown ones."""
    keys: dict[str, int | None] = {}
    faults = []
    for role, party in (("consumer", definition.consumer), ("provider", definition.provider)):
        found = unit.pacticipants.find(party.name) if party and party.name else None
        if party and party.name and found is None:
            faults.append(Fault(f"{role}.name", "does not match an existing pacticipant"))
        keys[role] = found.id if found else None
    if faults:
        raise Invalid.of(*faults)
    return PartyIds(keys["consumer"], keys["provider"])


def _required_parties(unit: Unit, consumer: str | None, provider: str | None) -> PartyIds:
    keys = [
        required_pacticipant(unit, name, role).id if name is not None else None
        for name, role in ((consumer, "consumer"), (provider, "provider"))
    ]
    return PartyIds(*keys)


def _required(unit: Unit, name: str) -> Webhook:
    found = unit.webhooks.find(name)
    if found is None:
        raise NotFound("document-not-found", _MISSING)
    return found
