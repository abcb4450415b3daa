"""Live contracts at a hub: published, listed, read, removed; those that a provider has to be verified against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.contracts import ConsumerVersion
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.notices import Notice, notices_from
from contracthub.client.spelling import naming

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


@dataclass(frozen=True, slots=True)
class PublishedLive:
    """The hub's answer to a publication."""

    notices: tuple[Notice, ...]
    document: JsonObject


@dataclass(frozen=True, slots=True)
class ListedLive:
    """A live contract of a consumer version, as it is listed."""

    version: str
    kind: str
    name: str
    provider: str
    revision: int
    created_at: str


@dataclass(frozen=True, slots=True)
class LivePlace:
    """What names one live contract."""

    consumer: str
    version: str
    kind: str
    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.name}” of {self.consumer} {self.version} with {self.provider}"

    @property
    def path(self) -> str:
        """Where a hub has it."""
        owner, version, *rest = (
            quote(each, safe="") for each in (self.consumer, self.version, self.kind, self.provider, self.name)
        )
        return f"/api/v1/pacticipants/{owner}/versions/{version}/live-contracts/{'/'.join(rest)}"


def publish_live_contracts(
    hub: Hub, consumer: str, version: ConsumerVersion, contents: Sequence[bytes], *, overwrite: bool = False
) -> PublishedLive:
    """Publishes live contracts of a consumer version: all of them, or none.

    Raises HubAnswered, with 409 when the version has another contract of that name; AnswerNotUnderstood where the hub
    is another product.
    """
    document: JsonObject = {
        "consumer": consumer,
        "version": version.number,
        "tags": list(version.tags),
        "overwrite": overwrite,
        "contracts": [{"content": each.decode()} for each in contents],
    }
    optional = {"branch": version.branch, "buildUrl": version.build_url}
    document |= {name: value for name, value in optional.items() if value}
    try:
        answer = hub.send("POST", f"{hub.connection.base_url}/api/v1/live-contracts", document, repeatable=True).data
    except HubAnswered as refusal:
        if refusal.status in _NO_SUCH_PLACE:
            raise AnswerNotUnderstood(f"The hub at {hub.connection.base_url} takes no live contracts.") from refusal
        raise
    return PublishedLive(notices_from(answer), answer)


def list_live_contracts(
    hub: Hub, consumer: str, *, version: str | None, kind: str | None, limit: int
) -> tuple[tuple[ListedLive, ...], JsonObject]:
    """What the versions of a consumer published, newest first, or what one of them did. Raises HubFailure."""
    owner = f"{hub.connection.base_url}/api/v1/pacticipants/{quote(consumer, safe='')}"
    with naming((consumer,), None):
        if version is not None:
            answer = hub.get(f"{owner}/versions/{quote(version, safe='')}/live-contracts").data
        else:
            asked = [("pageSize", str(limit)), *([("kind", kind)] if kind else [])]
            answer = hub.get(f"{owner}/live-contracts", asked).data
    found = [each for each in _objects(answer, "contracts") if kind in (None, each.get("kind"))]
    return tuple(map(_listed, found)), answer | {"contracts": found}


def find_live_contract(hub: Hub, place: LivePlace) -> bytes | None:
    """The bytes of a live contract, where there is one. Raises HubFailure."""
    found = hub.find(hub.connection.base_url + place.path)
    return None if found is None else _content(found.data, found.url)


def delete_live_contract(hub: Hub, place: LivePlace) -> bool:
    """Removes a live contract; whether there was one. Raises HubFailure."""
    return hub.delete(hub.connection.base_url + place.path)


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
    return _content(hub.get(url).data, url)


def _content(answer: JsonObject, url: str) -> bytes:
    content = answer.get("content")
    if not isinstance(content, str):
        raise AnswerNotUnderstood(f"{url} has no content.")
    return content.encode()


def _objects(answer: JsonObject, name: str) -> Sequence[Mapping[str, object]]:
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise AnswerNotUnderstood(f"The answer has no list of {name}.")
    return found


def _listed(each: Mapping[str, object]) -> ListedLive:
    version, kind, name, provider, created_at = (
        str(each.get(key) or "") for key in ("consumerVersion", "kind", "name", "provider", "createdAt")
    )
    revision = each.get("revision")
    return ListedLive(version, kind, name, provider, revision if isinstance(revision, int) else 1, created_at)


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
