"""Kill -9 of the hub while schemas are registered: no id that was told is lost or means another, none is skipped."""

import json
import random
import threading
from http.client import HTTPException
from urllib.parse import quote

import pytest
from sqlalchemy import text

from contracthub.storage.engine import open_database
from tests.faults.hub_process import Caller, HubProcess, serving

WRITERS = 4
SUBJECTS = 5
BASE = "/schema-registry"


def schema_of(number: int) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": [{"name": f"f{number}", "type": "int"}]})


class Writers:
    """Register schemas one after the other, each writer in its own order, until the hub is gone."""

    def __init__(self, told: dict[int, int], chance: random.Random, numbers: list[int]) -> None:
        self.told = told
        self.wrong: list[str] = []
        self.enough = threading.Event()
        self._wanted = chance.randrange(5, 40)
        self._orders = [chance.sample(numbers, len(numbers)) for _ in range(WRITERS)]

    def run(self, hub: HubProcess) -> None:
        """Returns when the hub was killed in the middle and every writer has noticed."""
        threads = [threading.Thread(target=self._write, args=(hub, order)) for order in self._orders]
        for thread in threads:
            thread.start()
        self.enough.wait(60)
        hub.kill()
        for thread in threads:
            thread.join(60)

    def _write(self, hub: HubProcess, order: list[int]) -> None:
        caller = Caller(hub.url)
        for done, number in enumerate(order):
            try:
                path = f"{BASE}/subjects/{quote(f's/{number % SUBJECTS}', safe='')}/versions"
                answer = caller.call("POST", path, {"schema": schema_of(number)})
            except (OSError, HTTPException):
                break
            given = answer.json.get("id")
            if answer.status != 200 or self.told.setdefault(number, given) != given:
                self.wrong.append(f"{number}: {answer.status} {answer.body!r}, and it was {self.told.get(number)}")
            if done >= self._wanted:
                self.enough.set()
        # Whoever is through with its schemas does not wait for a kill that nobody else causes.
        self.enough.set()
        caller.close()


def check_ids_survive(url: str, rounds: int, seed: int) -> int:
    """Kill the hub in each round, then ask a last one for all that was told; returns how many ids that were."""
    chance, told, each_round = random.Random(seed), dict[int, int](), 60
    for number in range(rounds):
        with serving(url) as hub:
            if not number:
                assert hub.ask("PUT", f"{BASE}/config", {"compatibility": "NONE"}).status == 200
            # Schemas of rounds before are among them: what was not told then may have been stored.
            numbers = [*range(max(0, (number - 1) * each_round), (number + 1) * each_round)]
            writers = Writers(told, chance, numbers)
            writers.run(hub)
            assert writers.wrong == []
            assert "Traceback" not in hub.said()
    with serving(url) as hub:
        for number, given in sorted(told.items()):
            assert json.loads(hub.ask("GET", f"{BASE}/schemas/ids/{given}").json["schema"]) == json.loads(
                schema_of(number)
            )
            subject = quote(f"s/{number % SUBJECTS}", safe="")
            found = hub.ask("POST", f"{BASE}/subjects/{subject}", {"schema": schema_of(number)}).json
            assert found["id"] == given
    check_rows(url)
    return len(told)


def check_rows(url: str) -> None:
    """Ids are 1 to n, and so are each subject's versions, whatever was cut off."""
    database = open_database(url)
    with database.reading() as connection:
        ids = list(connection.execute(text("SELECT number FROM registry_schema ORDER BY number")).scalars())
        versions = connection.execute(
            text(
                "SELECT s.highest_version, count(*), max(v.version) FROM registry_subject s"
                " JOIN registry_version v ON v.subject_id = s.id GROUP BY s.id, s.highest_version"
            )
        ).all()
    database.close()
    assert ids == [*range(1, len(ids) + 1)]
    assert versions
    assert all(highest == count == newest for highest, count, newest in versions)


def test_a_kill_loses_no_id(empty_url: str) -> None:
    assert check_ids_survive(empty_url, rounds=2, seed=3) > 10


@pytest.mark.faults
def test_thirty_kills_lose_no_id_on_sqlite(empty_sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, "30 kills on SQLite", check_ids_survive(empty_sqlite_url, rounds=30, seed=23))


@pytest.mark.faults
def test_thirty_kills_lose_no_id_on_postgresql(empty_postgresql_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, "30 kills on PostgreSQL", check_ids_survive(empty_postgresql_url, rounds=30, seed=29))


def report(capsys: pytest.CaptureFixture[str], what: str, ids: int) -> None:
    with capsys.disabled():
        print(f"\n{what}: {ids} ids were told, all mean what they meant, none was skipped")  # noqa: T201
