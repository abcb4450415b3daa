"""The table of rule packs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from contracthub.storage.table_columns import Json, Table, id_, key, moment

_WHOLE = text("provider_id IS NULL")


class RulePacksRow(Table, table=True):
    """Which rules a provider is held against; without a provider, all that say nothing else."""

    __tablename__ = "rule_packs"
    __table_args__ = (
        Index("uq_rule_packs_workspace_id_provider_id", "workspace_id", "provider_id", unique=True),
        Index("uq_rule_packs_workspace_id", "workspace_id", unique=True, sqlite_where=_WHOLE, postgresql_where=_WHOLE),
        Index("ix_rule_packs_provider_id", "provider_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_id: int | None = key("pacticipant.id", optional=True)
    settings: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = moment()
    updated_at: datetime = moment()
