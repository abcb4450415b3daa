"""How transactions begin, wait for each other, and end, on SQLite and PostgreSQL."""

import random
import socket
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from contracthub.domain.errors import ChangedMeanwhile, Invalid, TooLarge, Unavailable
from contracthub.storage.engine import Database, open_database
from contracthub.storage.units import DatabaseStorage
from tests.storage.racing import at_once

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
WRITERS, WRITES = 8, 25


def names_in(database: Database) -> list[str]:
    with DatabaseStorage(database).reading("default") as unit:
        return sorted(unit.pacticipants.names())


def writer(storage: DatabaseStorage, name: str) -> Callable[[], None]:
    def write() -> None:
        for count in range(WRITES):
            with storage.writing("default") as unit:
                # A read before the write is what makes a badly begun transaction of SQLite fail.
                unit.pacticipants.find("0-0")
                unit.pacticipants.ensure([f"{name}-{count}", "shared"], now=NOW)

    return write


def test_many_writers_lose_nothing_and_get_no_error(database: Database) -> None:
    storage = DatabaseStorage(database)
    assert at_once([writer(storage, str(number)) for number in range(WRITERS)]) == []
    assert len(names_in(database)) == WRITERS * WRITES + 1


def test_writers_of_several_processes_lose_nothing_either(sqlite_url: str) -> None:
    # Two engines share no lock of this process, as two processes would not.
    databases = [open_database(sqlite_url) for _ in range(2)]
    storages = [DatabaseStorage(database) for database in databases]
    jobs = [writer(storages[number % 2], str(number)) for number in range(4)]
    assert at_once(jobs) == []
    assert len(names_in(databases[0])) == 4 * WRITES + 1
    for database in databases:
        database.close()


def test_a_block_that_raises_undoes_everything(database: Database) -> None:
    def write_and_fail() -> None:
        with DatabaseStorage(database).writing("default") as unit:
            unit.pacticipants.ensure(["Foo", "Bar"], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert names_in(database) == []


def test_the_next_writer_gets_its_turn_after_a_failure(database: Database) -> None:
    storage = DatabaseStorage(database)
    for _ in range(50):
        with pytest.raises(ZeroDivisionError), storage.writing("default"):
            raise ZeroDivisionError
    with storage.writing("default") as unit:
        unit.pacticipants.ensure(["Foo"], now=NOW)
    assert names_in(database) == ["Foo"]


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Database) -> None:
    storage = DatabaseStorage(database)
    with storage.reading("default") as reading:
        assert list(reading.pacticipants.names()) == []
        with storage.writing("default") as writing:
            writing.pacticipants.ensure(["Foo"], now=NOW)
        assert list(reading.pacticipants.names()) == []
    assert names_in(database) == ["Foo"]


def test_a_reading_unit_can_not_write_on_postgresql(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    with pytest.raises(Exception, match="read-only"), DatabaseStorage(database).reading("default") as unit:
        unit.pacticipants.ensure(["Foo"], now=NOW)
    database.close()


def test_foreign_keys_hold_and_what_vanished_meanwhile_can_be_sent_again(database: Database) -> None:
    statement = text(
        "INSERT INTO version (workspace_id, pacticipant_id, number, created_at, updated_at)"
        " VALUES (1, 999, '1', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"
    )
    with pytest.raises(Unavailable) as refused, database.writing() as connection:
        connection.execute(statement)
    assert refused.value.code == "changed-meanwhile"


def test_a_row_that_is_gone_when_it_is_read_after_it_kept_another_out_can_be_sent_again(database: Database) -> None:
    with pytest.raises(ChangedMeanwhile), database.writing() as connection:
        connection.execute(text("SELECT id FROM workspace WHERE name = 'gone'")).one()


def test_sqlite_keeps_a_committed_change_when_power_fails(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    database.close()


def test_an_unreachable_postgresql_is_told_plainly() -> None:
    with socket.socket() as held:
        # Bound and not listening: whoever connects is refused, and nobody else gets the port.
        held.bind(("127.0.0.1", 0))
        database = open_database(f"postgresql://user:secret@127.0.0.1:{held.getsockname()[1]}/hub")
        storage = DatabaseStorage(database)
        for opened in (storage.reading("default"), storage.writing("default")):
            with pytest.raises(Unavailable) as caught, opened:
                pytest.fail("there is no server")
            assert "secret" not in str(caught.value)
        assert storage.is_alive() is False


def test_a_locked_sqlite_file_of_somebody_else_is_told_plainly(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    other = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Unavailable), DatabaseStorage(database).writing("default"):
            pytest.fail("somebody else is writing")
    finally:
        other.close()
        database.close()


def test_hubs_that_make_a_new_sqlite_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    # Like a hub that is on its first step: it holds the lock of a file that is not in WAL mode yet.
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE first (id INTEGER)")
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    database = open_database(f"sqlite:///{path}")
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    release.join()
    other.close()
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "", "oracle+cx://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        open_database(url)


def test_postgresql_plans_a_repeated_read_once(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    storage = DatabaseStorage(database)
    for _ in range(10):
        with storage.reading("default") as unit:
            unit.pacticipants.find("Foo")
    with database.reading() as connection:
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    database.close()
    assert any("FROM pacticipant" in statement for statement in prepared)


def test_what_no_index_has_room_for_is_too_large_and_no_lost_database(postgresql_url: str) -> None:
    letters = random.Random(1)
    name = "".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(1024))
    database = open_database(postgresql_url)
    with pytest.raises(TooLarge), DatabaseStorage(database).writing("default") as unit:
        unit.pacticipants.ensure([name], now=NOW)
    database.close()
