"""What of a document can be needed (operations, channels, fields), by the names under which needs are found."""

from collections.abc import Iterable, Iterator

from contracthub.domain.coverage import PartKind
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.readers import EventText
from contracthub.formats.asyncapi.elements import elements as elements_of_asyncapi
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.comparisons.reader_writer import read_before
from contracthub.formats.elements import Element, ElementKind
from contracthub.formats.graphql.parse import GraphqlDocument
from contracthub.formats.openapi.elements import elements as elements_of_openapi
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.usage.event_fields import elements_by_path
from contracthub.formats.usage.places import steps_in
from contracthub.formats.usage.spellings import AskedElement, GraphqlElement, Section, TopicElement, readings_of

ListedPart = tuple[PartKind, AskedElement]
_KINDS = {ElementKind.OPERATION: PartKind.OPERATION, ElementKind.FIELD: PartKind.FIELD}


def parts_of_openapi(document: OpenApiDocument) -> Iterator[ListedPart]:
    """Operations, and the fields of bodies in both directions."""
    for each in elements_of_openapi(document):
        element = _reading(each)
        if each.kind in _KINDS and element is not None:
            yield _KINDS[each.kind], element


def _reading(element: Element) -> AskedElement | None:
    try:
        return readings_of(element.name)[0]
    except Invalid:
        # A path or a name that no spelling has.
        return None


def parts_of_graphql(document: GraphqlDocument) -> Iterator[ListedPart]:
    """Fields; those of the root types are operations."""
    from contracthub.formats.graphql.elements import elements

    schema = document.schema
    roots = {each.name for each in (schema.query_type, schema.mutation_type, schema.subscription_type) if each}
    for each in elements(document):
        if each.kind is ElementKind.FIELD:
            holder, _, field = each.name.partition(".")
            yield PartKind.OPERATION if holder in roots else PartKind.FIELD, GraphqlElement(holder, field)


def parts_of_asyncapi(document: AsyncApiDocument) -> Iterator[ListedPart]:
    """Channels, and the fields of their messages' payloads."""
    prefixes = {f"{it.key} {key} ": it.key for it in document.channels.values() for key in it.messages}
    for each in elements_of_asyncapi(document):
        if each.kind is ElementKind.CHANNEL:
            yield PartKind.CHANNEL, TopicElement(each.name)
        elif each.kind is ElementKind.FIELD:
            start = max((one for one in prefixes if each.name.startswith(one)), key=len, default="")
            path = each.name.removeprefix(start)
            if start and path.startswith("$."):
                yield PartKind.FIELD, TopicElement(prefixes[start], Section.BODY, steps_in(path))


def parts_of_events(text: EventText, topic: str) -> Iterator[ListedPart]:
    """The topic, and the fields of the schema of its events."""
    yield PartKind.CHANNEL, TopicElement(topic)
    try:
        found: Iterable[Element] = elements_by_path(read_before(text))
    except (Invalid, TooLarge):
        # Taken in by the rules of another release.
        return
    for each in found:
        if each.kind is ElementKind.FIELD:
            yield PartKind.FIELD, TopicElement(topic, Section.BODY, steps_in(each.name))
