"""What the provider's AsyncAPI document says of the messages in a topic, and whether a message is so."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from contracthub.domain.errors import HubError
from contracthub.domain.registry import SchemaType
from contracthub.domain.verification_reports import Mismatch
from contracthub.formats import safe_json
from contracthub.formats.asyncapi.events import Part, TopicSchema, event_schemas, header_schemas
from contracthub.formats.asyncapi.model import Direction
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.avro import binary as avro
from contracthub.formats.avro.model import Primitive
from contracthub.formats.event_schemas import EventSchema, reads
from contracthub.formats.event_schemas import parse as parse_schema
from contracthub.formats.jsonschema.offline import nothing_fetched
from contracthub.formats.pact.expressions import expression_from
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.documents import HUB, DocumentNotThere, document_at
from contracthub.verification.events.decoding import Content, Decoded
from contracthub.verification.events.settings import EventSettings
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.suites import Target

if TYPE_CHECKING:
    from jsonschema_rs import Validator

PATHS = ("/asyncapi.yaml", "/asyncapi.json", "/asyncapi.yml")
MOST_FAULTS = 20
MOST_VALIDATORS = 200
_LONGEST_TEXT = 300


@dataclass(slots=True)
class _Message:
    """A message of a channel as the document has it."""

    name: str
    sent: bool
    value: EventSchema | None = None
    key: EventSchema | None = None
    headers: str | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """The messages of each topic, by the topic's name in this environment. ``source`` is where the document is from."""

    source: str = ""
    topics: Mapping[str, Sequence[_Message]] = field(default_factory=dict)

    @property
    def sent(self) -> tuple[str, ...]:
        """The topics that the provider sends messages to."""
        return tuple(topic for topic, messages in self.topics.items() if any(each.sent for each in messages))

    def schema_for(self, topic: str, part: str) -> EventSchema | None:
        """The schema of all values of a topic, or of its keys; None where there are several, or none."""
        found = [each.key if part == Part.KEY else each.value for each in self.topics.get(topic, ())]
        several = {each.meaning for each in found if each is not None}
        return found[0] if len(several) == 1 and None not in found else None

    def differences(self, message: Decoded) -> tuple[Mismatch, ...]:
        """How the message is not as the document has it: as the message of the topic that it is most like."""
        known = self.topics.get(message.record.topic, ())
        # What a provider only receives says nothing of what it sends.
        wanted = [each for each in known if each.sent] or list(known)
        found = [tuple(islice(_differences(each, message), MOST_FAULTS)) for each in wanted]
        return (*_of_own_schema(message.value), *min(found, key=len, default=()))


def channels_of(target: Target, settings: EventSettings, problems: list[str]) -> Channels:
    """The document that was said, else the one that the provider serves, else the published one; empty without any."""
    try:
        source, body = _document(target, settings)
        if body is None:
            return Channels()
        document = parse(body)
    except DocumentNotThere as error:
        problems.append(f"The provider's AsyncAPI document can't be had: {error}")
        return Channels()
    except HubError as error:
        problems.append(f"The provider's AsyncAPI document can't be read: {error.message}")
        return Channels()
    topics: dict[str, dict[str, _Message]] = {}
    headers = header_schemas(document)
    for each in event_schemas(document):
        if each.topic is None:
            continue
        messages = topics.setdefault(settings.topic(each.topic), {})
        told = messages.setdefault(each.message, _Message(each.message, _is_sent(each)))
        told.headers = headers.get((each.channel, each.message))
        _keep(told, each)
    return Channels(source, {topic: tuple(messages.values()) for topic, messages in topics.items()})


def _document(target: Target, settings: EventSettings) -> tuple[str, bytes | None]:
    if settings.asyncapi:
        return settings.asyncapi, document_at(settings.asyncapi, target, "asyncapi")
    client = ProviderClient(target.base_url, target.request_timeout_ms / 1000, target.headers, target.verify_tls)
    for path in PATHS:
        try:
            answer = client.send("GET", path)
        except ProviderSilent:
            break
        if answer.status == 200 and b"asyncapi" in answer.body[:10_000]:
            return path, answer.body
    if target.hub is not None:
        try:
            return HUB, document_at(HUB, target, "asyncapi")
        except DocumentNotThere:
            return "", None
    return "", None


