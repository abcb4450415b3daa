"""Who reads and who writes topics, as the gate asks. Every statement is bounded by its arguments or a limit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    union,
    union_all,
)

from contracthub.domain.readers import NewWritten
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.readers import LivingReading, Reading, TopicPair, Writing
from contracthub.storage.contract_statements import branch, consumer, provider
from contracthub.storage.environments import deployed, environment, released
from contracthub.storage.event_texts import EventTexts, event_schema, reader_schema, written_schema
from contracthub.storage.pacticipants import version
from contracthub.storage.readers import topic_party
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_readers import ReadersCheckRow

readers_check = table_of(ReadersCheckRow)
# So many consumers or providers are looked at one by one in a single statement.
PARTS = 100

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_subject: BindParameter[Any] = bindparam("subject")
_reads, _writes = topic_party.alias("reads"), topic_party.alias("writes")

_same_topic = and_(
    _writes.c.workspace_id == _reads.c.workspace_id, _writes.c.subject == _reads.c.subject, _writes.c.writes.is_(True)
)
_offers = exists().where(
    written_schema.c.provider_id == _writes.c.pacticipant_id, written_schema.c.subject == _writes.c.subject
)
_as_reader = (
    select(_reads.c.pacticipant_id, consumer.c.name, _reads.c.subject, _writes.c.pacticipant_id, provider.c.name,
           _offers.label("offers"))
    .join_from(_reads, consumer, consumer.c.id == _reads.c.pacticipant_id)
    .outerjoin(_writes, _same_topic)
    .outerjoin(provider, provider.c.id == _writes.c.pacticipant_id)
    .where(_reads.c.pacticipant_id.in_(_ids), _reads.c.writes.is_(False))
)  # fmt: skip
_as_writer = (
    select(_reads.c.pacticipant_id, consumer.c.name, _reads.c.subject, _writes.c.pacticipant_id, provider.c.name,
           _offers.label("offers"))
    .join_from(_writes, _reads, and_(_same_topic, _reads.c.writes.is_(False)))
    .join(consumer, consumer.c.id == _reads.c.pacticipant_id)
    .join(provider, provider.c.id == _writes.c.pacticipant_id)
    .where(_writes.c.pacticipant_id.in_(_ids), _writes.c.writes.is_(True))
)  # fmt: skip
_pairs = union_all(_as_reader, _as_writer)

# In the order of the fields of the port's Reading, the version as two.
_reading_columns: tuple[Any, ...] = (
    reader_schema.c.id, reader_schema.c.consumer_id, consumer.c.name, version.c.id, version.c.number,
    reader_schema.c.subject, reader_schema.c.topic, reader_schema.c.provider_id, provider.c.name.label("provider"),
    event_schema.c.sha, reader_schema.c.revision, reader_schema.c.created_at,
)  # fmt: skip
_of_reader = (
    reader_schema.join(version, version.c.id == reader_schema.c.version_id)
    .join(consumer, consumer.c.id == reader_schema.c.consumer_id)
    .join(event_schema, event_schema.c.id == reader_schema.c.event_schema_id)
    .outerjoin(provider, provider.c.id == reader_schema.c.provider_id)
)
_readings = select(*_reading_columns).select_from(_of_reader)
_readings_of = _readings.where(reader_schema.c.version_id.in_(_ids))
_readings_as = _readings.where(reader_schema.c.id.in_(_ids))
_writings = (
    select(written_schema.c.provider_id, version.c.id, version.c.number, written_schema.c.subject, event_schema.c.sha)
    .join_from(written_schema, version, version.c.id == written_schema.c.version_id)
    .join(event_schema, event_schema.c.id == written_schema.c.event_schema_id)
)
_writings_of = _writings.where(written_schema.c.version_id.in_(_ids))
_versions_of_writings = select(written_schema.c.version_id).where(written_schema.c.id.in_(_ids)).distinct()


def _parties(*, writes: bool) -> Select[Any]:
    mine = topic_party.c.workspace_id == bindparam("workspace")
    return select(topic_party.c.pacticipant_id).where(
        mine, topic_party.c.subject == _subject, topic_party.c.writes.is_(writes)
    )


def _that_matter(*, writes: bool) -> Any:
    """The versions of a subject's parties that live somewhere or are the head of a branch."""
    parties = _parties(writes=writes)
    return union(
        *(
            select(home.c.version_id.label("version_id")).where(home.c.pacticipant_id.in_(parties), ended.is_(None))
            for home, ended in ((deployed, deployed.c.undeployed_at), (released, released.c.support_ended_at))
        ),
        select(branch.c.head_version_id).where(
            branch.c.pacticipant_id.in_(parties), branch.c.head_version_id.is_not(None)
        ),
    ).subquery("mattering")


