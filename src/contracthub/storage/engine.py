"""Opens the database: SQLite (one file, one writer at a time) or PostgreSQL. Knows how each begins a transaction."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contracthub.domain.errors import ChangedMeanwhile, Invalid, TooLarge, Unavailable
from contracthub.storage.documents import orjson_text, orjson_value

POOL_SIZE = 20
WRITER_PATIENCE_SECONDS = 60.0
BUSY_TIMEOUT_MS = 60_000
WAL_RETRY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Database:
    """An open database, and the queue in which its writers stand.

    SQLite has one writer. Inside this process writers wait for each other in ``writer``; between processes SQLite's own
    lock and its busy timeout do the same, so nobody is told "database is locked".
    """

    engine: Engine
    writer: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and changes nothing.

        Raises :class:`Unavailable` when the database can't be reached.
        """
        with told_plainly(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
            # Not a rollback: after one, the driver forgets its prepared statements, and each is planned anew.
            connection.commit()

    @contextmanager
    def writing(self, *, patience: float = WRITER_PATIENCE_SECONDS) -> Iterator[Connection]:
        """A transaction that is committed when the block ends, and undone when it raises.

        ``patience`` is for how many seconds it waits for other writers of this process.

        Raises :class:`Unavailable` when the database can't be reached or the queue of writers does not move.
        """
        with told_plainly(), self._turn(patience), self.engine.connect() as connection:
            if self.is_sqlite:
                # A deferred transaction that turns into a writing one late can't wait: it fails at once.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self.writer.acquire(timeout=patience):
            raise Unavailable("writers-queue", "Other writers have held the database for too long. Try again.")
        try:
            yield
        finally:
            self.writer.release()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


# PostgreSQL's program_limit_exceeded: an entry of an index that does not fit into a page.
_OVER_A_LIMIT = "54000"


# PostgreSQL's deadlock_detected: two requests waited for each other, and this one was picked to give way.
_DEADLOCK = "40P01"


def _changed_meanwhile() -> ChangedMeanwhile:
    text = "Something that this request builds on was changed by another one at the same time. Send it again."
    return ChangedMeanwhile("changed-meanwhile", text)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the driver's "can't reach it" into the domain's word for that; a programming error stays what it is."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("database-busy", "All connections to the database are in use. Try again.") from error
    except (OperationalError, InterfaceError) as error:
        if getattr(error.orig, "sqlstate", None) == _OVER_A_LIMIT:
            text = "Something in this request is longer than the database can look up. Shorten its names and try again."
            raise TooLarge("too-long-to-store", text) from error
        if getattr(error.orig, "sqlstate", None) == _DEADLOCK:
            raise _changed_meanwhile() from error
        raise Unavailable("database-unavailable", "The database can't be reached right now. Try again.") from error
    except (IntegrityError, NoResultFound) as error:
        # Repositories settle the races they know of; what is left is a thing that others removed in this very moment:
        # what is referred to, or the row that kept another one from being inserted.
        raise _changed_meanwhile() from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise Unavailable("database-unavailable", "The connection to the database was lost. Try again.") from error


def open_database(url: str) -> Database:
    """Open ``sqlite:///FILE`` or ``postgresql://…`` (the psycopg driver is chosen for you).

    Raises :class:`Invalid` for any other kind of URL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise Invalid("database-url", "The database URL can't be read. Use sqlite:///FILE or postgresql://…") from error
    if parsed.get_backend_name() == "sqlite":
        return Database(_open_sqlite(parsed))
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return Database(_open_postgresql(parsed.set(drivername="postgresql+psycopg")))
    raise Invalid(
        "database-url", f"Databases of the kind {parsed.drivername!r} aren't supported: SQLite or PostgreSQL."
    )


def _open_sqlite(url: Any) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        json_serializer=orjson_text,
        json_deserializer=orjson_value,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is always deferred; transactions are begun explicitly here.
    connection.isolation_level = None
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    # FULL, not NORMAL: in WAL mode NORMAL may lose an acknowledged commit when power fails.
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-32768",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Only a new file needs the switch; SQLite's busy timeout does not cover it, so hubs that start together retry."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(WAL_RETRY_SECONDS)
        else:
            return


def _open_postgresql(url: Any) -> Engine:
    return create_engine(
        url,
        connect_args={"connect_timeout": 5, "application_name": "contracthub"},
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=10,
        pool_pre_ping=False,
        json_serializer=orjson_text,
        json_deserializer=orjson_value,
    )
