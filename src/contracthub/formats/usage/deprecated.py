"""The parts of documents that consumers are asked to leave, by the names under which they are used."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from contracthub.domain.errors import Invalid
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.asyncapi.elements import elements as elements_of_asyncapi
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.elements import MOST_ELEMENTS, Element, ElementKind
from contracthub.formats.event_schemas import EventSchema
from contracthub.formats.graphql.parse import GraphqlDocument
from contracthub.formats.json_places import values_along
from contracthub.formats.openapi.elements import elements as elements_of_openapi
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.usage.event_fields import elements_by_path
from contracthub.formats.usage.places import steps_in
from contracthub.formats.usage.spellings import AskedElement, GraphqlElement, Section, TopicElement, readings_of

_SUNSET, _DEPRECATED = "x-sunset", "deprecated"


@dataclass(frozen=True, slots=True)
class DeprecatedPart:
    """A part that is deprecated; ``elements`` are all that it is to consumers, where several operations share it.

    ``sunset`` is the date as it is written, ``reason`` what is said of it.
    """

    kind: ElementKind
    elements: tuple[AskedElement, ...]
    place: str | None = None
    sunset: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeprecatedParts:
    """All of a document; ``is_cut`` when it has more parts than are looked at."""

    parts: tuple[DeprecatedPart, ...]
    is_cut: bool = False


def day_of(said: str | None) -> date | None:
    """The day of a full-date or timestamp of RFC 3339, as ``x-sunset`` has it (diff-rules §6); None for other texts.

    >>> day_of("2027-01-31T00:00:00Z")
    datetime.date(2027, 1, 31)
    """
    try:
        return None if said is None else datetime.fromisoformat(said).date()
    except ValueError:
        return None


def deprecated_in_openapi(document: OpenApiDocument) -> DeprecatedParts:
    """Operations, parameters, headers and properties, one part per place in the document."""
    listed = elements_of_openapi(document)
    found = [each for each in listed if each.deprecated or _is_marked(each, document.bundle)]
    return DeprecatedParts(_by_place(found, document.bundle, _of_http), len(listed) >= MOST_ELEMENTS)


def deprecated_in_graphql(document: GraphqlDocument) -> DeprecatedParts:
    """Fields, arguments, input fields and values, with the reasons that the schema gives."""
    from contracthub.formats.graphql.elements import elements

    listed = elements(document)
    parts = []
    for each in listed:
        (element, *_) = readings_of(each.name) if each.deprecated else (None,)
        if isinstance(element, GraphqlElement):
            parts.append(DeprecatedPart(each.kind, (element,), each.pointer, None, _reason(document, element)))
    return DeprecatedParts(tuple(parts), len(listed) >= MOST_ELEMENTS)


def deprecated_in_asyncapi(document: AsyncApiDocument) -> DeprecatedParts:
    """Channels, operations, messages and fields of payloads. Who uses a channel is taken to use all its messages."""
    listed = elements_of_asyncapi(document)
    prefixes = {f"{it.key} {key} ": it.key for it in document.channels.values() for key in it.messages}
    channels = {each.name: document.channels[each.channel].key for each in document.operations}

    def named(element: Element) -> AskedElement | None:
        if element.kind is ElementKind.CHANNEL:
            return TopicElement(element.name)
        if element.kind is ElementKind.OPERATION:
            return TopicElement(channels[element.name])
        if element.kind is ElementKind.MESSAGE:
            return TopicElement(prefixes[f"{element.name} "])
        start = max((each for each in prefixes if element.name.startswith(each)), key=len, default=None)
        path = element.name.removeprefix(start or "")
        is_body = start is not None and path.startswith("$.") and element.kind is ElementKind.FIELD
        return TopicElement(prefixes[start], Section.BODY, steps_in(path)) if start and is_body else None

    found = [each for each in listed if each.deprecated or _is_marked(each, document.bundle)]
    return DeprecatedParts(_by_place(found, document.bundle, named), len(listed) >= MOST_ELEMENTS)


def deprecated_in_events(schema: EventSchema, text: str, topic: str) -> DeprecatedParts:
    """Fields of a schema of events: ``deprecated`` beside them in Avro and JSON Schema, the option in Protobuf."""
    listed = tuple(islice(elements_by_path(schema), MOST_ELEMENTS))
    raw: JsonValue = None if schema.type is SchemaType.PROTOBUF else safe_json.loads(text)
    bundle = Bundle("", {"": raw})
    found = [each for each in listed if each.deprecated or _is_marked(each, bundle)]

    def named(element: Element) -> AskedElement | None:
        is_field = element.kind is ElementKind.FIELD
        return TopicElement(topic, Section.BODY, steps_in(element.name)) if is_field else None

    return DeprecatedParts(_by_place(found, bundle, named), len(listed) >= MOST_ELEMENTS)


def _of_http(element: Element) -> AskedElement | None:
    try:
        return readings_of(element.name)[0]
    except Invalid:
        # A path or a name that no spelling has.
        return None


def _by_place(
    found: Iterable[Element], bundle: Bundle, named: Callable[[Element], AskedElement | None]
) -> tuple[DeprecatedPart, ...]:
    places: dict[tuple[ElementKind, str], list[AskedElement]] = {}
    firsts: dict[tuple[ElementKind, str], Element] = {}
    for each in found:
        element = named(each)
        if element is not None:
            key = (each.kind, each.pointer or each.name)
            firsts.setdefault(key, each)
            places.setdefault(key, []).append(element)
    parts = []
    for key, elements in places.items():
        value = _value(firsts[key].pointer, bundle)
        reason = _said(value, _DEPRECATED)
        told = reason if reason not in (None, "true") else None
        parts.append(
            DeprecatedPart(key[0], tuple(dict.fromkeys(elements)), firsts[key].pointer, _said(value, _SUNSET), told)
        )
    return tuple(parts)


def _is_marked(element: Element, bundle: Bundle) -> bool:
    """Whether it is said beside a field or header whose format has no word of its own for it."""
    if element.kind not in (ElementKind.FIELD, ElementKind.HEADER):
        return False
    return _said(_value(element.pointer, bundle), _DEPRECATED) is not None


def _value(pointer: str | None, bundle: Bundle) -> Mapping[str, JsonValue]:
    """What the document has at a place, what it refers to included; what stands beside a reference counts more."""
    if pointer is None:
        return {}
    file, mark, inner = pointer.partition("#") if not pointer.startswith("/") else (bundle.root, "#", pointer)
    try:
        value = values_along(bundle.documents[file if mark else bundle.root], inner)[-1]
    except (KeyError, LookupError):
        return {}
    behind = bundle.resolved(Place(file, inner, value))
    shown = behind.value if behind is not None and isinstance(behind.value, dict) else {}
    return shown | (value if isinstance(value, dict) else {})


def _said(value: Mapping[str, JsonValue], name: str) -> str | None:
    """A text, or ``true`` as one; None for everything else."""
    said = value.get(name)
    if said is True:
        return "true"
    return said if isinstance(said, str) and said.strip() else None


def _reason(document: GraphqlDocument, element: GraphqlElement) -> str | None:
    directive: Any = next((each for each in document.schema.directives if f"@{each.name}" == element.type), None)
    kind: Any = document.schema.type_map.get(element.type)
    holder: Any = directive
    if element.member is not None:
        holder = ({**getattr(kind, "fields", {}), **getattr(kind, "values", {})}).get(element.member)
    holder = getattr(holder, "args", {}).get(element.argument) if element.argument else holder
    reason: str | None = getattr(holder, "deprecation_reason", None)
    return reason
