"""A consumer's reader schema held against a provider's schema of the same subject: does the one read the other?

The rules are those of the schema registry (schema-registry-api §16 to §18), with one difference for JSON Schema: a
writer is taken to write the properties that its schema names. That an open model lets anybody send others, of any type,
would make every reader with an optional property of its own a reader that fails.
"""

from functools import lru_cache

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from contracthub.domain.comparisons import Finding
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.avro.model import Enum, Fixed, Record
from contracthub.formats.event_schemas import EventSchema, Referenced, parse, reads

UNREADABLE = "SCHEMA_NOT_READABLE"
_OPEN_BY_DEFAULT = frozenset(
    {"PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"}
)
# Schemas are small; a few of them are asked for again and again.
_KEPT_SCHEMAS = 32
_KEPT_OUTCOMES = 1024


def read(text: EventText) -> EventSchema:
    """The schema. Raises ``Invalid`` with every fault, ``Malformed`` and ``TooLarge``."""
    references = [Referenced(each.name, each.text) for each in text.references]
    return parse(text.type, text.text, references)


def compare(reader: EventSchema, writer: EventSchema) -> tuple[Finding, ...]:
    """Why the reader may fail on what the writer writes; nothing found means that it reads all of it."""
    return tuple(
        Finding(each.rule, each.path, each.message, each.remedy, each.reader_pointer, each.writer_pointer)
        for each in reads(reader, writer)
        if each.rule not in _OPEN_BY_DEFAULT
    )


@lru_cache(maxsize=_KEPT_OUTCOMES)
def compare_texts(reader: EventText, writer: EventText) -> tuple[Finding, ...]:
    """The same for texts as they were published, which yesterday's rules may have let in."""
    try:
        return compare(_kept(reader), _kept(writer))
    except (Invalid, TooLarge) as error:
        remedy = "Publish both schemas once more: what is refused then says what to mend."
        return (Finding(UNREADABLE, "$", f"one of the schemas is not read any more: {error.message}", remedy),)


@lru_cache(maxsize=_KEPT_SCHEMAS)
def _kept(text: EventText) -> EventSchema:
    references = [Referenced(each.name, each.text) for each in text.references]
    return parse(text.type, text.text, references, lenient=True)


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
