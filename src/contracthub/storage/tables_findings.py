"""The tables of findings and of what became of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index
from sqlmodel import Field

from contracthub.storage.table_columns import Json, Table, id_, key, moment, text_


def _day() -> Any:
    return Field(default=None, sa_column=Column(Date, nullable=True))


class FindingRow(Table, table=True):
    """A fault of a provider, once per fingerprint, as a run has seen it last.

    ``request`` is JSON as text: a database's own kind of JSON would write numbers and the order of members anew.
    ``seen_order`` and ``fixed_order`` are keys of versions. They refer to none: what a version has shown stays true
    when the version is removed.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index("uq_finding_provider_id_fingerprint", "provider_id", "fingerprint", unique=True),
        Index("uq_finding_provider_id_number", "provider_id", "number", unique=True),
        Index("ix_finding_provider_id_operation", "provider_id", "operation"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    number: int
    fingerprint: str = text_()
    state: str = text_()
    branch: str | None = text_(optional=True)
    operation: str = text_()
    check_name: str = text_()
    code: str = text_()
    title: str = text_()
    message: str = text_()
    curl: str = text_()
    status_code: int | None = None
    consumers: list[str] = Field(sa_column=Column(Json, nullable=False))
    request: str | None = text_(optional=True)
    owner: str = text_()
    reason: str = text_()
    accepted_until: date | None = _day()
    first_seen_version: str = text_()
    first_seen_at: datetime = moment()
    last_seen_version: str = text_()
    last_seen_at: datetime = moment()
    seen_order: int = Field(sa_column=Column(BigInteger, nullable=False))
    fixed_version: str = text_()
    fixed_at: datetime | None = moment(optional=True)
    fixed_order: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class FindingStateRow(Table, table=True):
    """A state that a finding got: when, by which version of the provider, or by whom."""

    __tablename__ = "finding_state"
    __table_args__ = (Index("ix_finding_state_finding_id", "finding_id", "id"),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    finding_id: int = key("finding.id")
    state: str = text_()
    version: str = text_()
    changed_by: str = text_()
    owner: str = text_()
    reason: str = text_()
    until: date | None = _day()
    created_at: datetime = moment()
