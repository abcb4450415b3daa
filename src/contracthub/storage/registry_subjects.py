"""Subjects of the schema registry and their versions, read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, select, true

from contracthub.domain.registry import LATEST, Page, SubjectName, SubjectVersion
from contracthub.services.ports.registry import KeptVersion, SubjectRecord
from contracthub.storage.registry_rows import (
    context,
    named_versions,
    record_of,
    schema,
    subject,
    version,
    version_in,
    versions,
)
from contracthub.storage.scope import Scope

_SURROGATES = range(0xD800, 0xE000)
_of_subject = version.c.subject_id == bindparam("subject")
_is_live = version.c.deleted == false()
_newest_first = version.c.version.desc()

_by_number = versions.where(_of_subject, version.c.version == bindparam("version"))
_latest = versions.where(_of_subject, _is_live).order_by(_newest_first).limit(1)
_any_version = select(1).where(_of_subject).limit(1)
_any_live = _any_version.where(_is_live)
_same = versions.where(
    _of_subject, schema.c.context_id == bindparam("context"), schema.c.identity == bindparam("identity")
)
_same_inlined = versions.where(
    _of_subject,
    schema.c.context_id == bindparam("context"),
    schema.c.inlined_identity == bindparam("identity"),
    schema.c.inlined_identity.is_not(None),
)
_newest_same = {
    (inlined, deleted): (statement if deleted else statement.where(_is_live)).order_by(_newest_first).limit(1)
    for inlined, statement in ((False, _same), (True, _same_inlined))
    for deleted in (False, True)
}


class RegistrySubjectRepository:
    """Implements the port ``RegistrySubjects``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def record(self, name: SubjectName) -> SubjectRecord:
        """All that is decided by."""
        return record_of(self._scope, name)

    def has_versions(self, subject_key: int, *, deleted: bool) -> bool:
        """Whether it has a live version, or any."""
        return self._execute(_any_version if deleted else _any_live, {"subject": subject_key}).scalar() is not None

    def version(self, record: SubjectRecord, version: int, *, deleted: bool) -> KeptVersion | None:
        """A version by its number, or the newest live one."""
        if record.key is None:
            return None
        statement = _latest if version == LATEST else _by_number
        row = self._execute(statement, {"subject": record.key, "version": version}).first()
        return None if row is None or (row.deleted and not deleted) else version_in(row, record.name)

    def numbers(
        self, record: SubjectRecord, *, deleted: bool = False, deleted_only: bool = False, page: Page
    ) -> Sequence[int]:
        """The numbers of its versions."""
        if record.key is None:
            return []
        statement = select(version.c.version).where(version.c.subject_id == record.key)
        wanted = _which(deleted=deleted, deleted_only=deleted_only)
        return list(self._execute(paged(statement.where(wanted).order_by(version.c.version), page)).scalars())

    def live(
        self, record: SubjectRecord, *, below: int | None = None, most: int, deleted: bool = False
    ) -> Sequence[KeptVersion]:
        """Its newest live versions."""
        if record.key is None:
            return []
        statement = versions.where(version.c.subject_id == record.key)
        if not deleted:
            statement = statement.where(_is_live)
        if below is not None:
            statement = statement.where(version.c.version < below)
        rows = self._execute(statement.order_by(_newest_first).limit(most))
        return [version_in(row, record.name) for row in rows]

    def with_identity(self, record: SubjectRecord, identity: str, *, deleted: bool) -> KeptVersion | None:
        """Its newest version that is this schema."""
        return self._same(record, identity, inlined=False, deleted=deleted)

    def with_inlined_identity(self, record: SubjectRecord, identity: str, *, deleted: bool) -> KeptVersion | None:
        """Its newest version that is this schema, references inlined."""
        return self._same(record, identity, inlined=True, deleted=deleted)

    def _same(self, record: SubjectRecord, identity: str, *, inlined: bool, deleted: bool) -> KeptVersion | None:
        if record.key is None:
            return None
        values = {"subject": record.key, "context": record.context_key, "identity": identity}
        row = self._execute(_newest_same[inlined, deleted], values).first()
        return version_in(row, record.name) if row else None

    def subjects(
        self, context_name: str | None, *, prefix: str, deleted: bool, deleted_only: bool, page: Page
    ) -> Sequence[SubjectName]:
        """The subjects of a context or of all."""
        has = exists().where(version.c.subject_id == subject.c.id)
        live = has.where(_is_live)
        visible = has if deleted else live
        wanted = and_(has, ~live) if deleted_only else visible
        statement = select(context.c.name, subject.c.name).join_from(
            context, subject, subject.c.context_id == context.c.id
        )
        found = statement.where(*self._in_context(context_name), *_begins(prefix), wanted)
        rows = self._execute(paged(found.order_by(*_by_name(context_name)), page))
        return [SubjectName(*row) for row in rows]

    def schemas(
        self, context_name: str | None, *, prefix: str, deleted: bool, latest_only: bool, page: Page
    ) -> Sequence[SubjectVersion]:
        """The versions of all subjects."""
        statement = named_versions.where(*self._in_context(context_name), *_begins(prefix))
        wanted = _which(deleted=deleted, deleted_only=False)
        if latest_only:
            newer = version.alias("newer")
            is_newer = and_(newer.c.subject_id == version.c.subject_id, newer.c.version > version.c.version)
            counts = is_newer if deleted else and_(is_newer, newer.c.deleted == false())
            statement = statement.where(~exists().where(counts))
        ordered = statement.where(wanted).order_by(*_by_name(context_name), version.c.version)
        return [version_in(row).told for row in self._execute(paged(ordered, page))]

    def contexts_of(self, subject_name: str) -> Sequence[str]:
        """The contexts in which there is something of that name."""
        statement = (
            select(context.c.name)
            .join_from(subject, context, context.c.id == subject.c.context_id)
            .where(subject.c.workspace_id == self._scope.workspace_id, subject.c.name == subject_name)
        )
        return list(self._execute(statement.order_by(context.c.name)).scalars())

    def contexts(self, *, prefix: str, page: Page) -> Sequence[str]:
        """The names of contexts."""
        names = select(context.c.name).where(*self._in_context(None), context.c.is_listed == true())
        if prefix:
            names = names.where(*_begins(prefix, context.c.name))
        return list(self._execute(paged(names.order_by(context.c.name), page)).scalars())

    def has_any(self, context_name: str, *, deleted: bool) -> bool:
        """Whether any subject of a context has a version."""
        statement = select(1).select_from(
            context.join(subject, subject.c.context_id == context.c.id).join(
                version, version.c.subject_id == subject.c.id
            )
        )
        wanted = _which(deleted=deleted, deleted_only=False)
        return self._execute(statement.where(*self._in_context(context_name), wanted).limit(1)).scalar() is not None

    def _in_context(self, name: str | None) -> list[ColumnElement[bool]]:
        if name is None:
            return [context.c.workspace_id == self._scope.workspace_id]
        # The context's key, not a join by its name: that is what PostgreSQL walks the index of names for, and a page
        # ends where it is full.
        keys = context.alias("keys")
        named = select(keys.c.id).where(keys.c.workspace_id == self._scope.workspace_id, keys.c.name == name)
        return [subject.c.context_id == named.scalar_subquery()]


