"""What consumers read topics with, and comparisons

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _event_schema()
    _reader_schema()
    _written_schema()
    _topic_party()
    _comparison()
    _readers_check()


def _own(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table has."""
    return (
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("workspace_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, target: str, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _event_schema() -> None:
    op.create_table(
        "event_schema",
        *_own("event_schema"),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("references", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("uq_event_schema_workspace_id_sha", "event_schema", ["workspace_id", "sha"], unique=True)


def _reader_schema() -> None:
    op.create_table(
        "reader_schema",
        *_own("reader_schema"),
        sa.Column("consumer_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("provider_id", BIG, nullable=True),
        sa.Column("event_schema_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _refers("reader_schema", "consumer_id", "pacticipant"),
        _refers("reader_schema", "version_id", "version"),
        _refers("reader_schema", "provider_id", "pacticipant", "SET NULL"),
        _refers("reader_schema", "event_schema_id", "event_schema", None),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_reader_schema_version_id_subject", "reader_schema", ["version_id", "subject"], unique=True)
    op.create_index("ix_reader_schema_consumer_id_subject", "reader_schema", ["consumer_id", "subject", "version_id"])
    op.create_index("ix_reader_schema_workspace_id_subject", "reader_schema", ["workspace_id", "subject", "version_id"])
    op.create_index("ix_reader_schema_provider_id", "reader_schema", ["provider_id"])
    op.create_index("ix_reader_schema_event_schema_id", "reader_schema", ["event_schema_id"])


def _written_schema() -> None:
    op.create_table(
        "written_schema",
        *_own("written_schema"),
        sa.Column("provider_contract_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("event_schema_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _refers("written_schema", "provider_contract_id", "provider_contract"),
        _refers("written_schema", "provider_id", "pacticipant"),
        _refers("written_schema", "version_id", "version"),
        _refers("written_schema", "event_schema_id", "event_schema", None),
    )
    contract, table = ["provider_contract_id", "subject", "event_schema_id"], "written_schema"
    op.create_index("uq_written_schema_provider_contract_id_subject", table, contract, unique=True)
    op.create_index("ix_written_schema_version_id_subject", table, ["version_id", "subject"])
    op.create_index("ix_written_schema_provider_id_subject", table, ["provider_id", "subject", "version_id"])
    op.create_index("ix_written_schema_workspace_id_subject", table, ["workspace_id", "subject", "version_id"])
    op.create_index("ix_written_schema_event_schema_id", table, ["event_schema_id"])


def _topic_party() -> None:
    op.create_table(
        "topic_party",
        *_own("topic_party"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("pacticipant_id", BIG, nullable=False),
        _refers("topic_party", "pacticipant_id", "pacticipant"),
    )
    whole = ["workspace_id", "subject", "writes", "pacticipant_id"]
    op.create_index("uq_topic_party_workspace_id_subject", "topic_party", whole, unique=True)
    op.create_index("ix_topic_party_pacticipant_id", "topic_party", ["pacticipant_id", "writes"])


def _comparison() -> None:
    op.create_table(
        "comparison",
        *_own("comparison"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("consumer_identity", sa.Text(), nullable=False),
        sa.Column("provider_identity", sa.Text(), nullable=False),
        sa.Column("compatible", sa.Boolean(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    pair = ["workspace_id", "kind", "consumer_identity", "provider_identity"]
    op.create_index("uq_comparison_workspace_id_kind_identities", "comparison", pair, unique=True)


def _readers_check() -> None:
    op.create_table(
        "readers_check",
        *_own("readers_check"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("environments", JSON, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("uq_readers_check_workspace_id_subject", "readers_check", ["workspace_id", "subject"], unique=True)


def downgrade() -> None:
    for table in (
        "readers_check",
        "comparison",
        "topic_party",
        "written_schema",
        "reader_schema",
        "event_schema",
    ):
        op.drop_table(table)
