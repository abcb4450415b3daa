"""One attempt to deliver a webhook: fill the request, sign it, send it, and tell what happened without any secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.domain.webhook_secrets import redacted, redacted_header, secret_values
from contracthub.domain.webhook_templates import fill, is_json_text, one_line
from contracthub.services.ports.outbound import NoReply, OutgoingRequest, Reply, Sender

# The first words are those of the Pact Broker, because receivers tell its calls by them.
USER_AGENT = "Pact Broker v2.120.0 (ContractHub)"
EVENT_HEADER = "X-ContractHub-Event"
DELIVERY_HEADER = "X-ContractHub-Delivery"
TIMESTAMP_HEADER = "X-ContractHub-Timestamp"
SIGNATURE_HEADER = "X-ContractHub-Signature-256"
RESPONSE_HIDDEN = (
    "For security purposes, the response details are not logged. To enable response logging, list the allowed hosts "
    "of webhooks (webhook_host_whitelist). See /doc/webhooks#whitelist for more information."
)
MOST_SHOWN = 10_000
MOST_OF_RESPONSE_SHOWN = 2_000
LONGEST_LOG = 50_000


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be delivered. ``delivery`` stays the same over all attempts, so that receivers can drop repeats."""

    request: WebhookRequest
    parameters: Mapping[str, str]
    event_name: str
    delivery: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """The request as it may be shown."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class ShownResponse:
    """The response as it may be shown."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of an attempt; nothing in it is secret.

    ``response`` is missing when there was none, or when it may not be shown (``is_response_hidden``); ``trouble`` says
    why there was none.
    """

    success: bool
    request: ShownRequest
    response: ShownResponse | None
    is_response_hidden: bool
    trouble: str | None
    log: str


def attempt(sender: Sender, rules: WebhookRules, message: Message, *, now: datetime) -> Attempt:
    """Fill, sign, send. Raises nothing for what goes wrong outside."""
    filled = fill(message.request, message.parameters)
    outgoing = signed(_outgoing(filled), message, now=now)
    # The secret of the definition counts beside what it was filled to: either may turn up in an answer.
    secrets = secret_values(filled, message.secret, message.request.password)
    outcome = sender.send(outgoing, rules)
    request = _shown_request(outgoing, secrets)
    success = isinstance(outcome, Reply) and outcome.status in rules.success_statuses
    response = _shown_response(outcome, secrets) if isinstance(outcome, Reply) and rules.hosts else None
    trouble = redacted(outcome.why, secrets) if isinstance(outcome, NoReply) else None
    log = "\n".join([*_request_lines(request), *_outcome_lines(outcome, response, trouble)])
    hidden = isinstance(outcome, Reply) and response is None
    return Attempt(success, request, response, hidden, trouble, _cut(log, LONGEST_LOG))


def signed(outgoing: OutgoingRequest, message: Message, *, now: datetime) -> OutgoingRequest:
    """The request with the headers of the hub. The signature is the HMAC-SHA256 of timestamp, a dot and the body, so
    that a recorded request can't be sent again much later.
    """
    own = [(EVENT_HEADER, one_line(message.event_name)), (DELIVERY_HEADER, message.delivery)]
    if message.secret:
        timestamp = str(int(now.timestamp()))
        content = timestamp.encode("ascii") + b"." + (outgoing.body or b"")
        digest = hmac.new(message.secret.encode(), content, hashlib.sha256).hexdigest()
        own += [(TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, f"sha256={digest}")]
    taken = {name.lower() for name, _ in own}
    others = tuple((name, value) for name, value in outgoing.headers if name.lower() not in taken)
    return OutgoingRequest(outgoing.method, outgoing.url, (*others, *own), outgoing.body)


def _outgoing(filled: WebhookRequest) -> OutgoingRequest:
    headers = list(filled.headers)
    given = {name.lower() for name, _ in headers}
    if "user-agent" not in given:
        headers.append(("User-Agent", USER_AGENT))
    is_json = not isinstance(filled.body, str) or is_json_text(filled)
    if filled.body is not None and is_json and "content-type" not in given:
        headers.append(("Content-Type", "application/json"))
    if (filled.username or filled.password) and "authorization" not in given:
        pair = f"{filled.username or ''}:{filled.password or ''}".encode(errors="replace")
        headers.append(("Authorization", "Basic " + base64.b64encode(pair).decode("ascii")))
    return OutgoingRequest(filled.method.upper(), filled.url, tuple(headers), _body(filled))


def _body(filled: WebhookRequest) -> bytes | None:
    if filled.body is None:
        return None
    text = filled.body if isinstance(filled.body, str) else _compact(filled.body)
    return text.encode(errors="replace")


def _compact(body: JsonValue) -> str:
    # Without spaces, as the Pact Broker writes it: some receivers compare texts.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _shown_request(outgoing: OutgoingRequest, secrets: frozenset[str]) -> ShownRequest:
    return ShownRequest(
        outgoing.method,
        redacted(outgoing.url, secrets),
        _shown_headers(outgoing.headers, secrets),
        _shown_body(outgoing.body or b"", secrets, MOST_SHOWN),
    )


def _shown_response(reply: Reply, secrets: frozenset[str]) -> ShownResponse:
    headers = _shown_headers(reply.headers, secrets)
    return ShownResponse(reply.status, headers, _shown_body(reply.body, secrets, MOST_OF_RESPONSE_SHOWN))


def _shown_headers(headers: Iterable[tuple[str, str]], secrets: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_visible(redacted(name, secrets)), _visible(redacted_header(name, value, secrets))[:MOST_OF_RESPONSE_SHOWN])
        for name, value in headers
    )


def _shown_body(body: bytes, secrets: frozenset[str], most: int) -> str:
    # Redacted before it is cut: half a secret would not be found.
    return _cut(_visible(redacted(body.decode(errors="replace"), secrets)), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _visible(text: str) -> str:
    """A text without the means to steer a terminal."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else f"\\x{ord(sign):02x}" for sign in text)


def _request_lines(request: ShownRequest) -> Iterable[str]:
    yield f"HTTP/1.1 {request.method} {request.url}"
    yield from (f"{name}: {value}" for name, value in request.headers)
    yield ""
    yield request.body


def _outcome_lines(outcome: Reply | NoReply, response: ShownResponse | None, trouble: str | None) -> Iterable[str]:
    if isinstance(outcome, NoReply):
        yield f"Not sent: {trouble}" if outcome.is_refused else f"No response: {trouble}"
        return
    yield f"HTTP/1.1 {outcome.status}"
    if response is None:
        yield RESPONSE_HIDDEN
        return
    yield from (f"{name}: {value}" for name, value in response.headers)
    yield ""
    yield response.body
