"""Pacticipants over HTTP (pact-broker-api §5)."""

from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"
HOSTILE = [
    "a/b",
    "a b",
    " padded ",
    "Ünïcødé 漢字 🦊",
    "e\u0301",
    "\u00e9",
    "it's",
    '"quoted"',
    "'; DROP TABLE pacticipant; --",
    "<script>alert(1)</script>",
    "%_\\",
    "100%25",
    "a?b#c&d=e",
    "{name}",
    "label",
    "\u202eevil",
    "null",
    "0",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_that_fits_a_line_is_kept_as_it_is(api: TestClient, name: str) -> None:
    answer = api.post("/pacticipants", json={"name": name})
    assert answer.status_code == 201
    # Misspelt, as clients of the Pact Broker get it (pact-broker-api §5).
    assert answer.headers["location"] == f"{BASE}/pacticpants/{quote(name, safe='')}"
    here = answer.json()["_links"]["self"]["href"]
    assert here == f"{BASE}/pacticipants/{quote(name, safe='')}"
    assert [each["name"] for each in api.get("/pacticipants").json()["_embedded"]["pacticipants"]] == [name]
    found = api.get("/pacticipants", params={"q": name}).json()["_embedded"]["pacticipants"]
    assert [each["name"] for each in found] == [name]
    assert api.get(here).json()["name"] == name


@pytest.mark.parametrize(
    "name", ["", " ", "a\nb", "a\u2028b", "a\u0000b", "a\tb", "\x1b[1m", ".", "..", "x" * 1025, 1, None, [], {}]
)
def test_what_is_no_name_is_refused(api: TestClient, name: object) -> None:
    answer = api.post("/pacticipants", json={"name": name})
    assert answer.status_code == 400
    assert api.get("/pacticipants").json()["_embedded"]["pacticipants"] == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": ["is missing"]}),
        ({"name": "Foo", "mainBranch": "a b"}, {"mainBranch": ["cannot contain spaces"]}),
        ({"name": "Foo", "displayName": " "}, {"displayName": ["cannot be blank"]}),
        ({"name": "Foo", "repositoryUrl": "a\nb"}, {"repositoryUrl": ["cannot contain multiple lines"]}),
        ({"name": "Foo", "repositoryName": 1}, {"repositoryName": ["must be a string"]}),
    ],
)
def test_wrong_fields_are_named(api: TestClient, body: dict[str, Any], errors: dict[str, list[str]]) -> None:
    answer = api.post("/pacticipants", json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"name": "a", "name": "b"}', b"[" * 10_000])
def test_a_body_that_is_no_object_is_refused(api: TestClient, content: bytes) -> None:
    answer = api.post("/pacticipants", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 60 + b"]" * 60])
def test_what_is_no_json_is_one_error_and_no_field(api: TestClient, content: bytes) -> None:
    answer = api.post("/pacticipants", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_problems_are_told_as_documents_when_asked_for(api: TestClient) -> None:
    answer = api.post("/pacticipants", json={}, headers={"Accept": "application/hal+json, application/problem+json"})
    assert answer.headers["content-type"] == "application/problem+json"
    error = {
        "type": "http://hub.test/problems/missing-body-property",
        "title": "Invalid body parameter",
        "detail": "is missing",
        "pointer": "/name",
    }
    assert answer.json() == {
        "type": "http://hub.test/problems/validation-error",
        "title": "Validation errors",
        "status": 400,
        "instance": "/",
        "errors": [error],
    }


def test_a_pacticipant_as_a_whole(api: TestClient) -> None:
    fields = {
        "name": "some-fooBar",
        "mainBranch": "main",
        "repositoryUrl": "https://git.example/foo",
        "repositoryName": "foo",
        "repositoryNamespace": "team",
    }
    body = api.post("/pacticipants", json=fields).json()
    assert {key: body[key] for key in fields} == fields
    assert body["displayName"] == "Some Foo Bar"
    assert "updatedAt" not in body
    links = body["_links"]
    assert links["pb:deployed-environments"] == []
    assert {key for key in links if key.startswith("pb:")} == {
        "pb:versions",
        "pb:branches",
        "pb:deployed-environments",
        "pb:version",
        "pb:version-tag",
        "pb:branch-version",
        "pb:label",
        "pb:can-i-deploy-badge",
        "pb:can-i-deploy-branch-to-environment-badge",
    }
    assert links["pb:version-tag"]["href"] == f"{BASE}/pacticipants/some-fooBar/versions/{{version}}/tags/{{tag}}"


def test_its_latest_version_is_shown(api: TestClient) -> None:
    for number in ("2", "1"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    embedded = api.get("/pacticipants/Foo").json()["_embedded"]
    assert embedded["latestVersion"]["number"] == embedded["latest-version"]["number"] == "1"
    assert embedded["latestVersion"]["_links"]["self"]["href"] == f"{BASE}/pacticipants/Foo/versions/1"


def test_post_of_what_exists_changes_nothing(api: TestClient) -> None:
    api.post("/pacticipants", json={"name": "Foo", "mainBranch": "main"})
    again = api.post("/pacticipants", json={"name": "Foo", "mainBranch": "other"})
    assert (again.status_code, again.json()["mainBranch"]) == (201, "main")


def test_patch_merges_or_creates_and_null_clears(api: TestClient) -> None:
    created = api.patch("/pacticipants/Foo", json={"mainBranch": "main"})
    assert created.status_code == 201
    assert created.headers["location"] == f"{BASE}/pacticipants/Foo"
    merged = api.patch("/pacticipants/Foo", json={"repositoryName": "foo"})
    assert (merged.status_code, merged.json()["mainBranch"]) == (200, "main")
    assert "mainBranch" not in api.patch("/pacticipants/Foo", json={"mainBranch": None}).json()


def test_put_replaces_and_creates_nothing(api: TestClient) -> None:
    assert api.put("/pacticipants/Foo", json={}).status_code == 404
    api.patch("/pacticipants/Foo", json={"mainBranch": "main", "displayName": "F"})
    body = api.put("/pacticipants/Foo", json={"repositoryName": "foo"}).json()
    assert (body["repositoryName"], body["displayName"]) == ("foo", "Foo")
    assert "mainBranch" not in body


def test_names_are_case_sensitive_and_listed_without_regard_to_case(api: TestClient) -> None:
    for name in ("b", "A", "a", "B"):
        api.post("/pacticipants", json={"name": name})
    body = api.get("/pacticipants").json()
    assert [each["name"].lower() for each in body["_embedded"]["pacticipants"]] == ["a", "a", "b", "b"]
    assert [each["name"] for each in body["pacticipants"]] == [
        each["name"] for each in body["_embedded"]["pacticipants"]
    ]
    assert api.get("/pacticipants/A").json()["name"] == "A"


def test_an_unknown_one_is_named(api: TestClient) -> None:
    answer = api.get("/pacticipants/No%22%3Cb%3E")
    assert (answer.status_code, answer.json()) == (404, {"error": "No pacticipant with name 'No\"<b>' found"})
