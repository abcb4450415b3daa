"""The question itself: which element a spelling means, who uses it, and of whom that can't be told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.readers import EventText
from contracthub.formats.comparisons.reader_writer import read_before
from contracthub.formats.elements import Element, ElementKind
from contracthub.formats.needs import Need
from contracthub.formats.openapi.elements import elements as elements_of_openapi
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.usage.event_fields import elements_by_path
from contracthub.formats.usage.graphql import GraphqlUses, Queries
from contracthub.formats.usage.http import HttpUses
from contracthub.formats.usage.places import steps_in, written_as_pointer
from contracthub.formats.usage.spellings import (
    AskedElement,
    GraphqlElement,
    HttpElement,
    TopicElement,
    not_an_element,
    readings_of,
)
from contracthub.formats.usage.topics import Reader, Topic, TopicUses
from contracthub.formats.usage.uses import Known, Unclear, Use, exchanges_of

_MOST_NEAR = 3
_MOST_CANDIDATES = 5_000
_LONGEST_SLIP = 300


@dataclass(frozen=True, slots=True)
class Documents:
    """What a provider has published, read."""

    http: Sequence[Requests] = ()
    graphql: Sequence[Queries] = ()
    topics: Sequence[Topic] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a spelling means here; ``known`` says whether the provider's documents have it."""

    elements: tuple[AskedElement, ...]
    known: Known


class Usage:
    """Everything that consumers use of a provider; ``readers`` are numbered after the contracts."""

    def __init__(self, contracts: Sequence[Sequence[Need]], readers: Sequence[Reader], documents: Documents) -> None:
        exchanges = [*exchanges_of(contracts)]
        self._documents = documents
        self._http = HttpUses(exchanges, documents.http)
        self._graphql = GraphqlUses(exchanges, documents.graphql)
        self._topics = TopicUses(exchanges, readers, documents.topics)

    def asked(self, text: str) -> Asked:
        """The element that is meant. Raises ``Invalid`` (``not-an-element``) with what is near where there is none."""
        readings = [(each, self._known(each)) for each in readings_of(text)]
        for known in (Known.THERE, Known.NOT_TOLD):
            found = tuple(each for each, of_each in readings if of_each is known)
            if found:
                return Asked(found, known)
        raise not_an_element(
            text, "is nothing that the provider offers or a contract names", self._near(text, readings[0][0])
        )

    def of(self, element: AskedElement) -> Iterator[tuple[int, Use]]:
        """Every use, with the number of the contract or reader."""
        match element:
            case HttpElement():
                return self._http.of(element)
            case GraphqlElement():
                return self._graphql.of(element)
            case _:
                return self._topics.of(element)

    def unclear(self, element: AskedElement) -> Iterator[Unclear]:
        """The contracts and readers of which it can't be told."""
        match element:
            case HttpElement():
                return iter(())
            case GraphqlElement():
                return self._graphql.unclear()
            case _:
                return self._topics.unclear(element)

    def _known(self, element: AskedElement) -> Known:
        match element:
            case HttpElement():
                return self._http.known(element)
            case GraphqlElement():
                return self._graphql.known(element)
            case _:
                return self._topics.known(element)

    def _near(self, text: str, element: AskedElement) -> tuple[str, ...]:
        if len(text) > _LONGEST_SLIP:
            return ()
        names = dict.fromkeys(islice(self._candidates(element), _MOST_CANDIDATES))
        return tuple(get_close_matches(str(element), names, _MOST_NEAR))

    def _candidates(self, element: AskedElement) -> Iterator[str]:
        if isinstance(element, HttpElement):
            for document, operation in self._http.described(element.operation):
                for each in elements_of_openapi(document.document):
                    if each.name.startswith(f"{operation.name} "):
                        yield from _spelled(each, element)
            yield from self._http.names()
            return
        if isinstance(element, TopicElement) and element.steps:
            for text in self._topics.schemas(element.topic):
                yield from (f"{element.topic}#{path}" for path in _fields_of(text))
        yield from self._graphql.names()
        yield from self._topics.names()


def _spelled(found: Element, like: HttpElement) -> Iterator[str]:
    """A part of a document as one who asks would name it."""
    try:
        (each,) = readings_of(found.name)
    except Invalid:
        return
    if isinstance(each, HttpElement):
        status = each.status if like.status else None
        yield str(HttpElement(each.method, like.path, each.section, each.steps, status))


def _fields_of(text: EventText) -> Iterable[str]:
    try:
        elements = elements_by_path(read_before(text))
    except (Invalid, TooLarge):
        return ()
    return (written_as_pointer(steps_in(each.name)) for each in elements if each.kind is ElementKind.FIELD)
