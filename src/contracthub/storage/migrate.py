"""Brings a database to the schema of this release: Alembic, under a lock, so that one of several hubs does it."""

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from contracthub.domain.errors import Invalid
from contracthub.storage.engine import Database, told_plainly

# Any number will do, as long as every release uses the same.
ADVISORY_LOCK = 7_263_451_009


def migrations_folder() -> Path:
    """Where the migration scripts are: inside the wheel, or at the top of a checkout."""
    package = Path(str(importlib.resources.files("contracthub")))
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parents[1] / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade the database to ``revision``. Others who start at the same time wait, and then find nothing to do.

    Raises :class:`Unavailable` when the database can't be reached, and :class:`Invalid` when it is a Pact Broker's own:
    the environment of its container may name it.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    with told_plainly(), database.engine.connect() as connection, _alone(connection, is_sqlite=database.is_sqlite):
        _refuse_pact_brokers(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _refuse_pact_brokers(connection: Connection) -> None:
    tables = inspect(connection)
    if tables.has_table("pact_publications") and not tables.has_table("alembic_version"):
        told = (
            "This is the database of a Pact Broker. Give the hub one of its own, and bring the history over with "
            "`contracthub import pact-broker`."
        )
        raise Invalid("database-url", told)


@contextmanager
def _alone(connection: Connection, *, is_sqlite: bool) -> Iterator[None]:
    if is_sqlite:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.commit()
        return
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
    connection.commit()
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()
