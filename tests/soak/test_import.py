"""Import of 10,000 versions from a second hub over HTTP: the time it takes, and the same answers after it."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.cli.main import run
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.faults.hub_process import serving
from tests.features.random_histories import comparable, long_history, questions

VERSIONS = 10_000
SAMPLE = 3_000
BATCH = 1_000

pytestmark = pytest.mark.soak


def take_in(hub: TestClient, records: list[dict[str, Any]]) -> None:
    body = b"".join(json.dumps(each).encode() + b"\n" for each in records)
    answer = hub.post("/api/v1/archive", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["conflicts"] == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ten_thousand_versions_answer_alike(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target_url = (
        f"sqlite:///{tmp_path}/target.sqlite3" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    )
    chance = random.Random(5)
    source = open_database(sqlite_url)
    with TestClient(create_app(DatabaseStorage(source)), base_url="http://hub.test") as there:
        fleet, records = long_history(chance, services=20, versions=VERSIONS)
        for start in range(0, len(records), BATCH):
            take_in(there, records[start : start + BATCH])
        with serving(sqlite_url) as one, serving(target_url) as other:
            began = time.monotonic()
            capsys.readouterr()
            code = run(["import", "pact-broker", one.url, "-b", other.url, "--output", "json"])
            seconds, report = time.monotonic() - began, json.loads(capsys.readouterr().out)
            began = time.monotonic()
            again = run(["import", "pact-broker", one.url, "-b", other.url, "--output", "json"])
            seconds_again, nothing = time.monotonic() - began, json.loads(capsys.readouterr().out)
        target = open_database(target_url)
        with TestClient(create_app(DatabaseStorage(target)), base_url="http://hub.test") as here:
            every = list(questions(fleet))
            asked = chance.sample(every, min(SAMPLE, len(every)))
            for question in asked:
                assert comparable(here.get(question).json()) == comparable(there.get(question).json()), question
        target.close()
    source.close()
    assert (code, again, report["problems"]) == (0, 0, [])
    assert {what for counts in nothing["records"].values() for what in counts} == {"unchanged"}
    with capsys.disabled():
        counts = {name: sum(done.values()) for name, done in report["records"].items()}
        print(f"\n{kind}: {counts} in {seconds:.0f} s with {report['requests']:,} requests;")  # noqa: T201
        print(f"again {seconds_again:.0f} s; {len(asked):,} of {len(every):,} questions alike")  # noqa: T201
