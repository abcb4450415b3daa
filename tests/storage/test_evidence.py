"""What is folded on write: the newest result, and the successes of a provider's branches and tags."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contracthub.domain.evidence import NewVerification
from contracthub.domain.pacticipants import Version
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.publish_contracts import put_pact
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage

START = datetime(2026, 11, 20, 10, 0, 0, 123456, UTC)


class Bench:
    """A published contract, and provider versions that report results for it at given minutes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.hub = Hub(DatabaseStorage(database))
        self.publication = put_pact(self.hub, "Foo", "Bar", "1", b"{}")[0].publication

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        with self.hub.writing() as unit:
            yield unit

    def version(self, number: str, branches: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> Version:
        with self.writing() as unit:
            version, _ = unit.versions.ensure(self.publication.provider_id, number, now=START)
            for branch in branches:
                unit.versions.add_to_branch(version, branch, now=START)
            for tag in tags:
                unit.versions.add_tag(version, tag, now=START)
        return version

    def report(self, version: Version, minute: int, *, success: bool = True, wip: bool = False) -> int:
        new = NewVerification(
            contract_id=self.publication.contract_id,
            consumer_id=self.publication.consumer_id,
            provider_id=self.publication.provider_id,
            provider_version_id=version.id,
            success=success,
            wip=wip,
            pending=False,
            build_url=None,
            document=b"{}",
            created_at=START + timedelta(minutes=minute),
        )
        with self.writing() as unit:
            return unit.evidence.record(new)

    def join(self, version: Version, kind: str, name: str) -> None:
        with self.writing() as unit:
            unit.evidence.fold_version_into_line(version.id, version.pacticipant_id, kind, name)

    def lines(self) -> dict[str, tuple[Any, ...]]:
        """By name: first, first selected and last success, in minutes."""
        columns = "first_success_at, first_selected_success_at, last_success_at"
        with self.database.reading() as connection:
            rows = connection.execute(text(f"SELECT kind, name, {columns} FROM line_success")).all()
        return {f"{row[0]} {row[1]}": tuple(map(minute_of, row[2:])) for row in rows}


def minute_of(value: Any) -> int | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return int((moment.replace(tzinfo=moment.tzinfo or UTC) - START).total_seconds() // 60)


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


def test_a_success_counts_for_every_line_of_its_version(bench: Bench) -> None:
    version = bench.version("1", branches=("main", "feat"), tags=("prod",))

    bench.report(version, 5)

    once = (5, 5, 5)
    assert bench.lines() == {"branch main": once, "branch feat": once, "tag prod": once}


def test_a_failure_counts_for_none(bench: Bench) -> None:
    bench.report(bench.version("1", branches=("main",)), 5, success=False)

    assert bench.lines() == {}


def test_first_and_last_are_kept_in_any_order(bench: Bench) -> None:
    version = bench.version("1", branches=("main",))

    for minute in (5, 9, 3, 7):
        bench.report(version, minute)

    assert bench.lines() == {"branch main": (3, 3, 9)}


def test_work_in_progress_is_no_selected_success(bench: Bench) -> None:
    version = bench.version("1", branches=("main",))

    bench.report(version, 1, wip=True)
    assert bench.lines() == {"branch main": (1, None, 1)}
    bench.report(version, 4)
    bench.report(version, 6, wip=True)
    bench.report(version, 8)
    assert bench.lines() == {"branch main": (1, 4, 8)}


def test_a_version_that_joins_a_line_brings_its_successes(bench: Bench) -> None:
    version = bench.version("1")
    bench.report(version, 2, wip=True)
    bench.report(version, 4)
    bench.report(version, 6, success=False)

    bench.join(version, "branch", "main")
    bench.join(version, "branch", "main")
    bench.join(version, "tag", "prod")

    assert bench.lines() == {"branch main": (2, 4, 4), "tag prod": (2, 4, 4)}


def test_joining_without_a_success_changes_nothing(bench: Bench) -> None:
    version = bench.version("1")
    bench.report(version, 2, success=False)

    bench.join(version, "branch", "main")

    assert bench.lines() == {}


def test_joining_keeps_what_the_line_had(bench: Bench) -> None:
    bench.report(bench.version("1", branches=("main",)), 5)
    early, late = bench.version("2"), bench.version("3")
    bench.report(early, 1, wip=True)
    bench.report(late, 9)

    bench.join(early, "branch", "main")
    bench.join(late, "branch", "main")

    assert bench.lines() == {"branch main": (1, 5, 9)}


def test_the_newest_result_of_each_provider_version_is_at_hand(bench: Bench) -> None:
    one, two = bench.version("1"), bench.version("2")
    bench.report(one, 1)
    last = bench.report(one, 0, success=False)
    other = bench.report(two, 2)

    with bench.database.reading() as connection:
        rows = connection.execute(text("SELECT provider_version_id, verification_id, success FROM latest_verification"))
        folded = {row[0]: (row[1], bool(row[2])) for row in rows}
    assert folded == {one.id: (last, False), two.id: (other, True)}
