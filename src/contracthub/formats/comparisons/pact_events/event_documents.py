"""The messages of documents that describe one event each: Avro, JSON Schema and Protobuf, by subject and topic."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.avro import contract as avro
from contracthub.formats.avro.model import Enum, Fixed, Record, short_name
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.pact_events.avro_payloads import AvroPart
from contracthub.formats.comparisons.pact_events.catalogue import Flow, OfferedMessage, Source, names_in
from contracthub.formats.comparisons.pact_events.json_payloads import json_part
from contracthub.formats.comparisons.pact_events.protobuf_payloads import ProtobufPart
from contracthub.formats.comparisons.pact_events.protobuf_places import places_of
from contracthub.formats.comparisons.pact_events.protobuf_types import Types
from contracthub.formats.comparisons.pact_events.samples import Part
from contracthub.formats.jsonschema import contract as jsonschema
from contracthub.formats.protobuf import contract as protobuf
from contracthub.formats.uploads import Upload

_VALUE, _KEY = "-value", "-key"


@dataclass(frozen=True, slots=True)
class KeyOfTopic:
    """The schema of a topic's keys."""

    topic: str
    part: Part


def events_of(offered: OfferedDocument) -> tuple[OfferedMessage, ...] | KeyOfTopic:
    """What a document describes. Raises ``Invalid`` and ``TooLarge``."""
    upload = Upload(offered.root, offered.files)
    parts = [*_parts(offered, upload)]
    topic = _topic(offered, [name for _, names in parts for name in names])
    if offered.subject is not None and offered.subject.endswith(_KEY) and topic:
        return KeyOfTopic(topic, parts[0][0])
    # The subject of a topic's values says what all of them are like.
    is_of_topic = topic is not None and offered.subject in (None, topic, topic + _VALUE)
    base = OfferedMessage(
        document=offered.name,
        title=offered.name,
        pointer="",
        source=Source.TOPIC if is_of_topic else Source.DOCUMENT,
        channels=names_in((topic, offered.subject)),
    )
    found = [
        replace(base, title=f"{names[0]} of {offered.name}" if names else offered.name, names=names, payload=part)
        for part, names in parts
    ]
    return (*found, *_of_services(base, parts))


def _parts(offered: OfferedDocument, upload: Upload) -> Iterator[tuple[Part, tuple[str, ...]]]:
    def where(pointer: str) -> str:
        return pointer

    if offered.format is ContractFormat.AVRO:
        schema = avro.read(upload)
        root = schema.resolved(schema.root)
        named = (root.name, short_name(root.name)) if isinstance(root, Record | Enum | Fixed) else ()
        yield AvroPart(schema, where), named
    elif offered.format is ContractFormat.JSON_SCHEMA:
        document = jsonschema.read(upload)
        title = document.document.get("title") if isinstance(document.document, dict) else None
        yield json_part(document), names_in((title if isinstance(title, str) else None,))
    else:
        file = protobuf.read(upload)
        types = Types(file)
        places = places_of(upload.text.decode("utf-8", "replace"))
        for message in types.roots():
            part = ProtobufPart(types, message, lambda name: places.get(name, ""))
            yield part, (message.title, message.descriptor.name)


def _topic(offered: OfferedDocument, names: list[str]) -> str | None:
    if offered.topic or offered.subject is None:
        return offered.topic
    for ending in (_VALUE, _KEY, *(f"-{name}" for name in names)):
        if offered.subject.endswith(ending):
            return offered.subject.removesuffix(ending)
    return None


def _of_services(base: OfferedMessage, parts: list[tuple[Part, tuple[str, ...]]]) -> Iterator[OfferedMessage]:
    """What services of a Protobuf file are asked, with what they answer."""
    first = parts[0][0] if parts else None
    if not isinstance(first, ProtobufPart):
        return
    for name, method in first.types.methods().items():
        asked, answer = (first.types.messages.get(each) for each in (method.input_type, method.output_type))
        if asked is None or answer is None:
            continue
        whole = replace(base, source=Source.DOCUMENT, operations=(name, name.rpartition(".")[2]), title=name)
        made = [
            replace(
                whole,
                flow=flow,
                payload=replace(first, message=each),
                names=(each.title, each.descriptor.name),
                is_reply=flow is Flow.SENT,
            )
            for each, flow in ((asked, Flow.RECEIVED), (answer, Flow.SENT))
        ]
        yield replace(made[0], replies=(made[1],))
