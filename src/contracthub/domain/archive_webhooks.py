"""Webhooks as they leave the hub in an archive: all that makes them, and nothing that is secret (security.md A9)."""

import json
from collections.abc import Collection
from typing import Any

from contracthub.domain.archive import ArchivedWebhook
from contracthub.domain.webhook_hosts import UnusableUrl, read_url
from contracthub.domain.webhook_presets import redacted_settings
from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_secrets import STARS, redacted, secret_values
from contracthub.domain.webhook_templates import has_parameter
from contracthub.domain.webhooks import Party, Webhook, WebhookDefinition, shown_request

# In the place of an address that is a secret as a whole. No host ever has that name (RFC 6761).
HIDDEN_URL = f"https://secret.invalid/{STARS}"


def archived_webhook(webhook: Webhook) -> ArchivedWebhook:
    """The record of a webhook."""
    it = webhook.definition
    document: dict[str, Any] = {
        "description": it.description,
        "consumer": _party(it.consumer),
        "provider": _party(it.provider),
        "enabled": it.enabled,
        "events": [{"name": name} for name in it.events],
    }
    hidden = ["signingSecret"] if it.secret else []
    if it.preset is not None and it.settings is not None:
        settings = _settings_without_secrets(it.preset, it.settings)
        document |= {"preset": it.preset, "settings": settings}
        hidden += (f"settings.{name}" for name, value in it.settings.items() if settings[name] != value)
    else:
        request = _request_without_secrets(it)
        document["request"] = _present(
            {
                "method": request.method,
                "url": request.url,
                "headers": dict(request.headers) or None,
                "body": request.body,
                "username": request.username,
                "password": request.password,
            }
        )
        hidden += _hidden_in(it.request, request)
    text = json.dumps(_present(document), separators=(",", ":"))
    return ArchivedWebhook(webhook.uuid, text, tuple(hidden), webhook.created_at, webhook.updated_at)


def _request_without_secrets(it: WebhookDefinition) -> WebhookRequest:
    """Stricter than what is shown to people who are let in: an archive lies about as a file."""
    secrets = [value for value in secret_values(it.request) if not has_parameter(value)]
    shown = shown_request(it)
    return WebhookRequest(
        shown.method,
        redacted(shown.url, secrets),
        shown.headers,
        _body_without(it.request.body, secrets),
        shown.username,
        shown.password,
    )


def _body_without(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    """Also where a text has parameters beside the secret."""
    if isinstance(value, str):
        return redacted(value, secrets)
    if isinstance(value, list):
        return [_body_without(each, secrets) for each in value]
    if isinstance(value, dict):
        return {name: _body_without(each, secrets) for name, each in value.items()}
    return value


def _settings_without_secrets(preset: str, settings: Any) -> dict[str, str]:
    shown = redacted_settings(preset, settings, STARS)
    return {
        name: HIDDEN_URL if value == STARS != settings[name] and _is_url(settings[name]) else value
        for name, value in shown.items()
    }


def _is_url(value: str) -> bool:
    try:
        read_url(value)
    except UnusableUrl:
        return False
    return True


def _hidden_in(request: WebhookRequest, shown: WebhookRequest) -> list[str]:
    pairs = zip(request.headers, shown.headers, strict=True)
    hidden = [f"request.headers.{name}" for (name, value), (_, told) in pairs if value != told]
    fields = ("url", "body", "password")
    return [*hidden, *(f"request.{name}" for name in fields if getattr(request, name) != getattr(shown, name))]


def _party(party: Party | None) -> dict[str, Any] | None:
    return _present({"name": party.name, "label": party.label}) if party else None


def _present(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
