"""Live contracts: conversations, flows, journeys and promises

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "live_content",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_live_content_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_content")),
    )
    op.create_index("uq_live_content_workspace_id_sha", "live_content", ["workspace_id", "sha"], unique=True)
    op.create_table(
        "live_publication",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("consumer_id", _KEY, nullable=False),
        sa.Column("version_id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("contract_id", _KEY, nullable=False),
        sa.Column("live_content_id", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *(_cascading(column, table) for column, table in _OWNERS),
        sa.ForeignKeyConstraint(
            ["live_content_id"], ["live_content.id"], name=op.f("fk_live_publication_live_content_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_publication")),
        sqlite_autoincrement=True,
    )
    slot = ["version_id", "kind", "name", "provider_id"]
    op.create_index("uq_live_publication_slot", "live_publication", slot, unique=True)
    for name, columns in _INDEXES.items():
        op.create_index(name, "live_publication", columns)


_OWNERS = (
    ("workspace_id", "workspace"),
    ("consumer_id", "pacticipant"),
    ("version_id", "version"),
    ("provider_id", "pacticipant"),
    ("contract_id", "contract"),
)
_INDEXES = {
    "ix_live_publication_pair": ["provider_id", "consumer_id", "version_id"],
    "ix_live_publication_contract_id_version_id": ["contract_id", "version_id"],
    "ix_live_publication_consumer_id_version_id": ["consumer_id", "version_id"],
    "ix_live_publication_live_content_id": ["live_content_id"],
    "ix_live_publication_workspace_id": ["workspace_id"],
}


def _cascading(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_live_publication_{column}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("live_publication")
    op.drop_table("live_content")
