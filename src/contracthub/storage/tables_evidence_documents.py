"""The table of run reports."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, Table, id_, key, moment, text_


class EvidenceDocumentRow(Table, table=True):
    """A run report of a provider's version; what lists tell of it stands beside its bytes.

    ``fuzzed`` is how its fuzz run went, ``null`` where it had none or one that found nothing out.
    """

    __tablename__ = "evidence_document"
    __table_args__ = (
        Index("uq_evidence_document_version_id_sha", "version_id", "sha", unique=True),
        Index("ix_evidence_document_version_id_id", "version_id", "id"),
        Index("ix_evidence_document_version_id_fuzzed_started_at", "version_id", "fuzzed", "started_at"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    version_id: int = key("version.id")
    sha: str = text_()
    size: int
    outcome: str = text_()
    suites: str = text_()
    checks: int
    failed: int
    started_at: datetime = moment()
    created_at: datetime = moment()
    fuzzed: bool | None = None
    fuzzed_by: str | None = text_(optional=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
