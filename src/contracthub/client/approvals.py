"""Approvals of breaking changes: ask for them, approve, withdraw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.spelling import naming
from contracthub.domain.deadlines import day_in

_PAGE = 1000
# The most that a hub keeps for a provider, in pages.
_MOST_PAGES = 10
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Approval:
    """Who lets a change pass, why, and until which day, that day included."""

    fingerprint: str
    by: str
    reason: str
    until: date
    rule: str = ""
    location: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ToApprove:
    """A change to approve, and what it is in words, where that is known."""

    fingerprint: str
    rule: str = ""
    location: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Why changes may pass, until when, and who says so; ``by`` counts where the hub asks for no credentials."""

    reason: str
    until: date
    by: str


def approvals_of(hub: Hub, provider: str) -> tuple[Mapping[str, Approval], list[JsonObject]]:
    """All approvals of a provider's changes by fingerprint, and as the hub sent them. Raises HubFailure."""
    found: dict[str, Approval] = {}
    sent: list[JsonObject] = []
    for page in range(1, _MOST_PAGES + 1):
        with naming((provider,), None):
            answer = hub.get(_url(hub, provider), [("size", str(_PAGE)), ("page", str(page))])
        listed = answer.data.get("approvals")
        if not isinstance(listed, list):
            raise AnswerNotUnderstood(f"{answer.url} does not list approvals. The hub may be too old.")
        for each in listed:
            approval = _approval(each, answer.url)
            found[approval.fingerprint] = approval
            sent.append(each)
        if len(listed) < _PAGE:
            break
    return found, sent


def approve(hub: Hub, provider: str, change: ToApprove, terms: Terms) -> tuple[Approval, JsonObject]:
    """Lets a change pass, or lets it pass on other terms. Raises HubFailure."""
    document = {
        "reason": terms.reason,
        "until": terms.until.isoformat(),
        "by": terms.by,
        "rule": _line(change.rule),
        "location": _line(change.location),
        "message": _line(change.message),
    }
    said = {name: value for name, value in document.items() if value is not None}
    answer = hub.send("PUT", _url(hub, provider, change.fingerprint), said)
    return _approval(answer.data, answer.url), answer.data


def withdraw(hub: Hub, provider: str, fingerprint: str) -> bool:
    """Lets a change pass no longer; whether there was an approval. Raises HubFailure."""
    return hub.delete(_url(hub, provider, fingerprint))


def withdraw_expired(hub: Hub, provider: str) -> list[str]:
    """Removes the approvals whose last day is over, and says which. Raises HubFailure."""
    with naming((provider,), None):
        withdrawn = hub.send("DELETE", _url(hub, provider)).data.get("withdrawn")
    return [str(each) for each in withdrawn] if isinstance(withdrawn, list) else []


def _url(hub: Hub, *names: str) -> str:
    provider, *rest = (quote(name, safe="") for name in names)
    return "/".join([f"{hub.connection.base_url}/api/v1/providers/{provider}/approvals", *rest])


def _line(text: str) -> str | None:
    """What the hub takes for one line of text: the words are for people, the fingerprint alone decides."""
    return " ".join(text.split())[:_LONGEST] or None


def _approval(value: object, url: str) -> Approval:
    if isinstance(value, Mapping):
        until, fingerprint = day_in(value.get("until")), value.get("fingerprint")
        if until is not None and isinstance(fingerprint, str):
            words = {name: str(value.get(name) or "") for name in ("by", "reason", "rule", "location", "message")}
            return Approval(fingerprint, until=until, **words)
    raise AnswerNotUnderstood(f"{url} answered with an approval that says no change or no day.")
