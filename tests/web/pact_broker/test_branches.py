"""Branches over HTTP (pact-broker-api §6)."""

import pytest
from starlette.testclient import TestClient

BASE = "http://hub.test"
JSON = {"Content-Type": "application/json"}


def head_of(api: TestClient, branch: str) -> str:
    number: str = api.get(f"/pacticipants/Foo/branches/{branch}/latest-version").json()["number"]
    return number


def test_put_creates_what_is_missing(api: TestClient) -> None:
    answer = api.put("/pacticipants/Foo/branches/feat%2Fx/versions/1", json={})
    assert answer.status_code == 201
    body, here = answer.json(), f"{BASE}/pacticipants/Foo"
    assert set(body) == {"createdAt", "_links"}
    assert set(body["_links"]) == {"self", "pb:branch", "pb:version"}
    assert body["_links"]["self"]["href"] == f"{here}/branches/feat%2Fx/versions/1"
    assert body["_links"]["pb:branch"]["href"] == f"{here}/branches/feat%2Fx"
    assert body["_links"]["pb:version"]["href"] == f"{here}/versions/1"
    assert api.get("/pacticipants/Foo/branches/feat%2Fx/versions/1").json() == body


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'"x"', b'{"any": "thing"}'])
def test_put_again_is_200_whatever_the_body(api: TestClient, content: bytes) -> None:
    there = "/pacticipants/Foo/branches/main/versions/1"
    assert api.put(there, content=content, headers=JSON).status_code == 201
    assert api.put(there, content=content, headers=JSON).status_code == 200
    assert api.put(there, content=content).status_code == 415


def test_the_head_is_the_version_that_was_added_last(api: TestClient) -> None:
    for number in ("1", "2", "3"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    for number in ("2", "1"):
        api.put(f"/pacticipants/Foo/branches/main/versions/{number}", json={})
    assert head_of(api, "main") == "1"


def test_adding_what_is_there_changes_nothing(api: TestClient) -> None:
    for number in ("1", "2", "1"):
        api.put(f"/pacticipants/Foo/branches/main/versions/{number}", json={})
    assert head_of(api, "main") == "2"


def test_a_version_can_be_on_several_branches(api: TestClient) -> None:
    for branch, number in (("main", "1"), ("feat", "1"), ("main", "2")):
        api.put(f"/pacticipants/Foo/branches/{branch}/versions/{number}", json={})
    places = api.get("/pacticipants/Foo/versions/1").json()["_embedded"]["branchVersions"]
    assert [(place["name"], place["latest"]) for place in places] == [("feat", True), ("main", False)]


def test_a_branch(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/main/versions/1", json={})
    body = api.get("/pacticipants/Foo/branches/main").json()
    assert body["name"] == "main"
    assert body["createdAt"].endswith("+00:00")
    here = f"{BASE}/pacticipants/Foo/branches/main"
    assert set(body["_links"]) == {"self", "pb:latest-version"}
    assert body["_links"]["self"]["href"] == here
    assert body["_links"]["pb:latest-version"]["href"] == f"{here}/latest-version"
    assert api.get("/pacticipants/Foo/branches/other").status_code == 404


def test_branches_are_listed_by_name_and_always_paged(api: TestClient) -> None:
    for branch in ("main", "feat%2Fb", "feat%2Fa", "100%25_x"):
        api.put(f"/pacticipants/Foo/branches/{branch}/versions/1", json={})
    answer = api.get("/pacticipants/Foo/branches").json()
    names = [each["name"] for each in answer["_embedded"]["branches"]]
    assert names == ["100%_x", "feat/a", "feat/b", "main"]
    assert [each["name"] for each in answer["_links"]["pb:branches"]] == names
    assert answer["page"] == {"number": 1, "size": 100, "totalElements": 4, "totalPages": 1}
    assert set(answer["_links"]) == {"self", "pb:branches"}
    assert answer["_links"]["self"]["href"] == f"{BASE}/pacticipants/Foo/branches"


@pytest.mark.parametrize(
    ("part", "expected"), [("FEAT", ["feat/a"]), ("%", ["100%_x"]), ("_", ["100%_x"]), ("'", []), ("zzz", [])]
)
def test_branches_are_found_by_part_of_their_name(api: TestClient, part: str, expected: list[str]) -> None:
    for branch in ("main", "feat%2Fa", "100%25_x"):
        api.put(f"/pacticipants/Foo/branches/{branch}/versions/1", json={})
    answer = api.get("/pacticipants/Foo/branches", params={"q": part}).json()
    assert [each["name"] for each in answer["_embedded"]["branches"]] == expected


def test_versions_of_a_branch_newest_first(api: TestClient) -> None:
    for number in ("1", "2", "3"):
        api.put(f"/pacticipants/Foo/versions/{number}", json={})
    for number in ("3", "1"):
        api.put(f"/pacticipants/Foo/branches/main/versions/{number}", json={})
    answer = api.get("/pacticipants/Foo/branches/main/versions").json()
    assert [each["number"] for each in answer["_embedded"]["versions"]] == ["3", "1"]
    assert answer["_links"]["self"]["href"] == f"{BASE}/pacticipants/Foo/branches/main/versions"


def test_a_version_that_is_not_on_the_branch_is_404(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/main/versions/1", json={})
    api.put("/pacticipants/Foo/versions/2", json={})
    assert api.get("/pacticipants/Foo/branches/main/versions/2").status_code == 404
    assert api.get("/pacticipants/Foo/branches/feat/versions/1").status_code == 404


def test_branches_of_pacticipants_are_apart(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/main/versions/1", json={})
    api.put("/pacticipants/Bar/branches/main/versions/2", json={})
    assert head_of(api, "main") == "1"


@pytest.mark.parametrize(
    "path", ["%20/branches/main/versions/1", "Foo/branches/%20/versions/1", "Foo/branches/a/versions/%20"]
)
def test_blank_names_are_refused(api: TestClient, path: str) -> None:
    answer = api.put(f"/pacticipants/{path}", json={})
    assert answer.status_code == 400
    (texts,) = answer.json()["errors"].values()
    assert texts == ["cannot be blank"]


@pytest.mark.parametrize("branch", ["main", "master", "develop"])
def test_the_main_branch_is_detected(api: TestClient, branch: str) -> None:
    api.put(f"/pacticipants/Foo/branches/{branch}/versions/1", json={})
    assert api.get("/pacticipants/Foo").json()["mainBranch"] == branch


def test_other_branches_and_known_main_branches_are_left_alone(api: TestClient) -> None:
    api.put("/pacticipants/Foo/branches/feat/versions/1", json={})
    assert "mainBranch" not in api.get("/pacticipants/Foo").json()
    api.post("/pacticipants", json={"name": "Bar", "mainBranch": "trunk"})
    api.put("/pacticipants/Bar/branches/main/versions/1", json={})
    assert api.get("/pacticipants/Bar").json()["mainBranch"] == "trunk"
