"""Which changes of a GraphQL schema a pact with a query feels."""

import json
from datetime import UTC, datetime

import pytest

from contracthub.formats.differences import difference
from contracthub.formats.graphql.contract import read
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.impact.hits import Impact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload

SCHEMA = """
type Query { order(id: ID, by: Sort, filter: Filter): Order others: Int node: Node any: [Any!] when: Date }
type Order implements Node { id: ID! total: Int! unread: String state: State lines(first: Int = 5): [Line!]! }
type Line { sku: String! note: String }
interface Node { id: ID! }
union Any = Order | Line
scalar Date
directive @cold on FIELD
enum State { OPEN DONE LOST }
enum Sort { UP DOWN }
input Filter { given: String withheld: String }
"""
QUERY = "query Q($f: Filter) { order(id: 1, by: UP, filter: $f) { id total state } }"


def impact(schema: str, query: str = QUERY, path: str = "/graphql", call: dict[str, object] | None = None) -> Impact:
    exchange: dict[str, object] = {
        "description": "an order",
        "request": {
            "method": "POST",
            "path": path,
            "headers": {"Content-Type": "application/json"},
            "body": {"query": query, "variables": {"f": {"given": "x"}}},
        },
        "response": {"status": 200, "body": {"data": {"order": {"id": "1", "total": 1, "state": "OPEN"}}}},
    }
    exchange |= call or {}
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [exchange],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    old, new = (Upload("s.graphql", {"s.graphql": text.encode()}) for text in (SCHEMA, schema))
    changes = difference("graphql", old, new, today=datetime(2026, 11, 21, tzinfo=UTC).date()).changes
    assert changes
    needs = PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))
    return GraphqlImpact(read(old).schema, read(new).schema, changes).of(needs)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("total: Int! ", "", {True}, id="a field that is asked for goes"),
        pytest.param("unread: String ", "", set(), id="another field goes"),
        pytest.param("others: Int", "", set(), id="another entry goes"),
        pytest.param("total: Int!", "total: String!", {True}, id="a field has another type"),
        pytest.param("order(id: ID,", "order(id: ID, more: Int!,", {True}, id="an argument is required"),
        pytest.param("order(id: ID,", "order(id: ID, more: Int,", set(), id="an argument may be given"),
        pytest.param("order(id: ID,", "order(id: ID!,", {False}, id="an argument that is given is required"),
        pytest.param("by: Sort,", "", {True}, id="an argument that is given goes"),
        pytest.param("UP DOWN", "UP", {False}, id="a value that is not sent goes"),
        pytest.param("OPEN DONE LOST", "DONE LOST", {True}, id="a value that is expected goes"),
        pytest.param("OPEN DONE LOST", "OPEN DONE", {False}, id="a value that is not expected goes"),
        pytest.param("withheld: String", "withheld: String!", {True}, id="an input field left out is required"),
        pytest.param("withheld: String", "withheld: String more: Int", set(), id="an input field may be given"),
        pytest.param("given: String ", "", {True}, id="an input field that is sent goes"),
    ],
)
def test_a_change_is_felt_by_whom_it_concerns(before: str, after: str, expected: set[bool]) -> None:
    assert {hit.breaks for hit in impact(SCHEMA.replace(before, after)).hits} == expected


@pytest.mark.parametrize("query", ["{ nothing }", "{", "{" * 5_000, "query { order { id ", ""])
def test_a_query_that_says_nothing_is_not_judged(query: str) -> None:
    found = impact(SCHEMA.replace("unread: String ", ""), query)
    assert found.hits == ()
    assert found.unjudged == ("an order: POST /graphql",)


def asking(query: str, data: object, variables: object = None, **more: object) -> dict[str, object]:
    body = {"query": query, "variables": variables or {}, **more}
    return {
        "request": {
            "method": "POST",
            "path": "/graphql",
            "headers": {"Content-Type": "application/json"},
            "body": body,
        },
        "response": {"status": 200, "body": {"data": data}},
    }


