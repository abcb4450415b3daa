"""What is told of comparisons when either side is published."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given, pact
from tests.features.papers import offered, openapi


@pytest.fixture
def given(api: TestClient) -> Given:
    """The hub."""
    return Given(api)


def publish(given: Given, content: object, number: str = "1") -> list[dict[str, str]]:
    body = base64.b64encode(json.dumps(content).encode()).decode()
    contract = {
        "consumerName": "Foo",
        "providerName": "Bar",
        "specification": "pact",
        "contentType": "application/json",
        "content": body,
    }
    asked = {"pacticipantName": "Foo", "pacticipantVersionNumber": number, "contracts": [contract]}
    return told(given.call("POST", "/contracts/publish", asked))


def told(answer: Any) -> list[dict[str, str]]:
    return [each for each in answer["notices"] if "ompatible" in each["text"]]


def test_nothing_is_told_where_nobody_offers_anything(given: Given) -> None:
    assert publish(given, pact("Foo", "Bar")) == []
    offered(given, "Bar", "9", openapi(1))
    # On no branch and in no environment.
    assert publish(given, pact("Foo", "Bar"), "2") == []


def test_a_pact_is_compared_with_what_lives_somewhere(given: Given) -> None:
    offered(given, "Bar", "9", openapi(1), branch="main")
    given.deployed("Bar", "9", given.environment_uuid("production"))
    (notice,) = publish(given, pact("Foo", "Bar"))
    text = "  Compatible with the OpenAPI document of Bar 9 (production)."
    assert notice == {"type": "success", "text": text}


def test_a_pact_that_does_not_fit_is_told_why_and_where_to_look(given: Given) -> None:
    offered(given, "Bar", "9", openapi(2), branch="main")
    (notice,) = publish(given, pact("Foo", "Bar"))
    assert notice["type"] == "warning"
    assert notice["text"].startswith("  Not compatible with the OpenAPI document of Bar 9 (branch main): ")
    assert "GET /things/1" in notice["text"]
    place = "/contracts/bi-directional/provider/Bar/version/9/consumer/Foo/version/1"
    assert notice["text"].endswith(f"See http://hub.test{place}/cross-contract-verification-results")


def test_a_document_is_compared_with_the_consumers_that_live_somewhere(given: Given) -> None:
    production = given.environment_uuid("production")
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    given.deployed("Foo", "1", production)
    given.published("Old", "1", {"Bar": 2})
    answer = offered(given, "Bar", "9", openapi(2))
    (notice,) = told(answer)
    assert notice["type"] == "warning"
    assert notice["text"].startswith("  Not compatible with the pact of Foo 1 (production): “request 1”: ")
    answer = offered(given, "Bar", "10", openapi(1))
    assert told(answer) == [{"type": "success", "text": "  Compatible with the pact of Foo 1 (production)."}]


def test_pactflows_publication_tells_it_as_well(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main")
    content = base64.b64encode(json.dumps(openapi(1)).encode()).decode()
    contract = {"content": content, "contentType": "application/json", "specification": "oas"}
    asked = {"pacticipantVersionNumber": "9", "contract": contract}
    answer = given.call("POST", "/provider-contracts/provider/Bar/publish", asked)
    assert told(answer) == [{"type": "success", "text": "  Compatible with the pact of Foo 1 (branch main)."}]
