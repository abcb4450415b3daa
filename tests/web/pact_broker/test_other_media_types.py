"""Answers that are asked for by another type than JSON or HAL: the extended document, and tables as text."""

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given, pact

BASE = "http://hub.test"
PAIR = "/pacts/provider/Bar/consumer/Foo"
EXTENDED = {"Accept": "application/vnd.pactbrokerextended.v1+json"}
TEXT = {"Accept": "text/plain"}


@pytest.fixture
def given(api: TestClient) -> Given:
    made = Given(api)
    made.published("Foo", "1", {"Bar": 1}, branch="main", tags=("a/b", "old"))
    made.verified("Foo", "1", "Bar", "9")
    made.tag("Bar", "9", "prod")
    made.published("Foo", "2", {"Bar": 2}, tags=("old",))
    return made


def test_a_pact_with_its_content_apart(api: TestClient, given: Given) -> None:
    answer, plain = api.get(f"{PAIR}/version/1", headers=EXTENDED), api.get(f"{PAIR}/version/1").json()
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, EXTENDED["Accept"])
    assert sorted(body) == ["_embedded", "_links", "contract", "createdAt"]
    assert body["contract"] == {key: value for key, value in plain.items() if key not in {"_links", "createdAt"}}
    assert body["contract"]["consumer"] == pact("Foo", "Bar")["consumer"]
    assert (body["_links"], body["createdAt"]) == (plain["_links"], plain["createdAt"])
    links = {
        "self": {"title": "Tag", "name": "a/b", "href": f"{BASE}/pacticipants/Foo/versions/1/tags/a%2Fb"},
        "pb:latest-pact": {"name": "The latest pact with the tag a/b", "href": f"{BASE}{PAIR}/latest/a%2Fb"},
    }
    assert body["_embedded"] == {"tags": [{"name": "a/b", "latest": True, "_links": links}]}


def test_every_way_to_a_pact_has_it(api: TestClient, given: Given) -> None:
    plain = api.get(f"{PAIR}/version/1").json()["_links"]
    by_content = plain["pb:pact-version"]["href"]
    for path in (f"{PAIR}/latest", f"{PAIR}/latest/a%2Fb", f"{PAIR}/branch/main/latest", by_content):
        answer = api.get(path, headers=EXTENDED)
        assert (answer.status_code, next(iter(answer.json()))) == (200, "contract"), path
    put = api.put(f"{PAIR}/version/7", json=pact("Foo", "Bar", 7), headers=EXTENDED)
    assert (put.status_code, put.json()["_embedded"]) == (201, {"tags": []})


def test_a_result_with_the_tags_of_its_provider_version(api: TestClient, given: Given) -> None:
    path = f"{PAIR}/version/1/verification-results/latest"
    answer, plain = api.get(path, headers=EXTENDED), api.get(path).json()
    assert answer.headers["content-type"] == EXTENDED["Accept"]
    here = {"title": "Tag", "name": "prod", "href": f"{BASE}/pacticipants/Bar/versions/9/tags/prod"}
    tags = [{"name": "prod", "latest": True, "_links": {"self": here}}]
    assert answer.json() == plain | {"_embedded": {"tags": tags}}


def test_the_dashboard_as_text(api: TestClient, given: Given) -> None:
    answer = api.get("/dashboard", headers=TEXT)
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"
    lines = [[cell.strip() for cell in line.split("|")] for line in answer.text.splitlines()]
    assert lines[0] == ["CONSUMER_NAME", "C_VERSION", "C_TAGS", "PROVIDER_NAME", "P_VERSION", "P_TAGS", "SUCCESS"]
    assert {line[0].strip("-") for line in lines[1:2]} == {""}
    assert sorted(lines[2:]) == [
        ["Foo", "1", "a/b, old", "Bar", "9", "prod", "success"],
        ["Foo", "2", "old", "Bar", "", "", "stale"],
    ]
    assert len(api.get("/dashboard?size=1", headers=TEXT).text.splitlines()) == 3
    of_pair = api.get("/dashboard/provider/Bar/consumer/Foo", headers=TEXT)
    assert of_pair.text == answer.text


def test_the_matrix_as_text_has_a_line_below_its_headings(api: TestClient, given: Given) -> None:
    text = api.get("/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv", headers=TEXT).text
    headings, rule, row = text.splitlines()[:3]
    assert (headings.split()[0], set(rule), row.split()[0]) == ("CONSUMER", {"-", "|"}, "Foo")


def test_a_name_cannot_leave_its_cell(api: TestClient) -> None:
    Given(api).published("F\u202eoo|x", "1", {"Bar": 1})
    lines = api.get("/dashboard", headers=TEXT).text.splitlines()
    assert len(lines) == 3
    assert "\u202e" not in lines[2]


def test_what_is_not_offered_is_406(api: TestClient, given: Given) -> None:
    for path in ("/dashboard", f"{PAIR}/version/1", f"{PAIR}/version/1/verification-results/latest"):
        assert api.get(path, headers={"Accept": "image/png"}).status_code == 406
