"""The tables of live contracts. What evidence is kept under is a row of ``contract``, as it is for pacts."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary
from sqlmodel import Field

from contracthub.storage.table_columns import NEVER_AGAIN, BigId, Table, id_, key, moment, text_


class LiveContentRow(Table, table=True):
    """The exact bytes of a live contract, once per SHA-256."""

    __tablename__ = "live_content"
    __table_args__ = (Index("uq_live_content_workspace_id_sha", "workspace_id", "sha", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    sha: str = text_()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = moment()


class LivePublicationRow(Table, table=True):
    """A live contract that a consumer version published, once for each provider that it is about.

    Apart from ``publication``, so that what serves pacts never comes across one.
    """

    __tablename__ = "live_publication"
    __table_args__ = (
        Index("uq_live_publication_slot", "version_id", "kind", "name", "provider_id", unique=True),
        Index("ix_live_publication_pair", "provider_id", "consumer_id", "version_id"),
        Index("ix_live_publication_contract_id_version_id", "contract_id", "version_id"),
        Index("ix_live_publication_consumer_id_version_id", "consumer_id", "version_id"),
        Index("ix_live_publication_live_content_id", "live_content_id"),
        Index("ix_live_publication_workspace_id", "workspace_id"),
        NEVER_AGAIN,
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    consumer_id: int = key("pacticipant.id")
    version_id: int = key("version.id")
    provider_id: int = key("pacticipant.id")
    contract_id: int = key("contract.id")
    # No cascade: a content is removed when nothing refers to it, never the other way round.
    live_content_id: int = Field(sa_column=Column(BigId, ForeignKey("live_content.id"), nullable=False))
    kind: str = text_()
    name: str = text_()
    revision: int
    created_at: datetime = moment()
    updated_at: datetime = moment()
