"""The tables of waivers and gate policies."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Index
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, Json, Table, id_, key, moment, text_


class WaiverRow(Table, table=True):
    """That somebody lets a pair or a change pass until a day; ``null`` stands for any."""

    __tablename__ = "waiver"
    __table_args__ = (
        Index("ix_waiver_provider_id_until", "provider_id", "until"),
        Index("ix_waiver_workspace_id_id", "workspace_id", "id"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_id: int = key("pacticipant.id")
    provider_version: str | None = text_(optional=True)
    consumer: str | None = text_(optional=True)
    consumer_version: str | None = text_(optional=True)
    environment: str | None = text_(optional=True)
    contract: str | None = text_(optional=True)
    rule: str | None = text_(optional=True)
    path: str | None = text_(optional=True)
    waived_by: str = text_()
    reason: str = text_()
    until: date = Field(sa_column=Column(Date, nullable=False))
    created_at: datetime = moment()
    withdrawn_at: datetime | None = moment(optional=True)
    withdrawn_by: str | None = text_(optional=True)


class GatePolicyRow(Table, table=True):
    """Which evidence is enough in an environment; the name is empty where it is about the whole workspace."""

    __tablename__ = "gate_policy"
    __table_args__ = (Index("uq_gate_policy_workspace_id_environment", "workspace_id", "environment", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    environment: str = text_()
    accepts: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = moment()
    updated_at: datetime = moment()
