"""Paths with an extension, and names that only look as if they had one."""

import pytest
from starlette.testclient import TestClient

from tests.web.pact_broker.published import pact_path, published

PAIR = "/pacts/provider/Bar/consumer/Foo"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/pacts/latest.json", "application/hal+json"),
        ("/matrix/provider/Bar/latest/x/consumer/Foo/latest/y/badge.svg", "image/svg+xml"),
        (PAIR + "/latest/badge.svg", "image/svg+xml"),
        (PAIR + "/latest/v1.0/badge.svg?initials=true", "image/svg+xml"),
        (PAIR + "/latest.json", "application/hal+json"),
        ("/relationships.csv", "text/csv"),
        ("/groups/Foo.csv", "text/csv"),
    ],
)
def test_an_extension_asks_for_a_type(api: TestClient, path: str, media_type: str) -> None:
    published(api)
    answer = api.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize("name", ["1.0.json", "2.csv", "3.svg", "4.yaml", "latest.json"])
def test_a_name_keeps_its_dots(api: TestClient, name: str) -> None:
    published(api, name, branch=name, tags=[name])
    assert api.get(f"/pacticipants/Foo/versions/{name}").json()["number"] == name
    assert api.get(pact_path(name)).status_code == 200
    for list_ in ("tag", "branch"):
        entries = api.get(f"{PAIR}/{list_}/{name}").json()["_embedded"]["pacts"]
        assert [each["_embedded"]["consumerVersion"]["number"] for each in entries] == [name]


def test_a_type_that_is_not_offered(api: TestClient) -> None:
    assert api.get("/pacts/latest.csv").status_code == 406
    assert api.get("/nothing.json").status_code == 404
    assert api.put("/pacticipants/Foo/versions/1.json", json={}).json()["number"] == "1.json"


def test_what_nothing_is_called_has_an_extension(api: TestClient) -> None:
    published(api, "1.0", branch="main", tags=["dev"])
    for path in ("/pacticipants/Foo", "/pacticipants/Foo/versions/1.0", pact_path("1.0")):
        plain, extended = api.get(path), api.get(f"{path}.json", headers={"Accept": "text/html"})
        assert (extended.status_code, extended.headers["content-type"]) == (200, "application/hal+json;charset=utf-8")
        assert list(extended.json()) == list(plain.json()), path
    published(api, "1.0.json")
    assert api.get("/pacticipants/Foo/versions/1.0.json").json()["number"] == "1.0.json"
    missing = api.get("/pacticipants/Nobody.json")
    assert (missing.status_code, missing.json()) == (404, {"error": "No pacticipant with name 'Nobody' found"})
    for path in ("/pacticipants/.json", "/pacticipants/Nobody.csv"):
        assert api.get(path).status_code == 404
    assert api.delete("/pacticipants/Foo.json").status_code == 404
