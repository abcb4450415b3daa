"""What consumers in environments need of a provider, as the hub tells it and a comparison is held against it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.domain.readers import EventText, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.safe_json import JsonObject


@dataclass(frozen=True, slots=True)
class LivingConsumer:
    """A consumer version, and the environments in which it lives."""

    name: str
    version: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeededByContract:
    """What a pact needs, and since when."""

    consumer: LivingConsumer
    needs: tuple[Need, ...]
    published_at: str


@dataclass(frozen=True, slots=True)
class NeededByReader:
    """The schema with which a consumer reads a subject."""

    consumer: LivingConsumer
    subject: str
    topic: str | None
    text: EventText
    published_at: str


@dataclass(frozen=True, slots=True)
class NeedsAnswer:
    """The answer; ``silent`` live there and have said nothing about what they need."""

    provider: str
    environments: tuple[str, ...]
    contracts: tuple[NeededByContract, ...]
    readers: tuple[NeededByReader, ...]
    silent: tuple[LivingConsumer, ...]


def needs_from(document: Mapping[str, object]) -> NeedsAnswer:
    """What a hub's answer says. Raises KeyError, TypeError and ValueError for anything else."""
    return NeedsAnswer(
        str(document["provider"]),
        tuple(map(str, _listed(document, "environments"))),
        tuple(_contract(each) for each in _listed(document, "contracts")),
        tuple(_reader(each) for each in _listed(document, "readers")),
        tuple(_consumer(each) for each in _listed(document, "withoutContract")),
    )


def needs_as_json(answer: NeedsAnswer) -> JsonObject:
    """The same as JSON, which ``needs_from`` reads."""
    return {
        "provider": answer.provider,
        "environments": [*answer.environments],
        "contracts": [
            _consumer_as_json(each.consumer)
            | {"publishedAt": each.published_at, "needs": [need_as_json(need) for need in each.needs]}
            for each in answer.contracts
        ],
        "readers": [_reader_as_json(each) for each in answer.readers],
        "withoutContract": [_consumer_as_json(each) for each in answer.silent],
    }


def need_as_json(need: Need) -> JsonObject:
    """One need."""
    return {
        "operation": need.operation,
        "direction": need.direction.value,
        "part": need.part,
        "path": need.path,
        "interaction": need.interaction,
        "type": need.shape.json_type.value,
        "matcher": need.shape.matcher,
        "detail": need.shape.detail,
        "example": need.shape.example,
    }


def _consumer_as_json(consumer: LivingConsumer) -> JsonObject:
    return {"consumer": consumer.name, "version": consumer.version, "environments": [*consumer.environments]}


def _reader_as_json(reader: NeededByReader) -> JsonObject:
    text = reader.text
    return _consumer_as_json(reader.consumer) | {
        "publishedAt": reader.published_at,
        "subject": reader.subject,
        "topic": reader.topic,
        "schemaType": text.type.value,
        "name": text.name,
        "schema": text.text,
        "references": [{"name": each.name, "schema": each.text} for each in text.references],
    }


def _listed(document: Mapping[str, object], name: str) -> list[object]:
    found = document[name]
    if not isinstance(found, list):
        raise TypeError(name)
    return found


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return value


def _consumer(value: object) -> LivingConsumer:
    it = _object(value)
    return LivingConsumer(str(it["consumer"]), str(it["version"]), tuple(map(str, _listed(it, "environments"))))


def _contract(value: object) -> NeededByContract:
    it = _object(value)
    needs = tuple(_need(_object(each)) for each in _listed(it, "needs"))
    return NeededByContract(_consumer(it), needs, str(it["publishedAt"]))


def _need(it: Mapping[str, object]) -> Need:
    shape = Shape(JsonType(str(it["type"])), str(it["matcher"]), _text(it["detail"]), _text(it["example"]))
    return Need(
        str(it["operation"]),
        Direction(str(it["direction"])),
        str(it["part"]),
        str(it["path"]),
        shape,
        str(it["interaction"]),
    )


def _reader(value: object) -> NeededByReader:
    it = _object(value)
    references = tuple(
        ReferencedText(str(each["name"]), str(each["schema"])) for each in map(_object, _listed(it, "references"))
    )
    text = EventText(SchemaType(str(it["schemaType"])), str(it["schema"]), references, str(it["name"]))
    return NeededByReader(_consumer(it), str(it["subject"]), _text(it["topic"]), text, str(it["publishedAt"]))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
