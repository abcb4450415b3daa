"""Approvals and findings move between hubs with everything else, and what runs are told afterwards is the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.test_archive import exported, lines, take_in
from tests.web.api.test_approvals import ALL as APPROVALS
from tests.web.api.test_approvals import ONE, OTHER, terms
from tests.web.api.test_findings import ALL, Provider, finding, today

OPERATIONS = [f"GET /{index}" for index in range(4)]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


@pytest.fixture
def orders(api: TestClient) -> Provider:
    """A provider with a finding in every state, one of a branch, and two approvals."""
    provider = Provider(Given(api))
    new, accepted, fixed, back = (finding(each) for each in OPERATIONS)
    provider.run("1", new, accepted, fixed, back, operations=OPERATIONS)
    provider.run("2", new, accepted, operations=OPERATIONS)
    provider.run("3", new, accepted, back, operations=OPERATIONS)
    provider.run("4", finding("GET /branch"), branch="feature", operations=["GET /branch"])
    provider.accept(2)
    for each in (ONE, OTHER):
        provider.given.call("PUT", f"{APPROVALS}/{each}", terms(message="total is gone"), status=(201,))
    return provider


def of_kinds(records: list[Any]) -> list[Any]:
    return [each for each in records if each["type"] in {"approval", "finding"}]


def test_everything_is_the_same_in_the_other_hub(orders: Provider, api: TestClient, other: TestClient) -> None:
    records = exported(api)[1:-1]
    done = take_in(other, records)
    assert (done["approval"], done["finding"]) == ({"created": 2}, {"created": 5})
    again = take_in(other, records)
    assert (again["approval"], again["finding"]) == ({"unchanged": 2}, {"unchanged": 5})
    there = Given(other)
    for path in (ALL, *(f"{ALL}/{number}" for number in range(1, 6)), APPROVALS):
        assert there.get(path) == orders.given.get(path), path
    assert of_kinds(exported(other)[1:-1]) == of_kinds(records)


def test_runs_are_told_the_same_afterwards(orders: Provider, api: TestClient, other: TestClient) -> None:
    take_in(other, exported(api)[1:-1])
    seen = [finding(each) for each in (*OPERATIONS, "GET /another")]
    answers = []
    for client in (api, other):
        provider = Provider(Given(client))
        old = provider.run("2", operations=OPERATIONS)["fixed"]
        told = provider.run("9", *seen, operations=OPERATIONS)["findings"]
        answers.append((old, [(each["number"], each["state"]) for each in told]))
    assert answers[0] == answers[1]
    assert answers[0][1] == [(1, "new"), (2, "accepted"), (3, "came-back"), (4, "came-back"), (6, "new")]
    assert orders is not None


def test_what_is_there_stays_and_is_told(orders: Provider, api: TestClient, other: TestClient) -> None:
    assert orders is not None
    there = Provider(Given(other))
    there.run("1", finding("GET /elsewhere"), finding(OPERATIONS[1]), operations=[])
    there.given.call("PUT", f"{APPROVALS}/{ONE}", terms(by="Bob"), status=(201,))
    answer = other.post(
        "/api/v1/archive", content=lines(exported(api)[1:-1]), headers={"Content-Type": "application/x-ndjson"}
    ).json()
    told = " ".join(each["text"] for each in answer["conflicts"])
    assert f"Bob lets the change {ONE} of Orders pass until {today(30)} here, which stays." in told
    assert "Finding 1 of Orders is another one here, which stays." in told
    assert "Finding 2 of Orders is number 2 and new here, which stays." in told
    assert there.given.get(f"{ALL}/1")["operation"] == "GET /elsewhere"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("approval", {"until": "soon"}),
        ("approval", {"fingerprint": "x"}),
        ("approval", {"by": ""}),
        ("finding", {"state": "gone"}),
        ("finding", {"number": 0}),
        ("finding", {"lastSeenAt": None}),
        ("finding", {"history": [{"state": "new"}]}),
        ("finding", {"acceptedUntil": "2027-13-01"}),
    ],
)
def test_records_that_are_none_write_nothing(
    orders: Provider, api: TestClient, other: TestClient, kind: str, more: dict[str, Any]
) -> None:
    assert orders is not None
    records = [each | more if each["type"] == kind else each for each in exported(api)[1:-1]]
    answer = other.post("/api/v1/archive", content=lines(records), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 400
    assert other.get("/pacticipants/Orders").status_code == 404


@pytest.mark.parametrize("inside", ["{", "[]", json.dumps({"fingerprint": "x"}), json.dumps(finding(title=""))])
def test_a_finding_that_is_none_is_left_out_and_told(
    orders: Provider, api: TestClient, other: TestClient, inside: str
) -> None:
    assert orders is not None
    records = [each | {"finding": inside} if each.get("number") == 1 else each for each in exported(api)[1:-1]]
    answer = other.post("/api/v1/archive", content=lines(records), headers={"Content-Type": "application/x-ndjson"})
    (conflict,) = answer.json()["conflicts"]
    assert conflict["text"].startswith("Finding 1 of Orders can't be read here: ")
