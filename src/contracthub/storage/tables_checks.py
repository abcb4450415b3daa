"""The table of full checks of documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from contracthub.storage.table_columns import Json, Table, id_, key, moment, text_


class DocumentCheckRow(Table, table=True):
    """A check of the files that ``document_key`` stands for, by one version of a tool.

    ``due_at`` is null when it is done; while ``lease_until`` lies ahead, somebody is at it. ``files`` names the bytes
    by their SHA-256, since a document lives as long as contracts refer to it and no longer.
    """

    __tablename__ = "document_check"
    __table_args__ = (
        Index("uq_document_check_document_key", "workspace_id", "document_key", "tool", "tool_version", unique=True),
        Index(
            "ix_document_check_due",
            "workspace_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    document_key: str = text_()
    format: str = text_()
    files: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    tool: str = text_()
    tool_version: str = text_()
    status: str = text_()
    reason: str | None = text_(optional=True)
    findings: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    left_out: int
    attempts: int
    due_at: datetime | None = moment(optional=True)
    lease_until: datetime | None = moment(optional=True)
    created_at: datetime = moment()
    checked_at: datetime | None = moment(optional=True)
