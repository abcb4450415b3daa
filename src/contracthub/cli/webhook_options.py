"""The options that describe a webhook, those of a curl call (pact-broker-api §18), and the definition they make."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from contracthub.cli.options import header_from, required_text
from contracthub.client.webhooks import PartySelector, WebhookToWrite

F = TypeVar("F", bound=Callable[..., object])

LARGEST_BODY = 1024 * 1024

_EVENTS = {
    "contract_content_changed": "when a contract's content changes",
    "contract_published": "whenever a contract is published",
    "contract_requiring_verification_published": "when a contract is published that lacks a result",
    "provider_verification_published": "when a verification result is published",
    "provider_verification_failed": "when a verification fails",
    "provider_verification_succeeded": "when a verification succeeds",
}
_OPTIONS = (
    click.argument("url", required=False),
    click.option("-X", "--request", "method", metavar="METHOD", help="How to call the URL.  [default: POST]"),
    click.option("-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Header for the receiver."),
    click.option("-d", "--data", metavar="TEXT", help="The body: text, JSON, or @FILE that holds it."),
    click.option("--user", metavar="NAME:PASSWORD", help="Basic authentication at the receiver."),
    click.option("--consumer", callback=required_text, metavar="NAME", help="Only for contracts of this consumer."),
    click.option(
        "--consumer-label", callback=required_text, metavar="LABEL", help="Only for consumers with the label."
    ),
    click.option("--provider", callback=required_text, metavar="NAME", help="Only for contracts with this provider."),
    click.option(
        "--provider-label", callback=required_text, metavar="LABEL", help="Only for providers with the label."
    ),
    click.option("--description", metavar="TEXT", help="What people know it by."),
    *(
        click.option(f"--{name.replace('_', '-')}/--no-{name.replace('_', '-')}", name, help=f"Call it {when}.")
        for name, when in _EVENTS.items()
    ),
    click.option("--preset", metavar="NAME", help="A ready-made webhook in place of URL, header and data."),
    click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the preset."),
    click.option(
        "--signing-secret",
        envvar="CONTRACTHUB_WEBHOOK_SIGNING_SECRET",
        metavar="SECRET",
        help="Sign deliveries with it (env CONTRACTHUB_WEBHOOK_SIGNING_SECRET).",
    ),
    click.option("--team-uuid", hidden=True, metavar="UUID"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """What was given."""

    url: str | None
    method: str | None
    headers: tuple[str, ...]
    data: str | None
    user: str | None
    consumer: str | None
    consumer_label: str | None
    provider: str | None
    provider_label: str | None
    description: str | None
    contract_content_changed: bool
    contract_published: bool
    contract_requiring_verification_published: bool
    provider_verification_published: bool
    provider_verification_failed: bool
    provider_verification_succeeded: bool
    preset: str | None
    settings: tuple[str, ...]
    signing_secret: str | None
    team_uuid: str | None


def webhook_options(function: F) -> F:
    """Gives a command the argument and options that `webhook_from` reads."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def webhook_from(given: WebhookOptions) -> WebhookToWrite:
    """The definition that was given. Raises UsageError for what makes none."""
    for role, name, label in (
        ("consumer", given.consumer, given.consumer_label),
        ("provider", given.provider, given.provider_label),
    ):
        if name is not None and label is not None:
            raise click.UsageError(f"Give either --{role} or --{role}-label, not both.")
    request, usual_events = _ready_made(given) if given.preset is not None else (_request(given), ())
    return WebhookToWrite(
        request=request,
        events=tuple(name for name in _EVENTS if getattr(given, name)) or usual_events,
        consumer=PartySelector(given.consumer, given.consumer_label),
        provider=PartySelector(given.provider, given.provider_label),
        description=given.description,
        team_uuid=given.team_uuid,
        preset=given.preset,
        settings=_settings(given.settings) if given.preset is not None else None,
        signing_secret=given.signing_secret or None,
    )


def _request(given: WebhookOptions) -> dict[str, object]:
    if given.settings:
        raise click.UsageError("--setting goes with --preset.")
    if not (given.url or "").strip():
        raise click.UsageError("Which URL is to be called? Give it, or a --preset.")
    username, _, password = (given.user or "").partition(":")
    headers = dict(header_from(text, "--header") for text in given.headers)
    named = {
        "method": given.method or "POST",
        "url": given.url,
        "headers": headers or None,
        "body": None if given.data is None else _body(given.data),
        "username": username or None,
        "password": password or None,
    }
    return {name: value for name, value in named.items() if value is not None}


def _body(data: str) -> object:
    text = _content_of(Path(data[1:])) if data.startswith("@") else data
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    # A number or a word alone is meant as text: as JSON it would be written otherwise than it was given.
    return document if isinstance(document, dict | list) else text


def _content_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BODY + 1)
        if len(content) > LARGEST_BODY:
            raise click.BadParameter(f"{path} is larger than {LARGEST_BODY} bytes", param_hint="--data")
        return content.decode("utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror or error}", param_hint="--data") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} can't be read as UTF-8", param_hint="--data") from error


def _ready_made(given: WebhookOptions) -> tuple[dict[str, object], tuple[str, ...]]:
    """The request that the preset makes of its settings, and the events that it is for."""
    from contracthub.domain.errors import Invalid
    from contracthub.domain.webhook_presets import expand

    if any((given.url, given.method, given.headers, given.data, given.user)):
        raise click.UsageError("A --preset makes its own request: leave out URL, --request, --header, --data, --user.")
    try:
        request, events = expand(given.preset or "", _settings(given.settings))
    except Invalid as invalid:
        raise click.UsageError("\n".join(str(fault) for fault in invalid.faults)) from invalid
    document: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": request.body,
    }
    return document, events


def _settings(texts: tuple[str, ...]) -> Mapping[str, str]:
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter("must look like NAME=VALUE", param_hint="--setting")
        if name.strip() in settings:
            raise click.BadParameter(f"gives {name.strip()} twice", param_hint="--setting")
        settings[name.strip()] = value
    return settings
