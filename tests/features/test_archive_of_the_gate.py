"""Waivers and gate policies move between hubs with everything else, and mean the same there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.test_archive import exported, lines, take_in
from tests.web.api.test_gate_policies import ALL as POLICIES
from tests.web.api.test_gate_policies import BOTH, REPLAYED
from tests.web.api.test_waivers import ALL as WAIVERS
from tests.web.api.test_waivers import SCOPE, day, waiver


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


@pytest.fixture
def given(api: TestClient, app: FastAPI) -> Given:
    """A hub with policies for the workspace and for production, and a waiver in every state."""
    known = Given(api)
    for name in ("Foo", "Bar"):
        known.call("POST", "/pacticipants", {"name": name}, status=(201,))
    known.call("PUT", POLICIES, {"accepts": [REPLAYED]}, status=(201,))
    known.call("PUT", f"{POLICIES}/production", {"accepts": [REPLAYED, BOTH]}, status=(201,))
    past = datetime.now(UTC) - timedelta(days=40)
    app.state.clock = lambda: past
    known.call("POST", WAIVERS, waiver(until=day(-20)), status=(201,))
    app.state.clock = lambda: datetime.now(UTC)
    known.call("POST", WAIVERS, waiver(**SCOPE), status=(201,))
    number = known.call("POST", WAIVERS, waiver(consumer=None, rule="r"), status=(201,))["number"]
    api.delete(f"{WAIVERS}/{number}?by=Bob")
    return known


def told(given: Given) -> list[dict[str, Any]]:
    """All waivers, without the numbers that a hub gives."""
    listed = given.get(WAIVERS)["waivers"]
    return [{name: value for name, value in each.items() if name not in {"number", "_links"}} for each in listed]


def test_everything_is_the_same_in_the_other_hub(given: Given, api: TestClient, other: TestClient) -> None:
    records = exported(api)[1:-1]
    done = take_in(other, records)
    assert (done["waiver"], done["gatePolicy"]) == ({"created": 3}, {"created": 2})
    again = take_in(other, records)
    assert (again["waiver"], again["gatePolicy"]) == ({"unchanged": 3}, {"unchanged": 2})
    there = Given(other)
    for path in (POLICIES, f"{POLICIES}/production", f"{POLICIES}/test"):
        assert there.get(path) == given.get(path)
    assert told(there) == told(given)
    assert {each["state"] for each in told(there)} == {"valid", "expired", "withdrawn"}
    kinds = {"waiver", "gatePolicy"}
    assert [each for each in exported(other) if each["type"] in kinds] == [
        each for each in records if each["type"] in kinds
    ]


def test_what_was_taken_back_there_is_taken_back_here(given: Given, api: TestClient, other: TestClient) -> None:
    take_in(other, exported(api)[1:-1])
    valid = given.get(f"{WAIVERS}?state=valid")["waivers"][0]["number"]
    api.delete(f"{WAIVERS}/{valid}?by=Bob")
    assert take_in(other, exported(api)[1:-1])["waiver"] == {"unchanged": 2, "updated": 1}
    assert told(Given(other)) == told(given)
    assert Given(other).get(f"{WAIVERS}?state=valid")["waivers"] == []


def refused(other: TestClient, records: list[Any]) -> str:
    answer = other.post("/api/v1/archive", content=lines(records), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    return " ".join(each["text"] for each in answer.json()["conflicts"])


def test_what_is_said_here_stays_and_is_told(given: Given, api: TestClient, other: TestClient) -> None:
    assert given is not None
    there = Given(other)
    there.call("PUT", POLICIES, {"accepts": [BOTH]}, status=(201,))
    assert "The gate policy of the workspace is another one here, which stays." in refused(other, exported(api)[1:-1])
    assert there.get(POLICIES)["accepts"] == [BOTH]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"consumer": None, "consumerVersion": None, "rule": None, "path": None}, "everything at once"),
        ({"until": day(400)}, "more than 366 days ahead"),
    ],
)
def test_what_nobody_could_ask_for_is_not_taken_in(
    given: Given, api: TestClient, other: TestClient, more: dict[str, Any], text: str
) -> None:
    assert given is not None
    records = [each | more if each["type"] == "waiver" else each for each in exported(api)[1:-1]]
    assert text in refused(other, records)
    assert Given(other).get(WAIVERS)["waivers"] == []


def test_a_policy_of_an_environment_that_is_not_there(given: Given, api: TestClient, other: TestClient) -> None:
    assert given is not None
    policies = [each | {"environment": "moon"} for each in exported(api) if each["type"] == "gatePolicy"]
    assert "There is no environment moon here" in refused(other, policies[:1])


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("waiver", {"until": "soon"}),
        ("waiver", {"by": ""}),
        ("waiver", {"contract": "promise"}),
        ("waiver", {"createdAt": None}),
        ("gatePolicy", {"accepts": [{"evidence": ["guessed"]}]}),
        ("gatePolicy", {"accepts": [{"evidence": []}]}),
        ("gatePolicy", {"accepts": []}),
        ("gatePolicy", {"accepts": [{"evidence": ["replayed"], "withinSeconds": 0}]}),
    ],
)
def test_records_that_are_none_write_nothing(
    given: Given, api: TestClient, other: TestClient, kind: str, more: dict[str, Any]
) -> None:
    assert given is not None
    records = [each | more if each["type"] == kind else each for each in exported(api)[1:-1]]
    answer = other.post("/api/v1/archive", content=lines(records), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 400
    assert other.get("/pacticipants/Bar").status_code == 404
