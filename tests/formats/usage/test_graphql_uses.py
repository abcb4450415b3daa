"""Who uses parts of a GraphQL schema: what the queries in pacts name, whatever they call it."""

import json
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema

from contracthub.domain.errors import Invalid
from contracthub.formats.graphql.contract import read
from contracthub.formats.graphql.query_uses import uses_of
from contracthub.formats.uploads import Upload
from contracthub.formats.usage.asking import Documents, Usage
from contracthub.formats.usage.graphql import Queries
from contracthub.formats.usage.uses import Known
from tests.formats.usage.contracts import exchange, is_used, needs_of, places_of, usage_with

SCHEMA = """
directive @shown(to: String) on FIELD
type Query { order(id: ID, by: Sort, filter: Filter): Order others: Int node(id: ID): Node found: [Found!] }
type Mutation { buy(input: BuyInput!): Order }
interface Node { id: ID! made: String }
type Order implements Node { id: ID! made: String total: Int! unread: String state: State lines(first: Int): [Line] }
type Line { sku: String qty: Int note: String }
type Voucher implements Node { id: ID! made: String code: String }
union Found = Order | Voucher
enum State { OPEN DONE LOST }
enum Sort { UP DOWN }
input Filter { given: String withheld: String inner: Filter }
input BuyInput { offers: [OfferInput!] coupon: String }
input OfferInput { id: ID amount: Int }
"""
QUERY = """
query Q($f: Filter, $x: Boolean!) {
  o: order(id: 1, by: UP, filter: $f) { number: id state ...Lines @include(if: $x) }
  node(id: 2) { made ... on Voucher { code @shown(to: "all") } }
  second: order(filter: {inner: {withheld: "s"}}) { id }
}
fragment Lines on Order { lines(first: 2) { goods: sku } }
query R { others }
"""


def documents_of(*texts: str) -> Documents:
    return Documents(graphql=tuple(Queries(read(Upload("s.graphql", {"s.graphql": text.encode()}))) for text in texts))


def asking(query: str, answer: Any = None, **body: Any) -> Any:
    return exchange("POST", "/graphql", {"data": answer}, body={"query": query, **body})


def usage_of(*interactions: Any, schema: str = SCHEMA) -> Usage:
    return usage_with(needs_of(*interactions), documents=documents_of(schema))


ASKED = asking(QUERY, {"o": {"state": "OPEN"}}, variables={"f": {"given": "x"}, "x": True}, operationName="Q")


@pytest.mark.parametrize("schema", [SCHEMA, json.dumps({"data": introspection_from_schema(build_schema(SCHEMA))})])
@pytest.mark.parametrize(
    ("element", "place"),
    [
        ("Query.order", "o"),
        ("Order.id", "o.number"),
        ("Order.total", None),
        ("Order.unread", None),
        ("Order.lines", "...Lines.lines"),
        ("Order.lines(first:)", "...Lines.lines(first:)"),
        ("Line.sku", "...Lines.lines.goods"),
        ("Line.qty", None),
        ("Line", "...Lines.lines"),
        ("Voucher.code", "node.code"),
        ("Voucher", "node"),
        ("Query.order(id:)", "o(id:)"),
        ("Query.order(by:)", "o(by:)"),
        ("Query.others", None),
        ("Query.found", None),
        ("Node.made", "node.made"),
        # Who asks that of an interface asks it of each type that has it.
        ("Order.made", "node.made"),
        ("Voucher.made", "node.made"),
        ("Node.id", None),
        ("Voucher.id", None),
        ("Filter.given", "$f.given"),
        ("Filter.withheld", "second(withheld:)"),
        ("Filter.inner", "second(inner:)"),
        ("BuyInput.coupon", None),
        ("Sort.UP", "o = UP"),
        ("Sort.DOWN", None),
        ("State.OPEN", "o.state = OPEN"),
        ("State.LOST", None),
        ("@shown", "node.code"),
        ("@shown(to:)", "node.code"),
    ],
)
def test_a_query_uses_what_it_names(schema: str, element: str, place: str | None) -> None:
    assert places_of(usage_of(ASKED, schema=schema), element) == ({place} if place else set())


