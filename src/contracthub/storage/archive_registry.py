"""Reads the schema registry of a workspace as records of an archive, a bounded number of rows at a time."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, case, exists, null, select

from contracthub.domain.archive import (
    ArchivedReadersCheck,
    ArchivedRegistryContext,
    ArchivedRegistryId,
    ArchivedRegistrySchema,
    ArchivedRegistrySubject,
    ArchivedRegistryVersion,
    ArchivedSchemaReference,
    ArchiveRecord,
)
from contracthub.domain.registry_settings import settings_named
from contracthub.storage.registry_rows import config_in, context, schema, subject, version
from contracthub.storage.scope import Scope
from contracthub.storage.topics import readers_check

GROUP = 200
# Schemas are as large as people make them, so few of them are in memory at once.
FEW = 10


def registry_records(scope: Scope) -> Iterator[ArchiveRecord]:
    """Everything of the schema registry, in the order of ``domain.archive.ORDER``."""
    for read in (_contexts, _subjects, _ids, _versions, _readers_checks):
        yield from read(scope)


def _streamed(scope: Scope, statement: Select[Any], most: int = GROUP) -> Iterator[Any]:
    options = {"yield_per": most, "stream_results": True}
    return iter(scope.connection.execute(statement, execution_options=options))


def _contexts(scope: Scope) -> Iterator[ArchiveRecord]:
    it = context.c
    statement = select(it.name, it.is_listed, it.config, it.mode, it.created_at)
    for row in _streamed(scope, statement.where(it.workspace_id == scope.workspace_id).order_by(it.id)):
        yield ArchivedRegistryContext(row.name, bool(row.is_listed), _config(row.config), row.mode, row.created_at)


def _subjects(scope: Scope) -> Iterator[ArchiveRecord]:
    it = subject.c
    statement = (
        select(context.c.name.label("context"), it.name, it.highest_version, it.config, it.mode, it.created_at)
        .join_from(subject, context, context.c.id == it.context_id)
        .where(it.workspace_id == scope.workspace_id)
        .order_by(it.id)
    )
    for home, name, highest, config, mode, created_at in _streamed(scope, statement):
        yield ArchivedRegistrySubject(home, name, highest, _config(config), mode, created_at)


def _config(text: str | None) -> str | None:
    found = config_in(text)
    return None if found is None else json.dumps(settings_named(found))


def _ids(scope: Scope) -> Iterator[ArchiveRecord]:
    """The ids that nothing has now, and that nothing else may get."""
    it = schema.c
    statement = (
        select(context.c.name, it.number, it.identity, it.type)
        .join_from(schema, context, context.c.id == it.context_id)
        .where(it.workspace_id == scope.workspace_id, ~exists().where(version.c.schema_id == it.id))
        .order_by(it.id)
    )
    for row in _streamed(scope, statement):
        yield ArchivedRegistryId(*row)


def _versions(scope: Scope) -> Iterator[ArchiveRecord]:
    other, it = version.alias("other"), version.c
    is_first = ~exists().where(other.c.schema_id == it.schema_id, other.c.id < it.id)
    statement = (
        select(
            *(context.c.name, subject.c.name, it.version, schema.c.number, it.deleted, schema.c.identity),
            *(schema.c.type, case((is_first, schema.c.text), else_=null()), schema.c.details, it.created_at),
        )
        .select_from(
            version.join(schema, schema.c.id == it.schema_id)
            .join(subject, subject.c.id == it.subject_id)
            .join(context, context.c.id == subject.c.context_id)
        )
        .where(it.workspace_id == scope.workspace_id)
        # Schemas refer to what was registered before them.
        .order_by(it.id)
    )
    for row in _streamed(scope, statement, FEW):
        home, name, number, its_id, deleted, identity, kind, text, details, created_at = row
        content = None if text is None else _content(kind, text, details)
        yield ArchivedRegistryVersion(home, name, number, its_id, bool(deleted), identity, content, created_at)


def _content(kind: str, text: str, details: str | None) -> ArchivedRegistrySchema:
    parts = json.loads(details) if details else {}
    references = tuple(ArchivedSchemaReference(*each) for each in parts.get("references", ()))
    return ArchivedRegistrySchema(kind, text, references, _json(parts.get("metadata")), _json(parts.get("ruleSet")))


def _json(value: object) -> str | None:
    return json.dumps(value) if value else None


def _readers_checks(scope: Scope) -> Iterator[ArchiveRecord]:
    it = readers_check.c
    statement = select(it.subject, it.environments).where(it.workspace_id == scope.workspace_id).order_by(it.id)
    for name, environments in _streamed(scope, statement):
        yield ArchivedReadersCheck(name, tuple(environments))
