"""Readers of topics: the schema with which a consumer version reads, and the subject under which writers are found."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracthub.domain.registry import SchemaType


class Part(StrEnum):
    """Which part of a record is meant."""

    VALUE = "value"
    KEY = "key"


class SubjectStrategy(StrEnum):
    """How serializers find the subject of a schema (schema-registry-api §1)."""

    TOPIC = "topic"
    RECORD = "record"
    TOPIC_RECORD = "topic-record"

    @property
    def needs_topic(self) -> bool:
        """Whether the subject's name has the topic's in it."""
        return self is not SubjectStrategy.RECORD

    @property
    def needs_record(self) -> bool:
        """Whether the subject's name has that of the record type in it."""
        return self is not SubjectStrategy.TOPIC


def subject_for(strategy: SubjectStrategy, topic: str | None, part: Part, record: str | None) -> str:
    """The subject that a serializer of this strategy registers under.

    >>> subject_for(SubjectStrategy.TOPIC, "orders", Part.KEY, None)
    'orders-key'
    """
    if strategy is SubjectStrategy.TOPIC:
        return f"{topic}-{part}"
    return f"{topic}-{record}" if strategy is SubjectStrategy.TOPIC_RECORD else f"{record}"


@dataclass(frozen=True, slots=True)
class ReferencedText:
    """A schema that another one refers to, under the name by which it does so: a file's, relative to the folder."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class EventText:
    """A schema of events as it was sent, with those that it refers to, each once; ``name`` is its own among them."""

    type: SchemaType
    text: str
    references: tuple[ReferencedText, ...] = ()
    name: str = ""

    @property
    def sha(self) -> str:
        """Stands for the whole content; what has the same compares the same."""
        digest = hashlib.sha256(self.type.encode())
        named = (text for each in self.references for text in (each.name, each.text))
        for part in (self.name if self.references else "", self.text, *named):
            data = part.encode()
            digest.update(len(data).to_bytes(8) + data)
        return digest.hexdigest()


NOT_TOLD = EventText(SchemaType.JSON, "")
"""Stands for a schema that a document does not tell, or not in a way that is read here: it is in no way known to be
readable. Nobody can publish it."""


@dataclass(frozen=True, slots=True)
class NewReaderSchema:
    """A reader schema that is about to be stored; ``provider_id`` is the only writer that counts, if one is named."""

    subject: str
    topic: str | None
    part: Part
    schema: EventText
    provider_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReaderSchema:
    """The schema with which a consumer version reads a subject. ``revision`` counts how often it was replaced."""

    id: int
    consumer: str
    version_id: int
    version: str
    subject: str
    topic: str | None
    part: Part
    provider: str | None
    type: SchemaType
    sha: str
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def topic_or_subject(self) -> str:
        """What it reads, as people call it."""
        return self.topic or self.subject


@dataclass(frozen=True, slots=True)
class NewWritten:
    """What a provider contract says of a subject: about to be stored."""

    provider_contract_id: int
    provider_id: int
    version_id: int
    subject: str
    topic: str | None
    schema: EventText
