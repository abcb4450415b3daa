"""Reads a webhook's definition as people send it: every fault at once, in the Pact Broker's words, and within what the
operator allows (pact-broker-api §14).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.webhook_events import DEFAULT_EVENTS, EVENTS
from contracthub.domain.webhook_hosts import UnusableUrl, is_listed, may_connect, read_url
from contracthub.domain.webhook_presets import expand
from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.domain.webhook_templates import has_parameter
from contracthub.domain.webhooks import Party, WebhookDefinition

MOST_HEADERS = 100
MOST_EVENTS = 100
LONGEST_VALUE = 8192
MOST_NODES = 20_000
LONGEST_BODY = 256 * 1024
LARGEST_INTEGER = 2**63 - 1
_SEE = "See /doc/webhooks#whitelist for more information."
_NO_URL = "is not a valid URL eg. http://example.org"
_METHODS = frozenset(
    {"COPY", "DELETE", "GET", "HEAD", "LOCK", "MKCOL", "MOVE", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH"}
    | {"PUT", "TRACE", "UNLOCK"}
)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UUID = re.compile(r"[A-Za-z0-9_-]{16,255}")
_AUTHORITY = re.compile(r"[^/?#]*(?://[^/?#]*)?")


def faults_of_uuid(uuid: str) -> list[Fault]:
    """What keeps a text from naming a webhook."""
    if _UUID.fullmatch(uuid):
        return []
    text = "The UUID can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more characters."
    return [Fault("uuid", text)]


def definition_from(body: Mapping[str, Any], rules: WebhookRules) -> WebhookDefinition:
    """The definition in a body. Whether pacticipants exist is not known here.

    Raises :class:`Invalid` with every fault.
    """
    faults: list[Fault] = []
    request, usual_events = _request(body, faults)
    target = body.get("request") if request is None else {"method": request.method, "url": request.url}
    faults += _faults_of_target(target, rules)
    faults += _faults_of_events(body.get("events"))
    faults += faults_of_line("description", body.get("description"))
    faults += _faults_of_secret(body.get("signingSecret"))
    if not isinstance(body.get("enabled", True), bool):
        faults.append(Fault("enabled", "must be boolean"))
    consumer, provider = (_party(role, body.get(role), faults) for role in ("consumer", "provider"))
    if faults or request is None:
        raise Invalid.of(*faults)
    return WebhookDefinition(
        request,
        _events(body.get("events"), usual_events),
        consumer,
        provider,
        (body.get("description") or "").strip() or None,
        body.get("enabled", True),
        body.get("signingSecret"),
        body.get("preset"),
        _settings(body),
    )


def _settings(body: Mapping[str, Any]) -> dict[str, str] | None:
    if body.get("preset") is None:
        return None
    return {name: value for name, value in (body.get("settings") or {}).items() if value is not None}


def _request(body: Mapping[str, Any], faults: list[Fault]) -> tuple[WebhookRequest | None, tuple[str, ...]]:
    """The request, and the events that it is for unless others are named."""
    if body.get("preset") is not None:
        return _ready_made(body, faults)
    given = body.get("request")
    if given is None:
        faults.append(Fault("request", "is missing"))
    elif not isinstance(given, dict):
        faults.append(Fault("request", "must be a hash"))
    else:
        wrong = _faults_of_request(given)
        faults += wrong
        if not wrong:
            return _request_from(given), DEFAULT_EVENTS
    return None, DEFAULT_EVENTS


def _ready_made(body: Mapping[str, Any], faults: list[Fault]) -> tuple[WebhookRequest | None, tuple[str, ...]]:
    settings = {} if body.get("settings") is None else body["settings"]
    if not isinstance(body["preset"], str):
        faults.append(Fault("preset", "must be a string"))
    elif not isinstance(settings, dict):
        faults.append(Fault("settings", "must be a hash"))
    else:
        try:
            return expand(body["preset"], settings)
        except Invalid as error:
            faults += error.faults
    return None, DEFAULT_EVENTS


def _request_from(given: Mapping[str, Any]) -> WebhookRequest:
    return WebhookRequest(
        given["method"],
        given["url"].strip(),
        tuple((given.get("headers") or {}).items()),
        given.get("body"),
        given.get("username"),
        given.get("password"),
    )


def _faults_of_request(given: Mapping[str, Any]) -> list[Fault]:
    faults = [
        Fault(f"request.{name}", text)
        for name in ("method", "url")
        if (text := _wrong_text(given.get(name), required=True))
    ]
    method = given.get("method")
    if isinstance(method, str) and method and method.upper() not in _METHODS:
        faults.append(Fault("request.method", "is not a recognised HTTP method"))
    for name in ("username", "password"):
        text = _wrong_text(given.get(name)) or _wrong_line(given.get(name))
        if text:
            faults.append(Fault(f"request.{name}", text))
    faults += (Fault("request.headers", text) for text in _wrong_headers(given.get("headers")))
    if text := _wrong_body(given.get("body")):
        faults.append(Fault("request.body", text))
    return faults


def _wrong_text(value: object, *, required: bool = False) -> str | None:
    if value is None:
        return "is missing" if required else None
    if not isinstance(value, str):
        return "must be a string"
    if required and not value.strip():
        return "cannot be blank"
    return f"cannot be longer than {LONGEST_VALUE} characters" if len(value) > LONGEST_VALUE else None


def _wrong_line(value: object) -> str | None:
    return "cannot contain control characters" if isinstance(value, str) and _CONTROL.search(value) else None


def _wrong_headers(headers: object) -> Iterable[str]:
    if headers is None:
        return
    if not isinstance(headers, dict):
        yield "must be a hash"
        return
    if len(headers) > MOST_HEADERS:
        yield f"cannot have more than {MOST_HEADERS} entries"
        return
    for name, value in headers.items():
        if not _HEADER.fullmatch(name):
            yield f"{name[:100]!r} is no name of a header"
        elif text := _wrong_text(value, required=value is None) or _wrong_line(value):
            yield f"{name} {text}"


def _wrong_body(body: JsonValue) -> str | None:
    """Its size, roughly: what it takes to store it is in proportion. Larger integers are not written everywhere."""
    size = nodes = 0
    left = [body]
    while left:
        value = left.pop()
        nodes += 1
        if isinstance(value, str):
            size += len(value)
        elif isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            left += value.values()
            size += sum(map(len, value))
        elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            return f"cannot hold an integer beyond {LARGEST_INTEGER}"
        if size > LONGEST_BODY or nodes > MOST_NODES:
            return f"cannot be longer than {LONGEST_BODY} characters or have more than {MOST_NODES} values"
    return None


def _faults_of_target(target: object, rules: WebhookRules) -> list[Fault]:
    """What the rules forbid; what is no text at all is told elsewhere."""
    given = target if isinstance(target, dict) else {}
    faults, method, url = [], given.get("method"), given.get("url")
    if isinstance(method, str) and method.upper() in _METHODS - {each.upper() for each in rules.methods}:
        faults.append(Fault("request.method", f"must be {', '.join(rules.methods)}. {_SEE}"))
    if isinstance(url, str) and url.strip() and (text := _wrong_url(url.strip(), rules)):
        faults.append(Fault("request.url", text))
    return faults


def _wrong_url(url: str, rules: WebhookRules) -> str | None:
    authority = _AUTHORITY.match(url)
    if authority and has_parameter(authority.group()):
        return "cannot have a template parameter in the host"
    try:
        parts = urlsplit(url)
    except ValueError:
        return _NO_URL
    if not parts.scheme or not parts.netloc:
        return _NO_URL
    if parts.scheme not in {each.lower() for each in rules.schemes}:
        return f"scheme must be {', '.join(rules.schemes)}. {_SEE}"
    try:
        target = read_url(url)
    except UnusableUrl:
        return _NO_URL
    if rules.hosts and not is_listed(target.host, rules.hosts):
        return f"host must be in the whitelist {', '.join(rules.hosts)}. {_SEE}"
    if target.address is not None and not may_connect(target.address, target.host, rules.hosts):
        return f"host is not a public address, and not among the addresses that are allowed. {_SEE}"
    return None


def _faults_of_events(events: object) -> list[Fault]:
    if events is None:
        return []
    if not isinstance(events, list):
        return [Fault("events", "must be an array")]
    if not events:
        return [Fault("events", "size cannot be less than 1")]
    if len(events) > MOST_EVENTS:
        return [Fault("events", f"cannot have more than {MOST_EVENTS} entries")]
    return [Fault("events", text, index=index) for index, each in enumerate(events) if (text := _wrong_event(each))]


def _wrong_event(event: object) -> str | None:
    if not isinstance(event, dict):
        return "must be a hash"
    if event.get("name") is None:
        return "name is missing"
    known = isinstance(event["name"], str) and event["name"] in EVENTS
    return None if known else f"name must be one of: {', '.join(EVENTS)}"


def _events(events: list[dict[str, str]] | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    return usual if events is None else tuple(dict.fromkeys(each["name"] for each in events))


def _faults_of_secret(secret: object) -> list[Fault]:
    if secret is None:
        return []
    if isinstance(secret, str) and not secret:
        return [Fault("signingSecret", "cannot be blank")]
    text = _wrong_text(secret)
    return [Fault("signingSecret", text)] if text else []


def _party(role: str, given: object, faults: list[Fault]) -> Party | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        faults.append(Fault(role, "must be a hash"))
        return None
    name, label = given.get("name"), given.get("label")
    if name is not None and label is not None:
        faults.append(Fault(f"{role}.label", "name and label cannot be provided at the same time"))
    wrong = [
        fault
        for field, value in (("name", name), ("label", label))
        if value is not None
        for fault in faults_of_name(f"{role}.{field}", value)
    ]
    faults += wrong
    return None if name is None and label is None else Party(name, label)
