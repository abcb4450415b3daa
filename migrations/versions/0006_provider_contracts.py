"""What providers offer: documents of their versions, and the bytes of these, once per sha

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_document_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("uq_document_workspace_id_sha", "document", ["workspace_id", "sha"], unique=True)
    op.create_table(
        "provider_contract",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("format_version", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column(
            "warnings", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "self_verification",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("self_verification_document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_provider_contract_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["self_verification_document_id"],
            ["document.id"],
            name=op.f("fk_provider_contract_self_verification_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_provider_contract_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_provider_contract_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_contract")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_provider_contract_provider_id_version_id", "provider_contract", ["provider_id", "version_id"], unique=False
    )
    op.create_index(
        "ix_provider_contract_self_verification_document_id",
        "provider_contract",
        ["self_verification_document_id"],
        unique=False,
    )
    op.create_index(
        "ix_provider_contract_workspace_id_identity", "provider_contract", ["workspace_id", "identity"], unique=False
    )
    op.create_index(
        "ix_provider_contract_workspace_id_subject",
        "provider_contract",
        ["workspace_id", "subject", "provider_id"],
        unique=False,
    )
    op.create_index("uq_provider_contract_version_id_name", "provider_contract", ["version_id", "name"], unique=True)
    op.create_table(
        "provider_contract_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("is_root", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_provider_contract_file_document_id")),
        sa.ForeignKeyConstraint(
            ["provider_contract_id"],
            ["provider_contract.id"],
            name=op.f("fk_provider_contract_file_provider_contract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_provider_contract_file_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_contract_file")),
    )
    op.create_index("ix_provider_contract_file_document_id", "provider_contract_file", ["document_id"], unique=False)
    op.create_index(
        "uq_provider_contract_file_path", "provider_contract_file", ["provider_contract_id", "path"], unique=True
    )


def downgrade() -> None:
    op.drop_table("provider_contract_file")
    op.drop_table("provider_contract")
    op.drop_table("document")
