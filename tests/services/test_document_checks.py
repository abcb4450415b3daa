"""Full checks, asked for with a publication and made by a worker: once, however often workers come and go."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from contracthub.checking.processes import ProcessChecker
from contracthub.domain.document_checks import CheckBounds, CheckStatus, DocumentCheck
from contracthub.domain.provider_contracts import ContractFile, ContractFormat, NewProviderContract, sha_of
from contracthub.services import document_checks
from contracthub.services.check_worker import CheckWorker
from contracthub.services.hub import Hub, utc_now
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.checking.test_processes import many_unknown_directives

Start = Callable[..., CheckWorker]
BROKEN = b"type Query { a: Int a: Int }"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(DatabaseStorage(database))


@pytest.fixture
def start(hub: Hub) -> Iterator[Start]:
    """Starts workers over the test's database, and stops them after it."""
    workers: list[CheckWorker] = []

    def started(bounds: CheckBounds | None = None) -> CheckWorker:
        worker = CheckWorker(hub, ProcessChecker(bounds), poll_seconds=0.02)
        workers.append(worker)
        worker.start()
        return worker

    yield started
    for each in workers:
        each.stop(60)


def published(hub: Hub, body: bytes = BROKEN, version: str = "1") -> int:
    files = (ContractFile("a.graphql", "application/graphql", sha_of(body), body, is_root=True),)
    contract = NewProviderContract("api", ContractFormat.GRAPHQL, None, "identity", files)
    with hub.writing() as unit:
        provider = unit.pacticipants.ensure(["mercatrix"], now=utc_now())["mercatrix"]
        its_version, _ = unit.versions.ensure(provider.id, version, now=utc_now())
        made = unit.provider_contracts.store(its_version, contract, now=utc_now())
        assert made is not None
        document_checks.request(hub, unit, "graphql", files)
    return made.id


def check_of(hub: Hub, contract: int) -> DocumentCheck | None:
    with hub.reading() as unit:
        return unit.checks.of([contract]).get(contract)


def done(hub: Hub, contract: int) -> DocumentCheck:
    """The check, once it is made."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = check_of(hub, contract)
        if found is not None and found.status is not CheckStatus.PENDING:
            return found
        time.sleep(0.02)
    raise AssertionError("The check was not made.")


def test_a_worker_makes_what_was_asked_for(hub: Hub, start: Start) -> None:
    one, other = published(hub), published(hub, b"type Query { a: Int }", "2")
    start()
    assert done(hub, one).status is CheckStatus.FAILED
    assert [each.place for each in done(hub, one).outcome.findings] == ["1:14"]
    assert done(hub, other).status is CheckStatus.PASSED


def test_the_same_document_of_another_version_is_checked_already(hub: Hub, start: Start) -> None:
    first = published(hub)
    start()
    made = done(hub, first)
    assert check_of(hub, published(hub, version="2")) == made


def test_what_does_not_finish_is_told_and_not_tried_again(hub: Hub, start: Start) -> None:
    body = many_unknown_directives().text
    contract = published(hub, body)
    start(CheckBounds(seconds=1))
    assert done(hub, contract).outcome.reason == "It took longer than 1 seconds, and was ended."
    with hub.reading() as unit:
        assert not unit.checks.is_any_due(utc_now() + timedelta(days=1))


def test_a_worker_that_stops_leaves_the_check_to_the_next(hub: Hub, start: Start) -> None:
    contract = published(hub, many_unknown_directives().text)
    worker = start(CheckBounds(seconds=60))
    while not _is_claimed(hub):
        time.sleep(0.02)
    worker.stop(60)
    found = check_of(hub, contract)
    assert found is not None
    assert found.status is CheckStatus.PENDING
    due = document_checks.claim(hub, 1)
    assert due is not None
    assert due.attempts == 1


def _is_claimed(hub: Hub) -> bool:
    with hub.reading() as unit:
        return not unit.checks.is_any_due(utc_now())


def test_a_document_that_ends_hubs_is_given_up(hub: Hub) -> None:
    contract = published(hub)
    checker = ProcessChecker()
    for _ in range(document_checks.MOST_ATTEMPTS):
        # What a hub does that is killed then: its lease runs out.
        assert document_checks.claim(hub, -60) is not None
    due = document_checks.claim(hub, 60)
    assert due is not None
    document_checks.carry_out(hub, checker, due)
    assert done(hub, contract).outcome.reason == "The hub ended 3 times while it was being checked."


def test_the_check_of_a_document_that_was_removed_is_forgotten(hub: Hub) -> None:
    contract = published(hub)
    with hub.writing() as unit:
        unit.provider_contracts.delete(contract)
    due = document_checks.claim(hub, 60)
    assert due is not None
    assert document_checks.carry_out(hub, ProcessChecker(), due) is None
    again = published(hub, version="2")
    found = check_of(hub, again)
    assert found is not None
    assert found.status is CheckStatus.PENDING


def test_formats_that_reading_checks_in_full_are_not_checked_again(hub: Hub) -> None:
    assert document_checks.tool_for("avro") is None
