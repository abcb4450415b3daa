"""What is secret in a webhook, and its removal from texts: by the name of the place, and wherever the value turns up
again (pact-broker-api §14; security.md A9).
"""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from contracthub.domain.webhook_request import JsonValue, WebhookRequest

STARS = "**********"
# Shorter values would black out half of every text, and are no secrets that anyone could keep.
SHORTEST_SECRET = 4
_SECRET_NAME = re.compile(
    r"authorization|token|secret|passw|credential|cookie|signature|^x-auth$|^sig$|^key$"
    r"|(api|auth|access|private|functions?|subscription|account|client|shared|routing|integration)[-_]?key",
    re.IGNORECASE,
)
_USER_INFORMATION = re.compile(r"(?<=//)[^/?#\s@]*@")
# There the path is the credential: whoever knows it may post.
_SECRET_PATH_HOSTS = (
    "hooks.slack.com",
    "hooks.slack-gov.com",
    "discord.com",
    "webhook.office.com",
    "logic.azure.com",
    "powerautomate.com",
    "powerplatform.com",
)


def is_secret_name(name: str) -> bool:
    """Whether what stands under a name (of a header, a query parameter, a member of a JSON body) is secret."""
    return _SECRET_NAME.search(name) is not None


def secret_values(request: WebhookRequest, *others: str | None) -> frozenset[str]:
    """Every secret value of a request, in each form in which it may turn up in a text; ``others`` are secrets too."""
    found = {each for each in (request.password, *others) if each}
    for name, value in request.headers:
        if is_secret_name(name):
            # The credential counts without its scheme as well: «Bearer abc».
            found |= {value, value.rpartition(" ")[2]}
    found |= set(_secrets_of_url(request.url)) | set(_secrets_of_body(_parsed(request.body)))
    if request.username is not None and request.password:
        pair = f"{request.username}:{request.password}".encode()
        found.add(base64.b64encode(pair).decode("ascii"))
    found |= {quote(value, safe="") for value in found} | {json.dumps(value)[1:-1] for value in found}
    return frozenset(value for value in found if len(value) >= SHORTEST_SECRET)


def _secrets_of_url(url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return
    if "@" in parts.netloc:
        yield parts.netloc.rpartition("@")[0].rpartition(":")[2]
    for piece in parts.query.split("&"):
        name, _, value = piece.partition("=")
        if is_secret_name(unquote(name)):
            yield from (value, unquote(value))
    if any(host == each or host.endswith("." + each) for each in _SECRET_PATH_HOSTS):
        yield parts.path.lstrip("/")


def _parsed(body: JsonValue) -> JsonValue:
    """A body that was given as text may be JSON all the same."""
    if not isinstance(body, str):
        return body
    try:
        parsed: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return parsed


def _secrets_of_body(body: JsonValue) -> Iterable[str]:
    if isinstance(body, list):
        for each in body:
            yield from _secrets_of_body(each)
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and is_secret_name(name):
                yield value
            else:
                yield from _secrets_of_body(value)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets and without user information in addresses."""
    # The longest first: one secret may be a part of another.
    for value in sorted(secrets, key=len, reverse=True):
        text = text.replace(value, STARS)
    return _USER_INFORMATION.sub(f"{STARS}@", text)


def redacted_header(name: str, value: str, secrets: Iterable[str]) -> str:
    """The value of a header as it may be shown."""
    return STARS if is_secret_name(name) else redacted(value, secrets)
