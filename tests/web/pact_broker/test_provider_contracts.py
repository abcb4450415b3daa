"""Provider contracts as PactFlow's clients send them, on both databases (bidirectional §11)."""

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.offers import CHANGED, OPENAPI

POST = "/provider-contracts/provider/mercatrix/publish"
READ = "/contracts/bi-directional/provider/mercatrix/version/1"
JSON = "application/json"
PROBLEM = {"Accept": "application/hal+json,application/problem+json"}


def encoded(body: bytes) -> str:
    return base64.b64encode(body).decode()


def request(body: bytes = OPENAPI, **of_contract: Any) -> dict[str, Any]:
    contract = {"content": encoded(body), "contentType": "application/yaml", "specification": "oas"} | of_contract
    return {"pacticipantVersionNumber": "1", "branch": "main", "tags": ["dev"], "contract": contract}


def published(api: TestClient, body: dict[str, Any] | None = None) -> Any:
    answer = api.post(POST, json=body or request(), headers=PROBLEM)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_index_says_where_to_publish(api: TestClient) -> None:
    links = Given(api).get("/")["_links"]
    assert links["pf:publish-provider-contract"]["href"].endswith("/provider-contracts/provider/{provider}/publish")


def test_a_publication_is_told_with_notices_version_branch_and_tags(api: TestClient) -> None:
    told = published(api)
    assert [each["text"] for each in told["notices"]] == [
        "Created mercatrix version 1 with branch main and tags dev",
        "Provider contract openapi of mercatrix version 1 published.",
    ]
    assert told["_embedded"]["version"]["number"] == "1"
    assert [each["name"] for each in told["_links"]["pb:pacticipant-version-tags"]] == ["dev"]
    for relation in ("pb:branch-version", "pb:pacticipant-version", "pf:provider-contract"):
        assert api.get(told["_links"][relation]["href"]).status_code == 200
    native = Given(api).get("/api/v1/pacticipants/mercatrix/versions/1/provider-contracts/openapi")
    assert api.get(native["_links"]["document"]["href"]).content == OPENAPI


def test_the_same_version_again_is_no_error_whatever_it_says(api: TestClient) -> None:
    published(api)
    published(api)
    told = published(api, request(CHANGED))
    assert told["notices"][-1]["type"] == "warning"
    assert Given(api).get(f"{READ}/provider-contract")["content"] == encoded(CHANGED)


def test_a_contract_and_its_self_verification_are_read_back(api: TestClient) -> None:
    said = {"success": True, "contentType": "text/plain", "format": "text", "verifier": "my tool"}
    published(api, request(selfVerificationResults=said | {"content": encoded(b"all well")}))
    given = Given(api)
    contract = given.get(f"{READ}/provider-contract")
    assert (contract["specification"], contract["contentType"]) == ("oas", "application/yaml")
    assert contract["content"] == encoded(OPENAPI)
    results = given.get(contract["_links"]["pf:provider-contract-verification-results"]["href"])
    assert results["verificationStatus"] == "success"
    assert {name: results[name] for name in said} == said
    assert results["content"] == encoded(b"all well")
    given.published("distilera", "5", {"mercatrix": 1})
    pair = f"{READ}/consumer/distilera/version/5"
    assert given.get(f"{pair}/provider-contract") == contract
    assert given.get(f"{pair}/provider-contract-verification-results") == results
    assert api.get(f"{READ}/consumer/distilera/version/6/provider-contract").status_code == 404
    assert given.get(f"{pair}/cross-contract-verification-results")["verificationStatus"] == "failed"


@pytest.mark.parametrize(("success", "status"), [(True, "success"), (False, "failed"), (None, "unknown")])
def test_what_the_build_does_not_say_stays_unknown(api: TestClient, success: bool | None, status: str) -> None:
    published(
        api, request(selfVerificationResults={"verifier": "x"} | ({} if success is None else {"success": success}))
    )
    assert Given(api).get(f"{READ}/provider-contract-verification-results")["verificationStatus"] == status


def test_the_old_way_takes_the_contract_alone(api: TestClient) -> None:
    body = {"content": encoded(OPENAPI), "contractType": "oas", "verificationResults": {"success": True}}
    answer = api.put("/contracts/provider/mercatrix/version/1", json=body)
    assert answer.status_code == 201
    assert answer.json()["_links"]["pf:ui"]["href"] == "http://hub.test/pacticipants/mercatrix"
    read = Given(api).get("/contracts/provider/mercatrix/version/1")
    assert (read["content"], read["selfVerificationResults"]) == (encoded(OPENAPI), {"success": True})
    assert api.put("/contracts/provider/mercatrix/version/1", json=body).status_code == 201


def test_asyncapi_is_a_specification_too(api: TestClient) -> None:
    document = b"asyncapi: 3.0.0\ninfo: {title: Simulation, version: 1.0.0}\nchannels: {}\noperations: {}\n"
    published(api, request(document, specification="asyncapi"))
    assert Given(api).get(f"{READ}/provider-contract")["specification"] == "asyncapi"


def test_a_byte_order_mark_is_no_fault(api: TestClient) -> None:
    marked = b"\xef\xbb\xbf" + OPENAPI
    published(api, request(marked))
    assert Given(api).get(f"{READ}/provider-contract")["content"] == encoded(marked)


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (request(content="%"), "#/contract/content", "content is not valid Base64"),
        (
            request(b"{a: 1}", contentType="application/json"),
            "#/contract/content",
            "parsed as application/json",
        ),
        (
            request(b"a: [", contentType="application/yaml"),
            "#/contract/content",
            "parsed as application/yaml",
        ),
        (request(b"- a"), "#/contract/content", "content when Base64 decoded and parsed must be a hash"),
        (request(specification="raml"), "#/contract/specification", "specification must be one of: oas, asyncapi"),
        (request(contentType="text/html"), "#/contract/contentType", "contentType must be one of"),
        (
            request(selfVerificationResults={"content": "%"}),
            "#/contract/selfVerificationResults/content",
            "content is not",
        ),
        (request() | {"pacticipantVersionNumber": None}, "#/pacticipantVersionNumber", "must be filled"),
        (request() | {"contract": None}, "#/contract", "contract is missing"),
        (request(b"openapi: 3.1.0\ninfo: {}\npaths: {}"), "#/contract/content", '"title" is a required property'),
    ],
)
def test_what_is_wrong_is_told_with_a_pointer_into_the_body(
    api: TestClient, body: dict[str, Any], pointer: str, detail: str
) -> None:
    answer = api.post(POST, json=body, headers=PROBLEM)
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (told["title"], told["status"], told["instance"]) == ("Validation errors", 400, "/")
    assert told["type"].endswith("/validation-error")
    assert {each["pointer"] for each in told["errors"]} == {pointer}
    assert any(detail in each["detail"] for each in told["errors"]), told
    assert api.get("/pacticipants/mercatrix").status_code == 404