def _contents(table: Any, *, writes: bool) -> Select[Any]:
    """Contents of those versions for the subject, those of newer versions first."""
    mattering = _that_matter(writes=writes)
    return (
        select(event_schema.c.sha)
        .join_from(mattering, table, and_(table.c.version_id == mattering.c.version_id, table.c.subject == _subject))
        .join(event_schema, event_schema.c.id == table.c.event_schema_id)
        .group_by(event_schema.c.sha)
        .order_by(func.max(table.c.version_id).desc())
        .limit(bindparam("most"))
    )


_written_that_matters = _contents(written_schema, writes=True)
_written_of_provider = _written_that_matters.where(written_schema.c.provider_id == bindparam("provider"))
_read_that_matters = _contents(reader_schema, writes=False).where(
    reader_schema.c.provider_id.is_(None) | (reader_schema.c.provider_id == bindparam("provider"))
)


def _living_readings(home: Any, ended: Any) -> Select[Any]:
    return (
        select(environment.c.name.label("environment"), *_reading_columns)
        .select_from(
            _of_reader.join(home, home.c.version_id == reader_schema.c.version_id).join(
                environment, environment.c.id == home.c.environment_id
            )
        )
        .where(
            home.c.pacticipant_id.in_(_parties(writes=False)),
            home.c.environment_id.in_(_ids),
            ended.is_(None),
            reader_schema.c.subject == _subject,
        )
    )


_readings_in = union_all(
    _living_readings(deployed, deployed.c.undeployed_at), _living_readings(released, released.c.support_ended_at)
)
_check_of = select(readers_check.c.environments).where(
    readers_check.c.workspace_id == bindparam("workspace"), readers_check.c.subject == _subject
)


