"""Bringing a database to the schema of this release: again, backwards, and by several hubs at once."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, make_url, text

from contracthub.domain.errors import Unavailable
from contracthub.storage.engine import Database, open_database
from contracthub.storage.migrate import migrate, migrations_folder


def tables_in(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def environments_in(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return sorted(connection.execute(text("SELECT name FROM environment")).scalars())


def alembic_on(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def test_migrating_twice_changes_nothing(migrated: Database) -> None:
    before = tables_in(migrated)
    migrate(migrated)
    assert tables_in(migrated) == before
    assert environments_in(migrated) == ["production", "test"]


def test_the_migrations_make_exactly_the_tables_of_the_code(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        command.check(alembic_on(connection))


def test_all_migrations_can_be_undone_and_done_again(migrated: Database) -> None:
    before = tables_in(migrated)
    with migrated.engine.connect() as connection:
        command.downgrade(alembic_on(connection), "base")
        connection.commit()
    assert tables_in(migrated) == {"alembic_version"}
    migrate(migrated)
    assert tables_in(migrated) == before
    assert environments_in(migrated) == ["production", "test"]


def test_hubs_that_start_together_migrate_once(empty_url: str) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(3)

    def start() -> None:
        database = open_database(empty_url)
        try:
            barrier.wait()
            migrate(database)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread tells it
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    database = open_database(empty_url)
    assert environments_in(database) == ["production", "test"]
    database.close()


def test_a_database_that_can_not_be_reached_is_told_plainly(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/no/such/folder/hub.sqlite3")
    with pytest.raises(Unavailable):
        migrate(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, of this test alone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    server, name = request.getfixturevalue("postgresql_server"), f"empty_{uuid.uuid4().hex[:12]}"
    administer(server, f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def migrated(empty_url: str) -> Iterator[Database]:
    """The same, brought to the schema of this release."""
    database = open_database(empty_url)
    migrate(database)
    yield database
    database.close()


def administer(server: str, statement: str) -> None:
    database = open_database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    database.close()
