"""POST /api/v1/plan on both databases: the answer, what is wrong with a question, and what it costs."""

import itertools
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from contracthub.domain.plan import MAX_VERSIONS
from contracthub.storage.engine import Database
from tests.features.given import Given


def planned(api: TestClient, *versions: tuple[str, str], environment: str = "production") -> Any:
    wanted = [{"pacticipant": name, "version": number} for name, number in versions]
    answer = api.post("/api/v1/plan", json={"environment": environment, "versions": wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(plan: Any) -> list[list[str]]:
    return [[each["pacticipant"] for each in step["versions"]] for step in plan["steps"]]


def test_together_apart_and_not_at_all(api: TestClient) -> None:
    given = Given(api)
    production = given.environment_uuid("production")
    given.published("Foo", "1", {"Bar": 1})
    given.published("Foo", "2", {"Bar": 2})
    given.verified("Foo", "1", "Bar", "1")
    for name in ("Foo", "Bar"):
        given.deployed(name, "1", production)
    given.verified("Foo", "2", "Bar", "2")
    together = planned(api, ("Foo", "2"), ("Bar", "2"))
    assert names(together) == [["Foo", "Bar"]]
    facts = {(each["first"], each["then"]): each["verdict"] for each in together["steps"][0]["because"]}
    assert facts == {("Bar", "Foo"): "NEVER_VERIFIED", ("Foo", "Bar"): "NEVER_VERIFIED"}
    given.verified("Foo", "1", "Bar", "2")
    assert names(planned(api, ("Foo", "2"), ("Bar", "2"))) == [["Bar"], ["Foo"]]
    given.verified("Foo", "2", "Bar", "2", success=False)
    blocked = planned(api, ("Foo", "2"), ("Bar", "2"))
    assert (blocked["possible"], blocked["steps"]) == (False, [])
    (verdict,) = [blocked["decision"]["verdicts"][place] for place in blocked["decision"]["blocking"]]
    assert (verdict["verdict"], verdict["evidence"]["success"]) == ("FAILED", False)
    unknown = planned(api, ("Foo", "2"), ("Bar", "9"))
    assert [each["verdict"] for each in unknown["decision"]["verdicts"]] == ["NOT_PUBLISHED"]


def test_another_instance_stays_and_has_a_say(api: TestClient) -> None:
    given = Given(api)
    production = given.environment_uuid("production")
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    given.version("Bar", "1")
    given.deployed("Bar", "1", production, "blue")
    wanted = [{"pacticipant": "Foo", "version": "1"}, {"pacticipant": "Bar", "version": "2"}]
    assert planned(api, ("Foo", "1"), ("Bar", "2"))["possible"] is False
    wanted[1]["applicationInstance"] = "blue"
    answer = api.post("/api/v1/plan", json={"environment": "production", "versions": wanted})
    assert names(answer.json()) == [["Bar"], ["Foo"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"environment": "production"},
        {"environment": "production", "versions": []},
        {"environment": "production", "versions": {"Foo": "1"}},
        {"environment": "production", "versions": ["Foo"]},
        {"environment": "production", "versions": [{"pacticipant": "Foo"}]},
        {"environment": "production", "versions": [{"pacticipant": "Foo", "version": 1}]},
        {"environment": "production", "versions": [{"pacticipant": "Nobody", "version": "1"}]},
        {"environment": "nowhere", "versions": [{"pacticipant": "Foo", "version": "1"}]},
        {"environment": "production", "versions": [{"pacticipant": "Foo", "version": "1"}] * 2},
        {"environment": "production", "versions": [{"pacticipant": "Foo", "version": "1"}] * (MAX_VERSIONS + 1)},
        {
            "environment": "production",
            "versions": [{"pacticipant": "Foo", "version": "1", "applicationInstance": ["blue"]}],
        },
    ],
)
def test_what_is_wrong_is_told(api: TestClient, body: object) -> None:
    Given(api).published("Foo", "1", {"Bar": 1})
    answer = api.post("/api/v1/plan", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_the_number_of_statements_does_not_grow_with_the_plan(api: TestClient, database: Database) -> None:
    given = Given(api)
    services = [f"s{number}" for number in range(8)]
    for consumer, provider in itertools.pairwise(services):
        given.published(consumer, "1", {provider: 1})
        given.verified(consumer, "1", provider, "1")
    counts = []
    for most in (3, 8):
        statements: list[str] = []

        def counted(*arguments: Any, statements: list[str] = statements) -> None:
            statements.append(arguments[2])

        event.listen(database.engine, "before_cursor_execute", counted)
        plan = planned(api, *((name, "1") for name in services[-most:]))
        event.remove(database.engine, "before_cursor_execute", counted)
        assert len(plan["steps"]) == most
        counts.append(len(statements))
    assert counts[0] == counts[1]
