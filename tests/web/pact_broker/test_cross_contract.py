"""Comparisons as PactFlow's clients read them."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.papers import offered, openapi

PAIR = "/contracts/bi-directional/provider/Bar/version/9/consumer/Foo/version/1"
CROSS = f"{PAIR}/cross-contract-verification-results"


@pytest.fixture
def given(api: TestClient) -> Given:
    """A pact, and nothing on the provider's side."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1})
    given.version("Bar", "9")
    return given


def test_without_documents_there_is_none(given: Given, api: TestClient) -> None:
    assert api.get(CROSS).status_code == 404
    offered(given, "Bar", "9", b'{"type": "string"}', path="event.avsc", topic="t")
    # It speaks of nothing that is in the pact.
    assert api.get(CROSS).status_code == 404


def test_what_fits_is_a_success_unless_the_providers_own_check_failed(given: Given) -> None:
    offered(given, "Bar", "9", openapi(1))
    found = given.get(CROSS)
    assert found["verificationStatus"] == "success"
    assert found["summary"] == {"success": True}
    assert found["crossContractVerificationResults"]["success"] is True
    assert found["crossContractVerificationResults"]["results"] == {"errors": [], "warnings": []}
    assert found["providerContractVerificationResults"] == {"success": None}
    said = {"success": False, "verifier": "v", "content": base64.b64encode(b"no").decode(), "contentType": "text/plain"}
    offered(given, "Bar", "9", openapi(1), said=said)
    found = given.get(CROSS)
    assert (found["verificationStatus"], found["summary"]) == ("failed", {"success": False})
    assert found["crossContractVerificationResults"]["success"] is True
    own = {"success": False, "verifier": "v", "content": "bm8=", "contentType": "text/plain"}
    assert found["providerContractVerificationResults"] == own


def test_what_does_not_fit_is_told_in_the_older_shape(given: Given) -> None:
    offered(given, "Bar", "9", openapi(2))
    found = given.get(CROSS)
    assert found["verificationStatus"] == "failed"
    (error,) = found["crossContractVerificationResults"]["results"]["errors"]
    assert (error["code"], error["type"], error["source"]) == (
        "request.path-or-method.unknown",
        "error",
        "spec-mock-validation",
    )
    assert error["mockDetails"]["location"] == "[root].interactions[0].request.path"
    assert error["mockDetails"]["interactionDescription"] == "request 1"
    assert error["specDetails"]["specFile"] == "openapi"
    assert "Foo 1" in found["crossContractVerificationResults"]["results"]["failureReason"]


def test_a_pact_with_parts_that_no_document_speaks_of_is_neither_a_yes_nor_a_no(given: Given) -> None:
    message = {"description": "an event", "type": "Asynchronous/Messages", "contents": {"content": {"a": 1}}}
    http = {
        "description": "a request",
        "type": "Synchronous/HTTP",
        "request": {"method": "GET", "path": "/things/1"},
        "response": {"status": 200},
    }
    pact = {
        "consumer": {"name": "Foo"},
        "provider": {"name": "Bar"},
        "interactions": [http, message],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    given.call("PUT", "/pacts/provider/Bar/consumer/Foo/version/2", pact)
    offered(given, "Bar", "9", openapi(1))
    found = given.get(CROSS.replace("version/1", "version/2"))
    assert (found["verificationStatus"], found["summary"]) == ("unknown", {"success": None})
    (warning,) = found["crossContractVerificationResults"]["results"]["warnings"]
    assert (warning["code"], warning["mockDetails"]["pointer"]) == ("message.spec.missing", "/interactions/1")


def test_the_older_address_has_the_same(given: Given) -> None:
    offered(given, "Bar", "9", openapi(1))
    document = given.get("/pacts/provider/Bar/consumer/Foo/version/1")
    sha = document["_links"]["pb:pact-version"]["href"].rpartition("/")[2]
    here = f"/contracts/provider/Bar/version/9/consumer/Foo/pact-version/{sha}/verification-results"
    found, same = given.get(here), given.get(CROSS)
    assert found["_links"].pop("self") != same["_links"].pop("self")
    assert found == same


def test_the_consumers_side_is_there_with_its_exact_bytes(given: Given) -> None:
    offered(given, "Bar", "9", openapi(1))
    found = given.get(f"{PAIR}/consumer-contract")
    content: Any = json.loads(base64.b64decode(found["content"]))
    assert content["interactions"][0]["description"] == "request 1"
    assert given.get(f"{PAIR}/consumer-contract-verification-results")["verificationStatus"] == "success"
    for link in found["_links"].values():
        given.get(link["href"].removeprefix("http://hub.test"))


def test_a_comparison_is_found_by_both_identities_as_json_and_as_text(given: Given, api: TestClient) -> None:
    offered(given, "Bar", "9", openapi(2))
    (named,) = given.get(CROSS)["_links"]["comparisons"]
    here = named["href"].removeprefix("http://hub.test")
    found = given.get(here)
    assert (found["kind"], found["compatible"], found["outcome"]) == ("pact", False, False)
    assert found["findings"][0]["consumerPointer"] == "/interactions/0/request/path"
    text = api.get(here, headers={"Accept": "text/plain"})
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text.startswith("Not compatible\nerror: request.path-or-method.unknown: “request 1”: ")
    assert api.get(here.replace("/pact/", "/conversation/")).status_code == 404
    assert api.get(here.replace("/pact/", "/nonsense/")).status_code == 404


def test_in_a_browser_it_is_a_page_with_the_places_on_both_sides(given: Given, api: TestClient) -> None:
    document = json.dumps(openapi(2), indent=1).encode()
    offered(given, "Bar", "9", document)
    answer = api.get(CROSS, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for told in (
        "Not compatible",
        "request.path-or-method.unknown",
        "/interactions/0/request/path",
        "/paths, openapi.json line ",
    ):
        assert told in answer.text, told
    given.version("Bar", "8")
    assert api.get(CROSS.replace("version/9", "version/8"), headers={"Accept": "text/html"}).status_code == 404
