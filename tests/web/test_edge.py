"""The outermost layer: what never reaches a resource, and names that do whatever they hold."""

import random
from typing import Never, cast
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from contracthub.services.ports import Storage
from contracthub.web.app import create_app

BASE = "http://hub.test"


def test_a_slash_in_a_name_is_part_of_the_name(api: TestClient) -> None:
    assert api.put("/pacticipants/a%2Fb/versions/1%2F2/tags/c%2Fd", json={}).status_code == 201
    assert api.get("/pacticipants/a%2Fb").json()["name"] == "a/b"
    assert api.get("/pacticipants/a/b").status_code == 404


def test_a_name_is_decoded_exactly_once(api: TestClient) -> None:
    assert api.patch("/pacticipants/100%2525", json={}).json()["name"] == "100%25"
    assert api.get("/pacticipants/100%25").status_code == 404
    assert api.patch("/pacticipants/a+b", json={}).json()["name"] == "a+b"


@pytest.mark.parametrize(
    "path", ["/pacticipants/%FF", "/pacticipants/%C3%28", "/pacticipants/%ED%A0%80", "/pacticipants/%C0%AF"]
)
def test_a_path_that_is_no_utf8_is_refused(api: TestClient, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/pacticipants//versions", "//pacticipants", "/pacticipants//"])
def test_an_empty_segment_is_404(api: TestClient, path: str) -> None:
    answer = api.get(BASE + path)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Empty path component found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("letter", ["%0A", "%0D", "%09", "%00", "%7F", "%1B"])
def test_a_control_character_in_the_path_is_422(api: TestClient, letter: str) -> None:
    answer = api.put(f"/pacticipants/Foo/versions/1{letter}2", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert api.get("/pacticipants/Foo").status_code == 404


def test_a_line_break_beyond_ascii_is_refused_by_the_name(api: TestClient) -> None:
    for letter in ("%E2%80%A8", "%C2%85"):
        answer = api.put(f"/pacticipants/Foo/versions/1{letter}2", json={})
        assert answer.status_code == 400
        assert answer.json()["errors"]["pacticipantVersionNumber"] == ["cannot contain multiple lines"]


def test_a_percent_sign_that_encodes_nothing_stands_for_itself(api: TestClient) -> None:
    assert api.get("/pacticipants/100%zz").status_code == 404


def test_a_trailing_slash_names_the_same_resource(api: TestClient) -> None:
    api.post("/pacticipants", json={"name": "Foo"})
    assert api.get("/pacticipants/Foo/").json()["name"] == "Foo"


def test_an_endless_address_is_414(api: TestClient) -> None:
    assert api.get("/pacticipants/" + "a" * 20_000).status_code == 414
    assert api.get("/pacticipants?q=" + "a" * 20_000).status_code == 414


def test_a_long_name_is_refused_in_words(api: TestClient) -> None:
    answer = api.patch("/pacticipants/" + "a" * 1025, json={})
    assert (answer.status_code, answer.json()) == (400, {"errors": {"name": ["cannot be longer than 1024 characters"]}})
    assert api.patch("/pacticipants/" + "a" * 1024, json={}).status_code == 201


@pytest.mark.parametrize("length", [1024, 683])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/pacticipants/p/versions/{}"),
        ("PUT", "/pacticipants/p/branches/{}/versions/1"),
        ("PUT", "/pacticipants/p/versions/1/tags/{}"),
        ("PUT", "/pacticipants/p/labels/{}"),
        ("PATCH", "/pacticipants/{}"),
        ("POST", "/environments"),
    ],
)
def test_letters_of_other_scripts_count_by_their_bytes(api: TestClient, method: str, path: str, length: int) -> None:
    api.put("/pacticipants/p/versions/1", json={})
    # What repeats itself would be compressed before it is put into an index.
    letters = random.Random(1)
    name = "".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(length))

    answer = api.request(method, path.format(quote(name)), json={"name": name, "production": False})
    assert answer.status_code == 400
    assert "cannot be longer than 2048 bytes in UTF-8" in str(answer.json()["errors"])
    answer = api.request(method, path.format(quote(name[:682])), json={"name": name[:682], "production": False})
    assert answer.status_code < 300


