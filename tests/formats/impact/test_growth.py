"""Ten thousand needs against ten thousand changes: the work is in proportion to both, not to their product.

Work is counted by a profiler's calls and not by a clock, so that a busy machine judges as an idle one does.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from contracthub.formats.differences import difference
from contracthub.formats.graphql.contract import read
from contracthub.formats.impact.asyncapi import AsyncApiImpact
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.impact.hits import Impact
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.uploads import Upload

Json = Any
TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()


def calls_of(work: Callable[[], object]) -> int:
    """How many functions of Python are called."""
    count = 0

    def profile(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def compared(kind: str, old: Json, new: Json) -> Any:
    texts = [each if isinstance(each, str) else json.dumps(each) for each in (old, new)]
    uploads = [Upload("d", {"d": text.encode()}) for text in texts]
    return uploads, difference(kind, *uploads, today=TODAY)


def status(operation: str, title: str) -> Need:
    return Need(operation, Direction.RESPONSE, "status", "", Shape(JsonType.INTEGER, "equality", "200", "200"), title)


def field(operation: str, direction: Direction, path: str, title: str) -> Need:
    return Need(operation, direction, "body", path, Shape(JsonType.STRING, "type", None, '"a"'), title)


def properties(count: int, kind: str) -> Json:
    return {"type": "object", "properties": {f"f{number}": {"type": kind} for number in range(count)}}


def openapi(paths: int, fields: int, kind: str) -> Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}
    item = {"get": {"responses": {"200": {"description": "", "content": content}}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/p{number}": item for number in range(paths)},
        "components": {"schemas": {"S": properties(fields, kind)}},
    }


def of_one_interaction(count: int) -> Callable[[], Impact]:
    """All fields of one answer are read, and all of them change."""
    _, found = compared("openapi", openapi(1, count, "string"), openapi(1, count, "integer"))
    needs = [status("GET /p0", "i")]
    needs += [field("GET /p0", Direction.RESPONSE, f"$.f{number}", "i") for number in range(count)]
    return lambda: OpenApiImpact(found.old, found.new, found.changes).of(needs)


def of_many_operations(count: int) -> Callable[[], Impact]:
    """Each interaction is about an operation of its own; the changes are of one component that all of them share."""
    _, found = compared("openapi", openapi(count // 10, count, "string"), openapi(count // 10, count, "integer"))
    needs = []
    for number in range(count // 10):
        needs.append(status(f"GET /p{number}", f"i{number}"))
        needs.append(field(f"GET /p{number}", Direction.RESPONSE, f"$.f{number}", f"i{number}"))
    return lambda: OpenApiImpact(found.old, found.new, found.changes).of(needs)


def of_many_interactions(count: int) -> Callable[[], Impact]:
    """Many interactions of one operation, each reading another of the fields that change."""
    _, found = compared("openapi", openapi(1, count, "string"), openapi(1, count, "integer"))
    needs = []
    for number in range(count):
        needs.append(status("GET /p0", f"i{number}"))
        needs.append(field("GET /p0", Direction.RESPONSE, f"$.f{number}", f"i{number}"))
    return lambda: OpenApiImpact(found.old, found.new, found.changes).of(needs)


def of_messages(count: int) -> Callable[[], Impact | None]:
    def document(kind: str) -> Json:
        return {
            "asyncapi": "2.6.0",
            "info": {"title": "t", "version": "1"},
            "channels": {"c": {"subscribe": {"message": {"payload": properties(count, kind)}}}},
        }

    _, found = compared("asyncapi", document("string"), document("integer"))
    needs = [field("c", Direction.MESSAGE, f"$.f{number}", "m") for number in range(count)]
    return lambda: AsyncApiImpact(found.old, found.new, found.changes).of(needs)


def of_queries(count: int) -> Callable[[], Impact]:
    def schema(kind: str) -> str:
        return "type Query { " + " ".join(f"f{number}: {kind}" for number in range(count)) + " }"

    uploads, found = compared("graphql", schema("String"), schema("Int"))
    old, new = (read(each).schema for each in uploads)
    needs = []
    for number in range(count // 10):
        query = json.dumps(f"{{ f{number} }}")
        shape = Shape(JsonType.STRING, "equality", query, query)
        needs.append(Need("POST /graphql", Direction.REQUEST, "body", "$.query", shape, f"i{number}"))
        needs.append(field("POST /graphql", Direction.RESPONSE, f"$.data.f{number}", f"i{number}"))
    return lambda: GraphqlImpact(old, new, found.changes).of(needs)


@pytest.mark.parametrize(
    "made", [of_one_interaction, of_many_operations, of_many_interactions, of_messages, of_queries]
)
def test_the_work_grows_with_needs_and_changes_and_not_with_their_product(
    made: Callable[[int], Callable[[], Impact | None]],
) -> None:
    small, large = (calls_of(made(count)) for count in (200, 800))
    assert large < 5 * small
