"""What clients with strict types count on, in every resource that can be reached from the index (pact-broker-api §19).

Such clients look relations up literally, follow addresses as they are, and break on a null where a field should be
absent or on a date in another format.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"
HAL = "application/hal+json;charset=utf-8"
NAMES = {"pacticipant": "team/web", "consumer": "team/web", "provider": "orders", "version": "1/0", "branch": "feat/x"}
NAMES |= {"branch_name": "feat/x", "tag": "rc/1", "label": "fronts", "environment": "test", "consumerTag": "rc/1"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KINDS: dict[str, type | tuple[type, ...]] = {
    "production": bool,
    "currentlyDeployed": bool,
    "currentlySupported": bool,
    "latest": bool,
    "templated": bool,
    "enabled": bool,
    "success": (bool, int),
    "href": str,
    "title": str,
    "displayName": str,
    "contacts": list,
    "notices": list,
    "labels": list,
    "tags": list,
    "branchVersions": list,
}
# The only resources that say null instead of leaving a field out, and the fields that they say it of.
MATRIX = {"deployable", "version", "verificationResult", "branch"}
DASHBOARD = {"version", "branch", "latestVerificationResult", "latestWebhookExecution"}
NULLS = {"matrix": MATRIX, "can-i-deploy": MATRIX, "dashboard": DASHBOARD}
# Templates that the Pact Broker does not mark as such; who knows them fills them in all the same.
UNMARKED = {"pb:tagged-pact-versions", "pb:tag-version"}


@pytest.fixture
def shop(api: TestClient) -> TestClient:
    """A hub with one of everything, under names that have to be escaped."""
    web = "/pacticipants/team%2Fweb"

    def post(path: str, body: object, status: int) -> Any:
        answer = api.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code == status, answer.text
        return answer.json()

    pact = {"consumer": {"name": "team/web"}, "provider": {"name": "orders"}, "interactions": []}
    contract = {"consumerName": "team/web", "providerName": "orders", "specification": "pact"}
    contract |= {"contentType": "application/json", "content": b64encode(json.dumps(pact).encode()).decode()}
    body = {"pacticipantName": "team/web", "pacticipantVersionNumber": "1/0", "branch": "feat/x", "tags": ["rc/1"]}
    post("/contracts/publish", {**body, "contracts": [contract]}, 200)
    assert api.put(f"{web}/labels/fronts", headers={"Content-Type": "application/json"}).status_code == 201
    found = api.get("/pacts/provider/orders/consumer/team%2Fweb/version/1%2F0").json()
    link = found["_links"]["pb:publish-verification-results"]["href"].removeprefix(BASE)
    post(link, {"success": True, "providerApplicationVersion": "7"}, 201)
    for environment in api.get("/environments").json()["_embedded"]["environments"]:
        for kind in ("deployed", "released"):
            post(f"{web}/versions/1%2F0/{kind}-versions/environment/{environment['uuid']}", {}, 201)
    request = {"method": "POST", "url": "https://ci.example.org/build", "headers": {"X-A": "b"}, "body": {"a": 1}}
    webhook = {"consumer": {"name": "team/web"}, "events": [{"name": "contract_published"}], "request": request}
    post("/webhooks", webhook, 201)
    live = json.dumps(
        {
            "contracthub": "conversation/1",
            "name": "a/b",
            "provider": "orders",
            "connect": {"path": "/ws"},
            "steps": [{"receive": {"json": 1}}],
        }
    )
    post("/api/v1/live-contracts", {"consumer": "team/web", "version": "1/0", "contracts": [{"content": live}]}, 201)
    place = "/api/v1/pacticipants/team%2Fweb/versions/1%2F0/live-contracts/conversation/orders/a%2Fb"
    post(f"{place}/verification-results", {"success": True, "providerApplicationVersion": "7"}, 201)
    return api


def links_of(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every link in a document, those of embedded resources too, with its relation."""
    if isinstance(document, list):
        for each in document:
            yield from links_of(each)
    elif isinstance(document, dict):
        for relation, links in document.get("_links", {}).items():
            yield from ((relation, link) for link in (links if isinstance(links, list) else [links]))
        for name, each in document.items():
            if name != "_links":
                yield from links_of(each)


def fields_of(document: Any) -> Iterator[tuple[str, Any]]:
    """Every field with its name, at any depth; what the gate adds of its own (``decision``) is nobody else's model."""
    if isinstance(document, list):
        for each in document:
            yield from fields_of(each)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name != "decision":
                yield name, value
                yield from fields_of(value)


def filled(href: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: quote(NAMES.get(match[1], "none"), safe=""), href)


def resources(api: TestClient) -> dict[str, Any]:
    """Every HAL resource that is reached from the index, by its address: breadth first, each once."""
    found: dict[str, Any] = {}
    waiting = [f"{BASE}/"]
    while waiting:
        address = waiting.pop(0)
        if address in found or "/doc/" in address or "/pact-version/" in address or len(found) > 400:
            continue
        answer = api.get(address, headers={"Accept": "application/hal+json, application/json"})
        assert answer.status_code < 500, address
        if answer.status_code >= 400 or "json" not in answer.headers["content-type"]:
            continue
        assert answer.headers["content-type"] == HAL, address
        found[address] = answer.json()
        waiting += [filled(link["href"]) for _, link in links_of(found[address])]
    return found


def test_every_resource_is_what_strict_clients_count_on(shop: TestClient) -> None:
    found = resources(shop)
    paths = {urlsplit(address).path for address in found}
    for known in ("/pacts/latest", "/environments", "/pacticipants", "/webhooks", "/integrations", "/matrix"):
        assert known in paths, sorted(paths)
    wrong = [
        f"{address}: {fault}"
        for address, document in found.items()
        for fault in faults_of(urlsplit(address).path, document)
    ]
    assert wrong == [], "\n".join(wrong)


def faults_of(path: str, document: Any) -> Iterator[str]:
    nulls = NULLS.get(path.split("/")[1] if path else "", set())
    kinds = {} if path == "/metrics" else KINDS
    for relation, link in links_of(document):
        if not str(link.get("href")).startswith(BASE):
            yield f"{relation} is no absolute address: {link}"
        elif relation not in UNMARKED and ("{" in link["href"]) != (link.get("templated") is True):
            yield f"{relation} does not say whether it is templated: {link}"
    for name, value in fields_of(document):
        if value is None and name not in nulls:
            yield f"{name} is null"
        if name.endswith("At") and isinstance(value, str) and not DATE.fullmatch(value):
            yield f"{name} is no date: {value}"
        if name == "uuid" and not UUID.fullmatch(value):
            yield f"{name} is none: {value}"
        if name in kinds and value is not None and not isinstance(value, kinds[name]):
            yield f"{name} is not of its kind: {value!r}"


def test_names_in_links_are_looked_up_literally(shop: TestClient) -> None:
    def named(document: Any, relation: str) -> list[str]:
        return [link["name"] for link in document["_links"][relation]]

    version = shop.get("/pacticipants/team%2Fweb/versions/1%2F0").json()
    for relation in ("pb:record-deployment", "pb:record-release"):
        assert sorted(named(version, relation)) == ["production", "test"]
    assert sorted(named(shop.get("/environments").json(), "pb:environments")) == ["production", "test"]
    index = shop.get("/").json()["_links"]
    for relation in ("pb:publish-contracts", "pb:pacticipant-version", "pb:latest-pact-versions", "pb:environments"):
        assert relation in index
    for relation in ("pb:provider-pacts-for-verification", "beta:provider-pacts-for-verification"):
        assert relation in index
