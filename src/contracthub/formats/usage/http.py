"""Who uses an operation, a field, a parameter or a header over HTTP, as pacts and OpenAPI documents name them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.impact.used_schemas import alternatives
from contracthub.formats.needs import Direction, Need
from contracthub.formats.openapi.operations import Operation
from contracthub.formats.openapi.requests import PathTemplate, Requests, without_names
from contracthub.formats.pact.expressions import Step
from contracthub.formats.pointers import child
from contracthub.formats.usage.places import Steps, is_item, is_same, relies_on
from contracthub.formats.usage.spellings import HttpElement, Section
from contracthub.formats.usage.uses import Exchange, How, Known, Use, by_operation, told

_REQUEST = re.compile(r"[A-Z]+ /")
# The protocol's own: documents do not list them.
_OF_HTTP = frozenset({"accept", "authorization", "content-type", "cookie", "content-length"})
_MOST_PLACES = 2_000
_NO_NAME = ""
_PARTS = {
    Section.QUERY: (Direction.REQUEST, "query"),
    Section.REQUEST_HEADER: (Direction.REQUEST, "header"),
    Section.HEADER: (Direction.RESPONSE, "header"),
    Section.REQUEST: (Direction.REQUEST, "body"),
    Section.RESPONSE: (Direction.RESPONSE, "body"),
}


def is_request(operation: str) -> bool:
    """Whether the operation of an interaction is one over HTTP, and no channel."""
    return _REQUEST.match(operation) is not None


class HttpUses:
    """The interactions of contracts with a provider, and its documents."""

    def __init__(self, exchanges: Iterable[Exchange], documents: Sequence[Requests]) -> None:
        self._exchanges = by_operation(each for each in exchanges if is_request(each.operation))
        self._documents = documents
        self._matching: dict[str, Sequence[str]] = {}

    def of(self, element: HttpElement) -> Iterator[tuple[int, Use]]:
        """Every use, with the number of the contract."""
        for operation in self._operations(element.operation):
            for exchange in self._exchanges[operation]:
                if _has_status(exchange, element.status):
                    yield from ((exchange.holder, use) for use in _uses(exchange, element))

    def known(self, element: HttpElement) -> Known:
        """Whether there is such an element: in the documents, or in a contract.

        Not told of what would be in an operation that contracts call and no document describes.
        """
        found = [_known_in(document, operation, element) for document, operation in self.described(element.operation)]
        if Known.THERE in found or next(self.of(element), None) is not None:
            return Known.THERE
        if not found:
            is_open = not self._documents or bool(self._operations(element.operation))
            return Known.NOT_TOLD if is_open else Known.MISSING
        return Known.NOT_TOLD if Known.NOT_TOLD in found else Known.MISSING

    def names(self) -> Iterator[str]:
        """The operations that documents describe and contracts call."""
        for document in self._documents:
            yield from (each.name for each in document.operations)
        yield from self._described.get(_NO_NAME, ())

    def described(self, operation: str) -> Iterator[tuple[Requests, Operation]]:
        """The operation in each document that has it."""
        for document in self._documents:
            found = _described_in(document, operation)
            if found is not None:
                yield document, found

    def _operations(self, asked: str) -> Sequence[str]:
        if asked not in self._matching:
            names = {without_names(each.name) for _, each in self.described(asked)}
            # What a document describes as another operation is not this one, however alike they look.
            found = [each for name in names for each in self._described.get(name, ())]
            found += [] if names else [each for each in self._described.get(_NO_NAME, ()) if _fits(each, asked)]
            self._matching[asked] = [*dict.fromkeys(found)]
        return self._matching[asked]

    @cached_property
    def _described(self) -> Mapping[str, Sequence[str]]:
        """The requests of contracts by the operations that documents describe; those of none have no name."""
        found: dict[str, list[str]] = {}
        for request in self._exchanges:
            names = {without_names(each.name) for document in self._documents if (each := document.operation(request))}
            for name in names or {_NO_NAME}:
                found.setdefault(name, []).append(request)
        return found


def _fits(request: str, asked: str) -> bool:
    method, _, template = asked.partition(" ")
    of_method, _, path = request.partition(" ")
    return method == of_method and any(
        PathTemplate(each).is_filled_in_by(path) for each in {template, unquote(template)}
    )


def _described_in(document: Requests, operation: str) -> Operation | None:
    return document.named(operation) or document.operation(operation)


def _has_status(exchange: Exchange, status: str | None) -> bool:
    if status is None or status == "DEFAULT":
        return True
    given = next((each.shape.example or "" for each in exchange.needs if each.part == "status"), "")
    return given == status or (status.endswith("XX") and given[:1] == status[0])


def _uses(exchange: Exchange, element: HttpElement) -> Iterator[Use]:
    if element.section is None or element.section is Section.PATH:
        yield Use(How.CALLS, exchange.interaction, exchange.operation, "")
        return
    direction, part = _PARTS[element.section]
    how = How.SENDS if direction is Direction.REQUEST else How.READS
    for need in exchange.needs:
        if need.direction is direction and need.part == part and _is_meant(need, element.steps):
            yield Use(how, exchange.interaction, exchange.operation, told(need))


def _is_meant(need: Need, steps: Steps) -> bool:
    if need.part == "body":
        return relies_on(need, steps)
    name = str(steps[0])
    return need.path == name or (need.part == "header" and need.path.lower() == name.lower())


def _known_in(document: Requests, operation: Operation, element: HttpElement) -> Known:
    if element.section in (Section.REQUEST, Section.RESPONSE):
        return _known_body(document, operation, element)
    if element.section is None:
        statuses = [each.status.upper() for each in operation.responses]
        return Known.THERE if element.status is None or element.status in statuses else Known.MISSING
    return _known_name(operation, element.section, str(element.steps[0]))


def _known_name(operation: Operation, section: Section, name: str) -> Known:
    if section in (Section.HEADER, Section.REQUEST_HEADER) and name.lower() in _OF_HTTP:
        return Known.NOT_TOLD
    if section is Section.HEADER:
        found = {header.lower() for each in operation.responses for header in each.headers}
        return Known.THERE if name.lower() in found else Known.MISSING
    where = {Section.REQUEST_HEADER: "header"}.get(section, section.value)
    names = {
        each.name.lower() if where == "header" else each.name for each in operation.parameters if each.where == where
    }
    return Known.THERE if (name.lower() if where == "header" else name) in names else Known.MISSING


def _known_body(document: Requests, operation: Operation, element: HttpElement) -> Known:
    if element.section is Section.REQUEST:
        bodies = list(operation.bodies)
    else:
        meant = [each for each in operation.responses if element.status in (None, each.status.upper())]
        bodies = [body for each in meant for body in each.bodies]
    bundle = document.document.bundle
    if element.status is None:
        # Answers that say nothing of themselves (a 404 with any body) do not make up for a slip of the pen.
        bodies = [each for each in bodies if not _is_open(each.schema, bundle)] or bodies
    found = [_leads(body.schema, element.steps, bundle) for body in bodies]
    if Known.THERE in found:
        return Known.THERE
    return Known.NOT_TOLD if Known.NOT_TOLD in found else Known.MISSING


def _is_open(schema: Place | None, bundle: Bundle) -> bool:
    return schema is None or all(_says_nothing(each.value) for each in alternatives(schema, bundle))


def _leads(schema: Place | None, steps: Steps, bundle: Bundle) -> Known:
    """Whether a place is described; not told where a schema on the way says nothing of what is inside."""
    if schema is None:
        return Known.NOT_TOLD if steps else Known.THERE
    here = [*alternatives(schema, bundle)]
    for step in steps:
        inside = [inner for place in here for inner in _inside(place, step)]
        if not inside and any(_is_list(place) for place in here):
            # A step into the items of a list may be left out.
            inside = [inner for place in here for inner in _inside(place, None)]
            here = [every for inner in inside[:_MOST_PLACES] for every in alternatives(inner, bundle)]
            inside = [inner for place in here for inner in _inside(place, step)]
        if not inside:
            return Known.NOT_TOLD if any(_says_nothing(place.value) for place in here) else Known.MISSING
        here = [every for inner in inside[:_MOST_PLACES] for every in alternatives(inner, bundle)]
    return Known.THERE


def _is_list(place: Place) -> bool:
    return isinstance(place.value, dict) and ("items" in place.value or "prefixItems" in place.value)


def _says_nothing(value: object) -> bool:
    if not isinstance(value, Mapping):
        return True
    kind = value.get("type")
    listed = ("properties", "items", "prefixItems", "allOf", "oneOf", "anyOf", "$ref", "enum", "const")
    return kind in (None, "object", "array") and not any(each in value for each in listed)


def _inside(place: Place, step: Step | None) -> Iterator[Place]:
    value = place.value
    assert isinstance(value, dict)
    properties = value.get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if step is not None and is_same(name, step):
            yield Place(place.file, child(child(place.pointer, "properties"), name), schema)
    leads_in = step is None or is_item(step)
    for name in ("items",) if leads_in else ():
        if isinstance(value.get(name), dict):
            yield Place(place.file, child(place.pointer, name), value[name])
    firsts = value.get("prefixItems")
    for index, schema in enumerate(firsts if isinstance(firsts, list) and leads_in else ()):
        yield Place(place.file, child(child(place.pointer, "prefixItems"), index), schema)
    if isinstance(value.get("additionalProperties"), dict) and step is not None:
        yield Place(place.file, child(place.pointer, "additionalProperties"), value["additionalProperties"])
    patterns = value.get("patternProperties")
    for name, schema in patterns.items() if isinstance(patterns, dict) and step is not None else ():
        yield Place(place.file, child(child(place.pointer, "patternProperties"), name), schema)
