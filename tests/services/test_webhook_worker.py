"""Deliveries by the worker, to receivers on real sockets: nothing is lost, nothing is told, nobody waits for others."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from contracthub.domain.webhook_rules import WebhookRules
from contracthub.outbound.guarded_http import GuardedHttp, Limits
from contracthub.services.hub import utc_now
from contracthub.services.webhook_delivery import claim, deliver
from contracthub.services.webhook_worker import DeliveryWorker
from contracthub.storage.engine import Database, open_database
from contracthub.storage.webhook_deliveries import triggered
from tests.outbound.receivers import HANGS_AFTER_SECONDS, Manner, answering, flooding, receiving, status
from tests.services.webhook_rows import HASTY, hub_over, outcome_of, triggered_at, triggered_by_many, wait_for

Start = Callable[..., DeliveryWorker]


@pytest.fixture
def start(database: Database) -> Iterator[Start]:
    """Starts workers over the test's database, and stops them after it."""
    workers: list[DeliveryWorker] = []

    def started(
        rules: WebhookRules = HASTY, *, over: Database | None = None, most: int = 8, patience: float = 2
    ) -> DeliveryWorker:
        sender = GuardedHttp(Limits(total_seconds=patience, connect_seconds=patience))
        worker = DeliveryWorker(hub_over(over or database, rules), sender, most_at_once=most, poll_seconds=0.02)
        workers.append(worker)
        worker.start()
        return worker

    yield started
    for each in workers:
        assert each.stop(60)


