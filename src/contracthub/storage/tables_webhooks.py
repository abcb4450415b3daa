"""The tables of webhooks: definitions, the events that triggered them, and each attempt at delivering them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, text
from sqlmodel import Field

from contracthub.storage.table_columns import BigId, Json, Table, id_, key, moment, text_


class WebhookRow(Table, table=True):
    """A webhook. Consumer and provider are each named, given by label, or left open."""

    __tablename__ = "webhook"
    __table_args__ = (
        Index("uq_webhook_workspace_id_uuid", "workspace_id", "uuid", unique=True),
        Index("ix_webhook_consumer_id", "consumer_id"),
        # Every publication asks for those of its pairs, by name or open.
        Index("ix_webhook_parties", "workspace_id", "consumer_id", "provider_id"),
        Index("ix_webhook_provider_id", "provider_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    uuid: str = text_()
    description: str | None = text_(optional=True)
    consumer_id: int | None = key("pacticipant.id", optional=True)
    consumer_label: str | None = text_(optional=True)
    provider_id: int | None = key("pacticipant.id", optional=True)
    provider_label: str | None = text_(optional=True)
    enabled: bool = True
    events: list[str] = Field(sa_column=Column(Json, nullable=False))
    request: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    secret: str | None = text_(optional=True)
    preset: str | None = text_(optional=True)
    settings: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    created_at: datetime = moment()
    updated_at: datetime = moment()


class TriggeredWebhookRow(Table, table=True):
    """An event that a webhook applied to, written with its cause; it outlives the webhook.

    ``next_attempt_at`` is null when nothing is due; while ``lease_until`` lies ahead, somebody is delivering it.
    """

    __tablename__ = "triggered_webhook"
    __table_args__ = (
        Index("uq_triggered_webhook_uuid", "uuid", unique=True),
        Index(
            "ix_triggered_webhook_due",
            "workspace_id",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index("ix_triggered_webhook_webhook_id", "webhook_id"),
        Index("ix_triggered_webhook_consumer_version_id", "consumer_version_id"),
        Index("ix_triggered_webhook_verification_id", "verification_id"),
        Index("ix_triggered_webhook_publication_id", "publication_id"),
        Index("ix_triggered_webhook_pair", "consumer_id", "provider_id", "id"),
        Index("ix_triggered_webhook_provider_id", "provider_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    uuid: str = text_()
    webhook_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("webhook.id", ondelete="SET NULL"), nullable=True)
    )
    webhook_uuid: str = text_()
    event_name: str = text_()
    trigger_type: str = text_()
    consumer_id: int | None = key("pacticipant.id", optional=True)
    provider_id: int | None = key("pacticipant.id", optional=True)
    publication_id: int | None = key("publication.id", optional=True)
    consumer_version_id: int | None = key("version.id", optional=True)
    verification_id: int | None = key("verification.id", optional=True)
    status: str = text_()
    attempts_made: int = 0
    max_attempts: int
    next_attempt_at: datetime | None = moment(optional=True)
    lease_until: datetime | None = moment(optional=True)
    parameters: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    request: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = moment()


class WebhookExecutionRow(Table, table=True):
    """One attempt, and what was sent and answered, without secrets."""

    __tablename__ = "webhook_execution"
    __table_args__ = (Index("ix_webhook_execution_triggered_webhook_id", "triggered_webhook_id", "id"),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    triggered_webhook_id: int = key("triggered_webhook.id")
    success: bool
    log: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = moment()
