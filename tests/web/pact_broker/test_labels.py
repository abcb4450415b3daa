"""Labels over HTTP (pact-broker-api §5)."""

from starlette.testclient import TestClient

BASE = "http://hub.test"
THERE = "/pacticipants/Foo/labels/team%2Fa"


def test_put_creates_the_pacticipant_and_says_once_that_it_is_new(api: TestClient) -> None:
    answer = api.put(THERE, json={})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"name", "createdAt", "_links"}
    assert body["name"] == "team/a"
    assert body["_links"]["self"]["href"] == BASE + THERE
    assert body["_links"]["pacticipant"]["href"] == f"{BASE}/pacticipants/Foo"
    assert api.put(THERE, json={}).status_code == 200
    assert api.put(THERE).status_code == 415
    assert api.get(THERE).json() == body
    embedded = api.get("/pacticipants/Foo").json()["_embedded"]["labels"]
    assert [each["name"] for each in embedded] == ["team/a"]


def test_delete_takes_it_off(api: TestClient) -> None:
    api.put(THERE, json={})
    assert api.delete(THERE).status_code == 204
    assert api.get(THERE).status_code == 404
    assert api.delete(THERE).status_code == 404
    assert api.get("/pacticipants/Foo").status_code == 200


def test_a_label_of_nobody_is_404_by_name(api: TestClient) -> None:
    answer = api.get("/pacticipants/Nobody/labels/a")
    assert (answer.status_code, answer.json()) == (404, {"error": "No pacticipant with name 'Nobody' found"})


def test_a_blank_label_is_refused(api: TestClient) -> None:
    answer = api.put("/pacticipants/Foo/labels/%20", json={})
    assert (answer.status_code, answer.json()) == (400, {"errors": {"label": ["cannot be blank"]}})


def test_pacticipants_by_label_and_each_label_once(api: TestClient) -> None:
    for name in ("b", "A", "c"):
        api.put(f"/pacticipants/{name}/labels/team", json={})
    api.put("/pacticipants/c/labels/versions", json={})
    assert api.get("/labels").json()["_embedded"] == {"labels": [{"name": "team"}, {"name": "versions"}]}
    body = api.get("/pacticipants/label/team").json()
    assert [each["name"] for each in body["_embedded"]["pacticipants"]] == ["A", "b", "c"]
    assert "pacticipants" not in body
    paged = api.get("/pacticipants/label/team?size=2&page=2").json()
    assert [each["name"] for each in paged["_embedded"]["pacticipants"]] == ["c"]
    assert paged["page"] == {"number": 2, "size": 2, "totalElements": 3, "totalPages": 2}
    # A label may be called as a part of a pacticipant is.
    named = api.get("/pacticipants/label/versions").json()["_embedded"]["pacticipants"]
    assert [each["name"] for each in named] == ["c"]
    assert api.get("/pacticipants/label/none").json()["_embedded"]["pacticipants"] == []


def test_all_labels_are_paged_on_request(api: TestClient) -> None:
    for pacticipant, label in (("Foo", "a"), ("Foo", "b"), ("Foo", "c"), ("Bar", "a")):
        api.put(f"/pacticipants/{pacticipant}/labels/{label}", json={})
    body = api.get("/labels?size=2&page=2").json()
    assert body["_embedded"]["labels"] == [{"name": "c"}]
    assert body["page"] == {"number": 2, "size": 2, "totalElements": 3, "totalPages": 2}
    assert body["_links"]["previous"]["href"] == f"{BASE}/labels?size=2&page=1"
    assert "page" not in api.get("/labels").json()
    refused = api.get("/labels?page=0")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"page"})
