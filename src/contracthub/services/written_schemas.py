"""What provider contracts say of topics: with which schema a provider version writes which subject."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ContractFile, ContractFormat, ProviderContract
from contracthub.domain.readers import (
    NOT_TOLD,
    EventText,
    NewWritten,
    Part,
    ReferencedText,
    SubjectStrategy,
    subject_for,
)
from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.contract import event_schemas
from contracthub.formats.asyncapi.events import TopicSchema
from contracthub.formats.asyncapi.model import AsyncApiDocument, Direction
from contracthub.formats.comparisons.reader_writer import read, record_name
from contracthub.services.comparisons import MOST_AT_ONCE, compare_writer
from contracthub.services.ports import Unit

# A document with more is no service of anybody's.
MOST_SCHEMAS = 1000
TYPES: Mapping[ContractFormat, SchemaType] = {
    ContractFormat.AVRO: SchemaType.AVRO,
    ContractFormat.JSON_SCHEMA: SchemaType.JSON,
    ContractFormat.PROTOBUF: SchemaType.PROTOBUF,
}


def note_written(
    unit: Unit, contract: ProviderContract, files: Sequence[ContractFile], document: object, *, now: datetime
) -> None:
    """Record what a provider contract that was published just now writes, and compare it with its readers.

    ``document`` is what its format read.
    """
    if contract.revision > 1:
        unit.topics.forget_written(contract.id)
    written = tuple(_written_in(contract, files, document))
    if not written:
        return
    unit.topics.note_written(written, now=now)
    told = [each for each in written if each.schema is not NOT_TOLD]
    for each in told[:MOST_AT_ONCE]:
        compare_writer(unit, each.subject, each.provider_id, each.schema.sha, now=now)


def _written_in(contract: ProviderContract, files: Sequence[ContractFile], document: object) -> Iterable[NewWritten]:
    if isinstance(document, AsyncApiDocument):
        sent = (each for each in event_schemas(document) if not each.directions or Direction.SEND in each.directions)
        for subject, topic, schema in _by_subject(islice(sent, MOST_SCHEMAS)):
            yield _written(contract, subject, topic, schema)
        return
    kind = TYPES.get(contract.format)
    if kind is not None and contract.subject is not None:
        text = event_text_of(kind, files)
        names = dict.fromkeys(_names(contract.subject, contract.topic))
        for of_topic in tuple(names):
            names |= dict.fromkeys(name for name, _ in _named_types(of_topic, contract.topic, [text]))
        for name in names:
            yield _written(contract, name, contract.topic, text)


def _written(contract: ProviderContract, subject: str, topic: str | None, schema: EventText) -> NewWritten:
    return NewWritten(contract.id, contract.provider_id, contract.version_id, subject, topic, schema)


def _names(subject: str, topic: str | None) -> Iterable[str]:
    """Under which subjects a schema counts: what has a name of its own gets to those who read all of the topic, too."""
    yield subject
    of_topic = [subject_for(SubjectStrategy.TOPIC, topic, part, None) for part in (Part.VALUE, Part.KEY)]
    if topic is not None and subject not in of_topic:
        yield of_topic[0]


def _by_subject(schemas: Iterable[TopicSchema]) -> Iterable[tuple[str, str | None, EventText]]:
    """What is written by subject; each type of a topic also under its own name, by which some consumers read it.

    Where the document does not tell all that is written under a subject, it tells nothing of it.
    """
    texts: dict[tuple[str, str | None], dict[str, EventText]] = {}
    for each in schemas:
        if each.subject is None:
            continue
        text = NOT_TOLD if each.type is None or each.text is None else EventText(each.type, each.text)
        for name in _names(each.subject, each.topic):
            texts.setdefault((name, each.topic), {})[text.sha] = text
    for (subject, topic), found in list(texts.items()):
        for name, text in _named_types(subject, topic, tuple(found.values())):
            texts.setdefault((name, topic), {})[text.sha] = text
    for (subject, topic), found in texts.items():
        for text in [NOT_TOLD] if NOT_TOLD.sha in found else found.values():
            yield subject, topic, text


def _named_types(subject: str, topic: str | None, found: Iterable[EventText]) -> Iterable[tuple[str, EventText]]:
    if topic is None or subject != subject_for(SubjectStrategy.TOPIC, topic, Part.VALUE, None):
        return
    for text in found:
        record = _record_name(text) if text is not NOT_TOLD else None
        if record is not None:
            yield subject_for(SubjectStrategy.TOPIC_RECORD, topic, Part.VALUE, record), text


def _record_name(text: EventText) -> str | None:
    try:
        return record_name(read(text))
    except (Invalid, TooLarge):
        return None


def event_text_of(kind: SchemaType, files: Sequence[ContractFile]) -> EventText:
    """A schema of events as its files were published."""
    root = next(each for each in files if each.is_root)
    others = tuple(ReferencedText(each.path, each.body.decode()) for each in files if not each.is_root)
    return EventText(kind, root.body.decode(), others, root.path if others else "")
