"""Integrations, groups, relationships, diagnostics and documentation over HTTP (pact-broker-api §4, §16)."""

import csv
import io

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

BASE = "http://hub.test"
HAL = {"Accept": "application/hal+json"}


@pytest.fixture
def given(api: TestClient) -> Given:
    """Two that hang together: web → orders → stock; and a pair of its own."""
    made = Given(api)
    made.published("web", "1", {"orders": 1, "Stock": 2})
    made.published("orders", "1", {"Stock": 1})
    made.published('o"d{d', "1", {"some one": 1})
    return made


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_integrations_by_name(api: TestClient, given: Given) -> None:
    body = api.get("/integrations", headers=HAL).json()
    pairs = [(each["consumer"]["name"], each["provider"]["name"]) for each in body["_embedded"]["integrations"]]
    assert pairs == [('o"d{d', "some one"), ("orders", "Stock"), ("web", "orders"), ("web", "Stock")]
    links = body["_embedded"]["integrations"][1]["_links"]
    assert links["pb:dashboard"]["href"] == f"{BASE}/dashboard/provider/Stock/consumer/orders"
    assert links["pb:delete_integration"]["href"] == f"{BASE}/integrations/provider/Stock/consumer/orders"
    assert links["pb:group"]["href"] == f"{BASE}/pacticipants/orders"
    assert api.get(links["pb:matrix"]["href"], headers=HAL).status_code == 200


def test_integrations_by_part_of_a_name_and_by_page(api: TestClient, given: Given) -> None:
    body = api.get("/integrations?q=STOCK", headers=HAL).json()
    assert [each["consumer"]["name"] for each in body["_embedded"]["integrations"]] == ["orders", "web"]
    paged = api.get("/integrations?size=3&page=2", headers=HAL).json()
    assert paged["page"]["totalElements"] == 4
    assert len(paged["_embedded"]["integrations"]) == 1
    assert "previous" in paged["_links"]
    assert api.get("/integrations?size=x", headers=HAL).status_code == 400


def test_integrations_are_a_graph_unless_hal_is_asked_for(api: TestClient, given: Given) -> None:
    answer = api.get("/integrations")
    assert answer.headers["content-type"].startswith("text/vnd.graphviz")
    assert answer.text.startswith("digraph {")
    assert "\n  web -> orders\n" in answer.text
    assert '\n  "o\\"d{d" -> some_one\n' in answer.text
    assert answer.text.endswith("\n}\n")
    assert api.get("/integrations", headers={"Accept": "image/png"}).status_code == 406


def test_a_group_is_all_that_is_connected(api: TestClient, given: Given) -> None:
    answer = api.get("/groups/Stock")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = table(answer.text)
    assert [row[1:6] for row in rows] == [
        ["orders", "1", "1", "0", "1"],
        ["Stock", "1", "1", "0", "2"],
        ["web", "1", "1", "0", "3"],
    ]
    ids = {row[1]: row[0] for row in rows}
    assert [row[6:] for row in rows] == [[ids["Stock"], "0"], ["0", "0"], [ids["orders"], ids["Stock"]]]
    assert api.get("/groups/nobody").json() == {"error": "No pacticipant with name 'nobody' found"}


def test_a_pacticipant_alone_is_its_own_group(api: TestClient, given: Given) -> None:
    given.version("lonely", "1")
    assert [row[1:] for row in table(api.get("/groups/lonely").text)] == [["lonely", "1", "1", "0", "1"]]


def test_relationships_are_those_of_all(api: TestClient, given: Given) -> None:
    assert {row[1] for row in table(api.get("/relationships").text)} == {"web", "orders", "Stock", 'o"d{d', "some one"}


def test_heartbeat_and_dependencies(api: TestClient) -> None:
    answer = api.get("/diagnostic/status/heartbeat")
    links = {"self": {"href": f"{BASE}/diagnostic/status/heartbeat"}}
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "_links": links})
    found = api.get("/diagnostic/status/dependencies")
    assert (found.status_code, found.json()["database"]) == (200, {"ok": True})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_test_error_is_told_as_any_other(api: TestClient, method: str) -> None:
    answer = api.request(method, "/test/error")
    assert answer.status_code == 500
    assert set(answer.json()["error"]) == {"message", "reference"}
    assert "test error" not in answer.text


def test_every_relation_of_the_index_has_a_page(api: TestClient) -> None:
    links = api.get("/").json()["_links"]
    (pb,) = [each for each in links["curies"] if each["name"] == "pb"]
    for relation in ("publish-contracts", "pacticipant-version", "no-such-relation"):
        answer = api.get(pb["href"].replace("{rel}", relation))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert relation in answer.text


def test_a_page_about_a_relation_shows_text_as_text(api: TestClient) -> None:
    text = api.get("/doc/%3Cscript%3Ex?context=%3Cimg%20src=x%3E").text
    assert "&lt;script&gt;x" in text
    assert "<img src=x" not in text
    assert "<script>x" not in text
