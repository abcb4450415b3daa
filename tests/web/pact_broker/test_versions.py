"""Versions over HTTP (pact-broker-api §6)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"
PATCH = {"Content-Type": "application/merge-patch+json"}


def links_of(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["_links"]
    return found


def numbers_in(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [each["number"] for each in answer.json()["_embedded"]["versions"]]


def test_put_creates_pacticipant_and_version(api: TestClient) -> None:
    answer = api.put("/pacticipants/Foo/versions/1", json={"buildUrl": "https://ci.example/1"})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    body = answer.json()
    assert (body["number"], body["buildUrl"]) == ("1", "https://ci.example/1")
    assert body["_embedded"] == {"branchVersions": [], "tags": []}
    assert api.get("/pacticipants/Foo").status_code == 200


def test_put_again_overwrites_and_an_absent_build_url_is_cleared(api: TestClient) -> None:
    api.put("/pacticipants/Foo/versions/1", json={"buildUrl": "https://ci.example/1"})
    answer = api.put("/pacticipants/Foo/versions/1", json={})
    assert answer.status_code == 200
    assert "buildUrl" not in answer.json()


def test_put_without_body_is_fine_but_needs_its_media_type(api: TestClient) -> None:
    there = "/pacticipants/Foo/versions/1"
    assert api.put(there, headers={"Content-Type": "application/json"}).status_code == 201
    assert api.put(there).status_code == 415
    assert api.put(there, json={}, headers=PATCH).status_code == 415
    assert api.patch(there, json={}).status_code == 415


def test_put_replaces_tags_only_when_they_are_given(api: TestClient) -> None:
    def tags_after(body: dict[str, Any]) -> list[str]:
        answer = api.put("/pacticipants/Foo/versions/1", json=body)
        return [tag["name"] for tag in answer.json()["_embedded"]["tags"]]

    assert tags_after({"tags": [{"name": "b"}, {"name": "a"}]}) == ["a", "b"]
    assert tags_after({}) == ["a", "b"]
    assert tags_after({"tags": [{"name": "c"}]}) == ["c"]
    assert tags_after({"tags": []}) == []


def test_patch_changes_what_is_given_and_null_clears(api: TestClient) -> None:
    there = "/pacticipants/Foo/versions/1"
    created = api.patch(there, json={"buildUrl": "https://ci.example/1", "tags": [{"name": "a"}]}, headers=PATCH)
    assert created.status_code == 201
    kept = api.patch(there, json={}, headers=PATCH)
    assert (kept.status_code, kept.json()["buildUrl"]) == (200, "https://ci.example/1")
    assert [tag["name"] for tag in kept.json()["_embedded"]["tags"]] == ["a"]
    assert "buildUrl" not in api.patch(there, json={"buildUrl": None}, headers=PATCH).json()


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"buildUrl": 1}, {"buildUrl": ["must be a string"]}),
        ({"buildUrl": "a\nb"}, {"buildUrl": ["cannot contain multiple lines"]}),
        ({"tags": "a"}, {"tags": ["must be an array"]}),
        ({"tags": [{"name": "a"}, {}, "x"]}, {"tags": ["name is missing (at index 1)", "must be a hash (at index 2)"]}),
        ({"tags": [{"name": " "}]}, {"tags": ["name cannot be blank (at index 0)"]}),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_created(
    api: TestClient, body: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = api.put("/pacticipants/Foo/versions/1", json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})
    assert api.get("/pacticipants/Foo").status_code == 404


def test_a_version_has_all_links(api: TestClient) -> None:
    api.put("/pacticipants/Foo%20Shop/versions/1%2F2", json={})
    links = links_of(api.get("/pacticipants/Foo%20Shop/versions/1%2F2"))
    here = f"{BASE}/pacticipants/Foo%20Shop/versions/1%2F2"
    assert links["self"] == {"title": "Version", "name": "1/2", "href": here}
    assert links["pb:pacticipant"]["href"] == f"{BASE}/pacticipants/Foo%20Shop"
    assert links["pb:tag"]["href"] == here + "/tags/{tag}"
    assert links["pb:tag"]["templated"] is True
    results = links["pb:latest-verification-results-where-pacticipant-is-consumer"]
    assert results["href"] == f"{BASE}/verification-results/consumer/Foo%20Shop/version/1%2F2/latest"
    assert [links[each] for each in ("pb:pact-versions", "pb:deployed-environments", "pb:released-environments")] == [
        [],
        [],
        [],
    ]
    assert links["curies"][0]["name"] == "pb"


def test_a_version_says_where_it_can_be_recorded_by_name_of_the_environment(api: TestClient) -> None:
    homes = api.get("/environments").json()["_embedded"]["environments"]
    links = links_of(api.put("/pacticipants/Foo/versions/1", json={}))
    for relation, kind in (("pb:record-deployment", "deployed"), ("pb:record-release", "released")):
        there = f"{BASE}/pacticipants/Foo/versions/1/{kind}-versions/environment"
        assert {each["name"]: each["href"] for each in links[relation]} == {
            home["name"]: f"{there}/{home['uuid']}" for home in homes
        }


def test_a_version_shows_its_branches_and_tags(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/feat%2Fx/versions/1", json={})
    api.put("/pacticipants/Foo/versions/1/tags/a%2Fb", json={})
    embedded = api.get("/pacticipants/Foo/versions/1").json()["_embedded"]
    here = f"{BASE}/pacticipants/Foo"
    (place,), (tag,) = embedded["branchVersions"], embedded["tags"]
    assert (place["name"], place["latest"]) == ("feat/x", True)
    assert place["_links"]["self"]["href"] == f"{here}/branches/feat%2Fx/versions/1"
    assert tag == {
        "name": "a/b",
        "_links": {"self": {"title": "Tag", "name": "a/b", "href": f"{here}/versions/1/tags/a%2Fb"}},
    }


def test_versions_are_listed_newest_first(api: TestClient) -> None:
    for number in ("2", "10", "1"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    api.put("/pacticipants/Foo/versions/2", json={})
    answer = api.get("/pacticipants/Foo/versions")
    assert numbers_in(answer) == ["1", "10", "2"]
    links = links_of(answer)
    assert [each["href"] for each in links["pb:versions"]] == [
        f"{BASE}/pacticipants/Foo/versions/{number}" for number in ("1", "10", "2")
    ]
    assert links["versions"] == links["pb:versions"]
    assert links["self"]["href"] == f"{BASE}/pacticipants/Foo/versions"
    assert links["pacticipant"]["href"] == links["pb:pacticipant"]["href"] == f"{BASE}/pacticipants/Foo"


def test_versions_are_paged_on_request(api: TestClient) -> None:
    for number in range(5):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    answer = api.get("/pacticipants/Foo/versions?size=2&page=2")
    assert numbers_in(answer) == ["2", "1"]
    assert answer.json()["page"] == {"number": 2, "size": 2, "totalElements": 5, "totalPages": 3}
    assert links_of(answer)["next"]["href"] == f"{BASE}/pacticipants/Foo/versions?size=2&page=3"
    assert links_of(answer)["previous"]["href"] == f"{BASE}/pacticipants/Foo/versions?size=2&page=1"
    assert "page" not in api.get("/pacticipants/Foo/versions").json()
    assert numbers_in(api.get("/pacticipants/Foo/versions?page=99")) == []
    for wrong in ("0", "-1", "x", "1.5", "", "٣"):
        assert api.get("/pacticipants/Foo/versions", params={"page": wrong}).status_code == 400


def test_the_latest_version_is_the_one_created_last(api: TestClient) -> None:
    for number in ("9", "1"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    api.put("/pacticipants/Foo/versions/9/tags/prod", json={})
    latest = api.get("/pacticipants/Foo/latest-version")
    assert latest.json()["number"] == "1"
    assert links_of(latest)["self"]["href"] == f"{BASE}/pacticipants/Foo/latest-version"
    assert api.get("/pacticipants/Foo/latest-version/prod").json()["number"] == "9"


def test_versions_with_a_tag(api: TestClient) -> None:
    for number in ("1", "2", "3"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    for number in ("3", "1"):
        api.put(f"/pacticipants/Foo/versions/{number}/tags/prod", json={})
    assert numbers_in(api.get("/pacticipants/Foo/tags/prod/versions")) == ["3", "1"]
    assert api.get("/pacticipants/Foo/tags/other/versions").status_code == 404


def test_versions_that_ever_lived_in_an_environment(api: TestClient) -> None:
    (home,) = api.get("/environments?name=test").json()["_embedded"]["environments"]
    for number in ("1", "2", "3", "4"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    there = f"environment/{home['uuid']}"
    for number in ("1", "2", "1"):
        api.post(f"/pacticipants/Foo/versions/{number}/deployed-versions/{there}", json={})
    api.post(f"/pacticipants/Foo/versions/3/released-versions/{there}", json={})
    found = api.get(f"/pacticipants/Foo/environments/{home['uuid']}/versions")
    assert numbers_in(found) == ["3", "2", "1"]
    assert numbers_in(api.get(f"/pacticipants/Foo/environments/{home['uuid']}/versions?size=1&page=3")) == ["1"]


@pytest.mark.parametrize(
    "path",
    [
        "/pacticipants/No/versions",
        "/pacticipants/No/versions/1",
        "/pacticipants/No/latest-version",
        "/pacticipants/No/latest-version/prod",
        "/pacticipants/No/tags/prod/versions",
        "/pacticipants/No/branches",
        "/pacticipants/No/branches/main",
        "/pacticipants/No/branches/main/versions",
        "/pacticipants/No/branches/main/versions/1",
        "/pacticipants/No/branches/main/latest-version",
        "/pacticipants/No/versions/1/tags/a",
    ],
)
def test_an_unknown_pacticipant_is_named(api: TestClient, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": "No pacticipant with name 'No' found"})


@pytest.mark.parametrize(
    "path", ["versions/1", "latest-version", "latest-version/prod", "environments/none/versions", "versions/1/tags/a"]
)
def test_what_is_missing_is_404(api: TestClient, path: str) -> None:
    api.post("/pacticipants", json={"name": "Foo"})
    assert api.get(f"/pacticipants/Foo/{path}").status_code == 404
