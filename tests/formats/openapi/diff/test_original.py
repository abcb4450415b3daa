"""Changes of descriptions of OpenAPI 2.0 name places that are in those documents."""

from typing import Any

import pytest

from contracthub.formats.json_places import values_along
from tests.formats.openapi.diff.test_engine import changes, read

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def shop(**changed: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"query": STRING, "shared": STRING, "body": STRING, "field": STRING, "answer": STRING}
    said |= {"header": STRING, "item": STRING, "key": {"type": "apiKey", "in": "header", "name": "k"}} | changed
    order = {"name": "order", "in": "body", "schema": {"type": "object", "properties": {"sku": said["body"]}}}
    answer = {"description": "", "schema": said["answer"], "headers": {"X-Total": said["header"]}}
    return {
        "swagger": "2.0",
        "info": {"title": "Shop", "version": "1"},
        "host": "shop.example.com",
        "paths": {
            "/orders/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, **said["item"]}],
                "post": {
                    "parameters": [order, {"$ref": "#/parameters/Page"}, {"name": "q", "in": "query", **said["query"]}],
                    "responses": {"200": {"$ref": "#/responses/Done"}},
                },
            },
            "/photos": {
                "post": {
                    "parameters": [
                        {"name": "q", "in": "query", **STRING},
                        {"name": "photo", "in": "formData", **said["field"]},
                    ],
                    "responses": {"200": {"description": ""}},
                }
            },
        },
        "parameters": {"Page": {"name": "page", "in": "query", **said["shared"]}},
        "responses": {"Done": answer},
        "securityDefinitions": {"key": said["key"]},
    }


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ("query", "/paths/~1orders~1{id}/post/parameters/2"),
        ("shared", "/parameters/Page"),
        ("item", "/paths/~1orders~1{id}/parameters/0"),
        ("body", "/paths/~1orders~1{id}/post/parameters/0/schema/properties/sku"),
        ("field", "/paths/~1photos/post/parameters/1"),
        ("answer", "/responses/Done/schema"),
        ("header", "/responses/Done/headers/X-Total"),
        ("key", "/securityDefinitions/key"),
    ],
)
def test_a_change_names_the_place_that_was_written(part: str, pointer: str) -> None:
    other = {"type": "apiKey", "in": "header", "name": "other"} if part == "key" else INTEGER
    old, new = shop(), shop(**{part: other})
    found = [change for change in changes(read(old), read(new)) if change.pointer_new is not None]
    assert found
    assert {change.pointer_old for change in found} == {change.pointer_new for change in found} == {pointer}
    assert values_along(new, pointer)
