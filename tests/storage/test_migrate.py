"""Bringing a database to the schema of this release: again, backwards, and by several hubs at once."""

import threading

import pytest
from alembic import command
from alembic.config import Config
from contracthub.storage.engine import Database, open_database
from contracthub.storage.migrate import migrate, migrations_folder
from sqlalchemy import Connection, inspect, text


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


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = tables_in(database)
    migrate(database)
    assert tables_in(database) == before
    assert environments_in(database) == ["production", "test"]


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        command.check(alembic_on(connection))


def test_all_migrations_can_be_undone_and_done_again(database: Database) -> None:
    before = tables_in(database)
    with database.engine.connect() as connection:
        command.downgrade(alembic_on(connection), "base")
        connection.commit()
    assert tables_in(database) == {"alembic_version"}
    migrate(database)
    assert tables_in(database) == before
    assert environments_in(database) == ["production", "test"]


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


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('empty')}/empty.sqlite3"
    url: str = request.getfixturevalue("postgresql_url")
    database = open_database(url)
    with database.engine.connect() as connection:
        command.downgrade(alembic_on(connection), "base")
        connection.execute(text("DROP TABLE alembic_version"))
        connection.commit()
    database.close()
    return url