def _is_sent(schema: TopicSchema) -> bool:
    return Direction.SEND in schema.directions or not schema.directions


def _keep(message: _Message, schema: TopicSchema) -> None:
    if schema.type is None or schema.text is None:
        return
    try:
        parsed = parse_schema(schema.type, schema.text, lenient=True)
    except HubError:
        return
    if schema.part is Part.KEY:
        message.key = parsed
    else:
        message.value = parsed


def _differences(wanted: _Message, message: Decoded) -> Iterator[Mismatch]:
    if wanted.key is not None:
        yield from _of_key(wanted.key, message.key)
    if wanted.headers is not None:
        for path, text in _faults(wanted.headers, dict(message.headers)):
            yield Mismatch("header", ".".join(map(str, path)), text)
    # No value at all is how a key is removed from a topic.
    if wanted.value is not None and message.record.value is not None:
        yield from _of_content(wanted.value, message.value, "body", "$")


def _of_key(schema: EventSchema, key: Content) -> Iterator[Mismatch]:
    if key.language == "none":
        yield Mismatch("metadata", "key", "is missing, and the document has a schema for it")
        return
    if schema.type is SchemaType.JSON and key.language == "text":
        as_text = list(_faults(schema.canonical, key.value))
        # A number is sent as the text that it has in JSON.
        if as_text and not list(_faults(schema.canonical, _json(str(key.value)))):
            return
        for _, text in as_text:
            yield Mismatch("metadata", "key", text, None, str(key.value))
        return
    if schema.type is SchemaType.AVRO and key.language == "text":
        # Where no serializer of a registry wrote it, it is the text of the value.
        try:
            avro.encoded(key.value if _is_text(schema) else _json(str(key.value)), schema.document)
        except avro.NotAvro as error:
            yield Mismatch("metadata", "key", str(error), None, str(key.value))
        return
    yield from _of_content(schema, key, "metadata", "key")


def _is_text(schema: EventSchema) -> bool:
    root = schema.document.root
    return isinstance(root, Primitive) and root.name == "string"


def _of_own_schema(content: Content) -> Iterator[Mismatch]:
    """Of JSON alone its bytes can be read, and not be what the schema says that they name."""
    if content.schema is not None and content.schema.type is SchemaType.JSON and content.framed is not None:
        for path, text in _faults(content.schema.canonical, content.value):
            told = f"{text} (the registry's schema with the {content.framed.schema_name})"
            yield Mismatch("body", expression_from(path), told)


def _of_content(schema: EventSchema, content: Content, attribute: str, root: str) -> Iterator[Mismatch]:
    if content.schema is not None and content.schema.meaning == schema.meaning:
        return
    if content.schema is not None:
        for found in reads(schema, content.schema):
            text = f"{found.message} (the writer is the schema of the message, the reader that of the document)"
            yield Mismatch(attribute, found.path or root, text)
    elif schema.type is SchemaType.JSON:
        for path, text in _faults(schema.canonical, content.value):
            place = expression_from(path) if root == "$" else root
            yield Mismatch(attribute, place, text)
    else:
        yield Mismatch(attribute, root, f"is {content.language}, and the document has {schema.type.value} for it")


def _faults(schema: str, value: JsonValue) -> Iterator[tuple[tuple[str | int, ...], str]]:
    validator = _validator(schema)
    for error in islice(validator.iter_errors(value), MOST_FAULTS) if validator else ():
        yield tuple(error.instance_path), error.message[:_LONGEST_TEXT]


@lru_cache(maxsize=MOST_VALIDATORS)
def _validator(schema: str) -> "Validator | None":
    """What holds values against a schema; None for one that refers to what is elsewhere, or is none."""
    import jsonschema_rs

    try:
        return jsonschema_rs.validator_for(
            json.loads(schema), pattern_options=jsonschema_rs.RegexOptions(), retriever=nothing_fetched
        )
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return None


def _json(text: str) -> JsonValue:
    try:
        return safe_json.loads(text)
    except HubError:
        return text


def told(found: Iterable[Mismatch]) -> str:
    """Differences in a sentence."""
    each = list(found)
    first = f"{each[0].attribute} {each[0].location} {each[0].text}" if each else ""
    return f"{first} (and {len(each) - 1} more)" if len(each) > 1 else first
