"""Changes of the schema registry: ids, versions, deletions and settings.

Whoever changes a workspace's registry holds its lock until the end of the transaction. That makes ids dense and gives
no id twice, whoever else asks at the same time; the unique keys of the tables would refuse it besides.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, select, text, true

from contracthub.domain.registry import DEFAULT_CONTEXT, Mode, SchemaType, StoredSchema, SubjectConfig, SubjectName
from contracthub.services.ports.registry import KeptSchema, KeptVersion, NewSchema, SubjectRecord
from contracthub.storage.registry_rows import (
    SCHEMA_COLUMNS,
    config_text,
    context,
    details_text,
    kept_in,
    record_of,
    reference,
    schema,
    subject,
    version,
)
from contracthub.storage.scope import Scope, chunks

# Any number of the hub's own; the workspace's key follows in the lower half.
_LOCKS = 0x5245_4749 << 32

_number_of = select(schema.c.number).where(
    schema.c.context_id == bindparam("context"), schema.c.identity == bindparam("identity")
)
_identity_of = select(schema.c.identity).where(
    schema.c.context_id == bindparam("context"), schema.c.number == bindparam("number")
)
_with_text = select(*SCHEMA_COLUMNS).where(
    schema.c.context_id == bindparam("context"), schema.c.number == bindparam("number"), schema.c.text.is_not(None)
)
_kept = select(schema.c.id, schema.c.number, schema.c.text).where(
    schema.c.context_id == bindparam("context"), schema.c.identity == bindparam("identity")
)


class RegistryWritingRepository:
    """Implements the port ``RegistryWriting``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def lock(self) -> None:
        """Take the registry's lock of this workspace. On SQLite there is but one writer anyway."""
        if not self._scope.is_sqlite:
            self._execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCKS + self._scope.workspace_id})

    def ensure_subject(self, name: SubjectName, *, now: datetime) -> SubjectRecord:
        """The subject, made if it is not there."""
        record = record_of(self._scope, name)
        if record.key is not None:
            return record
        row = {"context_id": self.ensure_context(name.context, now=now), "name": name.subject, "created_at": now}
        self._scope.insert_missing(subject, [{**row, "revision": 0, "highest_version": 0}])
        return record_of(self._scope, name)

    def ensure_context(self, name: str, *, now: datetime) -> int:
        """The key of a context, made and listed if need be."""
        row = {"name": name, "is_listed": True, "created_at": now}
        mine = (context.c.workspace_id == self._scope.workspace_id, context.c.name == name)
        if not self._scope.insert_missing(context, [row]):
            hidden = context.c.is_listed != true()
            self._execute(context.update().where(*mine, hidden).values(is_listed=True))
        return int(self._execute(select(context.c.id).where(*mine)).scalar_one())

    def id_of(self, context_key: int, identity: str) -> int | None:
        """The id that this schema has or had."""
        found: int | None = self._execute(_number_of, {"context": context_key, "identity": identity}).scalar()
        return found

    def identity_of(self, context_key: int, number: int) -> str | None:
        """What that id means or meant."""
        found: str | None = self._execute(_identity_of, {"context": context_key, "number": number}).scalar()
        return found

    def raise_highest_version(self, record: SubjectRecord, number: int) -> bool:
        """Count a subject's next versions from that number on."""
        if record.key is None or number <= record.highest_version:
            return False
        self._changed(record.key, highest_version=number)
        return True

    def keep_id(self, context_key: int, number: int, identity: str, kind: SchemaType, *, now: datetime) -> None:
        """Keep a free id for a schema that nothing is registered with."""
        fixed = {"context_id": context_key, "number": number, "identity": identity}
        guid = str(UUID(identity[:32]))
        self._scope.insert(schema, {**fixed, "guid": guid, "type": kind.value, "revision": 0, "created_at": now})

    def kept(self, context_key: int, number: int) -> KeptSchema | None:
        """The schema of that id."""
        row = self._execute(_with_text, {"context": context_key, "number": number}).first()
        return None if row is None else kept_in(row)

    def store_schema(self, context_key: int, new: NewSchema, number: int, *, now: datetime) -> KeptSchema:
        """Keep a schema under that id."""
        row = self._execute(_kept, {"context": context_key, "identity": new.identity}).first()
        details = details_text(new.references, new.metadata, new.rule_set)
        values: dict[str, Any] = {"inlined_identity": new.inlined_identity, "text": new.text, "details": details}
        if row is None:
            fixed = {"context_id": context_key, "number": number, "identity": new.identity, "guid": new.guid}
            kind = {"type": new.type.value, "revision": 0, "created_at": now}
            key = self._scope.insert(schema, {**fixed, **kind, **values})
        else:
            key, number = row.id, row.number
            if row.text is None:
                revived = schema.update().where(schema.c.id == key)
                self._execute(revived.values(**values, revision=schema.c.revision + 1))
        if row is None or row.text is None:
            self._store_references(key, new)
        stored = StoredSchema(
            number, new.guid, new.type, (row and row.text) or new.text, new.references, new.metadata, new.rule_set
        )
        return KeptSchema(key, new.identity, stored)

    def _store_references(self, schema_key: int, new: NewSchema) -> None:
        rows = [
            {
                "workspace_id": self._scope.workspace_id,
                "schema_id": schema_key,
                "position": position,
                "name": named.name,
                "subject_id": subject_key,
                "version": number,
            }
            for position, (named, (subject_key, number)) in enumerate(zip(new.references, new.targets, strict=True))
        ]
        if rows:
            self._execute(reference.insert(), rows)

    def add_version(self, record: SubjectRecord, number: int, kept: KeptSchema, *, now: datetime) -> KeptVersion:
        """Make the schema a version of the subject."""
        assert record.key is not None
        here = (version.c.subject_id == record.key, version.c.version == number)
        self._execute(version.delete().where(*here, version.c.deleted == true()))
        row = {"subject_id": record.key, "version": number, "schema_id": kept.key, "deleted": False}
        self._scope.insert(version, {**row, "created_at": now})
        self._changed(record.key, highest_version=max(record.highest_version, number))
        return KeptVersion(record.key, record.name, number, deleted=False, created_at=now, kept=kept)

    def _changed(self, subject_key: int, **values: Any) -> None:
        mine = subject.update().where(subject.c.id == subject_key)
        self._execute(mine.values(revision=subject.c.revision + 1, **values))

    def deleted_twins(self, record: SubjectRecord, number: int, kept: KeptSchema) -> Sequence[int]:
        """The soft-deleted lower versions that are the same schema."""
        statement = select(version.c.version).where(
            version.c.schema_id == kept.key,
            version.c.subject_id == record.key,
            version.c.version < number,
            version.c.deleted == true(),
        )
        return list(self._execute(statement.order_by(version.c.version)).scalars())

    def soft_delete(self, record: SubjectRecord, numbers: Collection[int]) -> None:
        """Mark versions as deleted."""
        assert record.key is not None
        for some in chunks(sorted(numbers)):
            mine = (version.c.subject_id == record.key, version.c.version.in_(some))
            self._execute(version.update().where(*mine).values(deleted=True))
        self._changed(record.key)

    def remove(self, record: SubjectRecord, numbers: Collection[int]) -> None:
        """Remove versions for good."""
        assert record.key is not None
        for some in chunks(sorted(numbers)):
            mine = (version.c.subject_id == record.key, version.c.version.in_(some))
            self._remove_where(*mine)
        self._settle(record.key)

    def _remove_where(self, *conditions: ColumnElement[bool]) -> None:
        gone = self._execute(version.delete().where(*conditions).returning(version.c.schema_id)).scalars()
        for some in chunks(sorted(set(gone))):
            unused = ~exists().where(version.c.schema_id == schema.c.id)
            emptied = schema.update().where(schema.c.id.in_(some), unused)
            nothing = {"text": None, "details": None, "inlined_identity": None}
            forgotten = self._execute(emptied.values(**nothing).returning(schema.c.id)).scalars().all()
            self._execute(reference.delete().where(reference.c.schema_id.in_(forgotten)))

    def _settle(self, subject_key: int) -> None:
        """A subject without any version begins anew when something is registered again."""
        left = select(1).where(version.c.subject_id == subject_key).limit(1)
        if self._execute(left).scalar() is None:
            self._changed(subject_key, highest_version=0, config=None, mode=None)
        else:
            self._changed(subject_key)

    def remove_deleted(self, name: SubjectName) -> None:
        """Remove soft-deleted versions that nothing uses."""
        mine = [context.c.workspace_id == self._scope.workspace_id, context.c.name == name.context]
        if not name.is_context:
            mine.append(subject.c.name == name.subject)
        subjects = (
            select(subject.c.id)
            .join_from(context, subject, subject.c.context_id == context.c.id)
            .where(*mine, exists().where(version.c.subject_id == subject.c.id, version.c.deleted == true()))
        )
        used = exists().where(reference.c.subject_id == version.c.subject_id, reference.c.version == version.c.version)
        for key in self._execute(subjects).scalars().all():
            self._remove_where(version.c.subject_id == key, version.c.deleted == true(), ~used)
            self._settle(key)

    def set_config(self, name: SubjectName, config: SubjectConfig | None, *, now: datetime) -> None:
        """What a place has chosen."""
        self._set(name, now, config=config_text(config))

    def set_mode(self, name: SubjectName, mode: Mode | None, *, now: datetime) -> None:
        """The mode of a place."""
        self._set(name, now, mode=mode.value if mode else None)

    def _set(self, name: SubjectName, now: datetime, **values: Any) -> None:
        if name.is_context:
            key = self.ensure_context(name.context, now=now)
            self._execute(context.update().where(context.c.id == key).values(**values))
        else:
            record = self.ensure_subject(name, now=now)
            self._execute(subject.update().where(subject.c.id == record.key).values(**values))

    def clear_modes(self, context_name: str) -> None:
        """Take the modes of all subjects of a context back."""
        mine = select(context.c.id).where(
            context.c.workspace_id == self._scope.workspace_id, context.c.name == context_name
        )
        chosen = subject.c.mode.is_not(None)
        self._execute(subject.update().where(subject.c.context_id.in_(mine), chosen).values(mode=None))

    def unlist_context(self, context_name: str) -> None:
        """Take a context out of the list."""
        if context_name != DEFAULT_CONTEXT:
            mine = (context.c.workspace_id == self._scope.workspace_id, context.c.name == context_name)
            self._execute(context.update().where(*mine).values(is_listed=False, config=None, mode=None))
