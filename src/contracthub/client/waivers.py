"""Waivers: give one, list them, take one back (ContractHub's own API: a Pact Broker has none)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.spelling import naming

_PATH = "/api/v1/waivers"
_PAGE = 1000
# More than anybody oversees; whoever wants older ones asks for a provider.
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who lets which pairs or which change pass, why, and until which day, that day included.

    ``covers`` are the fields that narrow it down, by the hub's names; what is not there is any. ``document`` is the
    waiver as the hub sent it.
    """

    number: int
    covers: Mapping[str, str]
    by: str
    reason: str
    until: str
    state: str
    document: JsonObject = field(compare=False)


COVERING = ("consumer", "consumerVersion", "provider", "providerVersion", "environment", "contract", "rule", "path")


def waive(hub: Hub, covers: Mapping[str, str], *, reason: str, until: str, by: str) -> Waiver:
    """Lets what is covered pass until a day. ``by`` counts where the hub asks for no credentials. Raises HubFailure."""
    body = {**covers, "reason": reason, "until": until, "by": by}
    names = [covers[name] for name in ("provider", "consumer") if name in covers]
    with naming(names, covers.get("environment")):
        answer = hub.send("POST", _PATH, body)
    return _waiver(answer.data, answer.url)


def list_waivers(hub: Hub, *, provider: str | None = None, state: str | None = None) -> list[Waiver]:
    """Waivers of a provider or of all, in a state or in any, those given last first. Raises HubFailure."""
    given = {"provider": provider, "state": state}
    asked = [(name, value) for name, value in given.items() if value]
    found: list[Waiver] = []
    for page in range(1, _MOST_PAGES + 1):
        with naming([provider] if provider else [], None):
            answer = hub.get(_PATH, [*asked, ("size", str(_PAGE)), ("page", str(page))])
        listed = _listed(answer)
        found += (_waiver(each, answer.url) for each in listed)
        if len(listed) < _PAGE:
            break
    return found


def withdraw_waiver(hub: Hub, number: int, *, by: str) -> Waiver:
    """Takes a waiver back. Raises HubFailure; HubAnswered 404 where there is none of that number."""
    answer = hub.send("DELETE", f"{_PATH}/{number}?{urlencode({'by': by})}")
    return _waiver(answer.data, answer.url)


def _listed(answer: Resource) -> list[object]:
    listed = answer.data.get("waivers")
    if not isinstance(listed, list):
        raise AnswerNotUnderstood(f"{answer.url} does not list waivers. The hub may be too old.")
    return listed


def _waiver(value: object, url: str) -> Waiver:
    number = value.get("number") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(number, int):
        raise AnswerNotUnderstood(f"{url} answered with a waiver that has no number.")
    words = [str(value.get(name) or "") for name in ("by", "reason", "until", "state")]
    covers = {name: str(value[name]) for name in COVERING if value.get(name) is not None}
    return Waiver(number, covers, words[0], words[1], words[2], words[3], dict(value))
