"""The requests that are measured, as the clients of the field send them."""

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from benchmarks.dataset import CONSUMERS, PROVIDERS, Shape, consumer_name, provider_name, providers_of

HEADERS = {"Content-Type": "application/json", "Accept": "application/hal+json"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: str
    path: str
    body: bytes | None = None


Requests = Callable[[HTTPConnection, Shape], Iterator[Request]]


def index(_connection: HTTPConnection, _shape: Shape) -> Iterator[Request]:
    """What any request costs here: no database, the same framework."""
    while True:
        yield Request("GET", "/")


def can_i_deploy(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """The question of the pact-broker command line, for consumers and providers in turn."""
    consumer_version, provider_version = f"1.{shape.consumer_versions - 1}", f"2.{shape.provider_versions - 1}"
    while True:
        for place in range(CONSUMERS):
            for name, number in ((consumer_name(place), consumer_version), (provider_name(place), provider_version)):
                selector = f"q[][pacticipant]={name}&q[][version]={number}"
                yield Request("GET", f"/matrix?{selector}&latestby=cvpv&environment=production")


def for_verification(_connection: HTTPConnection, _shape: Shape) -> Iterator[Request]:
    """What a verifier asks before it runs."""
    body = {
        "providerVersionBranch": "main",
        "includePendingStatus": True,
        "includeWipPactsSince": "2026-01-01",
        "consumerVersionSelectors": [{"mainBranch": True}, {"matchingBranch": True}, {"deployedOrReleased": True}],
    }
    encoded = json.dumps(body).encode()
    while True:
        for place in range(PROVIDERS):
            yield Request("POST", f"/pacts/provider/{provider_name(place)}/for-verification", encoded)


def publish(_connection: HTTPConnection, _shape: Shape) -> Iterator[Request]:
    """A new version with a pact of 20 KB; every tenth has other content."""
    build = 0
    while True:
        build += 1
        consumer = build % CONSUMERS
        provider = provider_name(providers_of(consumer)[0])
        content = _pact(consumer_name(consumer), provider, build // 10)
        contract = {
            "consumerName": consumer_name(consumer),
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(content).decode(),
        }
        body = {
            "pacticipantName": consumer_name(consumer),
            "pacticipantVersionNumber": f"3.{uuid.uuid4().hex}",
            "branch": "main",
            "contracts": [contract],
        }
        yield Request("POST", "/contracts/publish", json.dumps(body).encode())


def result(connection: HTTPConnection, _shape: Shape) -> Iterator[Request]:
    """A result with every interaction of a pact of 20 KB, from a new provider version each."""
    connection.request("GET", f"/pacts/provider/{provider_name(0)}/consumer/{consumer_name(0)}/latest", headers=HEADERS)
    document: dict[str, Any] = json.loads(connection.getresponse().read())
    href: str = document["_links"]["pb:publish-verification-results"]["href"]
    path = "/" + href.split("/", 3)[3]
    tested = [{"interactionId": f"{place:040x}", "success": True} for place in range(30)]
    while True:
        body = {
            "providerApplicationVersion": f"4.{uuid.uuid4().hex}",
            "success": True,
            "testResults": tested,
            "verifiedBy": {"implementation": "Pact-Rust", "version": "1.4.7"},
        }
        yield Request("POST", path, json.dumps(body).encode())


def _pact(consumer: str, provider: str, content: int) -> bytes:
    interactions = [
        {
            "description": f"request {place} of {content}",
            "providerStates": [{"name": "things exist", "params": {"count": place}}],
            "request": {"method": "GET", "path": f"/things/{place}", "headers": {"Accept": "application/json"}},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"id": place, "name": "a thing", "parts": [{"sku": "A-1", "count": 3}] * 4},
                "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
            },
        }
        for place in range(42)
    ]
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    return json.dumps(document).encode()


WORKLOADS: dict[str, Requests] = {
    "index (no database)": index,
    "can-i-deploy": can_i_deploy,
    "pacts for verification": for_verification,
    "publish 20 KB": publish,
    "verification result": result,
}
