"""The tables of what providers offer: documents of their versions, and the bytes of these."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, LargeBinary
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, BigId, Json, Table, id_, key, moment, text_


def _document(*, optional: bool = False) -> Any:
    # No cascade: bytes are removed when nothing refers to them, never the other way round.
    column = Column(BigId, ForeignKey("document.id"), nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


class DocumentRow(Table, table=True):
    """The exact bytes of a file, once per SHA-256 of them."""

    __tablename__ = "document"
    __table_args__ = (Index("uq_document_workspace_id_sha", "workspace_id", "sha", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    sha: str = text_()
    size: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = moment()


class ProviderContractRow(Table, table=True):
    """A document of a version of a provider.

    ``self_verification`` is what the build says of its own check, ``self_verification_document_id`` the bytes of its
    results.
    """

    __tablename__ = "provider_contract"
    __table_args__ = (
        Index("uq_provider_contract_version_id_name", "version_id", "name", unique=True),
        Index("ix_provider_contract_provider_id_version_id", "provider_id", "version_id"),
        Index("ix_provider_contract_workspace_id_subject", "workspace_id", "subject", "provider_id"),
        Index("ix_provider_contract_workspace_id_identity", "workspace_id", "identity"),
        Index("ix_provider_contract_self_verification_document_id", "self_verification_document_id"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    name: str = text_()
    format: str = text_()
    format_version: str | None = text_(optional=True)
    identity: str = text_()
    subject: str | None = text_(optional=True)
    topic: str | None = text_(optional=True)
    warnings: list[str] = Field(sa_column=Column(Json, nullable=False))
    self_verification: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    self_verification_document_id: int | None = _document(optional=True)
    revision: int
    created_at: datetime = moment()
    updated_at: datetime = moment()


class ProviderContractFileRow(Table, table=True):
    """A file of a document; one of them is the root, which refers to the others."""

    __tablename__ = "provider_contract_file"
    __table_args__ = (
        Index("uq_provider_contract_file_path", "provider_contract_id", "path", unique=True),
        Index("ix_provider_contract_file_document_id", "document_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_contract_id: int = key("provider_contract.id")
    path: str = text_()
    content_type: str = text_()
    is_root: bool
    document_id: int = _document()
