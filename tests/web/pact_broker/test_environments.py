"""Environments over HTTP (pact-broker-api §12)."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"


def create(api: TestClient, **fields: Any) -> dict[str, Any]:
    answer = api.post("/environments", json={"name": "staging", "production": False} | fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_fresh_hub_has_test_and_production(api: TestClient) -> None:
    body = api.get("/environments").json()
    found = body["_embedded"]["environments"]
    assert [(each["name"], each["displayName"], each["production"]) for each in found] == [
        ("production", "Production", True),
        ("test", "Test", False),
    ]
    assert body["_links"]["pb:environments"] == [
        {"title": each["displayName"], "name": each["name"], "href": f"{BASE}/environments/{each['uuid']}"}
        for each in found
    ]


def test_create_and_read_back(api: TestClient) -> None:
    contacts = [{"name": "Team", "details": {"emailAddress": "team@example.org", "pager": [1, None]}}]
    answer = api.post("/environments", json={"name": "us-east", "production": True, "contacts": contacts})
    assert answer.status_code == 201
    body = answer.json()
    here = f"{BASE}/environments/{UUID(body['uuid'])}"
    assert answer.headers["location"] == here
    assert (body["name"], body["displayName"], body["production"]) == ("us-east", "Us East", True)
    assert body["contacts"] == contacts
    assert body["_links"]["self"] == {"title": "Environment", "name": "us-east", "href": here}
    assert {name: each["href"] for name, each in body["_links"].items() if name.startswith("pb:")} == {
        "pb:currently-deployed-deployed-versions": f"{here}/deployed-versions/currently-deployed",
        "pb:currently-supported-released-versions": f"{here}/released-versions/currently-supported",
        "pb:environments": f"{BASE}/environments",
    }
    assert api.get(f"/environments/{body['uuid']}").json() == body


def test_the_hub_makes_the_uuid(api: TestClient) -> None:
    mine = "16926ef3-590f-4e3f-838e-719717aa88c9"
    assert create(api, uuid=mine)["uuid"] != mine


def test_what_has_no_value_is_absent(api: TestClient) -> None:
    assert not {"contacts", "updatedAt"} & set(create(api))


def test_environments_are_found_by_name(api: TestClient) -> None:
    found = api.get("/environments?name=test").json()["_embedded"]["environments"]
    assert [each["name"] for each in found] == ["test"]
    assert api.get("/environments?name=TEST").json()["_embedded"]["environments"] == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": ["is missing"], "production": ["is missing"]}),
        ({"name": "a b", "production": True}, {"name": ["cannot contain spaces"]}),
        ({"name": "a\nb", "production": True}, {"name": ["cannot contain multiple lines", "cannot contain spaces"]}),
        ({"name": "", "production": True}, {"name": ["cannot be blank"]}),
        ({"name": 1, "production": "yes"}, {"name": ["must be a string"], "production": ["must be boolean"]}),
        ({"name": "a", "production": 1}, {"production": ["must be boolean"]}),
        ({"name": "a", "production": True, "displayName": " "}, {"displayName": ["cannot be blank"]}),
        ({"name": "a", "production": True, "contacts": {}}, {"contacts": ["must be an array"]}),
        (
            {"name": "a", "production": True, "contacts": [{"name": "x"}, {}, 1, {"name": "x", "details": "y"}]},
            {
                "contacts": [
                    "name is missing (at index 1)",
                    "must be a hash (at index 2)",
                    "details must be a hash (at index 3)",
                ]
            },
        ),
        (
            {"name": "a", "production": True, "contacts": [{"name": "x", "details": {"id": [2**63]}}]},
            {"contacts": ["cannot hold an integer beyond 9223372036854775807 (at index 0)"]},
        ),
    ],
)
def test_wrong_fields_are_named(api: TestClient, body: dict[str, Any], errors: dict[str, list[str]]) -> None:
    answer = api.post("/environments", json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


def test_a_name_can_be_used_once(api: TestClient) -> None:
    taken = {"errors": {"name": ["name 'test' is already used by an existing environment."]}}
    answer = api.post("/environments", json={"name": "test", "production": False})
    assert (answer.status_code, answer.json()) == (400, taken)
    other = create(api)
    answer = api.put(f"/environments/{other['uuid']}", json={"name": "test", "production": False})
    assert (answer.status_code, answer.json()) == (400, taken)
    assert api.get(f"/environments/{other['uuid']}").json() == other


def test_put_replaces_all_fields(api: TestClient) -> None:
    made = create(api, displayName="My stage", contacts=[{"name": "Team"}])
    answer = api.put(f"/environments/{made['uuid']}", json={"name": "stage", "production": True})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["uuid"], body["name"], body["displayName"]) == (made["uuid"], "stage", "Stage")
    assert body["production"] is True
    assert "contacts" not in body


def test_put_keeping_the_name_is_fine(api: TestClient) -> None:
    made = create(api)
    assert api.put(f"/environments/{made['uuid']}", json={"name": "staging", "production": True}).status_code == 200


def test_delete_takes_deployments_and_releases_along(api: TestClient) -> None:
    made = create(api)
    api.put("/pacticipants/Foo/versions/1", json={})
    records = [
        api.post(f"/pacticipants/Foo/versions/1/{kind}-versions/environment/{made['uuid']}", json={}).json()
        for kind in ("deployed", "released")
    ]
    assert api.delete(f"/environments/{made['uuid']}").status_code == 204
    assert api.get(f"/environments/{made['uuid']}").status_code == 404
    for record in records:
        assert api.get(record["_links"]["self"]["href"].removeprefix(BASE)).status_code == 404
    assert api.get("/pacticipants/Foo/versions/1").json()["_links"]["pb:deployed-environments"] == []


@pytest.mark.parametrize("uuid", ["16926ef3-590f-4e3f-838e-719717aa88c9", "x", "%27%20OR%201=1--"])
def test_an_unknown_environment_is_404(api: TestClient, uuid: str) -> None:
    there = f"/environments/{uuid}"
    assert api.get(there).status_code == 404
    assert api.put(there, json={"name": "a", "production": True}).status_code == 404
    assert api.delete(there).status_code == 404
    assert api.get(f"{there}/deployed-versions/currently-deployed").status_code == 404
    assert api.get(f"{there}/released-versions/currently-supported").status_code == 404


def test_another_media_type_is_415(api: TestClient) -> None:
    assert api.post("/environments", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
