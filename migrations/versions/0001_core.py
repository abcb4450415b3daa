"""The core: pacticipants, versions, environments, contracts, evidence

Revision: 0001
Revises:
"""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tables()
    seed()


def create_tables() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_index("uq_workspace_name", "workspace", ["name"], unique=True)
    op.create_table(
        "content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("served", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_content_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
    )
    op.create_index("uq_content_workspace_id_sha", "content", ["workspace_id", "sha"], unique=True)
    op.create_table(
        "environment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("production", sa.Boolean(), nullable=False),
        sa.Column(
            "contacts", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_environment_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment")),
    )
    op.create_index("uq_environment_uuid", "environment", ["uuid"], unique=True)
    op.create_index("uq_environment_workspace_id_name", "environment", ["workspace_id", "name"], unique=True)
    op.create_table(
        "pacticipant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("main_branch", sa.Text(), nullable=True),
        sa.Column("repository_url", sa.Text(), nullable=True),
        sa.Column("repository_name", sa.Text(), nullable=True),
        sa.Column("repository_namespace", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_pacticipant_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pacticipant")),
    )
    op.create_index("uq_pacticipant_workspace_id_name", "pacticipant", ["workspace_id", "name"], unique=True)
    op.create_table(
        "contract",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["pacticipant.id"], name=op.f("fk_contract_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_contract_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_contract_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index("ix_contract_provider_id", "contract", ["provider_id"], unique=False)
    op.create_index(
        "uq_contract_consumer_id_provider_id_identity",
        "contract",
        ["consumer_id", "provider_id", "identity"],
        unique=True,
    )
    op.create_table(
        "integration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["pacticipant.id"], name=op.f("fk_integration_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_integration_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_integration_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration")),
    )
    op.create_index("ix_integration_provider_id", "integration", ["provider_id"], unique=False)
    op.create_index("ix_integration_workspace_id", "integration", ["workspace_id"], unique=False)
    op.create_index(
        "uq_integration_consumer_id_provider_id", "integration", ["consumer_id", "provider_id"], unique=True
    )
    op.create_table(
        "label",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_label_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_label_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
    )
    op.create_index("ix_label_workspace_id_name", "label", ["workspace_id", "name"], unique=False)
    op.create_index("uq_label_pacticipant_id_name", "label", ["pacticipant_id", "name"], unique=True)
    op.create_table(
        "version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("build_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_version_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_version_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_version_pacticipant_id_id", "version", ["pacticipant_id", "id"], unique=False)
    op.create_index("ix_version_workspace_id", "version", ["workspace_id"], unique=False)
    op.create_index("uq_version_pacticipant_id_number", "version", ["pacticipant_id", "number"], unique=True)
    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["head_version_id"], ["version.id"], name=op.f("fk_branch_head_version_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_branch_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_branch_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
    )
    op.create_index("ix_branch_head_version_id", "branch", ["head_version_id"], unique=False)
    op.create_index("ix_branch_workspace_id", "branch", ["workspace_id"], unique=False)
    op.create_index("uq_branch_pacticipant_id_name", "branch", ["pacticipant_id", "name"], unique=True)
    op.create_table(
        "deployed_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_instance", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undeployed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environment.id"], name=op.f("fk_deployed_version_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_deployed_version_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_deployed_version_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_deployed_version_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployed_version")),
    )
    op.create_index(
        "ix_deployed_version_current",
        "deployed_version",
        ["pacticipant_id", "undeployed_at"],
        unique=False,
        sqlite_where=sa.text("undeployed_at IS NULL"),
        postgresql_where=sa.text("undeployed_at IS NULL"),
    )
    op.create_index(
        "ix_deployed_version_pacticipant_id_environment_id",
        "deployed_version",
        ["pacticipant_id", "environment_id"],
        unique=False,
    )
    op.create_index(
        "ix_deployed_version_version_id_environment_id",
        "deployed_version",
        ["version_id", "environment_id"],
        unique=False,
    )
    op.create_index(
        "uq_deployed_version_slot",
        "deployed_version",
        ["environment_id", "pacticipant_id", "application_instance"],
        unique=True,
        sqlite_where=sa.text("undeployed_at IS NULL"),
        postgresql_where=sa.text("undeployed_at IS NULL"),
    )
    op.create_index("uq_deployed_version_uuid", "deployed_version", ["uuid"], unique=True)
    op.create_table(
        "line_success",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_success_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_selected_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_line_success_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_line_success_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_line_success_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", "kind", "name", name=op.f("pk_line_success")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["pacticipant.id"], name=op.f("fk_publication_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_publication_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_publication_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_publication_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_publication_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_publication_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index("ix_publication_content_id", "publication", ["content_id"], unique=False)
    op.create_index("ix_publication_contract_id_version_id", "publication", ["contract_id", "version_id"], unique=False)
    op.create_index("ix_publication_pair", "publication", ["provider_id", "consumer_id", "version_id"], unique=False)
    op.create_index("ix_publication_workspace_id", "publication", ["workspace_id"], unique=False)
    op.create_index("uq_publication_version_id_provider_id", "publication", ["version_id", "provider_id"], unique=True)
    op.create_table(
        "released_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("environment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("support_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environment.id"], name=op.f("fk_released_version_environment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_released_version_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_released_version_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_released_version_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_version")),
    )
    op.create_index(
        "ix_released_version_current",
        "released_version",
        ["pacticipant_id", "support_ended_at"],
        unique=False,
        sqlite_where=sa.text("support_ended_at IS NULL"),
        postgresql_where=sa.text("support_ended_at IS NULL"),
    )
    op.create_index(
        "ix_released_version_pacticipant_id_environment_id",
        "released_version",
        ["pacticipant_id", "environment_id"],
        unique=False,
    )
    op.create_index(
        "ix_released_version_supported",
        "released_version",
        ["environment_id", "pacticipant_id"],
        unique=False,
        sqlite_where=sa.text("support_ended_at IS NULL"),
        postgresql_where=sa.text("support_ended_at IS NULL"),
    )
    op.create_index("uq_released_version_uuid", "released_version", ["uuid"], unique=True)
    op.create_index(
        "uq_released_version_version_id_environment_id",
        "released_version",
        ["version_id", "environment_id"],
        unique=True,
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pacticipant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pacticipant_id"], ["pacticipant.id"], name=op.f("fk_tag_pacticipant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_tag_version_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_tag_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
    )
    op.create_index(
        "ix_tag_pacticipant_id_name_version_id", "tag", ["pacticipant_id", "name", "version_id"], unique=False
    )
    op.create_index(
        "ix_tag_pacticipant_id_name_created_at", "tag", ["pacticipant_id", "name", "created_at"], unique=False
    )
    op.create_index("uq_tag_version_id_name", "tag", ["version_id", "name"], unique=True)
    op.create_table(
        "verification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consumer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("wip", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("build_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["pacticipant.id"], name=op.f("fk_verification_consumer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_verification_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_verification_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_verification_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_verification_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verification_contract_id_id", "verification", ["contract_id", "id"], unique=False)
    op.create_index("ix_verification_pair", "verification", ["provider_id", "consumer_id", "id"], unique=False)
    op.create_index("ix_verification_provider_version_id", "verification", ["provider_version_id"], unique=False)
    op.create_index(
        "ix_verification_success",
        "verification",
        ["contract_id"],
        unique=False,
        sqlite_where=sa.text("success = 1"),
        postgresql_where=sa.text("success"),
    )
    op.create_table(
        "branch_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_branch_version_branch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_branch_version_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_branch_version_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_version")),
    )
    op.create_index("ix_branch_version_version_id", "branch_version", ["version_id"], unique=False)
    op.create_index(
        "uq_branch_version_branch_id_version_id", "branch_version", ["branch_id", "version_id"], unique=True
    )
    op.create_table(
        "latest_verification",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_latest_verification_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["pacticipant.id"], name=op.f("fk_latest_verification_provider_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_version_id"],
            ["version.id"],
            name=op.f("fk_latest_verification_provider_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_latest_verification_verification_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_latest_verification_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", "provider_version_id", name=op.f("pk_latest_verification")),
    )
    op.create_index(
        "ix_latest_verification_provider_version_id", "latest_verification", ["provider_version_id"], unique=False
    )
    op.create_index("ix_latest_verification_verification_id", "latest_verification", ["verification_id"], unique=False)
    op.create_table(
        "verification_document",
        sa.Column("verification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_verification_document_verification_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_verification_document_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("verification_id", name=op.f("pk_verification_document")),
    )


def seed() -> None:
    """What a fresh hub has: the default workspace with the two environments that the Pact Broker starts with."""
    now = datetime.now(UTC)
    workspace = sa.table("workspace", sa.column("id"), sa.column("name"), sa.column("created_at", sa.DateTime(True)))
    op.bulk_insert(workspace, [{"name": "default", "created_at": now}])
    (home,) = op.get_bind().execute(sa.select(workspace.c.id)).one()
    moments = [sa.column(name, sa.DateTime(True)) for name in ("created_at", "updated_at")]
    names = [sa.column(name) for name in ("workspace_id", "uuid", "name", "display_name", "production")]
    rows = [("test", "Test", False), ("production", "Production", True)]
    op.bulk_insert(
        sa.table("environment", *names, *moments),
        [
            {
                "workspace_id": home,
                "uuid": str(uuid.uuid4()),
                "name": name,
                "display_name": title,
                "production": production,
                "created_at": now,
                "updated_at": now,
            }
            for name, title, production in rows
        ],
    )


def downgrade() -> None:
    op.drop_table("verification_document")
    op.drop_index("ix_latest_verification_verification_id", table_name="latest_verification")
    op.drop_index("ix_latest_verification_provider_version_id", table_name="latest_verification")
    op.drop_table("latest_verification")
    op.drop_index("uq_branch_version_branch_id_version_id", table_name="branch_version")
    op.drop_index("ix_branch_version_version_id", table_name="branch_version")
    op.drop_table("branch_version")
    op.drop_index("ix_verification_success", table_name="verification")
    op.drop_index("ix_verification_provider_version_id", table_name="verification")
    op.drop_index("ix_verification_pair", table_name="verification")
    op.drop_index("ix_verification_contract_id_id", table_name="verification")
    op.drop_table("verification")
    op.drop_index("uq_tag_version_id_name", table_name="tag")
    op.drop_index("ix_tag_pacticipant_id_name_created_at", table_name="tag")
    op.drop_index("ix_tag_pacticipant_id_name_version_id", table_name="tag")
    op.drop_table("tag")
    op.drop_index("uq_released_version_version_id_environment_id", table_name="released_version")
    op.drop_index("uq_released_version_uuid", table_name="released_version")
    op.drop_index(
        "ix_released_version_supported",
        table_name="released_version",
        sqlite_where=sa.text("support_ended_at IS NULL"),
        postgresql_where=sa.text("support_ended_at IS NULL"),
    )
    op.drop_index("ix_released_version_pacticipant_id_environment_id", table_name="released_version")
    op.drop_index("ix_released_version_current", table_name="released_version")
    op.drop_table("released_version")
    op.drop_index("uq_publication_version_id_provider_id", table_name="publication")
    op.drop_index("ix_publication_workspace_id", table_name="publication")
    op.drop_index("ix_publication_pair", table_name="publication")
    op.drop_index("ix_publication_contract_id_version_id", table_name="publication")
    op.drop_index("ix_publication_content_id", table_name="publication")
    op.drop_table("publication")
    op.drop_table("line_success")
    op.drop_index("uq_deployed_version_uuid", table_name="deployed_version")
    op.drop_index(
        "uq_deployed_version_slot",
        table_name="deployed_version",
        sqlite_where=sa.text("undeployed_at IS NULL"),
        postgresql_where=sa.text("undeployed_at IS NULL"),
    )
    op.drop_index("ix_deployed_version_version_id_environment_id", table_name="deployed_version")
    op.drop_index("ix_deployed_version_pacticipant_id_environment_id", table_name="deployed_version")
    op.drop_index("ix_deployed_version_current", table_name="deployed_version")
    op.drop_table("deployed_version")
    op.drop_index("uq_branch_pacticipant_id_name", table_name="branch")
    op.drop_index("ix_branch_workspace_id", table_name="branch")
    op.drop_index("ix_branch_head_version_id", table_name="branch")
    op.drop_table("branch")
    op.drop_index("uq_version_pacticipant_id_number", table_name="version")
    op.drop_index("ix_version_workspace_id", table_name="version")
    op.drop_index("ix_version_pacticipant_id_id", table_name="version")
    op.drop_table("version")
    op.drop_index("uq_label_pacticipant_id_name", table_name="label")
    op.drop_index("ix_label_workspace_id_name", table_name="label")
    op.drop_table("label")
    op.drop_index("uq_integration_consumer_id_provider_id", table_name="integration")
    op.drop_index("ix_integration_workspace_id", table_name="integration")
    op.drop_index("ix_integration_provider_id", table_name="integration")
    op.drop_table("integration")
    op.drop_index("uq_contract_consumer_id_provider_id_identity", table_name="contract")
    op.drop_index("ix_contract_provider_id", table_name="contract")
    op.drop_table("contract")
    op.drop_index("uq_pacticipant_workspace_id_name", table_name="pacticipant")
    op.drop_table("pacticipant")
    op.drop_index("uq_environment_workspace_id_name", table_name="environment")
    op.drop_index("uq_environment_uuid", table_name="environment")
    op.drop_table("environment")
    op.drop_index("uq_content_workspace_id_sha", table_name="content")
    op.drop_table("content")
    op.drop_index("uq_workspace_name", table_name="workspace")
    op.drop_table("workspace")
