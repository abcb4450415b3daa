"""What a request to publish or to check schemas of events says, checked: before a transaction is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.domain.names import MAX_NAME_LENGTH, faults_of_name
from contracthub.domain.readers import EventText, Part, ReferencedText, SubjectStrategy, subject_for
from contracthub.domain.registry import LONGEST_SUBJECT, SchemaType, is_valid_subject, parse_subject
from contracthub.formats.comparisons.reader_writer import read, record_name
from contracthub.formats.event_schemas import EventSchema
from contracthub.services.publication_requests import faults_of_version

MOST_SCHEMAS = 100
MOST_REFERENCES = 100
LONGEST_SCHEMA = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SchemaOffer:
    """A schema for a subject, read; ``provider`` is the only writer that counts, where one is named."""

    subject: str
    topic: str | None
    part: Part
    provider: str | None
    text: EventText
    schema: EventSchema


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """Reader schemas of one consumer version, with what is known of that version."""

    consumer: str
    number: str
    offers: tuple[SchemaOffer, ...]
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    overwrite: bool = False


def reader_request_from(body: dict[str, Any]) -> ReaderRequest:
    """The request in a body. Raises :class:`Invalid` with everything that is wrong, and :class:`TooLarge`."""
    faults = faults_of_version(body, ("consumer", "version"))
    if not isinstance(body.get("overwrite", False), bool):
        faults.append(Fault("overwrite", "must be true or false"))
    offers: list[SchemaOffer] = []
    for index, entry in enumerate(_entries(body, faults)):
        try:
            offers.append(schema_offer_from(entry))
        except TooLarge:
            raise
        except Invalid as error:
            faults += [
                Fault(f"schemas.{each.field}".rstrip("."), each.text, each.pointer, index) for each in error.faults
            ]
    faults += _faults_of_twins(offers)
    if faults:
        raise Invalid.of(*faults)
    return ReaderRequest(
        body["consumer"],
        body["version"],
        tuple(offers),
        body.get("branch"),
        tuple(dict.fromkeys(body.get("tags") or ())),
        body.get("buildUrl"),
        body.get("overwrite", False),
    )


def schema_offer_from(entry: object) -> SchemaOffer:
    """A schema with the subject that it is for. Raises :class:`Invalid` with all that is wrong, and ``TooLarge``."""
    if not isinstance(entry, dict):
        raise Invalid.of(Fault("", "must be an object with schema and topic"))
    faults = _faults_of_words(entry) + _faults_of_texts(entry)
    if faults:
        raise Invalid.of(*faults)
    text = _text_in(entry)
    schema = _read(text)
    part, topic = Part(entry.get("part") or Part.VALUE), entry.get("topic")
    return SchemaOffer(_subject_of(entry, topic, part, schema), topic, part, entry.get("provider"), text, schema)


def _read(text: EventText) -> EventSchema:
    try:
        return read(text)
    except Invalid as error:
        raise Invalid.of(*(Fault("schema", each.text, each.pointer) for each in error.faults)) from error


def _subject_of(entry: dict[str, Any], topic: str | None, part: Part, schema: EventSchema) -> str:
    if (given := entry.get("subject")) is not None:
        subject = str(given)
    else:
        strategy = SubjectStrategy(entry.get("subjectStrategy") or SubjectStrategy.TOPIC)
        if strategy.needs_topic and topic is None:
            raise Invalid.of(Fault("topic", f"is missing: the subject strategy {strategy} needs it"))
        name = record_name(schema) if strategy.needs_record else None
        if strategy.needs_record and name is None:
            text = f"{strategy} needs a type with a name, and the schema has none (for JSON Schema: a title)"
            raise Invalid.of(Fault("subjectStrategy", text))
        subject = subject_for(strategy, topic, part, name)
    if not is_valid_subject(parse_subject(subject)):
        text = f"must be some text of at most {LONGEST_SUBJECT} characters without control characters"
        raise Invalid.of(Fault("subject", text))
    return subject


def _text_in(entry: dict[str, Any]) -> EventText:
    references = entry.get("references") or ()
    return EventText(
        SchemaType(entry.get("schemaType") or SchemaType.AVRO),
        entry["schema"],
        tuple(ReferencedText(each["name"], each["schema"]) for each in references),
        entry.get("name") or "",
    )


def _entries(body: dict[str, Any], faults: list[Fault]) -> list[Any]:
    entries = body.get("schemas")
    if not isinstance(entries, list) or not entries:
        faults.append(Fault("schemas", "must be a list with an object for each topic"))
        return []
    if len(entries) > MOST_SCHEMAS:
        faults.append(Fault("schemas", f"cannot have more than {MOST_SCHEMAS} entries"))
        return []
    return entries


def _faults_of_twins(offers: Sequence[SchemaOffer]) -> list[Fault]:
    first: dict[str, SchemaOffer] = {}
    return [
        Fault("schemas", f"has two different schemas for the subject {offer.subject}")
        for offer in offers
        if _said(first.setdefault(offer.subject, offer)) != _said(offer)
    ]


def _said(offer: SchemaOffer) -> tuple[str, str | None]:
    return offer.text.sha, offer.provider


def _faults_of_words(entry: dict[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    for field in ("topic", "provider", "subject", "name"):
        if entry.get(field) is not None:
            faults += faults_of_name(field, entry[field])
    allowed: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("part", tuple(Part)),
        ("subjectStrategy", tuple(SubjectStrategy)),
        ("schemaType", tuple(SchemaType)),
    )
    for field, words in allowed:
        if entry.get(field) is not None and entry[field] not in words:
            faults.append(Fault(field, f"must be one of: {', '.join(words)}"))
    return faults


def _faults_of_texts(entry: dict[str, Any]) -> list[Fault]:
    faults = _faults_of_text("schema", entry.get("schema"))
    references = entry.get("references")
    if references is None:
        return faults
    if not isinstance(references, list):
        return [*faults, Fault("references", "must be a list of objects with name and schema")]
    if len(references) > MOST_REFERENCES:
        return [*faults, Fault("references", f"cannot have more than {MOST_REFERENCES} entries")]
    names: set[str] = set()
    for each in references:
        if not isinstance(each, dict):
            return [*faults, Fault("references", "must be a list of objects with name and schema")]
        faults += faults_of_name("references.name", each.get("name"))
        faults += _faults_of_text("references.schema", each.get("schema"))
        name = str(each.get("name"))
        if name in names or name == (entry.get("name") or "schema"):
            faults.append(Fault("references.name", f"is given twice: {name[:MAX_NAME_LENGTH]}"))
        names.add(name)
    return faults


def _faults_of_text(field: str, value: object) -> list[Fault]:
    if value is None:
        return [Fault(field, "is missing")]
    if not isinstance(value, str):
        return [Fault(field, "must be a string: the text of the schema")]
    if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
        return [Fault(field, "cannot contain the character U+0000 or half a surrogate pair")]
    if len(value.encode()) > LONGEST_SCHEMA:
        text = f"A schema may have at most {LONGEST_SCHEMA} bytes; {field} has more. Put parts of it into references."
        raise TooLarge("schema-too-large", text, limit=LONGEST_SCHEMA)
    return []
