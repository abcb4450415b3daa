"""Run reports move between hubs with the archive, byte by byte, and are there once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.hostile import run_report
from tests.features.test_archive import NDJSON, exported, take_in

ALL = "/api/v1/providers/Bar/versions/9/evidence"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


def test_run_reports_are_the_same_in_the_other_hub(api: TestClient, other: TestClient) -> None:
    ours = Given(api)
    number = ours.call("POST", ALL, run_report("9"))["number"]
    records = exported(api)[1:-1]
    assert take_in(other, records)["evidence"] == {"created": 1}
    assert take_in(other, records)["evidence"] == {"unchanged": 1}
    (theirs,) = Given(other).get(ALL)["evidence"]
    (mine,) = ours.get(ALL)["evidence"]
    hidden = {"number", "_links"}
    assert {key: theirs[key] for key in theirs.keys() - hidden} == {key: mine[key] for key in mine.keys() - hidden}
    assert other.get(f"{ALL}/{theirs['number']}").content == api.get(f"{ALL}/{number}").content


def test_what_can_t_be_read_is_left_out_and_told(api: TestClient, other: TestClient) -> None:
    Given(api).call("POST", ALL, run_report("9"))
    records = exported(api)[1:-1]
    for record in records:
        if record["type"] == "evidence":
            record["document"] = "{}"
    body = b"".join(json.dumps(each).encode() + b"\n" for each in records)
    receipt = other.post("/api/v1/archive", content=body, headers=NDJSON).json()
    assert receipt["records"]["evidence"] == {"refused": 1}
    (conflict,) = receipt["conflicts"]
    assert "The evidence of Bar 9 can't be read here" in conflict["text"]
