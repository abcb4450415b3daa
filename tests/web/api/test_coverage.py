"""Coverage through the API: what is offered, needed, and shown to be there; on both databases."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.hostile import run_report
from tests.web.api.offers import file, request
from tests.web.api.test_element_readers import AVRO, COLOUR, SIZE, SPEC, offers

PATH = "/api/v1/providers/Bar/coverage"
OPERATION = "GET /things/{id}"


@pytest.fixture
def given(api: TestClient) -> Given:
    """Foo 1 reads the size of things, and lives in production; Bar 1 offers size, colour and others."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main", example=7)
    given.deployed("Foo", "1", given.environment_uuid("production"))
    offers(api, SPEC)
    return given


def covered(given: Given, **which: str) -> Any:
    return given.get(f"{PATH}?{urlencode(which)}" if which else PATH)


def part(answer: Any, element: str) -> dict[str, Any]:
    """The part of that name; ``[#/x]`` of every response is told with its status."""
    (found,) = [each for each in answer["parts"] if each["element"].replace(" 200#", "#") == element]
    assert isinstance(found, dict)
    return found


def totals(answer: Any) -> dict[str, tuple[int, int, int]]:
    return {each["kind"]: (each["count"], each["needed"], each["verified"]) for each in answer["totals"]}


def test_operations_and_fields_with_who_needs_them(given: Given) -> None:
    answer = covered(given)
    assert (answer["provider"], answer["environments"]) == ("Bar", ["production", "test"])
    assert part(answer, OPERATION)["consumers"] == ["Foo 1"]
    assert part(answer, SIZE)["consumers"] == ["Foo 1"]
    assert (part(answer, COLOUR)["consumers"], part(answer, "GET /others")["consumers"]) == ([], [])
    assert {kind: (count, needed) for kind, (count, needed, _) in totals(answer).items()} == {
        "operation": (2, 1),
        "field": (2, 1),
    }
    assert answer["neverReplayed"] == [
        {"consumer": "Foo", "version": "1", "kind": "pact", "interaction": "request 1", "providerVersion": "1"}
    ]
    assert (answer["unknown"], answer["cut"]) == ([], False)


def test_documents_that_fit_are_evidence_until_they_do_not(given: Given, api: TestClient) -> None:
    assert part(covered(given), SIZE)["evidence"] == ["compared"]
    assert covered(given)["percent"] == 100
    broken = json.loads(json.dumps(SPEC))
    schema = broken["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema["properties"]["size"] = {"type": "string"}
    offers(api, broken, version="2")
    answer = covered(given, version="2")
    assert part(answer, SIZE)["evidence"] == []
    assert (answer["percent"], totals(answer)["field"]) == (0, (2, 1, 0))


def test_a_replay_of_this_version_is_evidence_if_it_went_well(given: Given) -> None:
    results = [{"interactionDescription": "request 1", "success": True}]
    given.verified("Foo", "1", "Bar", "1", testResults=results)
    answer = covered(given)
    assert part(answer, SIZE)["evidence"] == ["replayed", "compared"]
    assert answer["neverReplayed"] == []
    given.verified("Foo", "1", "Bar", "1", success=False, testResults=[results[0] | {"success": False}])
    answer = covered(given)
    assert part(answer, OPERATION)["evidence"] == ["compared"]
    assert answer["neverReplayed"] == []


def test_a_result_without_detail_counts_for_the_whole(given: Given) -> None:
    given.verified("Foo", "1", "Bar", "1")
    assert part(covered(given), OPERATION)["evidence"] == ["replayed", "compared"]


def test_a_replay_of_another_version_is_no_evidence(given: Given, api: TestClient) -> None:
    given.verified("Foo", "1", "Bar", "1")
    offers(api, SPEC, version="2")
    answer = covered(given, version="2")
    assert part(answer, OPERATION)["evidence"] == ["compared"]
    assert len(answer["neverReplayed"]) == 1


def test_operations_that_the_fuzzer_found_nothing_wrong_with(given: Given) -> None:
    checks = [{"suite": "fuzz", "name": each, "operation": each, "status": "passed"} for each in (OPERATION, "GET /x")]
    checks.append({"suite": "fuzz", "name": "fault", "operation": "GET /others", "status": "failed"})
    run = {"suite": "fuzz", "checks": checks, "problems": [], "seconds": 1.0, "latencies": {}, "digests": []}
    report = run_report("1") | {"suites": [run]}
    given.call("POST", "/api/v1/providers/Bar/versions/1/evidence", report, status=(201,))
    answer = covered(given)
    assert part(answer, OPERATION)["evidence"] == ["compared", "fuzzed"]
    assert part(answer, "GET /others")["evidence"] == []


def test_topics_and_their_fields(given: Given, api: TestClient) -> None:
    content = json.dumps(AVRO).encode()
    body = request(
        file("order.avsc", content), provider="Bar", version="1", branch="main", name="order", subject="orders-value"
    )
    body["contract"] |= {"topic": "orders"}
    answer = api.post("/api/v1/provider-contracts", json=body)
    assert answer.status_code == 201, answer.text
    reader = json.dumps({**AVRO, "fields": AVRO["fields"][:1]})
    given.call(
        "POST",
        "/api/v1/reader-schemas",
        {"consumer": "Reader", "version": "3", "schemas": [{"topic": "orders", "schema": reader, "provider": "Bar"}]},
    )
    given.deployed("Reader", "3", given.environment_uuid("production"))
    found = covered(given)
    assert part(found, "orders")["kind"] == "channel"
    assert (part(found, "orders#/id")["consumers"], part(found, "orders#/id")["evidence"]) == (
        ["Reader 3"],
        ["compared"],
    )
    assert part(found, "orders#/note")["consumers"] == []


def test_fields_of_a_graphql_schema(given: Given, api: TestClient) -> None:
    sdl = b"type Query { thing(id: ID!): Thing other: Int } type Thing { size: Int colour: String }"
    body = request(file("schema.graphql", sdl, "application/graphql"), provider="Bar", version="1", branch="main")
    body["contract"] |= {"name": "graphql"}
    answer = api.post("/api/v1/provider-contracts", json=body)
    assert answer.status_code == 201, answer.text
    found = covered(given)
    assert {each["element"]: each["kind"] for each in found["parts"] if each["document"] == "graphql"} == {
        "Query.thing": "operation",
        "Query.other": "operation",
        "Thing.size": "field",
        "Thing.colour": "field",
    }


def test_who_lives_there_and_says_nothing_is_told(given: Given) -> None:
    given.published("Silent", "1", {"Bar": 3}, branch="main")
    given.version("Silent", "2", "main")
    given.deployed("Silent", "2", given.environment_uuid("production"))
    (unknown,) = covered(given)["unknown"]
    assert (unknown["consumer"], unknown["version"]) == ("Silent", "2")


def test_only_consumers_of_the_environment_that_is_asked_for(given: Given) -> None:
    given.deployed("Bar", "1", given.environment_uuid("test"))
    answer = covered(given, environment="test")
    assert (answer["environments"], part(answer, OPERATION)["consumers"], answer["percent"]) == (["test"], [], 100)
    assert part(covered(given, version="1"), OPERATION)["consumers"] == ["Foo 1"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("version=9", 404),
        ("branch=none", 404),
        ("environment=nowhere", 400),
        ("version=1&branch=main", 400),
        ("mainBranches=perhaps", 400),
    ],
)
def test_questions_that_have_no_answer(given: Given, query: str, status: int) -> None:
    given.call("GET", f"{PATH}?{query}", status=(status,))
    given.call("GET", "/api/v1/providers/Nobody/coverage", status=(404,))
