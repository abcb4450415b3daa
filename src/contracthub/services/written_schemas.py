"""What provider contracts say of topics: with which schema a provider version writes which subject."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ContractFile, ContractFormat, ProviderContract
from contracthub.domain.readers import EventText, NewWritten, Part, ReferencedText, SubjectStrategy, subject_for
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
    for each in written[:MOST_AT_ONCE]:
        compare_writer(unit, each.subject, each.provider_id, each.schema.sha, now=now)


def _written_in(contract: ProviderContract, files: Sequence[ContractFile], document: object) -> Iterable[NewWritten]:
    if isinstance(document, AsyncApiDocument):
        sent = (each for each in event_schemas(document) if not each.directions or Direction.SEND in each.directions)
        for subject, topic, schema in _by_subject(islice(sent, MOST_SCHEMAS)):
            yield _written(contract, subject, topic, schema)
        return
    kind = TYPES.get(contract.format)
    if kind is not None and contract.subject is not None:
        yield _written(contract, contract.subject, contract.topic, _text_of(kind, files))


def _written(contract: ProviderContract, subject: str, topic: str | None, schema: EventText) -> NewWritten:
    return NewWritten(contract.id, contract.provider_id, contract.version_id, subject, topic, schema)


def _by_subject(schemas: Iterable[TopicSchema]) -> Iterable[tuple[str, str | None, EventText]]:
    """What is written by subject; several types of one topic are told apart by their names, as serializers do it."""
    texts: dict[tuple[str, str | None], dict[str, EventText]] = {}
    for each in schemas:
        if each.subject is not None and each.type is not None and each.text is not None:
            text = EventText(each.type, each.text)
            texts.setdefault((each.subject, each.topic), {})[text.sha] = text
    for (subject, topic), found in texts.items():
        for text in found.values():
            if len(found) == 1:
                yield subject, topic, text
            elif topic is not None and (record := _record_name(text)) is not None:
                yield subject_for(SubjectStrategy.TOPIC_RECORD, topic, Part.VALUE, record), topic, text


def _record_name(text: EventText) -> str | None:
    try:
        return record_name(read(text))
    except (Invalid, TooLarge):
        return None


def _text_of(kind: SchemaType, files: Sequence[ContractFile]) -> EventText:
    root = next(each for each in files if each.is_root)
    others = tuple(ReferencedText(each.path, each.body.decode()) for each in files if not each.is_root)
    return EventText(kind, root.body.decode(), others, root.path if others else "")
