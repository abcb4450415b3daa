"""Pacts and the requests that publish them, as clients send them."""

import base64
import json
from typing import Any
from urllib.parse import quote

from httpx2 import Response
from starlette.testclient import TestClient

JSON = {"Content-Type": "application/json"}


def pact(consumer: str = "Foo", provider: str = "Bar", path: str = "/things") -> dict[str, Any]:
    """A pact with one interaction; another ``path`` is other content."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {"description": "a thing", "request": {"method": "GET", "path": path}, "response": {"status": 200}}
        ],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }


def contract(content: Any, consumer: str = "Foo", provider: str = "Bar", **more: Any) -> dict[str, Any]:
    """An entry of ``contracts``."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {
        "consumerName": consumer,
        "providerName": provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(raw).decode(),
        **more,
    }


def envelope(number: str = "1", *contracts: dict[str, Any], consumer: str = "Foo", **more: Any) -> dict[str, Any]:
    """A body of ``/contracts/publish``."""
    return {"pacticipantName": consumer, "pacticipantVersionNumber": number, "contracts": list(contracts), **more}


def publish(api: TestClient, body: object) -> Response:
    """Send it."""
    return api.post("/contracts/publish", content=json.dumps(body), headers=JSON)


def published(api: TestClient, number: str = "1", path: str = "/things", **more: Any) -> dict[str, Any]:
    """Publish the pact of Foo with Bar, and answer with its document."""
    answer = publish(api, envelope(number, contract(pact(path=path)), **more))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = api.get(pact_path(number)).json()
    return document


def pact_path(number: str = "1", consumer: str = "Foo", provider: str = "Bar", word: str = "version") -> str:
    """Where a pact is."""
    names = [quote(name, safe="") for name in (provider, consumer, number)]
    return f"/pacts/provider/{names[0]}/consumer/{names[1]}/{word}/{names[2]}"


def put(api: TestClient, body: Any, number: str = "1", **names: str) -> Response:
    """Publish one pact under its address."""
    raw = body if isinstance(body, bytes) else json.dumps(body)
    return api.put(pact_path(number, **names), content=raw, headers=JSON)


def patch(api: TestClient, body: Any, number: str = "1") -> Response:
    """Merge one pact."""
    return api.patch(pact_path(number), content=json.dumps(body), headers=JSON)


def report(api: TestClient, url: str, body: object) -> Response:
    """Post a verification result."""
    return api.post(url, content=json.dumps(body), headers=JSON)


def result(number: str = "9", *, success: bool = True, **more: Any) -> dict[str, Any]:
    """A verification result."""
    return {"success": success, "providerApplicationVersion": number, **more}


def results_url(document: dict[str, Any]) -> str:
    """Where results of a pact go."""
    url: str = document["_links"]["pb:publish-verification-results"]["href"]
    return url


def texts(answer: Response) -> list[str]:
    """The notices of an answer."""
    return [notice["text"] for notice in answer.json()["notices"]]
