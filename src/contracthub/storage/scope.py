"""What every repository works in: a connection and a workspace, and the few statements that all of them need."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

# SQLite takes 32,766 bound values in one statement, PostgreSQL 65,535.
CHUNK = 500


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements of SQLAlchemy Core."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    """Lists short enough for one ``IN``."""
    whole = list(values)
    return (whole[start : start + size] for start in range(0, len(whole), size))


@dataclass(frozen=True, slots=True)
class Scope:
    """A connection inside a transaction, and the workspace that every statement is bound to.

    ``at_end`` is what is done last before the transaction is committed: it locks what others may wait for, so nothing
    that waits may come after it. ``afterwards`` is what a transaction that only reads leaves to a short one that
    writes; ``None`` in one that writes.
    """

    connection: Connection
    workspace_id: int
    at_end: list[Callable[[], None]] = field(default_factory=list)
    afterwards: "list[Callable[[Scope], None]] | None" = None

    @property
    def is_sqlite(self) -> bool:
        """Whether statements run on SQLite."""
        return self.connection.dialect.name == "sqlite"

    def insert_missing(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert those rows whose unique keys are free, and say how many were.

        ``DO NOTHING`` and never ``DO UPDATE``: with the latter, several writers of the same keys form a cycle of locks
        (security.md §4, the Pact Broker's pull requests 986 and 987).
        """
        if not rows:
            return 0
        dialect = sqlite if self.is_sqlite else postgresql
        # Without the option SQLAlchemy forgets what the driver counted; "inline" asks for no keys of new rows.
        statement = dialect.insert(table).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)
        inserted = 0
        for row in rows:
            inserted += self.connection.execute(statement, {"workspace_id": self.workspace_id, **row}).rowcount
        return inserted

    def insert_free(self, table: Table, row: Mapping[str, Any]) -> int | None:
        """Insert a row if its unique keys are free, and return its key then."""
        dialect = sqlite if self.is_sqlite else postgresql
        statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
        key: int | None = self.connection.execute(statement, {"workspace_id": self.workspace_id, **row}).scalar()
        return key

    def insert(self, table: Table, row: Mapping[str, Any]) -> int:
        """Insert a row and return its key."""
        result = self.connection.execute(table.insert(), {"workspace_id": self.workspace_id, **row})
        key = result.inserted_primary_key
        assert key is not None
        return int(key[0])
