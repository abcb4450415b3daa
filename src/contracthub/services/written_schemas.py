"""What provider contracts say of topics: with which schema a provider version writes which subject."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from contracthub.domain.provider_contracts import ContractFile, ContractFormat, ProviderContract
from contracthub.domain.readers import EventText, NewWritten, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.services.comparisons import MOST_AT_ONCE, compare_writer
from contracthub.services.ports import Unit

TYPES: Mapping[ContractFormat, SchemaType] = {
    ContractFormat.AVRO: SchemaType.AVRO,
    ContractFormat.JSON_SCHEMA: SchemaType.JSON,
    ContractFormat.PROTOBUF: SchemaType.PROTOBUF,
}


def note_written(unit: Unit, contract: ProviderContract, files: Sequence[ContractFile], *, now: datetime) -> None:
    """Record what a provider contract that was published just now writes, and compare it with its readers."""
    if contract.revision > 1:
        unit.topics.forget_written(contract.id)
    written = tuple(_written_in(contract, files))
    if not written:
        return
    unit.topics.note_written(written, now=now)
    for each in written[:MOST_AT_ONCE]:
        compare_writer(unit, each.subject, each.provider_id, each.schema.sha, now=now)


def _written_in(contract: ProviderContract, files: Sequence[ContractFile]) -> Iterable[NewWritten]:
    kind = TYPES.get(contract.format)
    if kind is not None and contract.subject is not None:
        yield _written(contract, contract.subject, contract.topic, _text_of(kind, files))


def _written(contract: ProviderContract, subject: str, topic: str | None, schema: EventText) -> NewWritten:
    return NewWritten(contract.id, contract.provider_id, contract.version_id, subject, topic, schema)


def _text_of(kind: SchemaType, files: Sequence[ContractFile]) -> EventText:
    root = next(each for each in files if each.is_root)
    others = tuple(ReferencedText(each.path, each.body.decode()) for each in files if not each.is_root)
    return EventText(kind, root.body.decode(), others, root.path if others else "")
