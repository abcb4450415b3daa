"""The hub compares documents: those that were published, one that comes along, and whom the changes break."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

ROUTE = "/api/v1/providers/Bar/diff"


def described(*fields: str, path: str = "/things") -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in fields}
    schema = {"type": "object", "properties": properties, "required": [*fields]}
    answers = {"200": {"description": "Things", "content": {"application/json": {"schema": schema}}}}
    info = {"title": "Bar", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {path: {"get": {"responses": answers}}}}


def contract(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = base64.b64encode(json.dumps(document, indent=1).encode()).decode()
    return {"files": [{"path": "api.json", "content": content, "contentType": "application/json"}], **more}


def published(api: TestClient, number: str, document: dict[str, Any], branch: str = "main") -> None:
    body = {"provider": "Bar", "version": number, "branch": branch, "contract": contract(document)}
    answer = api.post("/api/v1/provider-contracts", json=body)
    assert answer.status_code == 201, answer.text


@pytest.fixture
def given(api: TestClient) -> Given:
    """Bar 1 answers with id and name in production, Bar 2 lost the name; Foo 1 in production reads both."""
    given = Given(api)
    published(api, "1", described("id", "name"))
    published(api, "2", described("id"))
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": "a", "name": "b"}}
    interaction = {"description": "all things", "request": {"method": "GET", "path": "/things"}, "response": response}
    pact = {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}, "interactions": [interaction]}
    given.call("PUT", "/pacts/provider/Bar/consumer/Foo/version/1", pact)
    production = given.environment_uuid("production")
    for name in ("Foo", "Bar"):
        given.deployed(name, "1", production)
    return given


def the_change(answer: dict[str, Any]) -> dict[str, Any]:
    (found,) = (each for each in answer["changes"] if each["severity"] == "breaking")
    assert isinstance(found, dict)
    return found


def test_two_published_versions_and_whom_the_change_breaks(given: Given) -> None:
    answer = given.get(f"{ROUTE}?oldVersion=1&newVersion=2")

    change = the_change(answer)
    assert change["id"] == "response-required-property-removed"
    assert change["source_old"]["line"] is not None
    assert [(each["name"], each["environment"], each["breaks"]) for each in change["consumers"]] == [
        ("Foo", "production", True)
    ]
    assert answer["summary"]["deployable"] is False
    assert answer["against"]["environments"] == ["production", "test"]


@pytest.mark.parametrize("side", ["oldVersion=1", "oldEnvironment=production"])
def test_what_lives_somewhere_is_compared_with_the_newest_of_a_branch(given: Given, side: str) -> None:
    answer = given.get(f"{ROUTE}?{side}&newBranch=main&environment=test")

    assert the_change(answer)["consumers"] == []
    assert answer["summary"]["deployable"] is True


def test_without_consumers_any_breaking_change_may_hurt(given: Given) -> None:
    answer = given.get(f"{ROUTE}?oldVersion=1&newVersion=2&consumers=false")

    assert "against" not in answer
    assert answer["summary"]["deployable"] is False


def test_a_document_that_comes_along_is_compared_and_not_kept(api: TestClient, given: Given) -> None:
    body = {"old": {"environment": "production"}, "contract": contract(described("name"))}

    change = the_change(given.call("POST", ROUTE, body))

    assert change["location"].endswith(".id") or "id" in change["location"]
    assert api.get("/api/v1/pacticipants/Bar/versions/3/provider-contracts").status_code == 404


def test_the_same_question_has_the_same_answer_byte_for_byte(api: TestClient, given: Given) -> None:
    first = api.get(f"{ROUTE}?oldVersion=1&newVersion=2").content
    assert api.get(f"{ROUTE}?oldVersion=1&newVersion=2").content == first
    body = {"old": {"version": "1"}, "new": {"version": "2"}}
    assert api.post(ROUTE, json=body).content == first


def test_an_approval_that_comes_later_is_honoured_at_once(given: Given) -> None:
    change = the_change(given.get(f"{ROUTE}?oldVersion=1&newVersion=2"))
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    words = {"reason": "Foo moves on", "until": until, "by": "Ada"}
    given.call("PUT", f"/api/v1/providers/Bar/approvals/{change['fingerprint']}", words)

    answer = given.get(f"{ROUTE}?oldVersion=1&newVersion=2")

    assert the_change(answer)["approved"] == {"by": "Ada", "reason": "Foo moves on", "until": until}
    assert answer["summary"]["deployable"] is True


def test_of_several_versions_in_an_environment_the_newest_document_counts(api: TestClient, given: Given) -> None:
    published(api, "3", described("id", "name", "more"))
    given.released("Bar", "3", given.environment_uuid("production"))

    changes = given.get(f"{ROUTE}?oldEnvironment=production&newVersion=3")["changes"]

    assert changes == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("oldVersion=1&newVersion=7", 404),
        ("oldVersion=1&newBranch=nowhere", 404),
        ("oldEnvironment=moon&newVersion=1", 404),
        ("oldVersion=1&newVersion=2&environment=moon", 400),
        ("oldVersion=1&oldBranch=main&newVersion=2", 400),
        ("oldVersion=1&newVersion=2&consumers=maybe", 400),
        ("oldVersion=1&newVersion=2&name=other", 404),
    ],
)
def test_what_is_not_there_or_not_understood_is_said(api: TestClient, given: Given, query: str, status: int) -> None:
    assert api.get(f"{ROUTE}?{query}").status_code == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"old": {"version": "1"}, "new": {"release": "2"}}, "release"),
        ({"old": "1"}, "must be an object"),
        ({"old": {"version": 1}}, "old.version"),
        ({"new": {"version": "1"}, "contract": contract(described("id"))}, "together with contract"),
        ({"old": {"version": "1"}, "contract": {"files": []}}, "at least one file"),
        ({"old": {"version": "1"}, "contract": contract({"hello": "world"})}, "does not look like any format"),
        ({"old": {"version": "1"}, "contract": contract({"hello": "world"}, format="openapi")}, "can't be compared"),
        ({"old": {"version": "1"}, "contract": contract({"a": "b"}, format="json-schema")}, "of one format"),
        ({"old": {"version": "1"}, "environments": "all"}, "must be a list"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(api: TestClient, given: Given, body: dict[str, Any], words: str) -> None:
    answer = api.post(ROUTE, json=body)

    assert answer.status_code == 400
    assert words in answer.text


def test_a_document_that_was_removed_meanwhile_takes_nothing_down(api: TestClient, given: Given) -> None:
    before = api.get(f"{ROUTE}?oldVersion=1&newVersion=2").content
    assert api.delete("/api/v1/pacticipants/Bar/versions/2/provider-contracts/openapi").status_code == 204
    assert api.get(f"{ROUTE}?oldVersion=1&newVersion=2").status_code == 404
    published(api, "2", described("id"))
    assert api.get(f"{ROUTE}?oldVersion=1&newVersion=2").content == before
