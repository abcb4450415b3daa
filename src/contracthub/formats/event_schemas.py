"""Schemas of events in the three languages of a schema registry, read, written back, told apart and compared alike."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from contracthub.domain.errors import Invalid
from contracthub.domain.registry import CompatibilityPolicy, Json, Reference, SchemaType
from contracthub.formats import safe_json
from contracthub.formats.avro import canonical as avro_text
from contracthub.formats.avro.compatibility import reads as avro_reads
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.avro.parse import parse as parse_avro
from contracthub.formats.compatibility import Incompatibility
from contracthub.formats.jsonschema.compatibility import Policy
from contracthub.formats.jsonschema.compatibility import reads as json_reads
from contracthub.formats.jsonschema.parse import parse as parse_json
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.protobuf import text as protobuf_text
from contracthub.formats.protobuf.compatibility import reads as protobuf_reads
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.protobuf.parse import parse as parse_protobuf
from contracthub.formats.safe_json import JsonValue

__all__ = ["EventSchema", "Policy", "Referenced", "SchemaType", "identity", "parse", "reads"]

_OTHER_TYPE = "TYPE_CHANGED"
# A Protobuf file has one of these; the base64 of a descriptor has none.
_TEXT_HAS = frozenset("{;")


@dataclass(frozen=True, slots=True)
class Referenced:
    """A schema that another one uses, by the name under which it does so."""

    name: str
    text: str


@dataclass(frozen=True)
class EventSchema:
    """A schema that was read.

    ``canonical`` is the text in which it is stored and given back, ``meaning`` the text that tells it from others: they
    differ where a type may be named in more than one way (schema-registry-api §11).
    """

    type: SchemaType
    document: Any
    canonical: str
    meaning: str
    is_normal: bool = False

    @cached_property
    def normalised(self) -> str:
        """The text in which schemas that mean the same are the same."""
        return _LANGUAGES[self.type].normalised(self.document)

    def in_normal_form(self) -> "EventSchema":
        """The same schema, to be stored in its normalised text."""
        told = _LANGUAGES[self.type].normal_meaning
        meaning = told(self.document) if told else self.normalised
        return replace(self, canonical=self.normalised, meaning=meaning, is_normal=True)

    def resolved(self) -> str:
        """The text with everything in it that it refers to, for Avro; for others the canonical text."""
        if self.type is not SchemaType.AVRO:
            return self.canonical
        return avro_text.resolved_text(self.document, sorts=self.is_normal)

    def serialized(self) -> str:
        """A ``FileDescriptorProto`` in base64 for Protobuf; for others the canonical text."""
        if self.type is not SchemaType.PROTOBUF:
            return self.canonical
        return base64.b64encode(self.document.resolved.SerializeToString(deterministic=True)).decode()

    def without_extensions(self) -> str:
        """The text without the extensions that it declares and uses, for Protobuf; for others the canonical text."""
        if self.type is not SchemaType.PROTOBUF:
            return self.canonical
        return protobuf_text.text_without_extensions(self.document)


def parse(
    type: SchemaType,  # noqa: A002 - the field's own word
    text: str,
    references: Sequence[Referenced] = (),
    *,
    lenient: bool = False,
) -> EventSchema:
    """The schema of a text; ``references`` is all that it uses, directly or not, each after what it uses itself.

    ``lenient`` reads what was accepted before today's rules. Raises ``Invalid`` with every fault, ``Malformed`` and
    ``TooLarge``; a fault in a referenced schema is told as such.
    """
    language = _LANGUAGES[type]
    document = language.read(text, references, lenient)
    canonical = language.canonical(document)
    return EventSchema(type, document, canonical, language.meaning(document) if language.meaning else canonical)


def reads(
    reader: EventSchema, writer: EventSchema, policy: Policy | CompatibilityPolicy = Policy.STRICT
) -> tuple[Incompatibility, ...]:
    """Why ``reader`` may refuse what ``writer`` wrote; empty when it reads it. The policy is for JSON Schema alone."""
    if reader.type is not writer.type:
        told = f"the writer's schema is {writer.type}, and the reader's is {reader.type}"
        remedy = "keep the type of the subject's schemas; another type needs a subject of its own"
        return (Incompatibility(_OTHER_TYPE, "$", told, remedy, "", ""),)
    if reader.type is SchemaType.JSON:
        lenient = policy == Policy.LENIENT
        return json_reads(reader.document, writer.document, Policy.LENIENT if lenient else Policy.STRICT)
    compare: Callable[[Any, Any], tuple[Incompatibility, ...]] = (
        avro_reads if reader.type is SchemaType.AVRO else protobuf_reads
    )
    return compare(reader.document, writer.document)


def identity(
    schema: EventSchema,
    references: Sequence[Reference] = (),
    metadata: Json | None = None,
    rule_set: Json | None = None,
) -> str:
    """What tells a schema from every other one, as a SHA-256 in hexadecimal (schema-registry-api §6).

    That is its type, text, references in their order, metadata and rules; what is empty counts as absent.
    """
    return identity_of_digest(schema.type, digest_of(schema.meaning), references, metadata, rule_set)


def digest_of(meaning: str) -> bytes:
    """What stands for the text that tells a schema apart, where the text itself is not at hand."""
    return hashlib.sha256(meaning.encode()).digest()


def identity_of_digest(
    type: SchemaType,  # noqa: A002 - the field's own word
    digest: bytes,
    references: Sequence[Reference] = (),
    metadata: Json | None = None,
    rule_set: Json | None = None,
) -> str:
    """The same, from the digest of the text that tells a schema apart."""
    named: list[JsonValue] = [[each.name, each.subject, each.version] for each in references]
    told = safe_json.canonical([type.value, named, substance(metadata), substance(rule_set)])
    return hashlib.sha256(b"%s\n%s" % (told, digest)).hexdigest()


def substance(value: Any) -> Any:
    """A JSON value without its empty parts, None when nothing is left."""
    if isinstance(value, Mapping):
        kept = {key: substance(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each is not None} or None
    if isinstance(value, list | tuple):
        return [substance(each) for each in value] or None
    return value


@dataclass(frozen=True, slots=True)
class _Language:
    """The verbs of one language.

    ``meaning`` is None where the canonical text is what tells schemas apart, ``normal_meaning`` where the normalised
    text does.
    """

    read: Callable[[str, Sequence[Referenced], bool], Any]
    canonical: Callable[[Any], str]
    normalised: Callable[[Any], str]
    meaning: Callable[[Any], str] | None = None
    normal_meaning: Callable[[Any], str] | None = None


def _read_avro(text: str, references: Sequence[Referenced], lenient: bool) -> AvroSchema:  # noqa: FBT001 - a row of the table
    known: list[AvroSchema] = []
    for each in references:
        # They are stored already, perhaps since before today's rules.
        known.append(parse_avro(each.text, known, lenient=True))
    return parse_avro(text, known, lenient=lenient)


def _read_json(text: str, references: Sequence[Referenced], lenient: bool) -> JsonSchema:  # noqa: ARG001, FBT001 - a row of the table
    return parse_json(text, {each.name: safe_json.loads(each.text) for each in references})


def _read_protobuf(text: str, references: Sequence[Referenced], lenient: bool) -> ProtobufSchema:  # noqa: ARG001, FBT001 - a row of the table
    known: dict[str, ProtobufSchema] = {}
    for each in references:
        known[each.name] = parse_protobuf(each.text, known, name=each.name)
    schema = parse_protobuf(text, known, name=_free_name(known))
    if not _TEXT_HAS.isdisjoint(text):
        return schema
    # A descriptor can hold names that no file could: its text would be another schema.
    written = protobuf_text.canonical_text(schema)
    if _meaning(parse_protobuf(written, known, name=_free_name(known))) != _meaning(schema):
        raise Invalid("invalid-protobuf", "The descriptor says what no .proto file can say. Make it with protoc.")
    return schema


def _free_name(taken: Mapping[str, object]) -> str:
    name = "schema.proto"
    while name in taken:
        name = f"_{name}"
    return name


def _meaning(schema: ProtobufSchema) -> str:
    return protobuf_text.meaning_text(schema)


def _json_canonical(schema: JsonSchema) -> str:
    return safe_json.dumps(schema.document).decode()


def _json_normalised(schema: JsonSchema) -> str:
    return safe_json.canonical(schema.document).decode()


_LANGUAGES: Mapping[SchemaType, _Language] = {
    SchemaType.AVRO: _Language(
        _read_avro, avro_text.canonical_text, avro_text.normalised_text, None, avro_text.sorted_text
    ),
    SchemaType.JSON: _Language(_read_json, _json_canonical, _json_normalised),
    SchemaType.PROTOBUF: _Language(
        _read_protobuf, protobuf_text.canonical_text, protobuf_text.normalised_text, _meaning
    ),
}
