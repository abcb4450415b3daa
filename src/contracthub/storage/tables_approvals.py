"""The table of approvals."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Index
from sqlmodel import Field

from contracthub.storage.table_columns import Table, id_, key, moment, text_


class ApprovalRow(Table, table=True):
    """That somebody lets a change of a provider pass until a day."""

    __tablename__ = "approval"
    __table_args__ = (Index("uq_approval_provider_id_fingerprint", "provider_id", "fingerprint", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    fingerprint: str = text_()
    approved_by: str = text_()
    reason: str = text_()
    until: date = Field(sa_column=Column(Date, nullable=False))
    rule: str = text_()
    location: str = text_()
    message: str = text_()
    created_at: datetime = moment()
    updated_at: datetime = moment()
