"""Kill -9 of the hub in a stream of publishes: what was acknowledged stays, the rest is whole or absent."""

import random
import threading
from collections.abc import Iterable
from contextlib import closing

import pytest

from contracthub.storage.engine import open_database
from tests.faults.hub_process import Caller, serving
from tests.faults.publishing import Publish, Stream, check, check_soundness


def kill_again_and_again(url: str, rounds: int, seed: int) -> tuple[int, int]:
    """Run the rounds on one database; returns how many publishes were acknowledged, and how many versions there are."""
    chance, sent, versions = random.Random(seed), list[Publish](), 0
    database = open_database(url)
    for number in range(rounds):
        with serving(url) as hub:
            assert hub.ask("GET", "/").status == 200
            if number:
                # Healed by the hub itself, while it serves.
                versions = check(database, sent)
                check_soundness(database)
            stream = Stream(hub.url, seed, f"{number}")
            stream.start()
            stream.wait_for(chance.randrange(1, 60))
            # The moment itself: anywhere within a few requests.
            threading.Event().wait(chance.random() * 0.03)
            hub.kill()
            stream.join()
        sent += stream.sent
        refused = [each.status for each in stream.sent if each.status is not None and not each.is_acknowledged]
        assert refused == []
        assert stream.acknowledged()
    with serving(url) as hub:
        versions = check(database, sent)
        check_soundness(database)
        with closing(Caller(hub.url)) as caller:
            check_served(caller, random.Random(seed).sample(sent, min(len(sent), 50)))
    database.close()
    return sum(each.is_acknowledged for each in sent), versions


def check_served(caller: Caller, sent: Iterable[Publish]) -> None:
    """What was acknowledged is also told to those who ask the hub."""
    for each in sent:
        for provider in each.contents:
            path = f"/pacts/provider/{provider}/consumer/{each.consumer}/version/{each.number}"
            status = caller.call("GET", path).status
            assert status == 200 or (status == 404 and not each.is_acknowledged)


def test_three_kills_lose_nothing(empty_url: str) -> None:
    acknowledged, versions = kill_again_and_again(empty_url, rounds=3, seed=7)
    assert 3 <= acknowledged <= versions


@pytest.mark.faults
def test_twenty_kills_lose_nothing_on_sqlite(empty_sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, "20 kills on SQLite", *kill_again_and_again(empty_sqlite_url, rounds=20, seed=11))


@pytest.mark.faults
def test_ten_kills_lose_nothing_on_postgresql(empty_postgresql_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, "10 kills on PostgreSQL", *kill_again_and_again(empty_postgresql_url, rounds=10, seed=13))


def report(capsys: pytest.CaptureFixture[str], what: str, acknowledged: int, versions: int) -> None:
    assert 3 <= acknowledged <= versions
    with capsys.disabled():
        print(f"\n{what}: {acknowledged} publishes acknowledged, {versions} versions found, none lost")  # noqa: T201
