"""What an OpenAPI document offers, of every version, by names that stay the same wherever its parts are written."""

import json
from typing import Any

import pytest

from contracthub.formats.elements import MOST_ELEMENTS, Element, ElementKind
from contracthub.formats.openapi.contract import elements, read
from contracthub.formats.uploads import Upload

INFO = {"title": "t", "version": "1"}
TEXT = {"type": "string"}
ORDER = {
    "type": "object",
    "properties": {"id": TEXT, "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}},
}
LINE = {
    "properties": {
        "sku": TEXT,
        "unit price": {"type": "number", "deprecated": True},
        "of": {"$ref": "#/components/schemas/Order"},
    }
}


def of(document: dict[str, Any], **others: Any) -> tuple[Element, ...]:
    files = {"api.json": document, **{f"{name}.json": other for name, other in others.items()}}
    return elements(read(Upload("api.json", {name: json.dumps(each).encode() for name, each in files.items()})))


def names(found: tuple[Element, ...], kind: ElementKind | None = None) -> list[str]:
    return [each.name for each in found if kind in {None, each.kind}]


def api(item: dict[str, Any], version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": INFO, "paths": {"/orders/{id}": item}, **more}


ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
GET = {
    "deprecated": True,
    "parameters": [
        {"name": "page", "in": "query", "schema": TEXT, "deprecated": True},
        {"$ref": "#/components/parameters/Trace"},
    ],
    "responses": {
        "200": {
            "description": "d",
            "headers": {"X-Total": {"schema": TEXT}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
        },
        "4XX": {"$ref": "#/components/responses/Problem"},
    },
}
COMPONENTS = {
    "schemas": {"Order": ORDER, "Line": LINE},
    "parameters": {"Trace": {"name": "X-Trace", "in": "header", "schema": TEXT}},
    "responses": {"Problem": {"description": "d", "content": {"application/problem+json": {}}}},
}
WHOLE = api({"parameters": [ID], "get": GET}, components=COMPONENTS)
OPERATION = "GET /orders/{id}"
OK = f"{OPERATION} 200 application/json"


def test_everything_that_can_be_used_is_told_in_order() -> None:
    assert names(of(WHOLE)) == [
        OPERATION,
        f"{OPERATION} query page",
        f"{OPERATION} header X-Trace",
        f"{OPERATION} path id",
        f"{OPERATION} 200",
        f"{OPERATION} 200 header x-total",
        OK,
        f"{OPERATION} 4XX",
        f"{OPERATION} 4XX application/problem+json",
        f"{OK} $.id",
        f"{OK} $.lines",
        f"{OK} $.lines[*].sku",
        f"{OK} $.lines[*]['unit price']",
        f"{OK} $.lines[*].of",
    ]


def test_each_has_its_place_and_what_is_deprecated_is_so() -> None:
    found = {each.name: each for each in of(WHOLE)}
    assert found[OPERATION].pointer == "/paths/~1orders~1{id}/get"
    assert found[f"{OK} $.lines[*].sku"].pointer == "/components/schemas/Line/properties/sku"
    assert found[f"{OPERATION} 4XX"].pointer == "/components/responses/Problem"
    deprecated = [name for name, each in found.items() if each.deprecated]
    assert deprecated == [OPERATION, f"{OPERATION} query page", f"{OK} $.lines[*]['unit price']"]


def test_names_are_the_same_wherever_the_parts_are_written() -> None:
    split = json.loads(json.dumps(WHOLE).replace("#/components/schemas/Order", "order.json"))
    order = json.loads(json.dumps(ORDER).replace("#/components/schemas/Line", "line.json"))
    line = json.loads(json.dumps(LINE).replace("#/components/schemas/Order", "order.json"))
    del split["components"]["schemas"]
    found = of(split, order=order, line=line)
    assert names(found) == names(of(WHOLE))
    assert {each.name: each.pointer for each in found}[f"{OK} $.id"] == "order.json#/properties/id"


def body(schema: Any, version: str = "3.1.0", **components: Any) -> list[str]:
    """The fields of a request body."""
    item = {
        "post": {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": "d"}},
        }
    }
    document = api({"parameters": [ID], **item}, version, components={"schemas": components})
    found = names(of(document), ElementKind.FIELD)
    return [name.removeprefix("POST /orders/{id} request application/json ") for name in found]


@pytest.mark.parametrize(
    ("schema", "fields"),
    [
        ({"properties": {"a": TEXT}}, ["$.a"]),
        ({"type": "array", "items": {"properties": {"a": TEXT}}}, ["$[*].a"]),
        ({"prefixItems": [{"properties": {"a": TEXT}}]}, ["$[*].a"]),
        ({"additionalProperties": {"properties": {"a": TEXT}}}, ["$.*.a"]),
        ({"patternProperties": {"^x": {"properties": {"a": TEXT}}}}, ["$.*.a"]),
        ({"allOf": [{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}]}, ["$.a", "$.b"]),
        ({"oneOf": [{"properties": {"a": TEXT}}, {"properties": {"a": TEXT, "b": TEXT}}]}, ["$.a", "$.b"]),
        ({"anyOf": [{"properties": {"a": {"properties": {"b": TEXT}}}}]}, ["$.a", "$.a.b"]),
        ({"properties": {"it's": TEXT, "a.b": TEXT}}, ['$["it\'s"]', "$['a.b']"]),
        ({"properties": {"a": True}}, ["$.a"]),
        (True, []),
    ],
)
def test_fields_are_found_in_every_kind_of_schema(schema: Any, fields: list[str]) -> None:
    assert body(schema) == fields


def test_a_schema_inside_of_itself_is_followed_once_around() -> None:
    node = {"properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": TEXT}}
    assert body({"$ref": "#/components/schemas/Node"}, Node=node) == ["$.next", "$.name"]


def test_what_would_be_endless_when_written_out_is_cut() -> None:
    schemas = {
        f"S{level}": {"properties": {f"p{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(10)}}
        for level in range(12)
    } | {"S12": TEXT}
    item = {
        "get": {
            "responses": {
                "200": {
                    "description": "d",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}},
                }
            }
        }
    }
    document = api({"parameters": [ID], **item}, components={"schemas": schemas}) | {"x-a": 1}
    later = document["paths"] | {"/later": {"get": {"responses": {"200": {"description": "d"}}}}}
    found = of(document | {"paths": later})
    assert len(found) == MOST_ELEMENTS
    assert "GET /later" in names(found, ElementKind.OPERATION)
    assert found == of(document | {"paths": later})


def test_swagger_offers_the_same() -> None:
    answer = {"description": "d", "schema": {"$ref": "#/definitions/Order"}}
    document = {
        "swagger": "2.0",
        "info": INFO,
        "produces": ["application/json"],
        "consumes": ["application/xml"],
        "paths": {
            "/orders": {
                "post": {
                    "parameters": [{"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Order"}}],
                    "responses": {"200": answer},
                },
                "put": {
                    "consumes": ["multipart/form-data"],
                    "parameters": [
                        {"name": "f", "in": "formData", "type": "string"},
                        {"name": "q", "in": "query", "type": "string"},
                    ],
                    "responses": {"default": {"description": "d"}},
                },
            }
        },
        "definitions": {"Order": {"properties": {"id": TEXT}}},
    }
    assert names(of(document)) == [
        "PUT /orders",
        "PUT /orders query q",
        "PUT /orders request multipart/form-data",
        "PUT /orders default",
        "POST /orders",
        "POST /orders request application/xml",
        "POST /orders 200",
        "POST /orders 200 application/json",
        "PUT /orders request multipart/form-data $.f",
        "POST /orders request application/xml $.id",
        "POST /orders 200 application/json $.id",
    ]


def test_other_methods_webhooks_and_sequences_are_told_where_a_version_has_them() -> None:
    answers = {"responses": {"200": {"description": "d"}}}
    stream = {
        "responses": {
            "200": {"description": "d", "content": {"text/event-stream": {"itemSchema": {"properties": {"a": TEXT}}}}}
        }
    }
    document = api(
        {"parameters": [ID], "query": stream, "additionalOperations": {"COPY": answers}},
        "3.2.0",
        webhooks={"orderPlaced": {"post": answers}},
    )
    assert names(of(document), ElementKind.OPERATION) == [
        "QUERY /orders/{id}",
        "COPY /orders/{id}",
        "POST webhook:orderPlaced",
    ]
    assert names(of(document), ElementKind.FIELD) == ["QUERY /orders/{id} 200 text/event-stream $.a"]


def test_a_parameter_of_the_operation_takes_the_place_of_that_of_its_path() -> None:
    item = {
        "parameters": [ID],
        "get": {"parameters": [ID | {"deprecated": True}], "responses": {"200": {"description": "d"}}},
    }
    found = [each for each in of(api(item)) if each.kind is ElementKind.PARAMETER]
    assert [(each.name, each.deprecated) for each in found] == [("GET /orders/{id} path id", True)]
