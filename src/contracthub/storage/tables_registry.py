"""The tables of the schema registry: contexts, subjects, schemas with their ids, versions, and who refers to what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Text, text
from sqlmodel import Field

from contracthub.storage.table_columns import Table, id_, key, moment, text_

# Subjects are listed and searched in the order of their code points, whatever the database's language is.
Name = Text().with_variant(Text(collation="C"), "postgresql")


def _name() -> Any:
    return Field(sa_column=Column(Name, nullable=False))


class RegistryContextRow(Table, table=True):
    """A space of subjects with ids of its own. ``config`` and ``mode`` hold for all of its subjects."""

    __tablename__ = "registry_context"
    __table_args__ = (Index("uq_registry_context_workspace_id_name", "workspace_id", "name", unique=True),)
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    name: str = _name()
    is_listed: bool = True
    config: str | None = text_(optional=True)
    mode: str | None = text_(optional=True)
    created_at: datetime = moment()


class RegistrySubjectRow(Table, table=True):
    """A subject, from the first time that something is said of it. It stays when all its versions are gone.

    ``revision`` grows with every change of its versions; what was decided of an older one is decided anew.
    """

    __tablename__ = "registry_subject"
    __table_args__ = (
        Index("uq_registry_subject_context_id_name", "context_id", "name", unique=True),
        Index("ix_registry_subject_workspace_id_name", "workspace_id", "name"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    context_id: int = key("registry_context.id")
    name: str = _name()
    revision: int = 0
    highest_version: int = 0
    config: str | None = text_(optional=True)
    mode: str | None = text_(optional=True)
    created_at: datetime = moment()


class RegistrySchemaRow(Table, table=True):
    """A schema and its id. The pair outlives the schema's last version, so that no id ever means anything else.

    ``number`` is the id that clients know. ``text`` is null once the schema was permanently deleted everywhere, and
    ``revision`` grows when it comes back. ``inlined_identity`` is that of the same schema with its references inlined.
    ``details`` are references, metadata and rules, as text: their order counts.
    """

    __tablename__ = "registry_schema"
    __table_args__ = (
        Index("uq_registry_schema_context_id_number", "context_id", "number", unique=True),
        Index("uq_registry_schema_context_id_identity", "context_id", "identity", unique=True),
        Index("ix_registry_schema_workspace_id_guid", "workspace_id", "guid"),
        Index(
            "ix_registry_schema_inlined_identity",
            "context_id",
            "inlined_identity",
            sqlite_where=text("inlined_identity IS NOT NULL"),
            postgresql_where=text("inlined_identity IS NOT NULL"),
        ),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    context_id: int = key("registry_context.id")
    number: int = Field(sa_column=Column(Integer, nullable=False))
    identity: str = text_()
    inlined_identity: str | None = text_(optional=True)
    guid: str = text_()
    type: str = text_()
    text: str | None = text_(optional=True)
    details: str | None = text_(optional=True)
    revision: int = 0
    created_at: datetime = moment()


class RegistryVersionRow(Table, table=True):
    """Which schema a version of a subject is, and whether it is soft-deleted."""

    __tablename__ = "registry_version"
    __table_args__ = (
        Index("uq_registry_version_subject_id_version", "subject_id", "version", unique=True),
        # The newest live one is what most questions are about.
        Index("ix_registry_version_subject_id_deleted", "subject_id", "deleted", "version"),
        Index("ix_registry_version_schema_id", "schema_id", "subject_id"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    subject_id: int = key("registry_subject.id")
    version: int
    schema_id: int = key("registry_schema.id")
    deleted: bool = False
    created_at: datetime = moment()


class RegistryReferenceRow(Table, table=True):
    """That a schema uses a version of some subject, and under which name."""

    __tablename__ = "registry_reference"
    __table_args__ = (
        Index("ix_registry_reference_schema_id", "schema_id", "position"),
        Index("ix_registry_reference_subject_id", "subject_id", "version"),
    )
    id: int | None = id_()
    workspace_id: int = key("workspace.id")
    schema_id: int = key("registry_schema.id")
    position: int
    name: str = text_()
    subject_id: int = key("registry_subject.id")
    version: int