def test_a_long_query_that_is_matched_by_a_pattern_is_read() -> None:
    query = "{ order(id: 1) { " + "unread " * 100 + "} }"
    interaction = asking(query)
    interaction["request"]["matchingRules"] = {"body": {"$.query": {"matchers": [{"match": "regex", "regex": ".*"}]}}}
    assert is_used(usage_of(interaction), "Order.unread")


def test_of_several_operations_the_one_counts_that_is_sent() -> None:
    other = asking(QUERY, variables={}, operationName="R")
    usage = usage_of(other)
    assert is_used(usage, "Query.others")
    assert not is_used(usage, "Query.order")


def test_fields_of_lists_in_variables_are_sent() -> None:
    query = "mutation M($input: BuyInput!) { buy(input: $input) { id } }"
    usage = usage_of(asking(query, variables={"input": {"offers": [{"amount": 3}]}}))
    assert places_of(usage, "OfferInput.amount") == {"$input.offers.amount"}
    assert not is_used(usage, "OfferInput.id")
    assert not is_used(usage, "BuyInput.coupon")
    assert is_used(usage, "BuyInput")


def test_a_fragment_that_is_spread_nowhere_is_used_by_nobody() -> None:
    usage = usage_of(asking("{ others } fragment Unused on Order { total }"))
    assert is_used(usage, "Query.others")
    assert not is_used(usage, "Order.total")


def test_a_union_is_asked_type_by_type() -> None:
    usage = usage_of(asking("{ found { ... on Order { total } __typename } }"))
    assert is_used(usage, "Order.total")
    assert not is_used(usage, "Voucher.code")


@pytest.mark.parametrize(
    ("element", "near"),
    [("Order.totl", "Order.total"), ("Oder.total", "Order.total"), ("Query.order(idd:)", "Query.order(id:)")],
)
def test_what_no_schema_has_is_no_element(element: str, near: str) -> None:
    with pytest.raises(Invalid) as refused:
        usage_of(ASKED).asked(element)
    assert near in refused.value.message


@pytest.mark.parametrize(
    "element", ["Order.total.x", "Order(total:)", "State.OPEN.x", "@other", "@shown(by:)", "Nothing"]
)
def test_other_names_are_refused(element: str) -> None:
    with pytest.raises(Invalid):
        usage_of(ASKED).asked(element)


@pytest.mark.parametrize("query", ["{ nothing }", "{", "{" * 5_000, "query { order { id ", "", "{ others } " * 30_000])
def test_a_query_that_can_not_be_read_is_told_as_not_known(query: str) -> None:
    usage = usage_of(asking(query))
    (asked,) = usage.asked("Order.total").elements
    assert [each.holder for each in usage.unclear(asked)] == [0]
    assert not is_used(usage, "Order.total")


def test_without_a_schema_nothing_is_known() -> None:
    usage = usage_with(needs_of(ASKED))
    asked = usage.asked("Order.total")
    assert asked.known is Known.NOT_TOLD
    assert "has published no schema" in next(usage.unclear(asked.elements[0])).why


def test_a_query_is_read_by_whichever_schema_takes_it() -> None:
    old = SCHEMA.replace("total: Int!", "sum: Int!")
    usage = usage_with(needs_of(asking("{ order(id: 1) { sum } }")), documents=documents_of(SCHEMA, old))
    assert is_used(usage, "Order.sum")
    assert not is_used(usage, "Order.total")
    (asked,) = usage.asked("Order.total").elements
    assert list(usage.unclear(asked)) == []


def test_requests_that_are_no_queries_are_nothing_to_a_schema() -> None:
    usage = usage_of(exchange("GET", "/health", {"ok": True}))
    (asked,) = usage.asked("Order.total").elements
    assert list(usage.unclear(asked)) == []


@pytest.mark.parametrize("path", ["/graphql", "/api"])
def test_a_query_in_the_address_is_a_query(path: str) -> None:
    usage = usage_of(exchange("GET", path, query={"query": ["{ others }"]}))
    assert is_used(usage, "Query.others")


def test_the_query_of_a_search_is_none() -> None:
    usage = usage_of(exchange("POST", "/search", {"hits": []}, body={"query": "price:{1 TO 5}"}))
    (asked,) = usage.asked("Order.total").elements
    assert list(usage.unclear(asked)) == []


def test_an_operation_that_is_too_long_is_not_read() -> None:
    schema = build_schema(SCHEMA)
    assert uses_of("{ others }" + " " * 300_000, schema, None) is None
