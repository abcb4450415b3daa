"""Takes in reader schemas: with which schema consumer versions read subjects."""

from contracthub.domain.archive import ArchivedReaderSchema
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.pacticipants import Version
from contracthub.domain.readers import NewReaderSchema
from contracthub.services.archive_batches import Batch, Numbered
from contracthub.services.archive_versions import required_pacticipants, required_versions
from contracthub.services.comparisons import compare_reader
from contracthub.services.reader_requests import SchemaOffer, schema_offer_from

_KIND = "readerSchema"


def write_reader_schemas(batch: Batch, records: Numbered) -> None:
    """Publish the reader schemas that are not there; what is there stays."""
    versions = required_versions(batch, [(line, it.consumer, it.version) for line, it in records])
    named = [(line, it.provider) for line, it in records if it.provider is not None]
    providers = required_pacticipants(batch, named) if named else {}
    for line, record in records:
        version = versions[record.consumer, record.version]
        try:
            offer = _offer(record)
        except (Invalid, TooLarge) as refusal:
            text = (
                f"The schema with which {record.consumer} {record.version} reads {record.subject} can't be read here: "
            )
            batch.refuse(line, _KIND, text + refusal.message[:500])
            continue
        provider_id = providers[record.provider].id if record.provider is not None else None
        _write(batch, line, record, offer, version, provider_id)


def _offer(record: ArchivedReaderSchema) -> SchemaOffer:
    references = [{"name": each.name, "schema": each.schema} for each in record.references]
    entry = {
        "subject": record.subject,
        "topic": record.topic,
        "part": record.part,
        "provider": record.provider,
        "schemaType": record.schema_type,
        "schema": record.schema,
        "name": record.name,
        "references": references or None,
    }
    return schema_offer_from(entry)


def _write(
    batch: Batch, line: int, record: ArchivedReaderSchema, offer: SchemaOffer, version: Version, provider_id: int | None
) -> None:
    readers = batch.unit.readers
    there = readers.find(version.id, record.subject)
    if there is None:
        new = NewReaderSchema(offer.subject, offer.topic, offer.part, offer.text, provider_id)
        readers.store(version, new, now=record.created_at)
        compare_reader(batch.unit, offer.subject, provider_id, offer.text.sha, now=batch.hub.now())
        batch.count(_KIND, "created")
    elif (there.sha, there.provider) == (offer.text.sha, offer.provider):
        batch.count(_KIND, "unchanged")
    else:
        text = f"{record.consumer} {record.version} reads {record.subject} with another schema here, which stays."
        batch.refuse(line, _KIND, text)
