"""Pacts that the hub holds: lists of them, and the pacts themselves (pact-broker-api §7, §9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.links import Resource


@dataclass(frozen=True, slots=True)
class LatestPact:
    """The newest pact of one integration."""

    consumer: str
    version: str
    provider: str
    created_at: str


@dataclass(frozen=True, slots=True)
class PactQuestion:
    """Which pacts are wanted; without a branch those of each consumer's main branch."""

    provider: str
    consumer: str | None = None
    branch: str | None = None
    latest: bool = False


@dataclass(frozen=True, slots=True)
class ListedPact:
    """One pact of a list: where it is, and what the list calls it."""

    href: str
    title: str


def latest_pacts(hub: Hub) -> tuple[tuple[LatestPact, ...], JsonObject]:
    """The newest pact of every integration, and the document they were read from."""
    answer = hub.follow("pb:latest-pact-versions")
    listed = answer.data.get("pacts")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return tuple(_latest(Resource(answer.url, dict(one))) for one in found), answer.data


def list_pacts(hub: Hub, question: PactQuestion) -> tuple[tuple[ListedPact, ...], JsonObject]:
    """The pacts that are asked for, and the document they were read from. Raises HubAnswered for unknown names."""
    answer = hub.follow(_relation(question), **_values(question))
    relations = ("pb:pacts", "pacts") if question.consumer is None else ("pb:pact-versions", "pact-versions")
    listed = answer.links(relations[0]) or answer.links(relations[1])
    return tuple(ListedPact(link.href, link.title or link.name) for link in listed), answer.data


def pact_at(hub: Hub, href: str) -> JsonObject:
    """The pact at an address of a list. Raises AnswerNotUnderstood when it is none."""
    pact = hub.get(href)
    if not all(party_in(pact.data, role) for role in ("consumer", "provider")):
        raise AnswerNotUnderstood(f"{pact.url} is no pact: it does not name a consumer and a provider.")
    return pact.data


def party_in(pact: Mapping[str, object], role: str) -> str:
    """The name of the consumer or provider of a pact; empty when it names none."""
    party = pact.get(role)
    name = party.get("name") if isinstance(party, Mapping) else None
    return name if isinstance(name, str) else ""


def version_in(pact: JsonObject) -> str:
    """The number of the consumer version that a pact was published for; empty when the hub does not say."""
    links = Resource("", pact).links("pb:consumer-version")
    return links[0].name if links else ""


def provider_states(
    hub: Hub, provider: str, *, branch: str | None = None, environment: str | None = None
) -> tuple[tuple[JsonObject, ...], JsonObject]:
    """The provider states that consumers count on, and the document they were read from.

    Without branch or environment those of the consumers' main branches. No relation leads there.
    """
    url = f"/pacts/provider/{quote(provider, safe='')}/provider-states"
    for part, value in (("branch", branch), ("environment", environment)):
        if value is not None:
            url += f"/{part}/{quote(value, safe='')}"
    answer = hub.get(url)
    listed = answer.data.get("providerStates")
    if not isinstance(listed, list):
        raise AnswerNotUnderstood(f"{answer.url} has no list of provider states. The hub may be too old.")
    return tuple(one for one in listed if isinstance(one, dict)), answer.data


def _relation(question: PactQuestion) -> str:
    branch = "branch" if question.branch is not None else "main-branch"
    if question.consumer is not None:
        return f"pb:{'latest-' if question.latest else ''}{branch}-pact-versions"
    return f"pb:{'latest-' if question.latest else ''}provider-pacts-with-{branch}"


def _values(question: PactQuestion) -> dict[str, str]:
    named = {"provider": question.provider, "consumer": question.consumer, "branch": question.branch}
    return {name: value for name, value in named.items() if value is not None}


def _latest(pact: Resource) -> LatestPact:
    consumer, provider = (_first(pact.embedded(role)) for role in ("consumer", "provider"))
    version = _first(consumer.embedded("version"))
    return LatestPact(
        consumer.text("name") or "",
        version.text("number") or "",
        provider.text("name") or "",
        pact.text("createdAt") or "",
    )


def _first(resources: tuple[Resource, ...]) -> Resource:
    return resources[0] if resources else Resource("", {})
