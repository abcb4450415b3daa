"""The full check of a published document over the native API: asked for by publishing, told when it is made."""

from typing import Any

from starlette.testclient import TestClient

from contracthub.checking.processes import ProcessChecker
from contracthub.services import document_checks
from contracthub.services.hub import Hub
from tests.web.api.offers import AVRO, OPENAPI, SDL, file, request

ONE = "/api/v1/pacticipants/mercatrix/versions/1/provider-contracts"
BROKEN = b"type Query { a: Int\n a: Int }"


def published(api: TestClient, path: str, body: bytes) -> str:
    answer = api.post("/api/v1/provider-contracts", json=request(file(path, body)))
    assert answer.status_code == 201, answer.text
    return f"{ONE}/{answer.json()['contract']['name']}/check"


def made(api: TestClient) -> None:
    """Makes the checks that are due."""
    hub = Hub(api.app.state.storage)  # type: ignore[attr-defined]
    while due := document_checks.claim(hub, 60):
        document_checks.carry_out(hub, ProcessChecker(), due)


def told(api: TestClient, path: str) -> Any:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_publishing_asks_for_the_check_and_it_is_told_when_it_is_made(api: TestClient) -> None:
    good, broken = published(api, "api.yaml", OPENAPI), published(api, "a.graphql", BROKEN)
    assert told(api, good)["status"] == "pending"
    made(api)
    passed = told(api, good)
    assert (passed["status"], passed["findings"], passed["tool"]["name"]) == ("passed", [], "openapi-spec-validator")
    assert passed["checkedAt"]
    failed = told(api, broken)
    assert failed["status"] == "failed"
    message = "Field 'Query.a' can only be defined once."
    assert failed["findings"] == [{"line": 1, "column": 14, "message": message}]


def test_a_finding_keeps_nobody_from_publishing(api: TestClient) -> None:
    path = published(api, "a.graphql", BROKEN)
    made(api)
    again = api.post("/api/v1/provider-contracts", json=request(file("a.graphql", BROKEN)))
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert told(api, path)["status"] == "failed"


def test_what_is_checked_when_it_is_published_has_no_check_of_its_own(api: TestClient) -> None:
    assert api.get(published(api, "a.avsc", AVRO)).status_code == 404
    assert api.get(f"{ONE}/gone/check").status_code == 404


def test_other_text_is_checked_anew(api: TestClient) -> None:
    path = published(api, "a.graphql", BROKEN)
    made(api)
    body = request(file("a.graphql", SDL)) | {"onConflict": "overwrite"}
    assert api.post("/api/v1/provider-contracts", json=body).status_code == 200
    assert told(api, path)["status"] == "pending"
    made(api)
    assert told(api, path)["status"] == "passed"
