"""Webhooks: what people define, what events make of them, and what of it may be shown (pact-broker-api §14)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from contracthub.domain.webhook_hosts import UnusableUrl, read_url
from contracthub.domain.webhook_presets import redacted_settings
from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_secrets import STARS, is_secret_name, redacted, secret_values
from contracthub.domain.webhook_templates import has_parameter

RESOURCE_CREATION, USER = "resource_creation", "user"
NOT_RUN, RETRYING, SUCCESS, FAILURE = "not_run", "retrying", "success", "failure"


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the integrations that a webhook is for: one pacticipant, or all that have a label."""

    name: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookDefinition:
    """What people say of a webhook. A side that is ``None`` is open: any pacticipant fits.

    ``description`` is ``None`` where people gave none; ``secret`` signs what is sent; ``preset`` and ``settings`` name
    the ready-made webhook that ``request`` was made from.
    """

    request: WebhookRequest
    events: tuple[str, ...]
    consumer: Party | None = None
    provider: Party | None = None
    description: str | None = None
    enabled: bool = True
    secret: str | None = field(default=None, repr=False)
    preset: str | None = None
    settings: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A stored webhook."""

    id: int
    uuid: str
    definition: WebhookDefinition
    created_at: datetime
    updated_at: datetime

    @property
    def description(self) -> str:
        """What people call it, or else what it does."""
        return self.definition.description or summary_of(self.definition.request)

    @property
    def scope(self) -> str:
        """Which pacts it is for, as the Pact Broker says it."""
        return scope_of(self.definition.consumer, self.definition.provider)


@dataclass(frozen=True, slots=True)
class TriggeredWebhook:
    """An event that a webhook applied to. It outlives the webhook; ``request`` is what was defined at the time, or only
    its outline when nobody will send it any more.
    """

    uuid: str
    webhook_uuid: str
    event_name: str
    trigger_type: str
    status: str
    attempts_made: int
    max_attempts: int
    consumer_name: str | None
    provider_name: str | None
    request: WebhookRequest
    created_at: datetime

    @property
    def name(self) -> str:
        """What it does."""
        return summary_of(self.request)

    @property
    def attempts_remaining(self) -> int:
        """How often it may still be tried."""
        return 0 if self.status in {SUCCESS, FAILURE} else max(0, self.max_attempts - self.attempts_made)


@dataclass(frozen=True, slots=True)
class Execution:
    """One attempt, with what was sent and answered; nothing in it is secret."""

    success: bool
    log: str
    created_at: datetime


def summary_of(request: WebhookRequest) -> str:
    """Method and host."""
    try:
        host = urlsplit(request.url).hostname or ""
    except ValueError:
        host = ""
    return f"{request.method} {host}"


def outline_of(request: WebhookRequest) -> WebhookRequest:
    """What is kept of a request that nobody will send any more: method and host, which name it. Nothing is secret."""
    try:
        target = read_url(request.url)
    except UnusableUrl:
        return WebhookRequest(request.method, "")
    return WebhookRequest(request.method, f"{target.scheme}://{target.authority}")


def scope_of(consumer: Party | None, provider: Party | None) -> str:
    """Which pacts a webhook is for."""
    if consumer and provider:
        return f"A webhook for the pact between {_told(consumer, 'consumers')} and {_told(provider, 'providers')}"
    if consumer:
        return f"A webhook for all pacts with {_named(consumer, 'consumer')}"
    if provider:
        return f"A webhook for all pacts with {_named(provider, 'provider')}"
    return "A webhook for all pacts"


def _told(party: Party, plural: str) -> str:
    return party.name or f"{plural} labeled '{party.label}'"


def _named(party: Party, role: str) -> str:
    return f"{role} {party.name}" if party.name else f"{role}s labeled '{party.label}'"


def shown_request(definition: WebhookDefinition) -> WebhookRequest:
    """The request without its secrets. A value with a template parameter is shown: it isn't the secret yet."""
    it = definition.request
    headers = tuple((name, _starred(value) if is_secret_name(name) else value) for name, value in it.headers)
    shown = replace(it, headers=headers, password=it.password and _starred(it.password))
    if definition.preset is None or definition.settings is None:
        return shown
    # A ready-made request has its secrets wherever the service wants them.
    open_values = redacted_settings(definition.preset, definition.settings, STARS)
    hidden = [value for name, value in definition.settings.items() if open_values.get(name) == STARS]
    secrets = secret_values(it, *hidden)
    return replace(shown, url=redacted(it.url, secrets), body=_without(it.body, secrets))


def _starred(value: str) -> str:
    return value if has_parameter(value) else STARS


def _without(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    if isinstance(value, str):
        return value if has_parameter(value) else redacted(value, secrets)
    if isinstance(value, list):
        return [_without(each, secrets) for each in value]
    if isinstance(value, dict):
        return {name: _without(each, secrets) for name, each in value.items()}
    return value


def starred_places(request: WebhookRequest) -> list[str]:
    """The fields that hold stars instead of a secret."""
    places = [f"request.headers.{name}" for name, value in request.headers if value == STARS and is_secret_name(name)]
    return [*places, "request.password"] if request.password == STARS else places


def with_kept_secrets(new: WebhookRequest, old: WebhookRequest) -> WebhookRequest:
    """The request with the old values where stars were sent back."""
    before = {name.lower(): value for name, value in old.headers}
    headers = tuple(
        (name, before.get(name.lower(), value) if value == STARS and is_secret_name(name) else value)
        for name, value in new.headers
    )
    password = old.password if new.password == STARS and old.password else new.password
    return replace(new, headers=headers, password=password)


def goes_elsewhere(new: WebhookRequest, old: WebhookRequest) -> bool:
    """Whether another receiver would get what the old one was entrusted with."""
    return _receiver(new.url) != _receiver(old.url)


def _receiver(url: str) -> tuple[str, str, int] | str:
    try:
        target = read_url(url)
    except UnusableUrl:
        return url
    return target.scheme, target.host, target.port
