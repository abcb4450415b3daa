"""Alembic's entry: runs on the connection that the migration runner hands over."""

from alembic import context

from contracthub.storage import (  # noqa: F401 - tables are known once they are read
    tables,
    tables_checks,
    tables_provider_contracts,
    tables_readers,
    tables_registry,
    tables_webhooks,
)
from contracthub.storage.columns import UtcDateTime
from contracthub.storage.table_columns import Table


def plain_moment(kind: str, thing: object, _context: object) -> str | bool:
    """A migration must not depend on the code of one release: a moment is a plain timestamp there."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=context.config.attributes.get("batch", True),
    compare_type=True,
    render_item=plain_moment,
    # The runner owns the transaction: it holds the lock that keeps other hubs out.
    transactional_ddl=False,
    transaction_per_migration=False,
)
context.run_migrations()
