"""The operations of an OpenAPI document, with references followed, whatever version it is written in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.openapi.parse import METHODS, OpenApiDocument
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_JSON = "application/json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Body:
    """What a request or a response carries in one media type; without a schema, anything."""

    media_type: str
    pointer: str
    schema: Place | None


@dataclass(frozen=True, slots=True)
class Response:
    """What an operation answers with: ``status`` as it is written (``200``, ``4XX``, ``default``)."""

    status: str
    pointer: str
    bodies: tuple[Body, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter besides the body: ``where`` is ``path``, ``query``, ``header``, ``cookie`` or ``querystring``."""

    where: str
    name: str
    pointer: str
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: ``name`` is ``GET /orders/{id}``, with ``webhook:`` before the name of one that the provider
    calls.
    """

    name: str
    pointer: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    responses: tuple[Response, ...]


def operations(document: OpenApiDocument) -> Iterator[Operation]:
    """All operations in the order of the document, webhooks last. What can't be followed is left out."""
    reading = _Reading(document)
    for member, mark in (("paths", ""), ("webhooks", "webhook:")):
        for path, item in _members(document.document.get(member)):
            where = child(f"/{member}", path)
            found = document.bundle.resolved(Place(document.bundle.root, where, item))
            if found is not None and isinstance(found.value, dict):
                for method, operation in _methods(found):
                    yield reading.operation(f"{method} {mark}{path}", operation, found)


def _methods(item: Place) -> Iterator[tuple[str, Place]]:
    for method in METHODS:
        operation = _member(item, method)
        if operation is not None and isinstance(operation.value, dict):
            yield method.upper(), operation
    more = _member(item, "additionalOperations")
    for method, value in _members(more.value if more else None):
        assert more is not None
        if isinstance(value, dict):
            yield method, Place(more.file, child(more.pointer, method), value)


class _Reading:
    """Reads operations of one document."""

    def __init__(self, document: OpenApiDocument) -> None:
        self._bundle: Bundle = document.bundle
        self._is_swagger = document.version == "2.0"
        self._produces = _texts(document.document.get("produces"))
        self._consumes = _texts(document.document.get("consumes"))

    def operation(self, name: str, operation: Place, item: Place) -> Operation:
        """One operation; parameters of its path hold unless it has its own of the same name."""
        own = [*self._resolved_items(operation, "parameters"), *self._resolved_items(item, "parameters")]
        bodies = self._swagger_bodies(operation, own) if self._is_swagger else self._request_bodies(operation)
        return Operation(
            name,
            self.where(operation),
            _is_deprecated(operation.value),
            tuple(_parameters(own, self.where)),
            tuple(bodies),
            tuple(self._responses(operation)),
        )

    def where(self, place: Place) -> str:
        """The pointer of a place, after the name of its file where that is another than the root."""
        return place.pointer if place.file == self._bundle.root else f"{place.file}#{place.pointer}"

    def _resolved_items(self, holder: Place, name: str) -> Iterator[Place]:
        items = _object(holder.value).get(name)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            found = self._bundle.resolved(Place(holder.file, child(child(holder.pointer, name), index), item))
            if found is not None and isinstance(found.value, dict):
                yield found

    def _resolved_members(self, holder: Place, name: str) -> Iterator[tuple[str, Place]]:
        pointer = child(holder.pointer, name)
        for key, value in _members(_object(holder.value).get(name)):
            found = self._bundle.resolved(Place(holder.file, child(pointer, key), value))
            if found is not None and isinstance(found.value, dict):
                yield key, found

    def _request_bodies(self, operation: Place) -> Iterator[Body]:
        body = _member(operation, "requestBody")
        found = self._bundle.resolved(body) if body else None
        if found is not None:
            yield from self._contents(found)

    def _contents(self, holder: Place) -> Iterator[Body]:
        for media_type, content in self._resolved_members(holder, "content"):
            # An item of a sequence (3.2) stands where the schema of a whole body would.
            schema = _member(content, "schema") or _member(content, "itemSchema")
            yield Body(media_type, self.where(content), schema)

    def _responses(self, operation: Place) -> Iterator[Response]:
        for status, response in self._resolved_members(operation, "responses"):
            if status.startswith("x-"):
                continue
            bodies = self._swagger_answers(operation, response) if self._is_swagger else self._contents(response)
            headers = tuple(name for name, _ in _members(_object(response.value).get("headers")))
            yield Response(status, self.where(response), tuple(bodies), headers)

    def _swagger_answers(self, operation: Place, response: Place) -> Iterator[Body]:
        schema = _member(response, "schema")
        for media_type in _texts(_object(operation.value).get("produces")) or self._produces or (_JSON,):
            if schema is not None:
                yield Body(media_type, self.where(schema), schema)

    def _swagger_bodies(self, operation: Place, parameters: list[Place]) -> Iterator[Body]:
        consumed = _texts(_object(operation.value).get("consumes")) or self._consumes
        for parameter in parameters:
            if _object(parameter.value).get("in") == "body":
                schema = _member(parameter, "schema")
                for media_type in consumed or (_JSON,):
                    yield Body(media_type, self.where(parameter), schema)
        form = {
            str(_object(each.value).get("name")): each.value
            for each in parameters
            if _object(each.value).get("in") == "formData"
        }
        if form:
            fields: JsonObject = {"type": "object", "properties": form}
            for media_type in [each for each in consumed if each in _FORMS] or _FORMS[:1]:
                yield Body(media_type, self.where(operation), Place(operation.file, operation.pointer, fields))


def _parameters(places: list[Place], where: Callable[[Place], str]) -> Iterator[Parameter]:
    seen: set[tuple[str, str]] = set()
    for place in places:
        value = _object(place.value)
        within, name = value.get("in"), value.get("name")
        if not (isinstance(within, str) and isinstance(name, str)) or within in {"body", "formData"}:
            continue
        if (within, name) not in seen:
            seen.add((within, name))
            yield Parameter(within, name, where(place), _is_deprecated(value))


def _member(place: Place, name: str) -> Place | None:
    value = _object(place.value)
    return Place(place.file, child(place.pointer, name), value[name]) if name in value else None


def _members(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    yield from _object(value).items()


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _is_deprecated(value: JsonValue) -> bool:
    return _object(value).get("deprecated") is True
