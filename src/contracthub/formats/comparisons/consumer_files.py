"""A consumer's file of any kind held against what a provider offers: what it is, is seen from the file itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.domain.readers import EventText, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_yaml
from contracthub.formats.asyncapi.events import Part, event_schemas
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.comparisons.conversation_asyncapi.comparing import compile_channels
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.offers import CompiledOffer, compare
from contracthub.formats.comparisons.one_document import in_one
from contracthub.formats.comparisons.pact_graphql.comparing import compare_operations, compile_schema
from contracthub.formats.comparisons.pact_openapi.provider_document import openapi_document
from contracthub.formats.comparisons.reader_writer import compare as compare_schemas
from contracthub.formats.comparisons.reader_writer import read, record_name
from contracthub.formats.detection import detected
from contracthub.formats.event_schemas import EventSchema
from contracthub.formats.live_contract import HEAD
from contracthub.formats.safe_json import JsonObject

_GRAPHQL = (".graphql", ".gql", ".graphqls")
_PACTS = frozenset({"interactions", "messages"})
_TYPES: Mapping[str, SchemaType] = {
    ContractFormat.AVRO: SchemaType.AVRO,
    ContractFormat.JSON_SCHEMA: SchemaType.JSON,
    ContractFormat.PROTOBUF: SchemaType.PROTOBUF,
}
_SAY_TOPIC = "Say which topic it is of, on both sides: FILE=TOPIC."


class FileKind(StrEnum):
    """What a consumer's file is."""

    PACT = "pact"
    CONVERSATION = "conversation"
    FLOW = "flow"
    JOURNEY = "journey"
    SLO = "slo"
    OPERATIONS = "graphql-operations"
    READER_SCHEMA = "reader-schema"


@dataclass(frozen=True, slots=True)
class ConsumerFile:
    """A file. ``files`` are those that it refers to, with itself; ``topic`` is what a reader's schema is of."""

    name: str
    data: bytes
    files: Mapping[str, bytes]
    root: str
    topic: str | None = None


def kind_of(file: ConsumerFile) -> FileKind:
    """What a file is. Raises ``Invalid`` for what is nothing that a consumer publishes, and ``TooLarge``."""
    if file.root.lower().endswith(_GRAPHQL):
        return FileKind.OPERATIONS
    if not file.root.lower().endswith((".avsc", ".proto")):
        value = safe_yaml.loads(file.data)
        if isinstance(value, dict):
            if HEAD in value:
                return _live_kind(value)
            if _PACTS & value.keys():
                return FileKind.PACT
    if detected(file.root, file.data) in _TYPES:
        return FileKind.READER_SCHEMA
    told = "It is no pact, no conversation, no document of GraphQL operations and no schema of events."
    raise Invalid("unknown-contract", told)


def check_document(document: OfferedDocument, offer: CompiledOffer) -> None:
    """Reads a document, as comparisons will. Raises ``Invalid`` for one that can't be used, and ``TooLarge``."""
    if document.format is ContractFormat.OPENAPI:
        offer.part("openapi", document.name, lambda: openapi_document(in_one(document.root, document.files)))
    elif document.format is ContractFormat.ASYNCAPI:
        offer.part("channels", document.name, partial(compile_channels, document))
    elif document.format is ContractFormat.GRAPHQL:
        offer.part("graphql", document.name, partial(compile_schema, document.data, document=document.name))
    else:
        text = _text(_TYPES[document.format], document.root, document.files)
        offer.part("written", document.name, partial(read, text))


def compare_file(file: ConsumerFile, kind: FileKind, offer: CompiledOffer) -> tuple[Finding, ...]:
    """What is found, errors of either side among it."""
    if kind is FileKind.OPERATIONS:
        return tuple(_operations(file, offer))
    if kind is FileKind.READER_SCHEMA:
        return tuple(_reader(file, offer))
    return compare(ContractKind(kind.value), file.data, offer)


