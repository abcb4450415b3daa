"""What an OpenAPI document offers: operations, parameters, bodies, and the fields in them.

A field is named by where it is used (``GET /orders/{id} 200 application/json $.lines[*].sku``), since that is what a
consumer reads; how its schema is called, and where that is written, is nobody's concern.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.elements import Element, ElementKind, bounded
from contracthub.formats.openapi.operations import Body, Operation, operations
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.pact.expressions import written
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

# Schemas that are looked at, over the whole document: what doubles at each level comes to an end.
_MOST_STEPS = 200_000
_DEEPEST = 20
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def elements(document: OpenApiDocument) -> tuple[Element, ...]:
    """All operations with their parameters and bodies, then the fields of each; the same for the same document.

    A schema inside of itself is followed once around, and no deeper than 20 levels.
    """
    return bounded(_elements(document))


def _elements(document: OpenApiDocument) -> Iterator[Element]:
    found = [*operations(document)]
    for operation in found:
        yield from _of_operation(operation)
    steps = _Steps(document.bundle)
    for operation in found:
        for name, body in _bodies(operation):
            if body.schema is not None:
                for path, place, deprecated in steps.fields(body.schema):
                    where = place.pointer if place.file == document.bundle.root else f"{place.file}#{place.pointer}"
                    yield Element(ElementKind.FIELD, f"{name} {path}", f"{name} {path}", where, deprecated)


def _bodies(operation: Operation) -> Iterator[tuple[str, Body]]:
    for body in operation.bodies:
        yield f"{operation.name} request {body.media_type}", body
    for response in operation.responses:
        for body in response.bodies:
            yield f"{operation.name} {response.status} {body.media_type}", body


def _of_operation(operation: Operation) -> Iterator[Element]:
    name = operation.name
    yield Element(ElementKind.OPERATION, name, name, operation.pointer, operation.deprecated)
    for parameter in operation.parameters:
        full = f"{name} {parameter.where} {parameter.name}"
        yield Element(ElementKind.PARAMETER, full, full, parameter.pointer, parameter.deprecated)
    for body in operation.bodies:
        full = f"{name} request {body.media_type}"
        yield Element(ElementKind.REQUEST_BODY, full, full, body.pointer)
    for response in operation.responses:
        full = f"{name} {response.status}"
        yield Element(ElementKind.RESPONSE, full, full, response.pointer)
        for header in response.headers:
            place = child(child(response.pointer, "headers"), header)
            # Names of headers are the same in any case.
            yield Element(ElementKind.HEADER, f"{full} header {header.lower()}", f"{full} header {header}", place)
        for body in response.bodies:
            yield Element(ElementKind.RESPONSE, f"{full} {body.media_type}", f"{full} {body.media_type}", body.pointer)


@dataclass(frozen=True, slots=True)
class _Schema:
    """A schema to look at: where it stands in the body, and which schemas it is inside of."""

    place: Place
    path: str
    around: frozenset[tuple[str, str]]
    depth: int


@dataclass(slots=True)
class _Steps:
    """Walks through schemas, as long as there are steps left."""

    bundle: Bundle
    left: int = field(default=_MOST_STEPS)

    def fields(self, schema: Place) -> Iterator[tuple[str, Place, bool]]:
        """Path, place and deprecation of each field, outer ones before inner ones."""
        seen: set[tuple[str, str, str]] = set()
        layer = [_Schema(schema, "$", frozenset(), 0)]
        while layer:
            below: list[_Schema] = []
            for each in layer:
                self.left -= 1
                if self.left < 0:
                    return
                place = self.bundle.resolved(each.place)
                if place is None or not isinstance(place.value, dict):
                    continue
                key = (place.file, place.pointer)
                # Through allOf the same schema can be met again at the same place of the body.
                if key in each.around or (*key, each.path) in seen:
                    continue
                seen.add((*key, each.path))
                inner = _Schema(place, each.path, each.around | {key}, each.depth)
                yield from self._own(inner)
                below.extend(_below(inner))
            layer = below

    def _own(self, schema: _Schema) -> Iterator[tuple[str, Place, bool]]:
        for member, path in _properties(schema):
            found = self.bundle.resolved(member)
            value = found.value if found else None
            yield path, member, isinstance(value, dict) and value.get("deprecated") is True


def _properties(schema: _Schema) -> Iterator[tuple[Place, str]]:
    assert isinstance(schema.place.value, dict)
    pointer = child(schema.place.pointer, "properties")
    properties = schema.place.value.get("properties")
    for name, value in properties.items() if isinstance(properties, dict) else ():
        yield Place(schema.place.file, child(pointer, name), value), schema.path + written(name)


def _below(schema: _Schema) -> Iterator[_Schema]:
    if schema.depth >= _DEEPEST:
        return
    value = schema.place.value
    assert isinstance(value, dict)
    for place, path in _properties(schema):
        yield _Schema(place, path, schema.around, schema.depth + 1)
    for name, step in (("items", "[*]"), ("additionalProperties", ".*")):
        if isinstance(value.get(name), dict):
            yield _inside(schema, (name,), value[name], step)
    for name, step in (("patternProperties", ".*"), ("prefixItems", "[*]"), *((each, "") for each in _ALTERNATIVES)):
        for key, inner in _numbered(value.get(name)):
            yield _inside(schema, (name, key), inner, step)


def _inside(schema: _Schema, steps: tuple[str | int, ...], value: JsonValue, path: str) -> _Schema:
    pointer = schema.place.pointer
    for step in steps:
        pointer = child(pointer, step)
    return _Schema(Place(schema.place.file, pointer, value), schema.path + path, schema.around, schema.depth + 1)


def _numbered(value: JsonValue) -> Iterator[tuple[str | int, JsonValue]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
