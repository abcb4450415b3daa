"""How elements are named: each spelling with what it means, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.pact.expressions import ANY
from contracthub.formats.usage.places import LONGEST
from contracthub.formats.usage.spellings import (
    LONGEST_SPELLING,
    AskedElement,
    GraphqlElement,
    HttpElement,
    Section,
    TopicElement,
    readings_of,
)

ORDER = ("GET", "/orders/{id}")


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("GET /orders/{id}", HttpElement(*ORDER)),
        ("  get   /orders/{id} ", HttpElement(*ORDER)),
        ("GET /orders/{id} 404", HttpElement(*ORDER, status="404")),
        ("GET /orders/{id} 4xx", HttpElement(*ORDER, status="4XX")),
        ("GET /orders/{id} default", HttpElement(*ORDER, status="DEFAULT")),
        ("GET /orders/{id}#", HttpElement(*ORDER, Section.RESPONSE)),
        ("GET /orders/{id}#/total", HttpElement(*ORDER, Section.RESPONSE, ("total",))),
        ("GET /orders/{id} #/total", HttpElement(*ORDER, Section.RESPONSE, ("total",))),
        ("GET /orders/{id} 200#/total", HttpElement(*ORDER, Section.RESPONSE, ("total",), "200")),
        ("GET /orders/{id}#/lines/*/sku", HttpElement(*ORDER, Section.RESPONSE, ("lines", ANY, "sku"))),
        ("GET /orders/{id}#$.lines[*].sku", HttpElement(*ORDER, Section.RESPONSE, ("lines", ANY, "sku"))),
        ("GET /orders/{id}#$['unit price'][0]", HttpElement(*ORDER, Section.RESPONSE, ("unit price", "0"))),
        ("GET /orders/{id}#/a~1b/c~0d/unit price", HttpElement(*ORDER, Section.RESPONSE, ("a/b", "c~d", "unit price"))),
        ("GET /orders/{id}#response/total", HttpElement(*ORDER, Section.RESPONSE, ("total",))),
        ("POST /orders#request/payer/name", HttpElement("POST", "/orders", Section.REQUEST, ("payer", "name"))),
        ("POST /orders#request$.payer", HttpElement("POST", "/orders", Section.REQUEST, ("payer",))),
        ("POST /orders#request", HttpElement("POST", "/orders", Section.REQUEST)),
        ("POST /orders?currency", HttpElement("POST", "/orders", Section.QUERY, ("currency",))),
        ("POST /orders?currency=EUR", HttpElement("POST", "/orders", Section.QUERY, ("currency",))),
        ("POST /orders#query/a=b", HttpElement("POST", "/orders", Section.QUERY, ("a=b",))),
        ("GET /orders#header/ETag", HttpElement("GET", "/orders", Section.HEADER, ("ETag",))),
        ("GET /orders#request-header/X-T", HttpElement("GET", "/orders", Section.REQUEST_HEADER, ("X-T",))),
        ("GET /orders/{id}#path/id", HttpElement(*ORDER, Section.PATH, ("id",))),
        # As elements of documents are listed.
        ("GET /orders/{id} 200 application/json", HttpElement(*ORDER, Section.RESPONSE, (), "200")),
        ("GET /orders/{id} 200 a/json; v=1 $.total", HttpElement(*ORDER, Section.RESPONSE, ("total",), "200")),
        ("POST /orders request a/json $.payer", HttpElement("POST", "/orders", Section.REQUEST, ("payer",))),
        ("POST /orders query currency", HttpElement("POST", "/orders", Section.QUERY, ("currency",))),
        ("POST /orders header x-t", HttpElement("POST", "/orders", Section.REQUEST_HEADER, ("x-t",))),
        ("POST /orders 200 header etag", HttpElement("POST", "/orders", Section.HEADER, ("etag",), "200")),
        ("GET /orders/{id} path id", HttpElement(*ORDER, Section.PATH, ("id",))),
        ("simulation.events#/result", TopicElement("simulation.events", Section.BODY, ("result",))),
        ("simulation.events#metadata/key", TopicElement("simulation.events", Section.METADATA, ("key",))),
        ("simulation.events#header/key", TopicElement("simulation.events", Section.METADATA, ("key",))),
        ("questions#request/x", TopicElement("questions", Section.REQUEST, ("x",))),
        ("Query.orders(first:)", GraphqlElement("Query", "orders", "first")),
        ("Query.orders(first)", GraphqlElement("Query", "orders", "first")),
        ("@auth(role:)", GraphqlElement("@auth", None, "role")),
    ],
)
def test_each_spelling_has_one_meaning(text: str, element: AskedElement) -> None:
    assert readings_of(text) == (element,)
    assert readings_of(str(element)) == (element,)


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("Order", {GraphqlElement("Order"), TopicElement("Order")}),
        ("order.placed", {GraphqlElement("order", "placed"), TopicElement("order.placed")}),
        ("Query.orders.first", {GraphqlElement("Query", "orders", "first"), TopicElement("Query.orders.first")}),
        ("order-placed", {TopicElement("order-placed")}),
    ],
)
def test_a_name_alone_is_a_topic_or_part_of_a_schema(text: str, elements: set[AskedElement]) -> None:
    assert set(readings_of(text)) == elements


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "\x00", "a\nb", "x" * (LONGEST_SPELLING + 1), "#/total", "GET /orders nonsense"),
        *("GET /orders#total", "GET /orders#secret/x", "GET /orders#header/", "GET /orders#query", "GET /orders?"),
        *("GET /orders?a#/b", "GET /orders#metadata/key", "topic#query/x", "topic#x", "GET /o 200 a/json $.a#/b"),
        "GET /orders#" + "/a" * (LONGEST + 1),
        "GET /orders application/json $.total",
    ],
)
def test_what_is_no_spelling_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        readings_of(text)
    assert refused.value.code == "not-an-element"
    assert refused.value.faults[0].field == "element"


texts = st.text(max_size=30) | st.text("GETPOS /{}#?$.*[]'\"~%@():ab1", max_size=40)


@given(texts)
def test_whatever_is_read_is_written_as_it_is_read(text: str) -> None:
    try:
        found = readings_of(text)
    except Invalid:
        return
    for each in found:
        assert each in readings_of(str(each))
