"""Who uses an element, and what is deprecated, through the API; on both databases."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.offers import file, request

AVRO = {
    "type": "record",
    "name": "Order",
    "fields": [{"name": "id", "type": "string"}, {"name": "note", "type": "string", "default": ""}],
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {"size": {"type": "integer"}, "colour": {"type": "string", "deprecated": True}},
}
SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Bar", "version": "1"},
    "paths": {
        "/things/{id}": {
            "get": {
                "deprecated": True,
                "x-sunset": "2020-01-31",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": ANSWER}}}},
            }
        },
        "/others": {"get": {"responses": {"200": {"description": ""}}}},
    },
}
SIZE, COLOUR = "GET /things/{id}#/size", "GET /things/{id}#/colour"


@pytest.fixture
def given(api: TestClient) -> Given:
    """Foo 1 reads the size of things, and lives in production; Bar offers size and colour."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main", example=7)
    given.deployed("Foo", "1", given.environment_uuid("production"))
    offers(api, SPEC)
    return given


def offers(api: TestClient, spec: dict[str, Any], version: str = "1") -> None:
    content = json.dumps(spec).encode()
    body = request(file("openapi.json", content), provider="Bar", version=version, branch="main")
    answer = api.post("/api/v1/provider-contracts", json=body)
    assert answer.status_code == 201, answer.text


def asked(given: Given, element: str, **more: Any) -> Any:
    query = urlencode({"element": element, **more}, doseq=True)
    return given.get(f"/api/v1/providers/Bar/element-readers?{query}")


def test_who_reads_is_told_with_place_and_proof(given: Given) -> None:
    answer = asked(given, SIZE)
    assert (answer["provider"], answer["elements"], answer["removable"]) == ("Bar", [SIZE], False)
    assert answer["environments"] == ["production", "test"]
    (reader,) = answer["readers"]
    assert (reader["consumer"], reader["version"], reader["environments"]) == ("Foo", "1", ["production"])
    assert (reader["kind"], reader["useCount"], reader["canDoWithout"]) == ("pact", 1, False)
    use = {"does": "reads", "interaction": "request 1", "operation": "GET /things/1", "place": "response body $.size"}
    assert reader["uses"] == [use]
    needed = given.get("/api/v1/providers/Bar/needs")["contracts"][0]
    assert reader["since"] == needed["publishedAt"]
    assert (answer["unknown"], answer["ignored"]) == ([], [])


def test_what_nobody_reads_may_go(given: Given) -> None:
    for element in (COLOUR, "GET /others"):
        answer = asked(given, element)
        assert (answer["removable"], answer["readers"], answer["unknown"]) == (True, [], [])


def test_only_those_count_who_live_where_it_is_asked(given: Given) -> None:
    assert asked(given, SIZE, environment="test")["removable"] is True
    assert asked(given, SIZE, environment=["test", "production"])["removable"] is False
    given.published("Foo", "2", {"Bar": 1}, branch="main")
    given.patch("/pacticipants/Foo", {"mainBranch": "main"})
    answer = asked(given, SIZE, environment="test", mainBranches="true")
    assert (answer["environments"], answer["removable"]) == (["test", "main branch"], True)
    given.published("Foo", "3", {"Bar": 1}, branch="main", example=7)
    answer = asked(given, SIZE, environment="test", mainBranches="true")
    assert [(each["version"], each["environments"]) for each in answer["readers"]] == [("3", ["main branch"])]


def test_who_has_said_nothing_keeps_the_question_open(given: Given) -> None:
    given.published("Baz", "1", {"Bar": 1}, example=7)
    given.version("Baz", "2")
    given.deployed("Baz", "2", given.environment_uuid("test"))
    silent = {"consumer": "Baz", "version": "2", "environments": ["test"], "why": "has published no contract with Bar"}
    answer = asked(given, COLOUR)
    assert (answer["removable"], answer["unknown"]) == (None, [silent])
    assert asked(given, SIZE)["removable"] is False
    answer = asked(given, COLOUR, ignoreSilent=["Baz", "Qux"])
    assert (answer["removable"], answer["unknown"], answer["ignored"]) == (True, [], [silent])


def test_what_no_document_describes_keeps_the_question_open(api: TestClient) -> None:
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, example=7)
    given.deployed("Foo", "1", given.environment_uuid("production"))
    assert asked(given, SIZE)["removable"] is False
    answer = asked(given, COLOUR)
    assert answer["removable"] is None
    (unknown,) = answer["unknown"]
    assert "no OpenAPI document of Bar" in unknown["why"]
    assert "consumer" not in unknown


