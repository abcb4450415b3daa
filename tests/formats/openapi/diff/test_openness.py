"""What a schema leaves unsaid may be anything: to say it narrows, to leave it out widens; remarks do neither."""

from datetime import date
from typing import Any

import pytest

from contracthub.formats.bundle import Bundle
from contracthub.formats.openapi.diff.engine import changes_between
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.parse import OpenApiDocument

OPTIONS = Options(date(2026, 11, 21))
STRINGS = {"type": "array", "items": {"type": "string"}}
ANYTHINGS = ({"type": "array", "items": {}}, {"type": "array"}, {"type": "array", "items": {"description": "One."}})


def document(operation: dict[str, Any]) -> OpenApiDocument:
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders": {"post": {"responses": {"200": {"description": "ok"}}, **operation}}},
        "components": {"schemas": {"Any": {"description": "Whatever it is."}}},
    }
    return OpenApiDocument("3.1", whole, Bundle("openapi.json", {"openapi.json": whole}))


def request(schema: dict[str, Any]) -> OpenApiDocument:
    return document({"requestBody": {"content": {"application/json": {"schema": schema}}}})


def response(schema: dict[str, Any]) -> OpenApiDocument:
    return document({"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}})


def query(schema: dict[str, Any]) -> OpenApiDocument:
    return document({"parameters": [{"name": "filter", "in": "query", "schema": schema}]})


def found(old: OpenApiDocument, new: OpenApiDocument) -> list[tuple[str, str]]:
    changes = changes_between(old, new, OPTIONS).changes
    return [(change.id, change.severity.value) for change in changes if change.id != "api-version-not-bumped"]


@pytest.mark.parametrize("anything", ANYTHINGS)
def test_items_that_are_described_narrow_and_items_that_are_not_widen(anything: dict[str, Any]) -> None:
    assert ("request-property-type-changed", "breaking") in found(request(anything), request(STRINGS))
    assert ("response-property-type-changed", "breaking") in found(response(STRINGS), response(anything))
    for harmless in (found(request(STRINGS), request(anything)), found(response(anything), response(STRINGS))):
        assert {severity for _, severity in harmless} <= {"safe"}


def test_items_of_text_are_words_whether_it_is_said_or_not() -> None:
    assert found(query({"type": "array", "items": {}}), query(STRINGS)) == []
    numbers = {"type": "array", "items": {"type": "integer"}}
    expected = [("request-parameter-property-type-specialized", "breaking")]
    assert found(query({"type": "array", "items": {}}), query(numbers)) == expected


@pytest.mark.parametrize(
    "remark", [{"description": "Anything."}, {"$ref": "#/components/schemas/Any"}, {"title": "X", "default": 1}]
)
@pytest.mark.parametrize("keyword", ["items", "additionalProperties"])
@pytest.mark.parametrize("side", [request, response, query])
def test_a_schema_that_only_documents_is_no_change_of_none(side: Any, keyword: str, remark: dict[str, Any]) -> None:
    kind = {"type": "array" if keyword == "items" else "object"}
    for plain in ({**kind, keyword: {}}, kind):
        assert found(side(plain), side({**kind, keyword: remark})) == []
        assert found(side({**kind, keyword: remark}), side(plain)) == []


def test_an_exploded_object_is_no_list_of_itself() -> None:
    fields = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert ("request-parameter-type-changed", "breaking") in found(query(fields), query(STRINGS))


def test_a_parameter_whose_time_is_over_goes_without_a_word() -> None:
    old = {"name": "filter", "in": "query", "deprecated": True, "x-sunset": "2026-11-21"}
    assert found(document({"parameters": [old]}), document({})) == []
    early = {**old, "x-sunset": "2026-11-22"}
    expected = [("request-parameter-removed-before-sunset", "breaking")]
    assert found(document({"parameters": [early]}), document({})) == expected
