"""A consumer's reader schema held against a provider's schema of the same subject: does the one read the other?

The rules are those of the schema registry (schema-registry-api §16 to §18), with one difference for JSON Schema: a
writer is taken to write the properties that its schema names. That an open model lets anybody send others, of any type,
would make every reader with an optional property of its own a reader that fails.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from contracthub.domain.comparisons import Finding
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.avro import contract as avro
from contracthub.formats.avro.model import Enum, Fixed, Record
from contracthub.formats.event_schemas import EventSchema, reads
from contracthub.formats.jsonschema import contract as jsonschema
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.protobuf import contract as protobuf
from contracthub.formats.uploads import Upload

UNREADABLE = "SCHEMA_NOT_READABLE"
_OPEN_BY_DEFAULT = frozenset(
    {"PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"}
)
# A writer's schema is compared with those of many readers: so many are kept in memory, unless they are longer.
_KEPT = 64
_LONGEST_KEPT = 128 * 1024
_ROOT = "schema"
_READ: Mapping[SchemaType, Callable[[Upload, Limits], Any]] = {
    SchemaType.AVRO: avro.read,
    SchemaType.JSON: jsonschema.read,
    SchemaType.PROTOBUF: protobuf.read,
}


def read(text: EventText) -> EventSchema:
    """The schema. Raises ``Invalid`` with every fault, ``Malformed`` and ``TooLarge``."""
    root = text.name or _ROOT
    files = {each.name: each.text.encode() for each in text.references} | {root: text.text.encode()}
    document = _READ[text.type](Upload(root, files), DOCUMENT)
    return EventSchema(text.type, document, text.text, text.text)


def compare(reader: EventSchema, writer: EventSchema) -> tuple[Finding, ...]:
    """Why the reader may fail on what the writer writes; nothing found means that it reads all of it."""
    return tuple(
        Finding(each.rule, each.path, each.message, each.remedy, each.reader_pointer, each.writer_pointer)
        for each in reads(reader, writer)
        if each.rule not in _OPEN_BY_DEFAULT
    )


def compare_texts(reader: EventText, writer: EventText) -> tuple[Finding, ...]:
    """The same for texts as they were published, which the rules of another release may have let in."""
    return compare_text_with(reader, lambda: read_before(writer))


def compare_text_with(reader: EventText, writer: Callable[[], EventSchema]) -> tuple[Finding, ...]:
    """The same where only the reader's schema is known as text."""
    try:
        return compare(read_before(reader), writer())
    except (Invalid, TooLarge) as error:
        remedy = "Publish both schemas once more: what is refused then says what to mend."
        return (Finding(UNREADABLE, "$", f"one of the schemas can't be read any more: {error.message}", remedy),)


def read_before(text: EventText) -> EventSchema:
    """As :func:`read`; small ones are kept in memory, since they are compared with many others."""
    size = len(text.text) + sum(len(each.text) for each in text.references)
    return _kept(text) if size <= _LONGEST_KEPT else read(text)


@lru_cache(maxsize=_KEPT)
def _kept(text: EventText) -> EventSchema:
    return read(text)


def record_name(schema: EventSchema) -> str | None:
    """The name under which serializers register the type by itself; ``None`` where the schema has none.

    That is the full name of an Avro type, the title of a JSON Schema, and the full name of a file's first message
    (schema-registry-api §1).
    """
    document = schema.document
    if schema.type is SchemaType.AVRO:
        root = document.resolved(document.root)
        return root.name if isinstance(root, Record | Enum | Fixed) else None
    if schema.type is SchemaType.JSON:
        title = document.document.get("title") if isinstance(document.document, dict) else None
        return title if isinstance(title, str) and title else None
    file: FileDescriptorProto = document.resolved
    if not file.message_type:
        return None
    name = file.message_type[0].name
    return f"{file.package}.{name}" if file.package else name