def test_a_reader_with_a_default_reads_and_may_be_let_go(given: Given) -> None:
    schemas = [{"topic": "orders", "schema": json.dumps(AVRO), "provider": "Bar"}]
    body = {"consumer": "Qux", "version": "1", "branch": "main", "schemas": schemas}
    given.call("POST", "/api/v1/reader-schemas", body, status=(201,))
    given.deployed("Qux", "1", given.environment_uuid("production"))
    for element, can_do_without in (("orders#/note", True), ("orders#/id", False)):
        answer = asked(given, element)
        (reader,) = answer["readers"]
        assert (reader["kind"], reader["canDoWithout"], answer["removable"]) == ("reader-schema", can_do_without, False)
        assert asked(given, element, allowDefaults="true")["removable"] is can_do_without


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 400, "element"),
        ("element=", 400, "element"),
        ("element=GET+/thing/{id}", 400, "GET /things/{id}"),
        ("element=GET+/things/{id}%23/colr", 400, "GET /things/{id}#/colour"),
        ("element=GET+/others&environment=nowhere", 400, "nowhere"),
        ("element=GET+/others&mainBranches=perhaps", 400, "mainBranches"),
        ("element=GET+/others&allowDefaults=1", 400, "allowDefaults"),
        ("element=GET+/others&ignoreSilent=", 400, "ignoreSilent"),
        ("element=GET+/others&" + "&".join(f"ignoreSilent=a{number}" for number in range(101)), 400, "100 times"),
        ("element=" + "x" * 3000, 400, "2000"),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    api: TestClient, given: Given, query: str, status: int, told: str
) -> None:
    answer = api.get(f"/api/v1/providers/Bar/element-readers?{query}")
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert len(answer.text) < 2_000


def test_an_unknown_provider_is_not_found(api: TestClient) -> None:
    for what in ("element-readers?element=GET+/others", "deprecations"):
        assert api.get(f"/api/v1/providers/Nobody/{what}").status_code == 404


def test_what_is_deprecated_is_told_with_who_has_to_move(given: Given, api: TestClient) -> None:
    answer = given.get("/api/v1/providers/Bar/deprecations")
    assert (answer["documents"], answer["cut"]) == (["openapi of 1"], False)
    first, second = answer["deprecations"]
    assert (first["elements"], first["kind"], first["sunset"]) == (["GET /things/{id}"], "operation", "2020-01-31")
    assert first["overdue"]
    assert first["daysLeft"] < 0
    assert [each["consumer"] for each in first["readers"]] == ["Foo"]
    assert (second["elements"], second["sunset"], second["daysLeft"]) == (["GET /things/{id} 200#/colour"], None, None)
    assert (second["overdue"], second["readers"]) == (False, [])
    assert (
        second["place"] == "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema/properties/colour"
    )

    offers(api, SPEC | {"paths": {"/others": SPEC["paths"]["/others"]}}, "2")
    assert given.get("/api/v1/providers/Bar/deprecations")["deprecations"] == []
    assert len(given.get("/api/v1/providers/Bar/deprecations?version=1")["deprecations"]) == 2
    given.deployed("Bar", "1", given.environment_uuid("test"))
    answer = given.get("/api/v1/providers/Bar/deprecations?environment=test")
    assert (answer["environments"], len(answer["deprecations"])) == (["test"], 2)
    # Foo lives in production alone.
    assert answer["deprecations"][0]["readers"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("version=1&branch=main", 400),
        ("version=9", 404),
        ("branch=nowhere", 404),
        ("environment=nowhere", 400),
        ("environment=test", 404),
        ("version=", 400),
        ("mainBranches=x", 400),
    ],
)
def test_documents_that_do_not_exist(api: TestClient, given: Given, query: str, status: int) -> None:
    assert api.get(f"/api/v1/providers/Bar/deprecations?{query}").status_code == status


def test_many_documents_cost_no_more_than_they_may(api: TestClient, given: Given) -> None:
    for number in range(2, 53):
        offers(api, SPEC | {"info": {"title": f"Bar {number}", "version": "1"}}, str(number))
        given.released("Bar", str(number), given.environment_uuid("test"))
    answer = api.get(f"/api/v1/providers/Bar/element-readers?{urlencode({'element': SIZE})}")
    assert answer.status_code == 413
    assert "fewer environments" in answer.text
    assert asked(given, SIZE, environment="production")["removable"] is False