def _live_kind(value: JsonObject) -> FileKind:
    said = str(value[HEAD]).partition("/")[0]
    if said not in (FileKind.CONVERSATION, FileKind.FLOW, FileKind.JOURNEY, FileKind.SLO):
        raise Invalid("unknown-contract", f"It is a contract of a kind that is not known here: {said[:50]!r}.")
    return FileKind(said)


def _operations(file: ConsumerFile, offer: CompiledOffer) -> Iterator[Finding]:
    schemas = offer.of_format(ContractFormat.GRAPHQL)
    if not schemas:
        yield _unanswered("graphql.spec.missing", "The provider has no GraphQL schema", "Name the provider's schema.")
        return
    text = file.data.decode("utf-8", "replace")
    yield from min((_with_schema(text, each, offer) for each in schemas), key=_badness)


def _with_schema(text: str, document: OfferedDocument, offer: CompiledOffer) -> tuple[Finding, ...]:
    make = partial(compile_schema, document.data, document=document.name)
    try:
        return compare_operations(text, offer.part("graphql", document.name, make))
    except (Invalid, TooLarge) as error:
        return (replace(_impossible(error), document=document.name),)


def _badness(findings: Sequence[Finding]) -> int:
    return sum(each.level in {Level.ERROR, Level.UNANSWERED} for each in findings)


class _Written(NamedTuple):
    """A schema with which a provider writes. ``pointer`` is where it stands, of one inside of a larger document."""

    document: str
    topic: str | None
    schema: EventSchema
    pointer: str | None = None


def _reader(file: ConsumerFile, offer: CompiledOffer) -> Iterator[Finding]:
    kind = _TYPES[str(detected(file.root, file.data))]
    try:
        reader = read(_text(kind, file.root, file.files))
        written = [each for each in _written(offer) if each.schema.type is kind]
    except (Invalid, TooLarge) as error:
        yield _impossible(error)
        return
    chosen = _for_topic(written, file.topic)
    if len({each.topic for each in chosen}) > 1:
        named = record_name(reader)
        chosen = [each for each in chosen if named is not None and record_name(each.schema) == named]
    if not chosen:
        told = "No schema of the provider is of the same topic and in the same language"
        yield _unanswered("reader.schema.missing", told, _SAY_TOPIC)
    for each in chosen:
        for found in compare_schemas(reader, each.schema):
            yield replace(found, document=each.document, provider_pointer=each.pointer or found.provider_pointer)


def _for_topic(written: Sequence[_Written], topic: str | None) -> list[_Written]:
    """Those of the topic; where nothing is said of a topic on one side, that may be any."""
    exact = [each for each in written if topic is not None and each.topic == topic]
    return exact or [each for each in written if topic is None or each.topic is None]


def _written(offer: CompiledOffer) -> Iterator[_Written]:
    for document in offer.documents:
        if document.format in _TYPES:
            text = _text(_TYPES[document.format], document.root, document.files)
            yield _Written(document.name, document.topic, offer.part("written", document.name, partial(read, text)))
        elif document.format is ContractFormat.ASYNCAPI:
            yield from offer.part("topics", document.name, partial(_of_asyncapi, document))


def _of_asyncapi(document: OfferedDocument) -> list[_Written]:
    parsed = parse(document.data, document.files, name=document.root)
    return [
        _Written(document.name, each.topic, read(EventText(each.type, each.text)), each.pointer)
        for each in event_schemas(parsed)
        if each.part is Part.VALUE and each.type is not None and each.text is not None
    ]


def _text(kind: SchemaType, root: str, files: Mapping[str, bytes]) -> EventText:
    others = tuple(ReferencedText(name, _decoded(data)) for name, data in sorted(files.items()) if name != root)
    return EventText(kind, _decoded(files[root]), others, root if others else "")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("not-utf-8", f"Byte {error.start} is not UTF-8. Save the file as UTF-8.") from error


def _impossible(error: Invalid | TooLarge) -> Finding:
    remedy = "Mend what can't be read."
    return Finding("comparison.impossible", "", error.message, remedy, level=Level.UNANSWERED)


def _unanswered(rule: str, told: str, remedy: str) -> Finding:
    return Finding(rule, "", told, remedy, level=Level.UNANSWERED)
