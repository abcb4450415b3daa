"""Rows of the schema registry as values, and the statements that several of its repositories begin with."""

import json
from dataclasses import fields
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    CompatibilityPolicy,
    Json,
    Mode,
    Reference,
    SchemaType,
    StoredSchema,
    SubjectConfig,
    SubjectName,
)
from contracthub.domain.registry_settings import Settings
from contracthub.services.ports.registry import KeptSchema, KeptVersion, SubjectRecord
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables_registry import (
    RegistryContextRow,
    RegistryReferenceRow,
    RegistrySchemaRow,
    RegistrySubjectRow,
    RegistryVersionRow,
)

context, subject = table_of(RegistryContextRow), table_of(RegistrySubjectRow)
schema, version = table_of(RegistrySchemaRow), table_of(RegistryVersionRow)
reference = table_of(RegistryReferenceRow)

SCHEMA_COLUMNS = (
    schema.c.id.label("schema_key"),
    schema.c.number,
    schema.c.identity,
    schema.c.guid,
    schema.c.type,
    schema.c.text,
    schema.c.details,
)
VERSION_COLUMNS = (version.c.subject_id, version.c.version, version.c.deleted, version.c.created_at)
versions = select(*VERSION_COLUMNS, *SCHEMA_COLUMNS).join_from(version, schema, schema.c.id == version.c.schema_id)
named_versions = select(
    *VERSION_COLUMNS, *SCHEMA_COLUMNS, context.c.name.label("context_name"), subject.c.name.label("subject_name")
).select_from(
    version.join(schema, schema.c.id == version.c.schema_id)
    .join(subject, subject.c.id == version.c.subject_id)
    .join(context, context.c.id == subject.c.context_id)
)
_record = (
    select(
        context.c.id.label("context_key"),
        context.c.name.label("context_name"),
        context.c.config.label("context_config"),
        context.c.mode.label("context_mode"),
        *(subject.c.id, subject.c.revision, subject.c.highest_version, subject.c.config, subject.c.mode),
    )
    .outerjoin_from(
        context, subject, and_(subject.c.context_id == context.c.id, subject.c.name == bindparam("subject"))
    )
    .where(
        context.c.workspace_id == bindparam("workspace"),
        or_(context.c.name == bindparam("context"), context.c.name == DEFAULT_CONTEXT),
    )
)


def record_of(scope: Scope, name: SubjectName) -> SubjectRecord:
    """A subject and what is decided by; also of one that is not there."""
    values = {"workspace": scope.workspace_id, "context": name.context, "subject": name.subject}
    rows = {row.context_name: row for row in scope.connection.execute(_record, values)}
    own, default = rows.get(name.context), rows.get(DEFAULT_CONTEXT)
    chain = [] if name.is_context else [_settings(own.config, own.mode) if own else Settings()]
    chain.append(_settings(own.context_config, own.context_mode) if own else Settings())
    if name.context != DEFAULT_CONTEXT:
        chain.append(_settings(default.context_config, default.context_mode) if default else Settings())
    return SubjectRecord(
        name,
        own.context_key if own else None,
        own.id if own else None,
        (own.revision if own else None) or 0,
        (own.highest_version if own else None) or 0,
        tuple(chain),
    )


def version_in(row: Any, name: SubjectName | None = None) -> KeptVersion:
    """A version; ``name`` where the row does not have it."""
    named = name or SubjectName(row.context_name, row.subject_name)
    return KeptVersion(row.subject_id, named, row.version, row.deleted, row.created_at, kept_in(row))


def kept_in(row: Any) -> KeptSchema:
    """A schema with what storage knows it by."""
    return KeptSchema(row.schema_key, row.identity, schema_in(row))


def schema_in(row: Any) -> StoredSchema:
    """A schema."""
    details = json.loads(row.details) if row.details else {}
    return StoredSchema(
        row.number,
        row.guid,
        SchemaType(row.type),
        row.text or "",
        tuple(Reference(*each) for each in details.get("references", ())),
        details.get("metadata"),
        details.get("ruleSet"),
    )


def details_text(references: tuple[Reference, ...], metadata: Json | None, rule_set: Json | None) -> str | None:
    """What a schema has beside its text, as text, because the order in it counts; None for nothing."""
    parts: Json = {
        "references": [[each.name, each.subject, each.version] for each in references],
        "metadata": metadata,
        "ruleSet": rule_set,
    }
    kept = {name: part for name, part in parts.items() if part}
    return json.dumps(kept) if kept else None


def config_text(config: SubjectConfig | None) -> str | None:
    """Settings as text; None for none."""
    if config is None:
        return None
    values = {each.name: getattr(config, each.name) for each in fields(config)}
    return json.dumps({name: value for name, value in values.items() if value is not None})


def _settings(config: str | None, mode: str | None) -> Settings:
    return Settings(config_in(config), Mode(mode) if mode else None)


def config_in(text: str | None) -> SubjectConfig | None:
    """Settings out of their text."""
    if text is None:
        return None
    values: Json = json.loads(text)
    policy = values.pop("compatibility_policy", None)
    return SubjectConfig(**values, compatibility_policy=CompatibilityPolicy(policy) if policy else None)
