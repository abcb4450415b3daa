"""Webhooks, what they were triggered by and how they fared, as HAL (pact-broker-api §14)."""

from collections.abc import Sequence

from contracthub.domain.webhook_presets import redacted_settings
from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhook_secrets import STARS
from contracthub.domain.webhooks import (
    FAILURE,
    NOT_RUN,
    RETRYING,
    SUCCESS,
    Party,
    TriggeredWebhook,
    Webhook,
    shown_request,
)
from contracthub.services.webhook_sending import RESPONSE_HIDDEN, Attempt
from contracthub.services.webhooks import PactWebhooksStatus, TriggeredLogs
from contracthub.web.pact_broker.hal import Json, Urls, link, moment, moments, present


def webhook_url(urls: Urls, uuid: str) -> str:
    """Where a webhook is."""
    return urls.to("webhooks", uuid)


def logs_url(urls: Urls, uuid: str) -> str:
    """Where the attempts at a delivery are."""
    return urls.to("triggered-webhooks", uuid, "logs")


def webhook_json(it: Webhook, urls: Urls) -> Json:
    """A webhook, without its secrets."""
    what = it.definition
    settings = what.settings
    facts = {
        "uuid": it.uuid,
        "description": it.description,
        "consumer": _party_json(what.consumer),
        "provider": _party_json(what.provider),
        "enabled": what.enabled,
        "events": [{"name": name} for name in what.events],
        "request": _request_json(shown_request(what)),
        "signingSecret": STARS if what.secret else None,
        "preset": what.preset,
        "settings": redacted_settings(what.preset, settings, STARS) if what.preset and settings is not None else None,
    }
    return present(facts) | moments(it.created_at, it.updated_at) | {"_links": _links(it, urls)}


def _party_json(party: Party | None) -> Json | None:
    return present({"name": party.name, "label": party.label}) if party else None


def _request_json(it: WebhookRequest) -> Json:
    facts = {
        "method": it.method,
        "url": it.url,
        "headers": dict(it.headers) or None,
        "body": it.body,
        "username": it.username,
        "password": it.password,
    }
    return present(facts)


def _links(it: Webhook, urls: Urls) -> Json:
    consumer, provider = it.definition.consumer, it.definition.provider
    here = webhook_url(urls, it.uuid)
    links = {
        "self": link(here, it.scope, it.description),
        "pb:execute": link(f"{here}/execute", "Test the execution of the webhook with the latest matching pact"),
    }
    for role, party in (("consumer", consumer), ("provider", provider)):
        if party and party.name:
            links[f"pb:{role}"] = link(urls.pacticipant(party.name), role.capitalize(), party.name)
        elif party and party.label:
            title = f"{role.capitalize()}s by label"
            links[f"pb:{role}s"] = link(urls.to("pacticipants", "label", party.label), title, party.label)
    if consumer and provider and consumer.name and provider.name:
        pair = urls.to("webhooks", "provider", provider.name, "consumer", consumer.name)
        title = f"All webhooks for the pact between {consumer.name} and {provider.name}"
        links["pb:pact-webhooks"] = link(pair, title)
    return links | {"pb:webhooks": link(urls.to("webhooks"), "All webhooks")}


def list_json(webhooks: Sequence[Webhook], urls: Urls, here: str, title: str) -> Json:
    """Links to webhooks, and where another one is created."""
    links = {
        "self": link(here, title),
        "pb:create": link(here, "POST to create a webhook"),
        "pb:webhooks": [link(webhook_url(urls, each.uuid), each.scope, each.description) for each in webhooks],
        "curies": urls.curies("webhooks"),
    }
    return {"_links": links}


def triggered_json(it: TriggeredWebhook, urls: Urls) -> Json:
    """An event that a webhook applied to."""
    logs = logs_url(urls, it.uuid)
    return {
        "name": it.name,
        "status": it.status,
        "attemptsMade": it.attempts_made,
        "attemptsRemaining": it.attempts_remaining,
        "triggerType": it.trigger_type,
        "eventName": it.event_name,
        "triggeredAt": moment(it.created_at),
        "_links": {
            "pb:logs": link(logs, "Webhook execution logs", it.name),
            "logs": link(logs, "DEPRECATED - Use pb:logs", it.name),
            "pb:webhook": link(webhook_url(urls, it.webhook_uuid), "Webhook", it.name),
        },
    }


def triggered_list_json(entries: Sequence[TriggeredWebhook], urls: Urls, here: str, title: str) -> Json:
    """What something triggered."""
    embedded = {"triggeredWebhooks": [triggered_json(each, urls) for each in entries]}
    return {"_embedded": embedded, "_links": {"self": link(here, title)}}


def status_json(status: PactWebhooksStatus, urls: Urls) -> Json:
    """How the webhooks of a pact fare."""
    it = status.publication
    counted = {name: sum(each.status == name for each in status.triggered) for name in (RETRYING, NOT_RUN)}
    summary = {
        "successful": sum(each.status == SUCCESS for each in status.triggered),
        "failed": sum(each.status == FAILURE for each in status.triggered),
        **{key: count for key, name in (("retrying", RETRYING), ("notRun", NOT_RUN)) if (count := counted[name])},
    }
    pair = urls.pair(it.provider_name, it.consumer_name)
    webhooks = urls.to("webhooks", "provider", it.provider_name, "consumer", it.consumer_name)
    between = f"{it.consumer_name} and {it.provider_name}"
    links = {
        "self": link(f"{pair}/webhooks/status", "Webhooks status"),
        "pb:error-logs": [
            link(logs_url(urls, each.uuid), "Error logs", each.event_name)
            for each in status.triggered
            if each.status in {FAILURE, RETRYING}
        ],
        "pb:pact-webhooks": link(webhooks, f"Webhooks for the pact between {between}"),
        "pb:pact-version": link(urls.pact(it.provider_name, it.consumer_name, it.version_number), "Pact", it.title),
        "pb:consumer": link(urls.pacticipant(it.consumer_name), "Consumer", it.consumer_name),
        "pb:provider": link(urls.pacticipant(it.provider_name), "Provider", it.provider_name),
    }
    embedded = {"triggeredWebhooks": [triggered_json(each, urls) for each in status.triggered]}
    return {"summary": summary, "_embedded": embedded, "_links": links}


def logs_json(logs: TriggeredLogs, urls: Urls) -> Json:
    """The attempts at a delivery."""
    it = logs.triggered
    facts = {"eventName": it.event_name, "consumerName": it.consumer_name, "providerName": it.provider_name}
    executions = [
        {"success": each.success, "logs": each.log, "createdAt": moment(each.created_at)} for each in logs.executions
    ]
    here = link(logs_url(urls, it.uuid), "Webhook execution logs", it.name)
    return present(facts) | {"executions": executions, "_links": {"self": here}}


def attempt_json(it: Attempt, links: Json) -> Json:
    """What came of trying a webhook."""
    request = {"headers": dict(it.request.headers), "body": it.request.body, "url": it.request.url}
    told: Json = {"request": request}
    if it.response is not None:
        response = {"status": it.response.status, "headers": dict(it.response.headers), "body": it.response.body}
        told["response"] = response
    elif it.is_response_hidden:
        told["message"] = RESPONSE_HIDDEN
    elif it.trouble:
        told["error"] = {"message": it.trouble}
    return told | {"logs": it.log, "success": it.success, "_links": links}
