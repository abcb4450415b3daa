"""Stored reader schemas: with which schema a version of a consumer reads a subject."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from contracthub.domain.pacticipants import Listing, Page, Version
from contracthub.domain.readers import EventText, NewReaderSchema, Part, ReaderSchema
from contracthub.domain.registry import SchemaType
from contracthub.storage.contract_statements import branch, branch_version, consumer, provider
from contracthub.storage.event_texts import EventTexts, event_schema, reader_schema
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables_readers import TopicPartyRow

topic_party = table_of(TopicPartyRow)
_it = reader_schema

# In the order of the fields of the domain's ReaderSchema.
_readers = (
    select(
        _it.c.id, consumer.c.name, _it.c.version_id, version.c.number, _it.c.subject, _it.c.topic, _it.c.part,
        provider.c.name.label("provider"), event_schema.c.type, event_schema.c.sha, _it.c.revision, _it.c.created_at,
        _it.c.updated_at,
    )
    .join_from(_it, version, version.c.id == _it.c.version_id)
    .join(consumer, consumer.c.id == _it.c.consumer_id)
    .join(event_schema, event_schema.c.id == _it.c.event_schema_id)
    .outerjoin(provider, provider.c.id == _it.c.provider_id)
)  # fmt: skip
_find = _readers.where(_it.c.version_id == bindparam("version"), _it.c.subject == bindparam("subject"))
_by_id = _readers.where(_it.c.id == bindparam("key"))
_of_version = _readers.where(_it.c.version_id == bindparam("version")).order_by(_it.c.subject)
_of_subject = _readers.where(_it.c.consumer_id == bindparam("consumer"), _it.c.subject == bindparam("subject"))
_latest = _of_subject.order_by(_it.c.version_id.desc()).limit(1)
_branch = select(branch.c.id).where(
    branch.c.pacticipant_id == bindparam("consumer"), branch.c.name == bindparam("branch")
)
_newest_on_branch = (
    select(branch_version.c.version_id)
    .join_from(branch_version, _it, _it.c.version_id == branch_version.c.version_id)
    .where(branch_version.c.branch_id == _branch.scalar_subquery(), _it.c.subject == bindparam("subject"))
    .order_by(branch_version.c.version_id.desc())
    .limit(1)
)
_latest_on_branch = _of_subject.where(_it.c.version_id == _newest_on_branch.scalar_subquery())
_hold_consumer = (
    select(consumer.c.id).where(consumer.c.id == bindparam("key")).with_for_update(read=True, key_share=True)
)
_hold_version = select(version.c.id).where(version.c.id == bindparam("key")).with_for_update(read=True, key_share=True)
_schema_of = select(_it.c.event_schema_id).where(_it.c.id == bindparam("key"))
_replace = (
    _it.update()
    .where(_it.c.id == bindparam("key"), _it.c.revision == bindparam("seen"))
    .values(revision=_it.c.revision + 1)
)


class ReaderRepository:
    """Implements the port ``Readers``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._texts = EventTexts(scope)

    def find(self, version_id: int, subject: str) -> ReaderSchema | None:
        """What a version reads a subject with."""
        return self._one(_find, {"version": version_id, "subject": subject})

    def store(self, version: Version, new: NewReaderSchema, *, now: datetime) -> ReaderSchema | None:
        """Publish one, unless the version has one for that subject."""
        self._hold(version.pacticipant_id, version.id)
        schema = self._texts.ensured(new.schema, now)
        row = {"consumer_id": version.pacticipant_id, "version_id": version.id, "subject": new.subject}
        more = {"event_schema_id": schema, "revision": 1, "created_at": now, "updated_at": now}
        key = self._scope.insert_free(_it, row | _values(new) | more)
        if key is None:
            self._texts.release([schema])
            return None
        self._note_parties(version.pacticipant_id, new)
        return self._one(_by_id, {"key": key})

    def replace(self, there: ReaderSchema, new: NewReaderSchema, *, now: datetime) -> ReaderSchema | None:
        """Put one in the place of another, unless others changed that meanwhile."""
        consumer_id = self._execute(select(_it.c.consumer_id).where(_it.c.id == there.id)).scalar()
        if consumer_id is None:
            return None
        self._hold(consumer_id, there.version_id)
        former = self._execute(_schema_of, {"key": there.id}).scalar()
        schema = self._texts.ensured(new.schema, now)
        statement = _replace.values(**_values(new), event_schema_id=schema, updated_at=now)
        changed = self._execute(statement, {"key": there.id, "seen": there.revision}).rowcount == 1
        self._texts.release([each for each in (former, schema) if each is not None])
        if not changed:
            return None
        self._note_parties(consumer_id, new)
        return self._one(_by_id, {"key": there.id})

    def of_version(self, version_id: int) -> Sequence[ReaderSchema]:
        """All that a version reads, by subject."""
        return self._many(_of_version, {"version": version_id})

    def of_consumer(self, consumer_id: int, *, subject: str | None = None, page: Page) -> Listing[ReaderSchema]:
        """What versions of a consumer read, newest first."""
        conditions = [_it.c.consumer_id == consumer_id]
        conditions += [_it.c.subject == subject] if subject is not None else []
        total = self._execute(select(func.count()).select_from(_it).where(*conditions)).scalar_one()
        statement = _readers.where(*conditions).order_by(_it.c.version_id.desc(), _it.c.subject)
        return Listing(tuple(self._many(statement.limit(page.size).offset(page.offset), {})), total, page)

    def latest(self, consumer_id: int, subject: str, *, branch: str | None = None) -> ReaderSchema | None:
        """That of the newest version, or of the newest of a branch, that has one for the subject."""
        values = {"consumer": consumer_id, "subject": subject}
        if branch is None:
            return self._one(_latest, values)
        return self._one(_latest_on_branch, values | {"branch": branch})

    def delete(self, reader_schema_id: int) -> None:
        """Remove one, and its content when nothing else refers to that."""
        schema = self._execute(_schema_of, {"key": reader_schema_id}).scalar()
        self._execute(_it.delete().where(_it.c.id == reader_schema_id))
        self._texts.release([] if schema is None else [schema])

    def text(self, sha: str) -> EventText | None:
        """A schema by what stands for its content."""
        return self._texts.texts([sha]).get(sha)

    def _hold(self, consumer_id: int, version_id: int) -> None:
        """Before any schema: whoever removes a consumer or a version holds that first, and then its schemas."""
        if not self._scope.is_sqlite:
            self._execute(_hold_consumer, {"key": consumer_id}).all()
            self._execute(_hold_version, {"key": version_id}).all()

    def _note_parties(self, consumer_id: int, new: NewReaderSchema) -> None:
        rows = [{"subject": new.subject, "writes": False, "pacticipant_id": consumer_id}]
        if new.provider_id is not None:
            rows.append({"subject": new.subject, "writes": True, "pacticipant_id": new.provider_id})
        self._scope.insert_missing(topic_party, rows)

    def _one(self, statement: Select[Any], values: Mapping[str, Any]) -> ReaderSchema | None:
        row = self._execute(statement, values).first()
        return _reader_from(row) if row else None

    def _many(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[ReaderSchema]:
        return [_reader_from(row) for row in self._execute(statement, values)]


def _values(new: NewReaderSchema) -> dict[str, Any]:
    return {"topic": new.topic, "part": new.part.value, "provider_id": new.provider_id}


def _reader_from(row: Any) -> ReaderSchema:
    first, part, provider_name, kind, rest = row[:6], Part(row[6]), row[7], SchemaType(row[8]), row[9:]
    values: tuple[Any, ...] = (*first, part, provider_name, kind, *rest)
    return ReaderSchema(*values)
