"""A workspace moves between hubs as an archive: nothing is lost, and what is sent twice is there once."""

import hashlib
import json
import random
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
from tests.features.random_histories import comparable, make_fleet, questions

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite: a fleet goes from one kind of database to the other, and within one."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


def exported(api: TestClient) -> list[dict[str, Any]]:
    answer = api.get("/api/v1/archive")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.content.splitlines()]


def take_in(api: TestClient, records: list[dict[str, Any]], size: int = 100) -> dict[str, dict[str, int]]:
    """Send records in batches, and sum up what became of them."""
    done: dict[str, dict[str, int]] = {}
    for start in range(0, len(records), size):
        body = b"".join(json.dumps(each).encode() + b"\n" for each in records[start : start + size])
        answer = api.post("/api/v1/archive", content=body, headers=NDJSON)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        assert receipt["conflicts"] == []
        for kind, counts in receipt["records"].items():
            for what, count in counts.items():
                done.setdefault(kind, {}).setdefault(what, 0)
                done[kind][what] += count
    return done


def bare(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records alone; branches have no order among each other."""
    found = [each for each in records if each["type"] not in {"header", "end"}]
    branches = sorted((each for each in found if each["type"] == "branch"), key=json.dumps)
    return [branches.pop(0) if each["type"] == "branch" else each for each in found]


def test_the_last_line_holds_a_digest_of_the_others(api: TestClient) -> None:
    Given(api).published("Foo", "1", {"Bar": 1})
    *lines, end = api.get("/api/v1/archive").content.splitlines(keepends=True)

    last = json.loads(end)
    assert last == {"type": "end", "records": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    assert json.loads(lines[0])["format"] == "contracthub-archive"


def test_an_exported_fleet_answers_every_question_alike(api: TestClient, other: TestClient) -> None:
    fleet = make_fleet(Given(api), random.Random(1), services=4, versions=25)
    archive = bare(exported(api))

    take_in(other, archive)

    # The same archive comes out of it: nothing was lost, and nothing is in another order.
    assert bare(exported(other)) == archive
    for question in questions(fleet):
        ours, theirs = api.get(question), other.get(question)
        assert ours.status_code == theirs.status_code == 200
        assert comparable(theirs.json()) == comparable(ours.json()), question


def test_what_is_sent_twice_is_there_once(api: TestClient, other: TestClient) -> None:
    make_fleet(Given(api), random.Random(3), services=4, versions=30)
    archive = bare(exported(api))
    take_in(other, archive)

    again = take_in(other, archive, size=7)

    assert {what for counts in again.values() for what in counts} == {"unchanged"}
    assert bare(exported(other)) == archive


def test_a_history_that_went_on_is_brought_up_to_date(api: TestClient, other: TestClient) -> None:
    given = Given(api)
    fleet = make_fleet(given, random.Random(4), services=4, versions=25)
    take_in(other, bare(exported(api)))
    test = given.environment_uuid("test")
    given.published("service 0", "2.0", {"service 1": 9}, branch="main", tags=("dev",))
    given.version("service 1", "2.0", "main")
    given.verified("service 0", "2.0", "service 1", "2.0", success=False)
    given.verified("service 0", "2.0", "service 1", "2.0")
    given.deployed("service 0", "2.0", test)
    given.deployed("service 1", "2.0", test)
    given.version("service 0", fleet.numbers["service 0"][0], "late")
    for name in ("service 0", "service 1"):
        fleet.numbers[name].append("2.0")

    take_in(other, bare(exported(api)))

    for question in questions(fleet):
        assert comparable(other.get(question).json()) == comparable(api.get(question).json()), question
    heads = [other.get(f"/pacticipants/service%200/branches/{name}/latest-version").json() for name in ("main", "late")]
    assert [head["number"] for head in heads] == ["2.0", fleet.numbers["service 0"][0]]
