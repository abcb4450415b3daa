"""What a failed result failed of

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("verification", "latest_verification")


def upgrade() -> None:
    for table in _TABLES:
        # With a default, so that a hub of the release before goes on writing results.
        op.add_column(table, sa.Column("missing_state", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "missing_state")
