"""Subjects, schemas and their ids

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Names sort by code point on both databases.
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _table(name: str, *columns: "sa.Column[object]", references: tuple[tuple[str, str], ...] = ()) -> None:
    keys = [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}"), ondelete="CASCADE")
        for column, target in (("workspace_id", "workspace"), *references)
    ]
    op.create_table(
        name,
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _BIG, nullable=False),
        *columns,
        *keys,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    _contexts_and_subjects()
    _schemas()
    _versions_and_references()


def _contexts_and_subjects() -> None:
    _table(
        "registry_context",
        sa.Column("name", _NAME, nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("config", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("uq_registry_context_workspace_id_name", "registry_context", ["workspace_id", "name"], unique=True)
    _table(
        "registry_subject",
        sa.Column("context_id", _BIG, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("highest_version", sa.Integer(), nullable=False),
        sa.Column("config", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        references=(("context_id", "registry_context"),),
    )
    op.create_index("uq_registry_subject_context_id_name", "registry_subject", ["context_id", "name"], unique=True)
    op.create_index("ix_registry_subject_workspace_id_name", "registry_subject", ["workspace_id", "name"])


def _schemas() -> None:
    _table(
        "registry_schema",
        sa.Column("context_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("inlined_identity", sa.Text(), nullable=True),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        references=(("context_id", "registry_context"),),
    )
    op.create_index("uq_registry_schema_context_id_number", "registry_schema", ["context_id", "number"], unique=True)
    op.create_index(
        "uq_registry_schema_context_id_identity", "registry_schema", ["context_id", "identity"], unique=True
    )
    op.create_index("ix_registry_schema_workspace_id_guid", "registry_schema", ["workspace_id", "guid"])
    op.create_index(
        "ix_registry_schema_inlined_identity",
        "registry_schema",
        ["context_id", "inlined_identity"],
        sqlite_where=sa.text("inlined_identity IS NOT NULL"),
        postgresql_where=sa.text("inlined_identity IS NOT NULL"),
    )


def _versions_and_references() -> None:
    _table(
        "registry_version",
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_id", _BIG, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        references=(("subject_id", "registry_subject"), ("schema_id", "registry_schema")),
    )
    op.create_index(
        "uq_registry_version_subject_id_version", "registry_version", ["subject_id", "version"], unique=True
    )
    op.create_index("ix_registry_version_subject_id_deleted", "registry_version", ["subject_id", "deleted", "version"])
    op.create_index("ix_registry_version_schema_id", "registry_version", ["schema_id", "subject_id"])
    _table(
        "registry_reference",
        sa.Column("schema_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        references=(("schema_id", "registry_schema"), ("subject_id", "registry_subject")),
    )
    op.create_index("ix_registry_reference_schema_id", "registry_reference", ["schema_id", "position"])
    op.create_index("ix_registry_reference_subject_id", "registry_reference", ["subject_id", "version"])


def downgrade() -> None:
    for name in ("reference", "version", "schema", "subject", "context"):
        op.drop_table(f"registry_{name}")
