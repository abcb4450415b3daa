"""The gate over everything: waivers, gate policies, and the rules by which documents were compared

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    # An older replica that is still running writes comparisons without saying by which rules: they count as outdated.
    op.add_column("comparison", sa.Column("engine", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "waiver",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _SCOPE),
        sa.Column("waived_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_waiver_workspace_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_waiver_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waiver_provider_id_until", "waiver", ["provider_id", "until"])
    op.create_index("ix_waiver_workspace_id_id", "waiver", ["workspace_id", "id"])
    op.create_table(
        "gate_policy",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("accepts", _JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_gate_policy_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_policy")),
    )
    slot = ["workspace_id", "environment"]
    op.create_index("uq_gate_policy_workspace_id_environment", "gate_policy", slot, unique=True)
    op.add_column("evidence_document", sa.Column("fuzzed", sa.Boolean(), nullable=True))
    op.add_column("evidence_document", sa.Column("fuzzed_by", sa.Text(), nullable=True))
    # Of the reports that there are, only those tell how a fuzz run went that were about nothing else.
    op.execute(
        "UPDATE evidence_document SET fuzzed = (outcome = 'verified') "
        "WHERE suites IN ('fuzz', 'graphql', 'graphql fuzz') AND outcome IN ('verified', 'failed')"
    )
    op.create_index(_FUZZED, "evidence_document", ["version_id", "fuzzed", "started_at"])
    # By this, what came out for documents that are gone is found.
    op.create_index(_OFFERED, "comparison", ["workspace_id", "provider_identity"])


_FUZZED = "ix_evidence_document_version_id_fuzzed_started_at"
_OFFERED = "ix_comparison_workspace_id_provider_identity"
_SCOPE = ("provider_version", "consumer", "consumer_version", "environment", "contract", "rule", "path")


def downgrade() -> None:
    op.drop_index(_OFFERED, "comparison")
    op.drop_index(_FUZZED, "evidence_document")
    op.drop_column("evidence_document", "fuzzed_by")
    op.drop_column("evidence_document", "fuzzed")
    op.drop_table("gate_policy")
    op.drop_table("waiver")
    op.drop_column("comparison", "engine")
