"""Kill -9 of the hub between events and their deliveries, and in the middle of deliveries: every event is delivered,
and a repeat can be told by its id.
"""

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contracthub.services.hub import utc_now
from contracthub.storage.engine import Database, open_database
from contracthub.storage.webhook_deliveries import triggered
from tests.faults.hub_process import ROOT, HubProcess, announced
from tests.faults.publishing import new_publish
from tests.outbound.receivers import Receiver, is_signed, receiving
from tests.services.webhook_rows import outcome_of, triggered_at, wait_for

EVENTS = 8


@contextmanager
def serving(database_url: str) -> Iterator[HubProcess]:
    command = [sys.executable, "-m", "tests.faults.webhook_hub", database_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield announced(process)
        finally:
            process.kill()


def let_leases_pass(database: Database) -> None:
    """What half a minute would do."""
    with database.writing() as connection:
        held = triggered.c.lease_until.is_not(None)
        connection.execute(triggered.update().where(held).values(lease_until=utc_now()))


def kill_in_the_middle(url: str, receiver: Receiver, rounds: int, seed: int) -> tuple[list[str], Database]:
    """Events in every round, of which the hub delivers some before it is killed."""
    chance, deliveries, database = random.Random(seed), list[str](), None
    for number in range(rounds):
        with serving(url) as hub:
            database = database or open_database(url)
            let_leases_pass(database)
            before = len(receiver.received)
            # Some receivers hang just then, so that the hub dies with deliveries in the air.
            receiver.manners[:] = [receiver.hang if chance.random() < 0.3 else accept for _ in range(EVENTS)]
            webhooks = [f"webhook-number-{number}-{each % 5}" for each in range(EVENTS)]
            deliveries += [triggered_at(database, receiver.url, webhook=each, max_attempts=99) for each in webhooks]
            receiver.wait_for_requests(before + chance.randrange(1, 4))
            # The moment itself: anywhere within a few deliveries.
            threading.Event().wait(chance.random() * 0.05)
            hub.kill()
            assert "Traceback" not in hub.said()
    assert database is not None
    return deliveries, database


def accept(sock):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def check_all_arrive(url: str, rounds: int, seed: int) -> tuple[int, int]:
    """Run the rounds and one more hub, which finds what is left; returns the events and the repeats."""
    with receiving() as receiver:
        deliveries, database = kill_in_the_middle(url, receiver, rounds, seed)
        receiver.manners.clear()
        with serving(url) as hub:
            let_leases_pass(database)
            for each in deliveries:
                wait_for(database, each, "success")
            assert hub.terminate() == 0
            assert hub.said() == ""
        arrived = Counter(each.headers["x-contracthub-delivery"] for each in receiver.received)
    assert set(arrived) == set(deliveries)
    for each in deliveries:
        outcome = outcome_of(database, each)
        assert (outcome.status, outcome.next_attempt_at) == ("success", None)
        assert outcome.logs[-1].endswith("Success")
    database.close()
    return len(deliveries), sum(arrived.values()) - len(arrived)


def test_a_kill_loses_no_event(empty_url: str) -> None:
    events, _repeats = check_all_arrive(empty_url, rounds=1, seed=3)
    assert events == EVENTS


def test_what_was_published_just_before_a_kill_is_told_signed_after_it(empty_url: str) -> None:
    request = {"method": "POST", "url": "URL", "body": {"version": "${pactbroker.consumerVersionNumber}"}}
    webhook = {"events": [{"name": "contract_published"}], "request": request, "signingSecret": "key-of-the-receiver"}
    chance, published = random.Random(5), set[str]()
    with receiving() as receiver:
        request["url"] = receiver.url
        with serving(empty_url) as hub:
            assert hub.ask("POST", "/webhooks", webhook).status == 201
            # The last of them are certainly not delivered yet: the answer and the kill are one moment.
            for number in range(6):
                publish = new_publish(1, f"1.{number}", chance)
                assert hub.ask("POST", "/contracts/publish", publish.body()).status in (200, 201)
                published.add(publish.number)
            hub.kill()
        database = open_database(empty_url)
        with serving(empty_url):
            let_leases_pass(database)
            receiver.wait_for(lambda it: {json.loads(each.body)["version"] for each in it.received} == published)
        database.close()
    # One for each provider of a version, whatever was sent twice.
    assert len({each.headers["x-contracthub-delivery"] for each in receiver.received}) >= len(published)
    assert all(is_signed(each, "key-of-the-receiver") for each in receiver.received)


@pytest.mark.faults
def test_thirty_kills_lose_no_event_on_sqlite(empty_sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, "30 kills on SQLite", *check_all_arrive(empty_sqlite_url, rounds=30, seed=17))


@pytest.mark.faults
def test_thirty_kills_lose_no_event_on_postgresql(
    empty_postgresql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report(capsys, "30 kills on PostgreSQL", *check_all_arrive(empty_postgresql_url, rounds=30, seed=19))


def report(capsys: pytest.CaptureFixture[str], what: str, events: int, repeats: int) -> None:
    with capsys.disabled():
        print(f"\n{what}: {events} events, all delivered, {repeats} repeats with the same id")  # noqa: T201
