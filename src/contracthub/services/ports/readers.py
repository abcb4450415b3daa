"""The ports to stored reader schemas, and to what the gate reads of readers and writers of topics."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from contracthub.domain.pacticipants import Listing, Page, Version
from contracthub.domain.readers import EventText, NewReaderSchema, NewWritten, ReaderSchema
from contracthub.services.ports.matrix import VersionRef


class TopicPair(NamedTuple):
    """A consumer that has read a subject, with a provider that perhaps writes it.

    ``provider_id`` is ``None`` where nobody has ever been taken for a writer. ``offers``: versions of the provider have
    published a schema for the subject; otherwise a consumer has just named the provider.
    """

    consumer_id: int
    consumer: str
    subject: str
    provider_id: int | None
    provider: str | None
    offers: bool


class Reading(NamedTuple):
    """A reader schema of a consumer version; ``provider_id`` is the only writer that counts, where one is named."""

    id: int
    consumer_id: int
    consumer: str
    version: VersionRef
    subject: str
    topic: str | None
    provider_id: int | None
    provider: str | None
    sha: str
    revision: int
    published_at: datetime


class Writing(NamedTuple):
    """A schema with which a provider version writes a subject."""

    provider_id: int
    version: VersionRef
    subject: str
    sha: str


class LivingReading(NamedTuple):
    """A reader schema of a version that lives in an environment."""

    environment: str
    reading: Reading


class Readers(Protocol):
    """Reader schemas of one workspace. "Newest" is by creation of the version."""

    def find(self, version_id: int, subject: str) -> ReaderSchema | None:
        """What a version reads a subject with."""

    def store(self, version: Version, new: NewReaderSchema, *, now: datetime) -> ReaderSchema | None:
        """Publish one; ``None``, and nothing changed, when the version has one for that subject already."""

    def replace(self, there: ReaderSchema, new: NewReaderSchema, *, now: datetime) -> ReaderSchema | None:
        """Put one in the place of another; ``None``, and nothing changed, when others changed it meanwhile."""

    def of_version(self, version_id: int) -> Sequence[ReaderSchema]:
        """All that a version reads, by subject."""

    def of_consumer(self, consumer_id: int, *, subject: str | None = None, page: Page) -> Listing[ReaderSchema]:
        """What versions of a consumer read, newest first."""

    def latest(self, consumer_id: int, subject: str, *, branch: str | None = None) -> ReaderSchema | None:
        """That of the newest version that has one for the subject, or of the newest such version of a branch."""

    def delete(self, reader_schema_id: int) -> None:
        """Remove one, and its content when nothing else refers to that."""

    def text(self, sha: str) -> EventText | None:
        """A schema by what stands for its content."""


class Topics(Protocol):
    """Who reads and who writes. Every read is bounded by the question or by a limit, never by history."""

    def note_written(self, written: Sequence[NewWritten], *, now: datetime) -> None:
        """Record with which schemas a provider contract writes subjects."""

    def forget_written(self, provider_contract_id: int) -> None:
        """Forget what a provider contract said, before it is replaced."""

    def pairs(self, pacticipant_ids: Collection[int]) -> Sequence[TopicPair]:
        """Consumers with writers, for every subject that one of those pacticipants has read or perhaps written."""

    def readings(self, version_ids: Collection[int]) -> Sequence[Reading]:
        """What those consumer versions read."""

    def recent_readings(self, pairs: Collection[tuple[int, str]], limit: int) -> Sequence[Reading]:
        """For each consumer and subject, what the newest versions read, at most ``limit`` of each."""

    def writings(self, version_ids: Collection[int]) -> Sequence[Writing]:
        """What those provider versions write."""

    def recent_writings(self, pairs: Collection[tuple[int, str]], limit: int) -> Sequence[Writing]:
        """For each provider and subject, what the newest versions write, at most ``limit`` of each."""

    def readings_in(self, environment_ids: Collection[int], subject: str) -> Sequence[LivingReading]:
        """Who reads a subject in those environments."""

    def written_that_matters(self, subject: str, provider_id: int | None, limit: int) -> Collection[str]:
        """Contents that versions write which live somewhere or are heads of branches, of one provider or of any."""

    def read_that_matters(self, subject: str, provider_id: int, limit: int) -> Collection[str]:
        """The same of what is read from that provider."""

    def check_of(self, subject: str) -> tuple[str, ...] | None:
        """The environments whose readers have to read what is registered; ``None`` where that is not asked for."""

    def set_check(self, subject: str, environments: Sequence[str], *, now: datetime) -> None:
        """Ask for it."""

    def remove_check(self, subject: str) -> bool:
        """Do not ask for it any more; whether it was."""