ALIASED = asking("{ first: order { sum: total } }", {"first": {"sum": 1}})
SPREAD = asking(
    "{ order { ...F } } fragment F on Order { total lines { ...L } } fragment L on Line { sku }",
    {"order": {"total": 1, "lines": [{"sku": "a"}]}},
)
INLINE = asking("{ node { id ... on Order { total } } }", {"node": {"id": "1", "total": 1}})
MEMBERS = asking("{ any { __typename ... on Line { sku } } }", {"any": [{"__typename": "Line", "sku": "a"}]})
BY_WORD = asking("query Q($by: Sort) { order(by: $by) { id } }", {"order": {"id": "1"}}, {"by": "UP"})
BY_FILTER = asking("query Q($f: Filter!) { order(filter: $f) { id } }", {"order": {"id": "1"}}, {"f": {"given": "x"}})
TWO = asking("query A { order { total } } query B { others }", {"others": 1}, operationName="B")
DATED = asking("{ when }", {"when": "2026-11-21"})
SILENT = asking("{ order { total } }", None)
COLD = asking("{ others @cold }", {"others": 1})
LISTED = asking("{ order { lines { sku } } }", {"order": {"lines": []}})


@pytest.mark.parametrize(
    ("call", "before", "after", "expected"),
    [
        pytest.param(ALIASED, "total: Int! ", "", {True}, id="behind aliases: a field goes"),
        pytest.param(ALIASED, "total: Int!", "total: Int", {True}, id="behind aliases: it may be null"),
        pytest.param(ALIASED, "total: Int!", "total: Float!", {True}, id="behind aliases: it may be a fraction"),
        pytest.param(ALIASED, "total: Int!", "total: String!", {True}, id="behind aliases: it is another"),
        pytest.param(SPREAD, "sku: String! ", "", {True}, id="in fragments: a field goes"),
        pytest.param(SPREAD, "sku: String!", "sku: String", {True}, id="in fragments: it may be null"),
        pytest.param(SPREAD, "note: String", "note: Int", set(), id="in fragments: another is another"),
        pytest.param(SPREAD, "[Line!]!", "[Line]!", {True}, id="in fragments: items may be null"),
        pytest.param(SPREAD, "sku: String!", "sku: ID!", {False}, id="in fragments: it is a text still"),
        pytest.param(SPREAD, "first: Int = 5", "first: Int = 9", {False}, id="a default is another"),
        pytest.param(SPREAD, "(first: Int = 5)", "", set(), id="an argument that is not given goes"),
        pytest.param(INLINE, "total: Int!", "total: Int", {True}, id="in a branch: it may be null"),
        pytest.param(INLINE, "Order implements Node", "Order", {True}, id="a type is no member any more"),
        pytest.param(MEMBERS, "Order | Line", "Line", {False}, id="a member that is not read goes"),
        pytest.param(MEMBERS, "Order | Line", "Order", {True}, id="the member that is read goes"),
        pytest.param(MEMBERS, "sku: String!", "sku: Int!", {True}, id="in a member: it is another"),
        pytest.param(BY_WORD, "UP DOWN", "DOWN", {True}, id="the word in a variable goes"),
        pytest.param(BY_WORD, "UP DOWN", "UP", {False}, id="another word goes"),
        pytest.param(BY_WORD, "by: Sort", "by: Sort!", {True}, id="what a variable may leave out is required"),
        pytest.param(BY_WORD, "by: Sort", "by: String", {True}, id="a variable has another type"),
        pytest.param(BY_FILTER, "withheld: String", "withheld: String!", {True}, id="left out of a variable"),
        pytest.param(BY_FILTER, "given: String", "given: String!", {False}, id="given in a variable"),
        pytest.param(BY_FILTER, "given: String", "given: Int", {True}, id="given as another type"),
        pytest.param(BY_FILTER, "filter: Filter", "filter: Filter!", {False}, id="an argument that comes is required"),
        pytest.param(TWO, "total: Int! ", "", {True}, id="a document is refused as a whole"),
        pytest.param(TWO, "total: Int!", "total: Int", {False}, id="of two operations the other reads it"),
        pytest.param(DATED, "when: Date", "when: Date!", {False}, id="a scalar of its own is always there"),
        pytest.param(DATED, "when: Date", "when: Int", {True}, id="a scalar of its own is another"),
        pytest.param(SILENT, "total: Int!", "total: Int", {False}, id="nothing is said of what is read"),
        pytest.param(COLD, "directive @cold on FIELD", "", {True}, id="a directive that is used goes"),
        pytest.param(LISTED, "sku: String!", "sku: String", {False}, id="nothing is read of an empty list"),
    ],
)
def test_what_a_call_feels(call: dict[str, object], before: str, after: str, expected: set[bool]) -> None:
    assert before in SCHEMA
    felt = impact(SCHEMA.replace(before, after), call=call)
    assert felt.unjudged == ()
    assert {hit.breaks for hit in felt.hits} == expected, [(hit.change.id, hit.where, hit.breaks) for hit in felt.hits]
