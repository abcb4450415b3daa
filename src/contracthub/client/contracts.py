"""Publishing consumer contracts: one request for a version, its branch, tags and pacts (pact-broker-api §8)."""

import base64
from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.notices import Notice, notices_from


@dataclass(frozen=True, slots=True)
class PactToPublish:
    """One pact as it lies on disk; ``content`` is sent byte for byte."""

    consumer: str
    provider: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ConsumerVersion:
    """The version that the pacts are published for."""

    number: str
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The hub's answer to a publication."""

    consumer: str
    notices: tuple[Notice, ...]
    document: JsonObject


def publish_contracts(
    hub: Hub,
    consumer: str,
    version: ConsumerVersion,
    pacts: tuple[PactToPublish, ...],
    *,
    on_conflict: str = "overwrite",
) -> Published:
    """Publishes all pacts of one consumer version at once.

    Sending the same pacts again answers as the first time did, so the request is repeated after a broken connection.
    Raises HubAnswered, with 409 when the version already has pacts of other content.
    """
    document: JsonObject = {
        "pacticipantName": consumer,
        "pacticipantVersionNumber": version.number,
        "tags": list(version.tags),
        "contracts": [_contract(pact, on_conflict) for pact in pacts],
    }
    optional = {"branch": version.branch, "buildUrl": version.build_url}
    document |= {name: value for name, value in optional.items() if value}
    answer = hub.send("POST", hub.index().link("pb:publish-contracts"), document, repeatable=True)
    return Published(consumer, notices_from(answer.data), answer.data)


def differences_in(refusal: HubAnswered) -> tuple[str, ...]:
    """What a refused publication would have changed, where the hub shows it: the notices that are no error."""
    return tuple(notice.text for notice in notices_from(refusal.document) if notice.type == "info")


def _contract(pact: PactToPublish, on_conflict: str) -> JsonObject:
    return {
        "consumerName": pact.consumer,
        "providerName": pact.provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(pact.content).decode("ascii"),
        "onConflict": on_conflict,
    }
