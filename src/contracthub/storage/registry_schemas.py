"""Schemas of the registry by their ids and contents, and who uses whom."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, exists, false, func, select, tuple_

from contracthub.domain.registry import (
    LATEST,
    Page,
    SchemaOfId,
    StoredSchema,
    SubjectName,
    SubjectVersion,
    VersionOfSubject,
)
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.ports.registry import KeptReference, KeptVersion, SubjectRecord
from contracthub.storage.registry_rows import (
    SCHEMA_COLUMNS,
    context,
    kept_in,
    named_versions,
    reference,
    schema,
    schema_in,
    subject,
    version,
    version_in,
)
from contracthub.storage.registry_subjects import paged
from contracthub.storage.scope import Scope, chunks

TextCache = BoundedCache[tuple[int, int], StoredSchema]
"""Schemas by key and revision. An id never changes its meaning; whether it still has one is asked each time."""

CACHED_CHARACTERS = 64 * 1024 * 1024

_mine = context.c.workspace_id == bindparam("workspace")
_by_number = (
    select(
        *(schema.c.id, schema.c.revision, context.c.name.label("context_name")),
        *(subject.c.name.label("subject_name"), version.c.version, version.c.deleted, version.c.created_at),
    )
    .select_from(
        schema.join(context, context.c.id == schema.c.context_id)
        .join(version, version.c.schema_id == schema.c.id)
        .join(subject, subject.c.id == version.c.subject_id)
    )
    .where(_mine, context.c.name == bindparam("context"), schema.c.number == bindparam("number"))
    .order_by(version.c.subject_id)
    .limit(1)
)
_whole = select(*SCHEMA_COLUMNS).where(schema.c.id == bindparam("key"))
_is_used = exists().where(version.c.schema_id == schema.c.id)
_contexts_with = (
    select(context.c.name)
    .join_from(context, schema, schema.c.context_id == context.c.id)
    .where(_mine, schema.c.number == bindparam("number"), _is_used)
    .order_by(context.c.name)
)
_ids_of_guid = (
    select(context.c.name, schema.c.number)
    .join_from(context, schema, schema.c.context_id == context.c.id)
    .where(schema.c.workspace_id == bindparam("workspace"), schema.c.guid == bindparam("guid"), _is_used)
    .order_by(context.c.name)
)
# By the context's key: through a join PostgreSQL would sort all of the context's ids.
_highest = (
    select(schema.c.number).where(schema.c.context_id == bindparam("context")).order_by(schema.c.number.desc()).limit(1)
)
_uses = (
    select(reference.c.schema_id.label("user_key"), reference.c.name, *SCHEMA_COLUMNS)
    .select_from(
        reference.outerjoin(
            version, (version.c.subject_id == reference.c.subject_id) & (version.c.version == reference.c.version)
        ).outerjoin(schema, schema.c.id == version.c.schema_id)
    )
    .order_by(reference.c.schema_id, reference.c.position)
)


class RegistrySchemaRepository:
    """Implements the port ``RegistrySchemas``."""

    def __init__(self, scope: Scope, texts: TextCache) -> None:
        self._scope = scope
        self._texts = texts
        self._execute = scope.connection.execute

    def by_id(self, context_name: str, number: int) -> SchemaOfId | None:
        """The schema of that id."""
        values = {"workspace": self._scope.workspace_id, "context": context_name, "number": number}
        row = self._execute(_by_number, values).first()
        if row is None:
            return None
        found = self._schema(row.id, row.revision)
        first = SubjectVersion(row.context_name, row.subject_name, row.version, found, row.deleted, row.created_at)
        return SchemaOfId(found, row.context_name, first)

    def contexts_with_id(self, number: int) -> Sequence[str]:
        """The contexts in which something has that id."""
        values = {"workspace": self._scope.workspace_id, "number": number}
        return list(self._execute(_contexts_with, values).scalars())

    def _schema(self, key: int, revision: int) -> StoredSchema:
        cached = self._texts.get((key, revision))
        if cached is None:
            cached = schema_in(self._execute(_whole, {"key": key}).one())
            self._texts.put((key, revision), cached, len(cached.text))
        return cached

    def ids_of_guid(self, guid: str) -> Sequence[tuple[str, int]]:
        """The contexts that have it, with its ids there."""
        values = {"workspace": self._scope.workspace_id, "guid": guid}
        return [(row.name, row.number) for row in self._execute(_ids_of_guid, values)]

    def registrations(
        self, context_name: str, number: int, *, deleted: bool, subject_name: str | None, page: Page
    ) -> Sequence[VersionOfSubject]:
        """The versions that are that schema."""
        statement = (
            select(subject.c.name, version.c.version)
            .select_from(
                context.join(schema, schema.c.context_id == context.c.id)
                .join(version, version.c.schema_id == schema.c.id)
                .join(subject, subject.c.id == version.c.subject_id)
            )
            .where(
                context.c.workspace_id == self._scope.workspace_id,
                context.c.name == context_name,
                schema.c.number == number,
            )
        )
        if not deleted:
            statement = statement.where(version.c.deleted == false())
        if subject_name is not None:
            statement = statement.where(subject.c.name == subject_name)
        rows = self._execute(paged(statement.order_by(subject.c.name, version.c.version), page))
        return [VersionOfSubject(SubjectName(context_name, row.name), row.version) for row in rows]

    def highest_id(self, context_key: int) -> int:
        """The highest id that was ever given."""
        return self._execute(_highest, {"context": context_key}).scalar() or 0

    def named_versions(
        self, targets: Collection[tuple[SubjectName, int]], *, deleted: bool
    ) -> Mapping[tuple[SubjectName, int], KeptVersion]:
        """The versions that are named, as far as they are there."""
        keys = self._subject_keys({name for name, _ in targets})
        latest = self._latest({keys[name] for name, number in targets if number == LATEST and name in keys})
        wanted = {
            (name, number): (keys[name], latest.get(keys[name], 0) if number == LATEST else number)
            for name, number in targets
            if name in keys
        }
        found: dict[tuple[int, int], KeptVersion] = {}
        for some in chunks(sorted(set(wanted.values()))):
            there = named_versions.where(tuple_(version.c.subject_id, version.c.version).in_(some))
            for row in self._execute(there if deleted else there.where(version.c.deleted == false())):
                found[row.subject_id, row.version] = version_in(row)
        return {target: found[pair] for target, pair in wanted.items() if pair in found}

    def _subject_keys(self, names: Collection[SubjectName]) -> Mapping[SubjectName, int]:
        keys: dict[SubjectName, int] = {}
        pairs = [(name.context, name.subject) for name in sorted(names)]
        for some in chunks(pairs):
            statement = (
                select(context.c.name, subject.c.name, subject.c.id)
                .join_from(context, subject, subject.c.context_id == context.c.id)
                .where(
                    context.c.workspace_id == self._scope.workspace_id,
                    tuple_(context.c.name, subject.c.name).in_(some),
                )
            )
            keys.update({SubjectName(row[0], row[1]): row[2] for row in self._execute(statement)})
        return keys

    def _latest(self, subject_keys: Collection[int]) -> Mapping[int, int]:
        found: dict[int, int] = {}
        for some in chunks(sorted(subject_keys)):
            newest = (
                select(version.c.subject_id, func.max(version.c.version))
                .where(version.c.subject_id.in_(some), version.c.deleted == false())
                .group_by(version.c.subject_id)
            )
            found.update({row[0]: row[1] for row in self._execute(newest)})
        return found

    def uses(self, schema_keys: Collection[int]) -> Sequence[KeptReference]:
        """What those schemas use directly."""
        found: list[KeptReference] = []
        for some in chunks(sorted(schema_keys)):
            rows = self._execute(_uses.where(reference.c.schema_id.in_(some)))
            found.extend(
                KeptReference(row.user_key, row.name, kept_in(row) if row.schema_key else None) for row in rows
            )
        return found

    def users(self, record: SubjectRecord, number: int, *, deleted: bool, page: Page) -> Sequence[int]:
        """The ids of schemas that use a version."""
        alive = exists().where(version.c.schema_id == schema.c.id)
        statement = (
            select(schema.c.number)
            .join_from(reference, schema, schema.c.id == reference.c.schema_id)
            .where(
                reference.c.subject_id == record.key,
                reference.c.version == number,
                alive if deleted else alive.where(version.c.deleted == false()),
            )
            .distinct()
        )
        return list(self._execute(paged(statement.order_by(schema.c.number), page)).scalars())

    def used_elsewhere(self, record: SubjectRecord, numbers: Collection[int], *, deleted: bool) -> int | None:
        """One of the versions that a schema of another subject uses."""
        for some in chunks(sorted(numbers)):
            statement = (
                select(reference.c.version)
                .join_from(reference, version, version.c.schema_id == reference.c.schema_id)
                .where(
                    reference.c.subject_id == record.key,
                    reference.c.version.in_(some),
                    version.c.subject_id != record.key,
                )
            )
            if not deleted:
                statement = statement.where(version.c.deleted == false())
            found: int | None = self._execute(statement.order_by(reference.c.version).limit(1)).scalar()
            if found is not None:
                return found
        return None