class TopicRepository:
    """Implements the port ``Topics``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._texts = EventTexts(scope)

    def note_written(self, written: Sequence[NewWritten], *, now: datetime) -> None:
        """Record with which schemas a provider contract writes subjects."""
        for each in sorted(written, key=lambda one: (one.schema.sha, one.subject)):
            row = {
                "provider_contract_id": each.provider_contract_id,
                "provider_id": each.provider_id,
                "version_id": each.version_id,
                "subject": each.subject,
                "topic": each.topic,
                "event_schema_id": self._texts.ensured(each.schema, now),
                "created_at": now,
            }
            self._scope.insert_missing(written_schema, [row])
        parties = [
            {"subject": subject, "writes": True, "pacticipant_id": key}
            for subject, key in sorted({(each.subject, each.provider_id) for each in written})
        ]
        self._scope.insert_missing(topic_party, parties)

    def forget_written(self, provider_contract_id: int) -> None:
        """Forget what a provider contract said."""
        mine = written_schema.c.provider_contract_id == provider_contract_id
        schemas = self._execute(select(written_schema.c.event_schema_id).where(mine)).scalars().all()
        self._execute(written_schema.delete().where(mine))
        self._texts.release(schemas)

    def pairs(self, pacticipant_ids: Collection[int]) -> Sequence[TopicPair]:
        """Consumers with writers, for every subject of those pacticipants."""
        found = {
            TopicPair(*row) for some in chunks(sorted(pacticipant_ids)) for row in self._execute(_pairs, {"ids": some})
        }
        return sorted(found, key=lambda each: (each.consumer, each.subject, each.provider or ""))

    def readings(self, version_ids: Collection[int]) -> Sequence[Reading]:
        """What those consumer versions read."""
        return [
            _reading_from(row)
            for some in chunks(sorted(version_ids))
            for row in self._execute(_readings_of, {"ids": some})
        ]

    def recent_readings(self, pairs: Collection[tuple[int, str]], limit: int) -> Sequence[Reading]:
        """For each consumer and subject, what the newest versions read."""
        keys = self._newest(reader_schema, reader_schema.c.consumer_id, pairs, limit)
        return [_reading_from(row) for some in chunks(keys) for row in self._execute(_readings_as, {"ids": some})]

    def writings(self, version_ids: Collection[int]) -> Sequence[Writing]:
        """What those provider versions write."""
        return [
            _writing_from(row)
            for some in chunks(sorted(version_ids))
            for row in self._execute(_writings_of, {"ids": some})
        ]

    def recent_writings(self, pairs: Collection[tuple[int, str]], limit: int) -> Sequence[Writing]:
        """For each provider and subject, what the newest versions write."""
        newest = self._newest(written_schema, written_schema.c.provider_id, pairs, limit)
        versions = {
            row.version_id for some in chunks(newest) for row in self._execute(_versions_of_writings, {"ids": some})
        }
        # A version that writes a subject in several ways is looked at as a whole, or not at all.
        wanted = set(pairs)
        return [each for each in self.writings(versions) if (each.provider_id, each.subject) in wanted]

    def readings_in(self, environment_ids: Collection[int], subject: str) -> Sequence[LivingReading]:
        """Who reads a subject in those environments."""
        values = {"workspace": self._scope.workspace_id, "subject": subject}
        found = {
            LivingReading(row[0], _reading_from(row[1:]))
            for some in chunks(sorted(environment_ids))
            for row in self._execute(_readings_in, values | {"ids": some})
        }
        return sorted(found, key=lambda each: (each.environment, each.reading.consumer, -each.reading.version.id))

    def written_that_matters(self, subject: str, provider_id: int | None, limit: int) -> Collection[str]:
        """Contents that versions write which live somewhere or are heads of branches."""
        values = {"workspace": self._scope.workspace_id, "subject": subject, "most": limit}
        if provider_id is None:
            return self._execute(_written_that_matters, values).scalars().all()
        return self._execute(_written_of_provider, values | {"provider": provider_id}).scalars().all()

    def read_that_matters(self, subject: str, provider_id: int, limit: int) -> Collection[str]:
        """The same of what is read from that provider."""
        values = {"workspace": self._scope.workspace_id, "subject": subject, "most": limit, "provider": provider_id}
        return self._execute(_read_that_matters, values).scalars().all()

    def check_of(self, subject: str) -> tuple[str, ...] | None:
        """The environments whose readers have to read what is registered."""
        found = self._execute(_check_of, {"workspace": self._scope.workspace_id, "subject": subject}).scalar()
        return None if found is None else tuple(found)

    def set_check(self, subject: str, environments: Sequence[str], *, now: datetime) -> None:
        """Ask for it."""
        values = {"environments": list(environments), "updated_at": now}
        if not self._scope.insert_missing(readers_check, [{"subject": subject} | values]):
            self._execute(readers_check.update().where(*self._check(subject)).values(**values))

    def remove_check(self, subject: str) -> bool:
        """Do not ask for it any more."""
        return self._execute(readers_check.delete().where(*self._check(subject))).rowcount == 1

    def _check(self, subject: str) -> tuple[Any, ...]:
        return readers_check.c.workspace_id == self._scope.workspace_id, readers_check.c.subject == subject

    def _newest(self, table: Any, owner: Any, pairs: Collection[tuple[int, str]], limit: int) -> Sequence[int]:
        keys: set[int] = set()
        for some in chunks(sorted(set(pairs)), PARTS):
            parts = [
                select(table.c.id)
                .where(owner == key, table.c.subject == subject)
                .order_by(table.c.version_id.desc())
                .limit(limit)
                .subquery()
                for key, subject in some
            ]
            keys |= set(self._execute(union_all(*(select(part) for part in parts))).scalars())
        return sorted(keys)


def _reading_from(row: Any) -> Reading:
    values: tuple[Any, ...] = (*row[:3], VersionRef(row[3], row[4]), *row[5:])
    return Reading(*values)


def _writing_from(row: Any) -> Writing:
    return Writing(row[0], VersionRef(row[1], row[2]), row[3], row[4])
