"""Who uses operations, fields, parameters and headers over HTTP: with the provider's documents, and without."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Direction, Need
from contracthub.formats.openapi.contract import read
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.pact.expressions import steps
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.formats.usage.asking import Documents
from contracthub.formats.usage.http import is_request
from contracthub.formats.usage.spellings import HttpElement, Section
from contracthub.formats.usage.uses import Known
from tests.formats.pact.strategies import pacts
from tests.formats.usage.contracts import exchange, is_used, needs_of, places_of, usage_with

Json = Any
ITEM: Json = {"type": "object", "properties": {"sku": {"type": "string"}, "meta": {"type": "object"}}}
ORDER: Json = {
    "allOf": [{"type": "object", "properties": {"total": {"type": "integer"}, "unread": {"type": "string"}}}],
    "properties": {
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "parent": {"$ref": "#/components/schemas/Order"},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}
NAMED: Json = {"name": "currency", "in": "query", "schema": {"type": "string"}}
TENANT: Json = {"name": "X-Tenant", "in": "header", "schema": {"type": "string"}}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def answered(schema: Json) -> Json:
    return {"description": "", "headers": {"ETag": {}}, "content": {"application/json": {"schema": schema}}}


SPEC: Json = {
    "openapi": "3.0.3",
    "info": {"title": "orders", "version": "1"},
    "servers": [{"url": "https://api.test/v1"}],
    "paths": {
        "/orders/{id}": {
            "get": {
                "parameters": [ID, NAMED, TENANT],
                "responses": {"200": answered({"$ref": "#/components/schemas/Order"}), "404": answered({})},
            }
        },
        "/orders/special": {"get": {"responses": {"200": answered({"$ref": "#/components/schemas/Order"})}}},
        "/orders": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": ORDER}}},
                "responses": {"201": {"description": ""}},
            }
        },
    },
    "components": {"schemas": {"Order": ORDER, "Item": ITEM}},
}


def requests_of(spec: Json) -> Requests:
    return Requests(read(Upload("o.json", {"o.json": json.dumps(spec).encode()})))


DESCRIBED = Documents(http=(requests_of(SPEC),))
LIKE = {"body": {"$.lines": {"matchers": [{"match": "type"}]}}}
READS = exchange("GET", "/v1/orders/7", {"total": 1, "lines": [{"sku": "a", "meta": {"x": 1}}]}, rules=LIKE)
SENDS = exchange("POST", "/orders", status=201, body={"total": 3, "lines": [{"sku": "a"}]}, query="currency=EUR")
ASKS = exchange(*("GET", "/orders/8", {"parent": {"total": 1}}), query={"currency": ["EUR"]}, headers={"x-tenant": "t"})
GONE = exchange("GET", "/orders/9", {"reason": "none"}, status=404, answered={"etag": "1"})


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("GET /orders/{id}", True),
        ("GET /orders/{order_id}", True),
        ("GET /orders/12345", True),
        ("GET /v1/orders/{id}", True),
        ("GET /orders/special", False),
        ("GET /orders/{id}#/total", True),
        ("GET /orders/{id} 200#/total", True),
        ("GET /orders/{id} 2XX#/total", True),
        ("GET /orders/{id}#/unread", False),
        ("GET /orders/{id}#/lines", True),
        ("GET /orders/{id}#/lines/*/sku", True),
        ("GET /orders/{id}#/lines/0/sku", True),
        ("GET /orders/{id}#/lines/sku", True),
        ("GET /orders/{id}#/lines/*/meta/x", True),
        ("GET /orders/{id}#/lines/*/meta/x/y", False),
        ("GET /orders/{id}#/parent/total", True),
        ("GET /orders/{id}#/parent/unread", False),
        ("GET /orders/{id}#/parent/parent/parent/total", False),
        ("GET /orders/{id}#/prices/eur", False),
        ("GET /orders/{id} 200 application/json $.lines[*].sku", True),
        ("GET /orders/{id} 404", True),
        ("GET /orders/special 200", False),
        ("GET /orders/{id}?currency", True),
        ("GET /orders/{id}#request-header/X-TENANT", True),
        ("GET /orders/{id}#header/ETAG", True),
        ("GET /orders/{id} 200#header/ETag", False),
        ("GET /orders/{id}#path/id", True),
        ("POST /orders#request/lines/*/sku", True),
        ("POST /orders#request/unread", False),
        ("POST /orders#request", True),
        ("POST /orders 201", True),
    ],
)
def test_who_uses_what_a_document_describes(element: str, expected: bool) -> None:
    usage = usage_with(needs_of(READS, SENDS, ASKS, GONE), documents=DESCRIBED)
    assert is_used(usage, element) is expected


@pytest.mark.parametrize(
    ("element", "near"),
    [
        ("GET /order/{id}", "GET /orders/{id}"),
        ("DELETE /orders/{id}", ""),
        ("GET /orders/{id}#/totl", "GET /orders/{id}#/total"),
        ("GET /orders/{x}#/totl", "GET /orders/{x}#/total"),
        ("GET /orders/{id}#/lines/*/skw", "GET /orders/{id}#/lines/*/sku"),
        ("GET /orders/{id}?curency", "GET /orders/{id}?currency"),
        ("GET /orders/{id} 418", ""),
        ("POST /orders#request/totall", "POST /orders#request/total"),
        ("GET /orders/{id}#header/X-Other", ""),
        ("GET /orders/{id}#request-header/X-Other", ""),
    ],
)
def test_what_no_document_describes_is_no_element(element: str, near: str) -> None:
    usage = usage_with(needs_of(READS), documents=DESCRIBED)
    with pytest.raises(Invalid) as refused:
        usage.asked(element)
    assert refused.value.code == "not-an-element"
    assert near in refused.value.message


@pytest.mark.parametrize(
    ("element", "known"),
    [
        # Any object: nobody knows what may be in it.
        ("GET /orders/{id}#/lines/*/meta/other", Known.NOT_TOLD),
        ("GET /orders/{id}#request-header/Authorization", Known.NOT_TOLD),
        ("GET /orders/{id}#/prices/eur", Known.THERE),
        ("GET /orders/{id} 404#/anything", Known.NOT_TOLD),
    ],
)
def test_what_a_document_leaves_open_is_not_told(element: str, known: Known) -> None:
    assert usage_with(documents=DESCRIBED).asked(element).known is known


def test_without_documents_a_request_is_matched_by_the_question_itself() -> None:
    usage = usage_with(needs_of(READS, SENDS))
    assert is_used(usage, "GET /v1/orders/{id}#/total")
    assert usage.asked("GET /v1/orders/{id}#/total").known is Known.THERE
    assert not is_used(usage, "GET /v1/orders/{id}#/unread")
    assert usage.asked("GET /v1/orders/{id}#/unread").known is Known.NOT_TOLD
    assert usage.asked("GET /orders/{id}").known is Known.NOT_TOLD


def test_a_request_of_another_operation_is_not_matched_by_how_it_looks() -> None:
    usage = usage_with(needs_of(exchange("GET", "/orders/special", {"total": 1})), documents=DESCRIBED)
    assert not is_used(usage, "GET /orders/{id}")
    assert is_used(usage, "GET /orders/special#/total")


def test_a_request_that_no_document_describes_is_matched_by_how_it_looks() -> None:
    usage = usage_with(needs_of(exchange("GET", "/old/7", {"total": 1})), documents=DESCRIBED)
    assert is_used(usage, "GET /old/{id}#/total")
    # Nobody can tell a field that nobody reads there from a slip of the pen.
    assert usage.asked("GET /old/{id}#/other").known is Known.NOT_TOLD
    with pytest.raises(Invalid):
        usage.asked("GET /older/{id}#/other")


def test_the_place_and_the_interaction_prove_it() -> None:
    usage = usage_with(needs_of(READS), documents=DESCRIBED)
    assert places_of(usage, "GET /orders/{id}#/lines") == {
        "response body $.lines[*].sku",
        "response body $.lines[*].meta.x",
    }
    (asked,) = usage.asked("GET /orders/{id}#/total").elements
    [(holder, use)] = usage.of(asked)
    assert (holder, use.how, use.interaction, use.operation) == (0, "reads", "GET /v1/orders/7 200", "GET /v1/orders/7")


def spelled(need: Need) -> str | None:
    """The element that a need is one on; None for what has no name: the status."""
    method, _, path = need.operation.partition(" ")
    is_sent = need.direction is Direction.REQUEST
    sections = {
        "body": Section.REQUEST if is_sent else Section.RESPONSE,
        "header": Section.REQUEST_HEADER if is_sent else Section.HEADER,
        "query": Section.QUERY,
    }
    if need.part not in sections:
        return None
    return str(
        HttpElement(method, path, sections[need.part], steps(need.path) if need.part == "body" else (need.path,))
    )


@given(pacts(), st.data())
def test_an_element_that_a_need_names_is_always_found(pact: Json, data: st.DataObject) -> None:
    needs = PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))
    usage = usage_with(needs)
    for need in needs:
        element = spelled(need) if is_request(need.operation) else None
        if element is not None:
            assert is_used(usage, element), (element, need)
            (asked,) = usage.asked(element).elements
            assert isinstance(asked, HttpElement)
            # What is around it is used, too.
            around = data.draw(st.integers(0, len(asked.steps)))
            if need.part == "body":
                assert is_used(usage, str(HttpElement(asked.method, asked.path, asked.section, asked.steps[:around])))


def test_hostile_names_are_no_more_than_names() -> None:
    usage = usage_with(needs_of(READS, exchange("GET", "/" + "0" * 500)), documents=DESCRIBED)
    for path in ("/(" * 200, "/{" * 500, "/" + "{a}0" * 300, "/%", "/[0-9]+", "/.*"):
        with pytest.raises(Invalid):
            usage.asked(f"GET {path}x")
