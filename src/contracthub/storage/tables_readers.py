"""The tables of what consumers read topics with, what providers write, and how the two compare."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Text
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, BigId, Json, Table, id_, key, moment, text_


def _schema() -> Any:
    # No cascade: a schema is removed when nothing refers to it, never the other way round.
    return Field(sa_column=Column(BigId, ForeignKey("event_schema.id"), nullable=False))


class EventSchemaRow(Table, table=True):
    """A schema of events with the schemas that it refers to, once per SHA-256 of all that."""

    __tablename__ = "event_schema"
    __table_args__ = (Index("uq_event_schema_workspace_id_sha", "workspace_id", "sha", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    sha: str = text_()
    type: str = text_()
    name: str = text_()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    references: list[dict[str, str]] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = moment()


class ReaderSchemaRow(Table, table=True):
    """The schema with which a version of a consumer reads a subject.

    ``provider_id`` is the only writer that counts, where the consumer names one.
    """

    __tablename__ = "reader_schema"
    __table_args__ = (
        Index("uq_reader_schema_version_id_subject", "version_id", "subject", unique=True),
        Index("ix_reader_schema_consumer_id_subject", "consumer_id", "subject", "version_id"),
        Index("ix_reader_schema_workspace_id_subject", "workspace_id", "subject", "version_id"),
        Index("ix_reader_schema_provider_id", "provider_id"),
        Index("ix_reader_schema_event_schema_id", "event_schema_id"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    consumer_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    subject: str = text_()
    topic: str | None = text_(optional=True)
    part: str = text_()
    provider_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("pacticipant.id", ondelete="SET NULL"), nullable=True)
    )
    event_schema_id: int = _schema()
    revision: int
    created_at: datetime = moment()
    updated_at: datetime = moment()


class WrittenSchemaRow(Table, table=True):
    """A schema with which a version of a provider writes a subject: one of those in a provider contract.

    A document may have several for a subject: then all of them are written.
    """

    __tablename__ = "written_schema"
    __table_args__ = (
        Index(
            "uq_written_schema_provider_contract_id_subject",
            "provider_contract_id",
            "subject",
            "event_schema_id",
            unique=True,
        ),
        Index("ix_written_schema_version_id_subject", "version_id", "subject"),
        Index("ix_written_schema_provider_id_subject", "provider_id", "subject", "version_id"),
        Index("ix_written_schema_workspace_id_subject", "workspace_id", "subject", "version_id"),
        Index("ix_written_schema_event_schema_id", "event_schema_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    provider_contract_id: int = key("provider_contract.id")
    provider_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    subject: str = text_()
    topic: str | None = text_(optional=True)
    event_schema_id: int = _schema()
    created_at: datetime = moment()


class TopicPartyRow(Table, table=True):
    """Who has ever read a subject, or been taken for its writer: folded, so that the gate need not look at history.

    A row says "perhaps"; whether it is still so is looked up.
    """

    __tablename__ = "topic_party"
    __table_args__ = (
        Index(
            "uq_topic_party_workspace_id_subject", "workspace_id", "subject", "writes", "pacticipant_id", unique=True
        ),
        Index("ix_topic_party_pacticipant_id", "pacticipant_id", "writes"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    subject: str = text_()
    writes: bool = Field(sa_column=Column(Boolean, nullable=False))
    pacticipant_id: int = key("pacticipant.id")


class ComparisonRow(Table, table=True):
    """How what a consumer needs compares with what a provider offers, once per pair of their contents.

    ``engine`` is the version of the rules by which they were compared.
    """

    __tablename__ = "comparison"
    __table_args__ = (
        Index(
            "uq_comparison_workspace_id_kind_identities",
            "workspace_id",
            "kind",
            "consumer_identity",
            "provider_identity",
            unique=True,
        ),
        Index("ix_comparison_workspace_id_provider_identity", "workspace_id", "provider_identity"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    kind: str = text_()
    consumer_identity: str = text_()
    provider_identity: str = text_()
    compatible: bool
    findings: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    engine: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    created_at: datetime = moment()


class ReadersCheckRow(Table, table=True):
    """Of a subject in the schema registry: the environments whose readers have to read what is registered."""

    __tablename__ = "readers_check"
    __table_args__ = (Index("uq_readers_check_workspace_id_subject", "workspace_id", "subject", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    subject: str = text_()
    environments: list[str] = Field(sa_column=Column(Json, nullable=False))
    updated_at: datetime = moment()
