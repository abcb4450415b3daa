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
type Query { order(id: ID, by: Sort, filter: Filter): Order others: Int }
type Order { id: ID! total: Int! unread: String state: State }
enum State { OPEN DONE LOST }
enum Sort { UP DOWN }
input Filter { given: String withheld: String }
"""
QUERY = "query Q($f: Filter) { order(id: 1, by: UP, filter: $f) { id total state } }"


def impact(schema: str, query: str = QUERY, path: str = "/graphql") -> Impact:
    exchange = {
        "description": "an order",
        "request": {
            "method": "POST",
            "path": path,
            "headers": {"Content-Type": "application/json"},
            "body": {"query": query, "variables": {"f": {"given": "x"}}},
        },
        "response": {"status": 200, "body": {"data": {"order": {"id": "1", "total": 1, "state": "OPEN"}}}},
    }
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