def _by_name(context_name: str | None) -> tuple[ColumnElement[str], ...]:
    return (subject.c.name,) if context_name is not None else (context.c.name, subject.c.name)


def paged(statement: Select[Any], page: Page) -> Select[Any]:
    """That part of the rows."""
    if page.limit > 0:
        statement = statement.limit(page.limit)
    elif page.offset > 0:
        # SQLite knows no offset without a limit, and takes -1 for none; PostgreSQL takes a number past all rows.
        statement = statement.limit(2**62)
    return statement.offset(page.offset) if page.offset > 0 else statement


def _which(*, deleted: bool, deleted_only: bool) -> ColumnElement[bool]:
    if deleted_only:
        return version.c.deleted == true()
    return true() if deleted else _is_live


def _begins(prefix: str, column: ColumnElement[str] = subject.c.name) -> list[ColumnElement[bool]]:
    """A range, not LIKE, so that the index finds them, and no letter in the prefix means anything but itself."""
    if not prefix:
        return []
    past = _after(prefix)
    return [column >= prefix, column < past] if past else [column >= prefix]


def _after(prefix: str) -> str:
    """The least text that is greater than all that begin with the prefix; empty when there is none."""
    for length in range(len(prefix), 0, -1):
        point = ord(prefix[length - 1]) + 1
        if point in _SURROGATES:
            point = _SURROGATES.stop
        if point <= 0x10FFFF:
            return prefix[: length - 1] + chr(point)
    return ""
