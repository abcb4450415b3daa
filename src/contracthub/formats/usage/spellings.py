"""How an element of what a provider offers is named by one who asks about it.

==============================  ======================================================================================
``GET /orders/{id}``            an operation; ``GET /orders/{id} 404`` one of its responses
``GET /orders/{id}#/total``     a field of its responses; ``#$.lines[*].sku`` and ``#/lines/*/sku`` are the same
``POST /orders#request/payer``  a field of the body of its requests; ``#request`` the whole body
``POST /orders?currency``       a query parameter
``GET /orders#header/ETag``     a header of its responses; ``#request-header/X-Tenant`` one of its requests
``Query.orders(first:)``        a type, field, argument, input field or value of a GraphQL schema
``orders.placed#/total``        a topic and a field of its messages; ``#metadata/key`` what travels beside it
==============================  ======================================================================================

The names under which the hub lists the elements of a document (``GET /orders/{id} 200 application/json $.total``) are
understood, too.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import unquote

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.usage.places import LONGEST, Steps, shown, steps_in, written_as_pointer

LONGEST_SPELLING = 2_000
_METHODS = "GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE|QUERY|CONNECT"
_REQUEST = re.compile(rf"({_METHODS}) +(/\S*)(?: +(.+))?", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(r"([1-5](?:\d\d|XX)|default)(?: +(.+))?", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"(query|querystring|header|path|cookie) +(.+)", re.DOTALL)
_BODY = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(?:;[^$]*?)?(?: +(\$.*))?", re.DOTALL)
_PARAMETER = re.compile(r"[^\s=#%&]+")
_COORDINATE = re.compile(r"(@?[_A-Za-z]\w*)(?:\.([_A-Za-z]\w*))?(?:\.([_A-Za-z]\w*)|\(([_A-Za-z]\w*) *:?\))?", re.ASCII)


class Section(StrEnum):
    """Which part of an exchange is meant; a field of a message is in its ``BODY``."""

    RESPONSE = "response"
    REQUEST = "request"
    BODY = "body"
    HEADER = "header"
    REQUEST_HEADER = "request-header"
    QUERY = "query"
    PATH = "path"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class HttpElement:
    """An operation over HTTP or a part of it; ``section`` None for all of it, ``status`` None for every response."""

    method: str
    path: str
    section: Section | None = None
    steps: Steps = ()
    status: str | None = None

    @property
    def operation(self) -> str:
        """As contracts and documents name it."""
        return f"{self.method} {self.path}"

    def __str__(self) -> str:
        start = self.operation + (f" {self.status}" if self.status else "")
        if self.section is Section.QUERY and _PARAMETER.fullmatch(str(self.steps[0])):
            return f"{start}?{self.steps[0]}"
        return start + _fragment(self.section, Section.RESPONSE, self.steps)


@dataclass(frozen=True, slots=True)
class GraphqlElement:
    """What schema coordinates name: a type, its field or value, and an argument of the field."""

    type: str
    member: str | None = None
    argument: str | None = None

    @property
    def names(self) -> str:
        """The names with dots between."""
        return ".".join(each for each in (self.type, self.member, self.argument) if each)

    def __str__(self) -> str:
        if self.argument:
            return f"{self.type}.{self.member}({self.argument}:)" if self.member else f"{self.type}({self.argument}:)"
        return self.names


@dataclass(frozen=True, slots=True)
class TopicElement:
    """A topic, channel or subject, or a part of its messages; ``section`` None for all of it."""

    topic: str
    section: Section | None = None
    steps: Steps = ()

    def __str__(self) -> str:
        return self.topic + _fragment(self.section, Section.BODY, self.steps)


AskedElement: TypeAlias = HttpElement | GraphqlElement | TopicElement


def readings_of(text: str) -> tuple[AskedElement, ...]:
    """What a spelling can mean, never nothing; ``order.placed`` is a topic, or a field of a GraphQL type.

    Raises ``Invalid`` (``not-an-element``) for what is no spelling.
    """
    spelling = text.strip()
    if not spelling or len(spelling) > LONGEST_SPELLING or not spelling.isprintable():
        raise not_an_element(text, f"is no name of one: it must have 1 to {LONGEST_SPELLING} printable characters")
    head, mark, fragment = spelling.partition("#")
    request = _REQUEST.fullmatch(head.rstrip())
    if request is not None:
        return (_of_http(text, request, fragment if mark else None),)
    found: list[AskedElement] = []
    coordinate = _COORDINATE.fullmatch(spelling)
    if coordinate is not None:
        found.append(GraphqlElement(coordinate[1], coordinate[2], coordinate[3] or coordinate[4]))
    if coordinate is None or coordinate[4] is None:
        found.append(_of_topic(text, spelling))
    return tuple(found)


def not_an_element(text: str, why: str, near: tuple[str, ...] = ()) -> Invalid:
    """The refusal of a name under which there is nothing; ``near`` are names that may have been meant."""
    meant = f". Did you mean {' or '.join(near)}?" if near else ""
    fault = Fault("element", f"{text[:200]!r} {why}{meant}")
    return Invalid("not-an-element", str(fault), faults=[fault], near=near)


def _of_http(text: str, request: re.Match[str], fragment: str | None) -> HttpElement:
    path, question, query = request[2].partition("?")
    rest = request[3]
    answer = _STATUS.fullmatch(rest) if rest else None
    status, rest = (answer[1].upper(), answer[2]) if answer else (None, rest)
    whole = HttpElement(request[1].upper(), path, status=status)
    if question:
        name = query.partition("=")[0]
        if not name or fragment is not None or request[3]:
            raise not_an_element(text, "must name one parameter after the question mark, and nothing else")
        return replace(whole, section=Section.QUERY, steps=(name,))
    if rest is not None:
        if fragment is not None:
            raise not_an_element(text, "names a part of a body twice")
        return _as_listed(text, whole, rest)
    if fragment is None:
        return whole
    section, steps = _section(text, fragment, Section.RESPONSE)
    if section is Section.METADATA:
        raise not_an_element(text, "asks for the metadata of an operation; it has header/name and request-header/name")
    return replace(whole, section=section, steps=steps)


def _as_listed(text: str, whole: HttpElement, rest: str) -> HttpElement:
    """The names under which the parts of a document are listed: a kind of parameter, or a media type and a path."""
    named = _NAMED.fullmatch(rest)
    if named is not None:
        section, name = _LISTED[named[1]], "Cookie" if named[1] == "cookie" else named[2]
        if section is Section.REQUEST_HEADER and whole.status:
            section = Section.HEADER
        return replace(whole, section=section, steps=(name,))
    flow = Section.REQUEST if rest.startswith("request ") else Section.RESPONSE
    body = _BODY.fullmatch(rest.removeprefix("request "))
    if body is None or (flow is Section.RESPONSE and whole.status is None):
        raise not_an_element(text, "goes on after the path with what is neither a status nor #, ? and a name")
    return replace(whole, section=flow, steps=_places(text, body[1] or ""))


_LISTED = {
    "query": Section.QUERY,
    "querystring": Section.QUERY,
    "path": Section.PATH,
    "header": Section.REQUEST_HEADER,
    "cookie": Section.REQUEST_HEADER,
}


def _of_topic(text: str, spelling: str) -> TopicElement:
    topic, mark, fragment = spelling.partition("#")
    if not topic.strip():
        raise not_an_element(text, "names no operation, type or topic before #")
    if not mark:
        return TopicElement(topic)
    section, steps = _section(text, fragment, Section.BODY)
    if section in (Section.QUERY, Section.PATH, Section.REQUEST_HEADER):
        raise not_an_element(text, f"asks for a {section} of a topic; its messages have a body and #metadata/name")
    return TopicElement(topic, Section.METADATA if section is Section.HEADER else section, steps)


def _section(text: str, fragment: str, whole: Section) -> tuple[Section, Steps]:
    name, place = re.fullmatch(r"([a-z-]*)(.*)", fragment, re.DOTALL).groups()  # type: ignore[union-attr]  # fits all
    if place and not place.startswith(("/", "$")):
        raise not_an_element(text, "must go on after # with /pointer or $.path")
    if name and name not in _SECTIONS:
        raise not_an_element(text, f"has an unknown word after #; use one of {', '.join(Section)}, /pointer or $.path")
    section = Section(name) if name else whole
    if section is Section.BODY:
        section = whole
    steps = _places(text, place)
    if section in _BY_NAME:
        label = unquote(place.removeprefix("/"))
        if not label:
            raise not_an_element(text, f"must name one {section} after #{section}/")
        steps = (label,)
    return section, steps


_SECTIONS = frozenset(each.value for each in Section)
_BY_NAME = (Section.HEADER, Section.REQUEST_HEADER, Section.QUERY, Section.PATH, Section.METADATA)


def _places(text: str, place: str) -> Steps:
    steps = steps_in(place)
    if len(steps) > LONGEST:
        raise not_an_element(text, f"has more than {LONGEST} steps")
    return steps


def _fragment(section: Section | None, whole: Section, steps: Steps) -> str:
    if section is None:
        return ""
    if section in _BY_NAME:
        return f"#{section}/{shown(str(steps[0]))}"
    return "#" + ("" if section is whole else section.value) + written_as_pointer(steps)