def test_what_is_not_there_is_told_as_the_pact_broker_does(api: TestClient) -> None:
    answer = api.get("/no/such/thing")
    assert answer.status_code == 404
    assert answer.json() == {"error": "The requested document was not found on this server."}


@pytest.mark.parametrize(
    "path", ["/no/such/thing", "/environments/none", "/deployed-versions/none", "/pacticipants/Foo/versions/1"]
)
def test_whatever_is_missing_is_told_in_the_same_words(api: TestClient, path: str) -> None:
    api.post("/pacticipants", json={"name": "Foo"})
    answer = api.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json;charset=utf-8")
    assert answer.json() == {"error": "The requested document was not found on this server."}
    problem = api.get(path, headers={"Accept": "application/hal+json, application/problem+json"})
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert {"title", "type", "detail", "status"} == problem.json().keys()


def test_another_method_is_405_and_names_the_right_ones(api: TestClient) -> None:
    answer = api.post("/pacticipants/Foo/versions/1", json={})
    assert answer.status_code == 405
    assert {"GET", "PATCH", "PUT", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert "POST" not in answer.headers["allow"]
    assert api.head("/pacticipants").status_code == 405


def test_options_tells_the_methods_of_a_resource(api: TestClient) -> None:
    answer = api.options("/pacticipants")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert api.options("/no/such/thing").status_code == 404


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "application/hal+json;q=0, text/plain"])
def test_what_is_only_offered_as_hal_is_406_for_others(api: TestClient, accept: str) -> None:
    assert api.get("/pacticipants", headers={"Accept": accept}).status_code == 406
    refused = api.post("/pacticipants", json={"name": "Foo"}, headers={"Accept": accept})
    assert refused.status_code == 406
    assert api.get("/pacticipants/Foo").status_code == 404


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "application/json;q=0.9, application/hal+json", "x/y, */*;q=0.1"]
)
def test_wildcards_and_weights_are_honoured(api: TestClient, accept: str) -> None:
    answer = api.get("/pacticipants", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/hal+json;charset=utf-8")


def test_an_accept_that_is_sent_twice_is_one_list(api: TestClient) -> None:
    twice = [("Accept", "application/json"), ("Accept", "application/hal+json")]
    assert api.get("/pacticipants", headers=twice).status_code == 200


def test_a_workspace_is_a_prefix_and_stays_in_the_links(api: TestClient) -> None:
    api.post("/w/default/pacticipants", json={"name": "Foo"})
    assert api.get("/pacticipants/Foo").json()["_links"]["self"]["href"] == f"{BASE}/pacticipants/Foo"
    there = api.get("/w/default/pacticipants/Foo")
    assert there.json()["_links"]["self"]["href"] == f"{BASE}/w/default/pacticipants/Foo"
    assert api.get("/w/none/pacticipants").status_code == 404


def test_every_answer_says_which_broker_it_speaks_like(api: TestClient) -> None:
    for path in ("/pacticipants", "/no/such/thing", "/pacticipants//x"):
        headers = api.get(path).headers
        assert headers["x-pact-broker-version"] == "2.120.0"
        assert headers["cache-control"] == "no-cache"
        assert headers["vary"] == "Accept"
        assert headers["x-content-type-options"] == "nosniff"


class BrokenStorage:
    """A fault of ours."""

    def reading(self, workspace: str) -> Never:
        raise RuntimeError(workspace)


@pytest.mark.parametrize("accept", ["*/*", "application/problem+json", "text/html"])
def test_an_unexpected_error_is_an_answer_like_every_other(accept: str) -> None:
    app = create_app(cast("Storage", BrokenStorage()))
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/pacticipants/Foo", headers={"Accept": accept})
    assert answer.status_code == 500
    assert answer.headers["x-pact-broker-version"] == "2.120.0"
    assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept", "no-cache")
    assert answer.headers["content-security-policy"]
    assert "RuntimeError" not in answer.text
