"""Which interactions of a pact carry GraphQL, and which only look like it."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracthub.formats.pact.parse import parse
from contracthub.verification.graphql.operations import (
    Operation,
    OperationsNotRead,
    operations_in,
    operations_in_documents,
)
from tests.verification.conftest import pact

JSON = "application/json"


def found(request: dict[str, Any], body: Any = None, content_type: str = JSON) -> list[Operation]:
    asked = {"method": "POST", "path": "/graphql", **request}
    if body is not None:
        asked |= {
            "headers": {"Content-Type": [content_type]},
            "body": {"content": body, "contentType": content_type, "encoded": False},
        }
    interaction = {"type": "Synchronous/HTTP", "description": "asks", "request": asked, "response": {"status": 200}}
    return list(operations_in(parse(json.dumps(pact(interaction)))))


def test_an_operation_in_a_body() -> None:
    body = {"query": "query A { a } query B { b }", "variables": {"n": 1}, "operationName": "B", "extensions": {}}
    (operation,) = found({}, body)
    assert operation.payload == {"query": body["query"], "variables": {"n": 1}, "operationName": "B"}
    assert (operation.consumer, operation.name, operation.as_text) == ("web", "asks", False)


def test_an_operation_as_text() -> None:
    (operation,) = found({}, "{ a }", "application/graphql")
    assert (operation.text, operation.as_text) == ("{ a }", True)


def test_an_operation_in_a_query() -> None:
    query = {"query": ["query A { a }"], "variables": ['{"n": 1}'], "operationName": ["A"]}
    (operation,) = found({"method": "GET", "query": query})
    assert (operation.method, operation.variables, operation.operation_name) == ("GET", {"n": 1}, "A")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ([{"query": "{ a }"}, {"query": "{ b }"}], "several operations"),
        ({"extensions": {"persistedQuery": {"sha256Hash": "x", "version": 1}}}, "persisted"),
    ],
)
def test_what_can_not_be_checked_is_told(body: Any, why: str) -> None:
    (operation,) = found({}, body)
    assert why in operation.unverifiable


@pytest.mark.parametrize(
    ("request_", "body", "content_type"),
    [
        ({}, {"query": "shoes"}, JSON),
        ({}, {"query": "{ a }", "page": 1}, JSON),
        ({}, {"query": ["{ a }"]}, JSON),
        ({}, ["{ a }"], JSON),
        ({}, [], JSON),
        ({}, "{ a }", "text/plain"),
        ({}, None, JSON),
        ({"method": "PUT"}, {"query": "{ a }"}, JSON),
        ({"method": "GET", "query": {"query": ["shoes"]}}, None, JSON),
    ],
)
def test_what_only_looks_like_it_is_none(request_: dict[str, Any], body: Any, content_type: str) -> None:
    assert found(request_, body, content_type) == []


def test_a_document_belongs_to_the_consumer_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.graphql").write_text("{ a }")
    (tmp_path / "web" / "b.gql").write_text("{ b }")
    (tmp_path / "web" / "notes.txt").write_text("{ c }")
    read = operations_in_documents((str(tmp_path),))
    assert [(each.consumer, each.text, each.expectation) for each in read] == [
        ("web", "{ a }", None),
        ("web", "{ b }", None),
    ]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.graphql", b"\xff", "not UTF-8"),
        ("a.graphql", b"#" * 2_000_000, "larger than"),
        ("a.variables.json", b"{", "is not JSON"),
        ("a.variables.json", b"[1]", "must hold an object"),
    ],
)
def test_documents_that_can_not_be_read_are_told(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / "a.graphql").write_text("{ a }")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OperationsNotRead, match=why):
        operations_in_documents((str(tmp_path),))
