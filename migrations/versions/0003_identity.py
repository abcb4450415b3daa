"""How a workspace tells contracts apart

Identities that are there came of the Pact Broker's rule; a contract without a row of its own here is one of those.

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, so that a hub of the release before goes on making workspaces.
    op.add_column("workspace", sa.Column("contract_identity", sa.Text(), nullable=False, server_default="stable"))
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "contract_identity",
        sa.Column("contract_id", key, nullable=False),
        sa.Column("workspace_id", key, nullable=False),
        sa.Column("content_id", key, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_identity_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_contract_identity_workspace_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_contract_identity_content_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract_identity")),
    )
    op.create_index("ix_contract_identity_content_id", "contract_identity", ["content_id"])


def downgrade() -> None:
    op.drop_index("ix_contract_identity_content_id", table_name="contract_identity")
    op.drop_table("contract_identity")
    op.drop_column("workspace", "contract_identity")
