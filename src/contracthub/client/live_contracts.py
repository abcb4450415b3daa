"""Live contracts at a hub: those that a provider has to be verified against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub

_NO_SUCH_PLACE = (404, 405)


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A contract that a provider has to be verified against.

    ``url`` is where its content is, ``result_url`` where a result for it goes; ``identity`` is what evidence is kept
    under.
    """

    kind: str
    name: str
    consumer: str
    consumer_version: str
    identity: str
    is_pending: bool
    url: str
    result_url: str


def contracts_to_verify(hub: Hub, provider: str, kind: str, question: Mapping[str, object]) -> tuple[ToVerify, ...]:
    """What the hub selects for a provider; nothing where it knows no such provider, or no live contracts at all.

    ``question`` holds what is asked for pacts as well: selectors, whether pending counts, the provider's branch.
    """
    url = f"{hub.connection.base_url}/api/v1/providers/{quote(provider, safe='')}/live-contracts/for-verification"
    try:
        answer = hub.send("POST", url, {**question, "kind": kind}, repeatable=True).data
    except HubAnswered as refusal:
        if refusal.status in _NO_SUCH_PLACE:
            return ()
        raise
    return tuple(_to_verify(each) for each in _objects(answer, "contracts"))


def content_of(hub: Hub, url: str) -> bytes:
    """The bytes of a contract as they were published. Raises HubFailure."""
    content = hub.get(url).data.get("content")
    if not isinstance(content, str):
        raise AnswerNotUnderstood(f"{url} has no content.")
    return content.encode()


def _objects(answer: JsonObject, name: str) -> Sequence[Mapping[str, object]]:
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise AnswerNotUnderstood(f"The answer has no list of {name}.")
    return found


def _to_verify(listed: Mapping[str, object]) -> ToVerify:
    kind, name, consumer, version, identity = (
        str(listed.get(key) or "") for key in ("kind", "name", "consumer", "consumerVersion", "identity")
    )
    links = listed.get("_links")
    self, results = (_href(links, relation) for relation in ("self", "results"))
    return ToVerify(kind, name, consumer, version, identity, listed.get("pending") is True, self, results)


def _href(links: object, relation: str) -> str:
    link = links.get(relation) if isinstance(links, Mapping) else None
    href = link.get("href") if isinstance(link, Mapping) else None
    if not isinstance(href, str) or not href:
        raise AnswerNotUnderstood(f"A contract in the answer has no link {relation}.")
    return href
