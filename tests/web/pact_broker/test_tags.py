"""Tags over HTTP, and what follows from them (pact-broker-api §6, §17)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app

BASE = "http://hub.test"
JSON = {"Content-Type": "application/json"}


def branches_of(api: TestClient, number: str) -> list[str]:
    body = api.get(f"/pacticipants/Foo/versions/{number}").json()
    return [each["name"] for each in body["_embedded"]["branchVersions"]]


def deployed_now(api: TestClient, environment: str) -> list[tuple[str, str]]:
    (home,) = api.get(f"/environments?name={environment}").json()["_embedded"]["environments"]
    body = api.get(f"/environments/{home['uuid']}/deployed-versions/currently-deployed").json()
    return [(each["_embedded"]["version"]["number"], each["uuid"]) for each in body["_embedded"]["deployedVersions"]]


def test_put_creates_what_is_missing(api: TestClient) -> None:
    answer = api.put("/pacticipants/Foo/versions/1/tags/feat%2Fx", json={})
    assert answer.status_code == 201
    body, here = answer.json(), f"{BASE}/pacticipants/Foo"
    assert set(body) == {"name", "createdAt", "_links"}
    assert body["name"] == "feat/x"
    assert body["_links"]["self"]["href"] == f"{here}/versions/1/tags/feat%2Fx"
    assert body["_links"]["version"]["href"] == f"{here}/versions/1"
    assert body["_links"]["pacticipant"]["href"] == here
    assert api.get("/pacticipants/Foo/versions/1/tags/feat%2Fx").json() == body


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"any": "thing"}'])
def test_put_again_is_200_whatever_the_body(api: TestClient, content: bytes) -> None:
    there = "/pacticipants/Foo/versions/1/tags/a"
    assert api.put(there, content=content, headers=JSON).status_code == 201
    assert api.put(there, content=content, headers=JSON).status_code == 200
    assert api.put(there).status_code == 415


def test_a_tag_that_the_version_has_not_is_404(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1/tags/a", json={})
    assert api.get("/pacticipants/Foo/versions/1/tags/b").status_code == 404
    assert api.get("/pacticipants/Foo/versions/2/tags/a").status_code == 404


def test_the_first_tag_is_taken_for_the_branch_and_later_ones_are_not(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1/tags/feat", json={})
    api.put("/pacticipants/Foo/versions/1/tags/other", json={})
    assert branches_of(api, "1") == ["feat"]


def test_a_version_with_a_branch_keeps_it(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/mine/versions/1", json={})
    api.put("/pacticipants/Foo/versions/1/tags/feat", json={})
    assert branches_of(api, "1") == ["mine"]


@pytest.mark.parametrize(("seconds", "expected"), [(10, ["feat"]), (10.001, [])])
def test_only_a_young_version_takes_its_tag_for_a_branch(
    database: Database, seconds: float, expected: list[str]
) -> None:
    now = [datetime(2026, 11, 20, 10, tzinfo=UTC)]
    app = create_app(DatabaseStorage(database), clock=lambda: now[0])
    with TestClient(app, base_url=BASE) as api:
        api.put("/pacticipants/Foo/versions/1", json={})
        now[0] += timedelta(seconds=seconds)
        api.put("/pacticipants/Foo/versions/1/tags/feat", json={})
        assert branches_of(api, "1") == expected


def test_a_tag_can_name_the_main_branch(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/feat/versions/1", json={})
    api.put("/pacticipants/Foo/versions/1/tags/master", json={})
    assert api.get("/pacticipants/Foo").json()["mainBranch"] == "master"


def test_a_tag_named_like_an_environment_records_a_deployment(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1/tags/test", json={})
    ((number, first),) = deployed_now(api, "test")
    assert number == "1"
    api.put("/pacticipants/Foo/versions/1/tags/test", json={})
    assert deployed_now(api, "test") == [("1", first)]
    api.put("/pacticipants/Foo/versions/2/tags/test", json={})
    ((number, _),) = deployed_now(api, "test")
    assert number == "2"
    assert deployed_now(api, "production") == []


def test_a_tag_that_is_there_already_deploys_as_well(api: TestClient) -> None:
    for number in ("1", "2"):
        api.put(f"/pacticipants/Foo/versions/{number}/tags/test", json={})
    assert api.put("/pacticipants/Foo/versions/1/tags/test", json={}).status_code == 200
    ((number, _),) = deployed_now(api, "test")
    assert number == "1"


def test_the_newest_version_with_a_tag_is_its_latest(api: TestClient) -> None:
    def found(number: str) -> Any:
        return api.get("/pacticipants/Foo/latest-version/prod").json()["number"]

    for number in ("1", "2"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    for number, latest in (("2", "2"), ("1", "2")):
        api.put(f"/pacticipants/Foo/versions/{number}/tags/prod", json={})
        assert found(number) == latest
