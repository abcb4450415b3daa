"""Which rule packs a workspace or a provider switches on

Revision: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
_WHOLE = "provider_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "rule_packs",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=True),
        sa.Column("settings", _JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_rule_packs_workspace_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_rule_packs_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_packs")),
    )
    slot = ["workspace_id", "provider_id"]
    op.create_index("uq_rule_packs_workspace_id_provider_id", "rule_packs", slot, unique=True)
    op.create_index(
        "uq_rule_packs_workspace_id",
        "rule_packs",
        ["workspace_id"],
        unique=True,
        sqlite_where=sa.text(_WHOLE),
        postgresql_where=sa.text(_WHOLE),
    )
    op.create_index("ix_rule_packs_provider_id", "rule_packs", ["provider_id"])


def downgrade() -> None:
    op.drop_table("rule_packs")
