"""The tables. Rows never leave storage: repositories turn them into values of the domain.

Every table hangs on a workspace. Primary keys grow with creation, so the order of versions (by creation, not by number)
is the order of their keys, whatever the clock does. Unique keys decide every race between writers.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Text, false, text
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, BigId, Json, Table, id_, key, moment, text_


def _missing_state() -> Any:
    column = Column(Boolean, nullable=False, server_default=false())
    return Field(default=False, sa_column=column)


class WorkspaceRow(Table, table=True):
    """Holds everything; one row, ``default``, until workspaces can be created."""

    __tablename__ = "workspace"
    __table_args__ = (Index("uq_workspace_name", "name", unique=True),)
    id: int | None = id_()
    name: str = text_()
    contract_identity: str = Field(default="stable", sa_column=Column(Text, nullable=False, server_default="stable"))
    created_at: datetime = moment()


class PacticipantRow(Table, table=True):
    """An application that takes part in contracts."""

    __tablename__ = "pacticipant"
    __table_args__ = (Index("uq_pacticipant_workspace_id_name", "workspace_id", "name", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    name: str = text_()
    display_name: str = text_()
    main_branch: str | None = text_(optional=True)
    repository_url: str | None = text_(optional=True)
    repository_name: str | None = text_(optional=True)
    repository_namespace: str | None = text_(optional=True)
    created_at: datetime = moment()
    updated_at: datetime = moment()


class LabelRow(Table, table=True):
    """A word that groups pacticipants."""

    __tablename__ = "label"
    __table_args__ = (
        Index("uq_label_pacticipant_id_name", "pacticipant_id", "name", unique=True),
        Index("ix_label_workspace_id_name", "workspace_id", "name"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    pacticipant_id: int = key("pacticipant.id")
    name: str = text_()
    created_at: datetime = moment()


class VersionRow(Table, table=True):
    """One build of a pacticipant."""

    __tablename__ = "version"
    __table_args__ = (
        Index("uq_version_pacticipant_id_number", "pacticipant_id", "number", unique=True),
        Index("ix_version_pacticipant_id_id", "pacticipant_id", "id"),
        Index("ix_version_workspace_id", "workspace_id"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    pacticipant_id: int = key("pacticipant.id")
    number: str = text_()
    build_url: str | None = text_(optional=True)
    created_at: datetime = moment()
    updated_at: datetime = moment()


class BranchRow(Table, table=True):
    """A branch, with the version that was added to it last as its head."""

    __tablename__ = "branch"
    __table_args__ = (
        Index("uq_branch_pacticipant_id_name", "pacticipant_id", "name", unique=True),
        Index("ix_branch_head_version_id", "head_version_id"),
        Index("ix_branch_workspace_id", "workspace_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    pacticipant_id: int = key("pacticipant.id")
    name: str = text_()
    head_version_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("version.id", ondelete="SET NULL"), nullable=True)
    )
    created_at: datetime = moment()


class BranchVersionRow(Table, table=True):
    """A version's place on a branch."""

    __tablename__ = "branch_version"
    __table_args__ = (
        Index("uq_branch_version_branch_id_version_id", "branch_id", "version_id", unique=True),
        Index("ix_branch_version_version_id", "version_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    branch_id: int = key("branch.id")
    version_id: int = key("version.id")
    created_at: datetime = moment()


class TagRow(Table, table=True):
    """A word on a version."""

    __tablename__ = "tag"
    __table_args__ = (
        Index("uq_tag_version_id_name", "version_id", "name", unique=True),
        Index("ix_tag_pacticipant_id_name_version_id", "pacticipant_id", "name", "version_id"),
        # When a tag was first used decides what is pending for it.
        Index("ix_tag_pacticipant_id_name_created_at", "pacticipant_id", "name", "created_at"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    pacticipant_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    name: str = text_()
    created_at: datetime = moment()


class EnvironmentRow(Table, table=True):
    """A place where versions live."""

    __tablename__ = "environment"
    __table_args__ = (
        Index("uq_environment_workspace_id_name", "workspace_id", "name", unique=True),
        Index("uq_environment_uuid", "uuid", unique=True),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    uuid: str = text_()
    name: str = text_()
    display_name: str = text_()
    production: bool
    contacts: list[Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    created_at: datetime = moment()
    updated_at: datetime = moment()


class DeployedVersionRow(Table, table=True):
    """A version in an environment, in one application instance; ``''`` stands for "no instance".

    A slot holds one version at a time: the partial unique index decides between two deployments at once.
    """

    __tablename__ = "deployed_version"
    __table_args__ = (
        Index("uq_deployed_version_uuid", "uuid", unique=True),
        Index(
            "uq_deployed_version_slot",
            "environment_id",
            "pacticipant_id",
            "application_instance",
            unique=True,
            sqlite_where=text("undeployed_at IS NULL"),
            postgresql_where=text("undeployed_at IS NULL"),
        ),
        Index("ix_deployed_version_version_id_environment_id", "version_id", "environment_id"),
        Index("ix_deployed_version_pacticipant_id_environment_id", "pacticipant_id", "environment_id"),
        # The moment is always null here. Named, it makes SQLite take this index and not a whole one.
        Index(
            "ix_deployed_version_current",
            "pacticipant_id",
            "undeployed_at",
            sqlite_where=text("undeployed_at IS NULL"),
            postgresql_where=text("undeployed_at IS NULL"),
        ),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    uuid: str = text_()
    version_id: int = key("version.id")
    pacticipant_id: int = key("pacticipant.id")
    environment_id: int = key("environment.id")
    application_instance: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: datetime = moment()
    undeployed_at: datetime | None = moment(optional=True)


class ReleasedVersionRow(Table, table=True):
    """A version that was released in an environment and is supported until its support ends."""

    __tablename__ = "released_version"
    __table_args__ = (
        Index("uq_released_version_uuid", "uuid", unique=True),
        Index("uq_released_version_version_id_environment_id", "version_id", "environment_id", unique=True),
        Index(
            "ix_released_version_supported",
            "environment_id",
            "pacticipant_id",
            sqlite_where=text("support_ended_at IS NULL"),
            postgresql_where=text("support_ended_at IS NULL"),
        ),
        Index(
            "ix_released_version_current",
            "pacticipant_id",
            "support_ended_at",
            sqlite_where=text("support_ended_at IS NULL"),
            postgresql_where=text("support_ended_at IS NULL"),
        ),
        Index("ix_released_version_pacticipant_id_environment_id", "pacticipant_id", "environment_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    uuid: str = text_()
    version_id: int = key("version.id")
    pacticipant_id: int = key("pacticipant.id")
    environment_id: int = key("environment.id")
    created_at: datetime = moment()
    support_ended_at: datetime | None = moment(optional=True)


class ContentRow(Table, table=True):
    """The exact bytes of a document, once per sha (SHA-256 of the bytes).

    ``served`` is the same document with an ``_id`` in every interaction, made once at publication because every
    verification reads it.
    """

    __tablename__ = "content"
    __table_args__ = (Index("uq_content_workspace_id_sha", "workspace_id", "sha", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    sha: str = text_()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    served: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = moment()


class IntegrationRow(Table, table=True):
    """A consumer with a provider."""

    __tablename__ = "integration"
    __table_args__ = (
        Index("uq_integration_consumer_id_provider_id", "consumer_id", "provider_id", unique=True),
        Index("ix_integration_provider_id", "provider_id"),
        Index("ix_integration_workspace_id", "workspace_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    consumer_id: int = key("pacticipant.id")
    provider_id: int = key("pacticipant.id")
    created_at: datetime = moment()


class ContractRow(Table, table=True):
    """A contract by its identity: what evidence is kept under, across all publications of it."""

    __tablename__ = "contract"
    __table_args__ = (
        Index("uq_contract_consumer_id_provider_id_identity", "consumer_id", "provider_id", "identity", unique=True),
        Index("ix_contract_provider_id", "provider_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    consumer_id: int = key("pacticipant.id")
    provider_id: int = key("pacticipant.id")
    identity: str = text_()
    kind: str = text_()
    created_at: datetime = moment()


class ContractIdentityRow(Table, table=True):
    """The rule that a contract's identity came of, and the content that stands for it: the first one published.

    A contract without this row is older than the table: told apart by the Pact Broker's rule.
    """

    __tablename__ = "contract_identity"
    __table_args__ = (Index("ix_contract_identity_content_id", "content_id"),)
    contract_id: int = key("contract.id", primary=True)
    workspace_id: int = key("workspace.id")
    content_id: int = key("content.id")
    rule: str = text_()


class PublicationRow(Table, table=True):
    """One act of publishing a contract for a consumer version."""

    __tablename__ = "publication"
    __table_args__ = (
        Index("uq_publication_version_id_provider_id", "version_id", "provider_id", unique=True),
        Index("ix_publication_pair", "provider_id", "consumer_id", "version_id"),
        Index("ix_publication_contract_id_version_id", "contract_id", "version_id"),
        Index("ix_publication_content_id", "content_id"),
        Index("ix_publication_workspace_id", "workspace_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    consumer_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    provider_id: int = key("pacticipant.id")
    contract_id: int = key("contract.id")
    content_id: int = key("content.id")
    revision: int = 1
    created_at: datetime = moment()
    updated_at: datetime = moment()


class VerificationRow(Table, table=True):
    """Evidence that was replayed: how one provider version met one contract. The key is the result's public number."""

    __tablename__ = "verification"
    __table_args__ = (
        Index("ix_verification_contract_id_id", "contract_id", "id"),
        Index("ix_verification_provider_version_id", "provider_version_id"),
        Index("ix_verification_pair", "provider_id", "consumer_id", "id"),
        # "Has it ever succeeded?" must not read past a history of failures.
        Index(
            "ix_verification_success",
            "contract_id",
            sqlite_where=text("success = 1"),
            postgresql_where=text("success"),
        ),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    contract_id: int = key("contract.id")
    consumer_id: int = key("pacticipant.id")
    provider_id: int = key("pacticipant.id")
    provider_version_id: int = key("version.id")
    success: bool
    missing_state: bool = _missing_state()
    wip: bool = False
    pending: bool = False
    build_url: str | None = text_(optional=True)
    created_at: datetime = moment()


class VerificationDocumentRow(Table, table=True):
    """What a verifier sent with its result, interaction by interaction. Apart, so that the gate never reads past it."""

    __tablename__ = "verification_document"
    verification_id: int = key("verification.id", primary=True)
    workspace_id: int = key("workspace.id")
    document: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LatestVerificationRow(Table, table=True):
    """The newest result for a contract and a provider version, folded on write: what the gate reads."""

    __tablename__ = "latest_verification"
    __table_args__ = (
        Index("ix_latest_verification_provider_version_id", "provider_version_id"),
        Index("ix_latest_verification_verification_id", "verification_id"),
    )
    contract_id: int = key("contract.id", primary=True)
    provider_version_id: int = key("version.id", primary=True)
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    verification_id: int = key("verification.id")
    success: bool
    missing_state: bool = _missing_state()
    verified_at: datetime = moment()


class LineSuccessRow(Table, table=True):
    """When a contract was first verified successfully by a line of its provider, folded on write.

    A line is a branch or a tag of the provider. Whether a pact is pending or work in progress for a line is answered
    from here, without reading the history of results.
    """

    __tablename__ = "line_success"
    contract_id: int = key("contract.id", primary=True)
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    first_success_at: datetime = moment()
    first_selected_success_at: datetime | None = moment(optional=True)
    last_success_at: datetime = moment()
