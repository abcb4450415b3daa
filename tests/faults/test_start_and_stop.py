"""Starting and ending a hub at bad moments: SIGTERM under load, death during the migration, two hubs at once."""

import random
import signal
import subprocess
import threading

import pytest
from sqlalchemy import inspect, text

from contracthub.storage.engine import Database, open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.table_columns import Table
from tests.faults.hub_process import HANGS_AFTER_SECONDS, announced, launch, serving
from tests.faults.publishing import Stream, check, check_soundness


def test_sigterm_lets_started_requests_finish_and_exits_with_0(sqlite_url: str) -> None:
    with serving(sqlite_url) as hub:
        stream = Stream(hub.url, seed=3, label="term")
        stream.start()
        stream.wait_for(20)
        code = hub.terminate()
        stream.join(stop=False)
        assert (code, hub.said()) == (0, "")
    database = open_database(sqlite_url)
    check(database, stream.sent)
    database.close()
    assert {each.status for each in stream.sent} <= {200, None}
    # A connection may be closed under a request that no one has read yet; one that was begun gets its answer.
    assert len(stream.acknowledged()) >= 20


def test_ctrl_c_ends_the_hub_as_it_ends_every_command(sqlite_url: str) -> None:
    with serving(sqlite_url) as hub:
        assert hub.ask("GET", "/").status == 200
        hub.process.send_signal(signal.SIGINT)
        assert (hub.process.wait(HANGS_AFTER_SECONDS), hub.said()) == (130, "Interrupted.\n")


def test_two_hubs_that_start_at_once_on_a_new_database_both_serve(empty_url: str) -> None:
    processes = [launch(empty_url) for _ in range(2)]
    try:
        hubs = [announced(process) for process in processes]
        for hub in hubs:
            assert hub.ask("GET", "/").status == 200
        streams = [Stream(hub.url, seed=5, label=f"hub{number}", most=5) for number, hub in enumerate(hubs)]
        for stream in streams:
            stream.start()
        for stream in streams:
            stream.join(stop=False)
    finally:
        end(processes)
    database = open_database(empty_url)
    sent = [each for stream in streams for each in stream.sent]
    assert all(each.status == 200 for each in sent)
    assert check(database, sent) == 2 * 4 * 5
    check_complete(database)
    database.close()


def test_a_migration_that_was_killed_is_done_by_the_next_start(empty_url: str) -> None:
    kill_migrations(empty_url, rounds=3)


@pytest.mark.faults
def test_many_killed_migrations(empty_url: str) -> None:
    kill_migrations(empty_url, rounds=40)


def kill_migrations(url: str, rounds: int) -> None:
    """Kill the migration of an empty database at moments that are spread over its work, then let one through."""
    database = open_database(url)
    chance = random.Random(17)
    for _ in range(rounds):
        undo_all(database)
        process = launch(url, "migrate")
        # A cold start takes about a second; the migration is the last part of it.
        threading.Event().wait(chance.uniform(0.3, 1.5))
        process.kill()
        end([process])
        migrate(database)
        check_complete(database)
    database.close()
    with serving(url) as hub:
        assert hub.ask("GET", "/environments").status == 200


def undo_all(database: Database) -> None:
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            for name in inspect(connection).get_table_names():
                connection.exec_driver_sql(f"DROP TABLE {name}")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        return
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def check_complete(database: Database) -> None:
    check_soundness(database)
    with database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*Table.metadata.tables, "alembic_version"}
        assert connection.execute(text("SELECT name FROM environment ORDER BY name")).scalars().all() == [
            "production",
            "test",
        ]


def end(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.kill()
        process.communicate()