@pytest.fixture
def claims(database: Database) -> Iterator[list[str]]:
    """Every claim since the list was last cleared."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE triggered_webhook SET lease_until"):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_500_is_tried_again_with_the_same_id_until_it_is_a_200(database: Database, start: Start) -> None:
    with receiving(status(500), status(503)) as receiver:
        delivery = triggered_at(database, receiver.url)
        start()
        outcome = wait_for(database, delivery, "success")
    assert (outcome.attempts_made, outcome.next_attempt_at) == (3, None)
    assert [each.headers["x-contracthub-delivery"] for each in receiver.received] == [delivery] * 3
    first, second, third = outcome.logs
    assert "HTTP/1.1 500" in first
    assert first.endswith("Retrying webhook in 0 seconds")
    assert "attempt 2 of 3" in second
    assert third.endswith("Success")
    assert '{"c":"Foo"}' in third


def test_a_receiver_that_is_down_is_given_up_after_all_attempts(database: Database, start: Start) -> None:
    with receiving() as receiver:
        url = receiver.url
    delivery = triggered_at(database, url)
    start()
    outcome = wait_for(database, delivery, "failure")
    assert (outcome.attempts_made, outcome.next_attempt_at, len(outcome.logs)) == (3, None, 3)
    assert outcome.logs[2].endswith("Webhook execution failed after 3 attempts")
    assert "No response: connection refused" in outcome.logs[0]


def test_the_pauses_are_those_of_the_schedule(database: Database) -> None:
    noon = utc_now()
    hub = hub_over(database, replace(HASTY, retry_seconds=(10, 60)), lambda: noon)
    with receiving(status(500), status(500)) as receiver:
        delivery = triggered_at(database, receiver.url, next_attempt_at=noon, max_attempts=7)
        for pause in (10, 60):
            due = claim(hub)
            assert due is not None
            deliver(hub, GuardedHttp(), due)
            assert outcome_of(database, delivery).status == "retrying"
            assert outcome_of(database, delivery).next_attempt_at == noon + timedelta(seconds=pause)
            noon += timedelta(seconds=pause - 1)
            assert claim(hub) is None
            noon += timedelta(seconds=1)
        due = claim(hub)
        assert due is not None
        assert deliver(hub, GuardedHttp(), due).status == "success"


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_slow_receiver_holds_up_no_other_one(database: Database, start: Start, manner: str) -> None:
    with receiving() as slow, receiving() as good:
        slow.manners += [getattr(slow, manner)] * 100
        # More events than threads, all of them due before the good one.
        stuck = [triggered_at(database, slow.url, webhook="slow-webhook-0001") for _ in range(20)]
        delivery = triggered_at(database, good.url, webhook="good-webhook-0001")
        # Nobody gives up on the slow one before the good one was reached, however busy this machine is.
        start(most=2, patience=HANGS_AFTER_SECONDS * 2)
        wait_for(database, delivery, "success")
        assert len(slow.received) <= 1
        assert {outcome_of(database, each).status for each in stuck} == {"not_run"}


def test_many_webhooks_to_a_slow_host_hold_up_no_other_host(database: Database, start: Start) -> None:
    with receiving() as slow, receiving() as good:
        slow.manners += [slow.hang] * 100
        stuck = [triggered_at(database, slow.url) for _ in range(30)]
        delivery = triggered_at(database, good.url)
        start(most=8, patience=HANGS_AFTER_SECONDS * 2)
        wait_for(database, delivery, "success")
        assert len(slow.received) <= 2
        assert {outcome_of(database, each).status for each in stuck} == {"not_run"}
        assert {outcome_of(database, each).attempts_made for each in stuck} == {0}
        slow.manners.clear()
        slow.let_go()
        for each in stuck:
            wait_for(database, each, "success")


def test_more_webhooks_than_ever_of_a_slow_host_hold_up_no_other_host(database: Database, start: Start) -> None:
    with receiving() as slow, receiving() as good:
        slow.manners += [slow.hang] * 2000
        triggered_by_many(database, slow.url, 1200)
        delivery = triggered_at(database, good.url)
        start(most=8, patience=HANGS_AFTER_SECONDS * 2)
        wait_for(database, delivery, "success")
        assert len(slow.received) <= 2


def test_a_place_that_becomes_free_is_looked_at_by_one_and_not_by_all(
    database: Database, start: Start, claims: list[str]
) -> None:
    with receiving() as slow, receiving() as good:
        slow.manners += [slow.hang] * 100
        triggered_by_many(database, slow.url, 60)
        delivery = triggered_at(database, good.url)
        worker = start(most=4, patience=HANGS_AFTER_SECONDS * 2)
        wait_for(database, delivery, "success")
        claims.clear()
        slow.manners.clear()
        slow.let_go()
        slow.wait_for_requests(60)
        assert worker.stop(60)
    # Each delivery takes a claim, and each place that becomes free at most one look that comes too late; all those that
    # wait, at each place, would take far over a thousand.
    assert len(claims) <= 2 * 60 + 4


def test_those_that_wait_behind_one_that_has_nothing_left_get_their_turn(database: Database, start: Start) -> None:
    with receiving() as slow, receiving() as good:
        slow.manners += [slow.hang] * 100
        stuck = [triggered_at(database, slow.url, webhook=f"webhook-that-waits-{number}") for number in range(9)]
        delivery = triggered_at(database, good.url)
        start(most=4, patience=HANGS_AFTER_SECONDS * 2)
        wait_for(database, delivery, "success")
        # Somebody else delivers what the next ones in turn were waiting for.
        with database.writing() as connection:
            theirs = triggered.c.uuid.in_(stuck[1:8])
            connection.execute(triggered.update().where(theirs).values(status="success", next_attempt_at=None))
        slow.manners.clear()
        slow.let_go()
        wait_for(database, stuck[8], "success")
        assert {each.headers["x-contracthub-delivery"] for each in slow.received} == {stuck[0], stuck[8]}


def test_a_receiver_that_never_answers_is_a_failed_attempt_at_the_deadline(database: Database, start: Start) -> None:
    with receiving() as receiver:
        receiver.manners.append(receiver.hang)
        delivery = triggered_at(database, receiver.url)
        start()
        outcome = wait_for(database, delivery, "success")
    assert "No response: no answer in time" in outcome.logs[0]


@pytest.mark.parametrize(
    ("manner", "ends"),
    [
        (flooding(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n", b"x" * 65536, times=160), "success"),
        (flooding(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), "success"),
        (flooding(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "failure"),
        (answering(b"not HTTP at all\r\n\r\n"), "failure"),
    ],
)
def test_answers_without_measure_are_read_with_measure(
    database: Database, start: Start, manner: Manner, ends: str
) -> None:
    with receiving(manner) as receiver:
        delivery = triggered_at(database, receiver.url, max_attempts=1)
        start()
        outcome = wait_for(database, delivery, ends)
    assert len(outcome.logs[0]) < 10_000


def test_a_redirect_inward_is_recorded_and_not_followed(database: Database, start: Start) -> None:
    with receiving() as inner, receiving(status(302, headers=f"Location: {inner.url}\r\n")) as outer:
        delivery = triggered_at(database, outer.url, max_attempts=1)
        start()
        assert "HTTP/1.1 302" in wait_for(database, delivery, "failure").logs[0]
        assert inner.connections == 0


def test_a_name_that_resolves_to_this_machine_is_refused_and_recorded(database: Database, start: Start) -> None:
    with receiving() as receiver:
        delivery = triggered_at(database, f"http://localhost:{receiver.port}/", max_attempts=1)
        start(replace(HASTY, hosts=()))
        outcome = wait_for(database, delivery, "failure")
    assert "Not sent: localhost has an address that is not public" in outcome.logs[0]
    assert receiver.connections == 0


def test_a_request_that_can_not_be_made_is_a_failure_and_no_loop(database: Database, start: Start) -> None:
    requests = [
        {"method": "POST", "url": "no address"},
        {"method": "P\r\nX", "url": "http://127.0.0.1/"},
        {"method": "POST", "url": "http://127.0.0.1/", "headers": {"A\r\nB": "c"}},
    ]
    start()
    for request in requests:
        outcome = wait_for(database, triggered_at(database, "", request=request, max_attempts=1), "failure")
        assert "Not sent:" in outcome.logs[0]


def test_events_of_one_webhook_arrive_in_order(database: Database, start: Start) -> None:
    with receiving() as receiver:
        deliveries = [triggered_at(database, receiver.url, webhook="one-webhook-00001") for _ in range(10)]
        start()
        receiver.wait_for_requests(10)
    assert [each.headers["x-contracthub-delivery"] for each in receiver.received] == deliveries


def test_two_workers_on_one_database_send_each_attempt_once(
    database: Database, database_url: str, start: Start
) -> None:
    other = open_database(database_url)
    with receiving() as receiver:
        webhooks = [f"webhook-of-the-race-{number}" for number in range(10)]
        deliveries = [triggered_at(database, receiver.url, webhook=each) for each in webhooks * 6]
        workers = [start(), start(over=other)]
        for each in deliveries:
            wait_for(database, each, "success")
        assert all(worker.stop(60) for worker in workers)
    other.close()
    assert Counter(each.headers["x-contracthub-delivery"] for each in receiver.received) == Counter(deliveries)
    assert {outcome_of(database, each).attempts_made for each in deliveries} == {1}


def test_claims_at_the_same_moment_never_share_a_delivery(database: Database, database_url: str) -> None:
    deliveries = {triggered_at(database, "http://127.0.0.1/") for _ in range(40)}
    claimed: list[str] = []
    barrier = threading.Barrier(4)
    databases = [open_database(database_url) for _ in range(4)]

    def take(opened: Database) -> None:
        barrier.wait()
        while due := claim(hub_over(opened)):
            claimed.append(due.uuid)

    threads = [threading.Thread(target=take, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in databases:
        each.close()
    assert Counter(claimed) == Counter(deliveries)


def test_what_a_killed_worker_had_claimed_is_taken_up_when_its_lease_is_over(database: Database) -> None:
    noon = utc_now()
    hub = hub_over(database, now=lambda: noon)
    with receiving(answering(b"")) as receiver:
        delivery = triggered_at(database, receiver.url, next_attempt_at=noon)
        killed = claim(hub, lease_seconds=30)
        assert killed is not None
        noon += timedelta(seconds=29)
        assert claim(hub) is None
        noon += timedelta(seconds=1)
        again = claim(hub, lease_seconds=30)
        assert again is not None
        assert (again.uuid, again.attempts_made) == (delivery, 0)
        # The one that was thought dead wakes up and fails: its log is kept, and changes nothing for the other one.
        deliver(hub, GuardedHttp(), killed)
        assert (outcome_of(database, delivery).status, len(outcome_of(database, delivery).logs)) == ("not_run", 1)
        deliver(hub, GuardedHttp(), again)
    outcome = outcome_of(database, delivery)
    assert (outcome.status, outcome.attempts_made, outcome.next_attempt_at) == ("success", 1, None)
    assert [each.headers["x-contracthub-delivery"] for each in receiver.received] == [delivery] * 2


def test_stopping_waits_for_what_has_begun_and_begins_nothing_more(database: Database, start: Start) -> None:
    let_go = threading.Event()
    with receiving() as receiver:

        def patient(sock):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            let_go.wait(60)
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(sock)

        receiver.manners.append(patient)
        begun = triggered_at(database, receiver.url, webhook="one-webhook-00001")
        waiting = triggered_at(database, receiver.url, webhook="one-webhook-00001")
        worker = start()
        receiver.wait_for_requests(1)
        assert not worker.stop(0)
        let_go.set()
        assert worker.stop(60)
    assert outcome_of(database, begun).status == "success"
    assert outcome_of(database, waiting).status == "not_run"


def test_no_secret_is_in_any_log(
    database: Database, start: Start, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    request = {
        "method": "POST",
        "url": "URL/?token=s3cr3t-1",
        "headers": {"Authorization": "Bearer s3cr3t-2", "X-A": "${pactbroker.consumerName}"},
        "body": {"password": "s3cr3t-3"},
        "username": "u",
        "password": "s3cr3t-4",
    }
    with receiving(status(500, headers="X-Echo: s3cr3t-4\r\n", body="s3cr3t-1 s3cr3t-2 s3cr3t-3")) as receiver:
        request["url"] = f"{receiver.url}/?token=s3cr3t-1"
        delivery = triggered_at(database, "", request=request)
        start()
        outcome = wait_for(database, delivery, "success")
        assert receiver.received[0].path == "/?token=s3cr3t-1"
    written = "".join(outcome.logs) + caplog.text + "".join(capfd.readouterr())
    assert "s3cr3t" not in written
    assert "X-A: Foo" in written


@pytest.mark.parametrize(("answer", "ends"), [(200, "success"), (500, "failure")])
def test_what_nobody_will_send_any_more_is_not_kept(database: Database, start: Start, answer: int, ends: str) -> None:
    with receiving(*[status(answer)] * 3) as receiver:
        delivery = triggered_at(database, f"{receiver.url}/s3cr3t?token=s3cr3t")
        start()
        wait_for(database, delivery, ends)
        assert receiver.received[0].path == "/s3cr3t?token=s3cr3t"
    with database.reading() as connection:
        kept = connection.execute(select(triggered.c.request).where(triggered.c.uuid == delivery)).scalar_one()
    assert (kept["method"], kept["url"], kept["headers"], kept["body_json"]) == ("POST", receiver.url, [], "null")


def test_a_removed_webhook_calls_nobody_any_more(database: Database, start: Start) -> None:
    with receiving() as receiver:
        delivery = triggered_at(database, receiver.url, webhook_id=None)
        start()
        outcome = wait_for(database, delivery, "failure")
    assert outcome.next_attempt_at is None
    assert "was removed" in outcome.logs[0]
    assert receiver.connections == 0
