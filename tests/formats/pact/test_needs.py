from typing import Any

from hypothesis import given

from contracthub.domain.errors import Invalid
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.contract import needs_of
from contracthub.formats.pact.needs import MOST_LEAVES, needs
from contracthub.formats.pact.parse import read
from contracthub.formats.safe_json import JsonObject
from tests.formats.pact.strategies import pacts, strange_objects


def needs_in(*interactions: Any, version: str = "3.0.0") -> list[Need]:
    document: JsonObject = {"interactions": [*interactions], "metadata": {"pactSpecificationVersion": version}}
    return list(needs_of(content_from(document)))


def http(request: Any = None, **response: Any) -> Any:
    return {"description": "d", "request": {"method": "GET", "path": "/a", **(request or {})}, "response": response}


def body_shapes(body: Any, rules: Any) -> dict[str, Shape]:
    found = needs_in(http(status=200, body=body, matchingRules={"body": rules}))
    return {need.path: need.shape for need in found if need.part == "body"}


def matchers(*kinds: Any) -> Any:
    return {"matchers": [kind if isinstance(kind, dict) else {"match": kind} for kind in kinds]}


def test_a_response_needs_status_headers_and_every_leaf() -> None:
    found = needs_in(http(status=201, headers={"A": "b"}, body={"id": 1, "tags": ["x", "y"], "none": [], "more": {}}))
    assert found == [
        Need("GET /a", Direction.RESPONSE, part, path, shape, "d")
        for part, path, shape in [
            ("status", "", Shape(JsonType.INTEGER, "equality", "201", "201")),
            ("header", "A", Shape(JsonType.STRING, "equality", '"b"', '"b"')),
            ("body", "$.id", Shape(JsonType.INTEGER, "equality", "1", "1")),
            ("body", "$.tags[0]", Shape(JsonType.STRING, "equality", '"x"', '"x"')),
            ("body", "$.tags[1]", Shape(JsonType.STRING, "equality", '"y"', '"y"')),
            ("body", "$.none", Shape(JsonType.ARRAY, "equality", "[]", "[]")),
            ("body", "$.more", Shape(JsonType.OBJECT, "equality", "{}", "{}")),
        ]
    ]


def test_a_request_is_what_the_provider_has_to_accept() -> None:
    found = needs_in(http({"query": {"q": ["1"]}, "headers": {"H": "h"}, "body": {"a": None}}, status=200))
    assert [(need.part, need.path) for need in found if need.direction is Direction.REQUEST] == [
        ("query", "q"),
        ("header", "H"),
        ("body", "$.a"),
    ]


def test_rules_loosen_what_is_needed() -> None:
    shapes = body_shapes(
        {"id": 42, "total": 1.5, "status": "open", "at": "2026", "free": {"deep": True}, "exact": "e", "part": "abc"},
        {
            "$.id": matchers("integer"),
            "$.total": matchers("decimal"),
            "$.status": matchers({"match": "regex", "regex": "open|closed"}),
            "$.at": matchers({"match": "date", "format": "yyyy"}),
            "$.free": matchers("type"),
            "$.exact": matchers("equality"),
            "$.part": matchers({"match": "include", "value": "b"}),
        },
    )
    assert shapes == {
        "$.id": Shape(JsonType.INTEGER, "integer", None, "42"),
        "$.total": Shape(JsonType.NUMBER, "decimal", None, "1.5"),
        "$.status": Shape(JsonType.STRING, "regex", "open|closed", '"open"'),
        "$.at": Shape(JsonType.STRING, "date", "yyyy", '"2026"'),
        "$.free.deep": Shape(JsonType.BOOLEAN, "type", None, "true"),
        "$.exact": Shape(JsonType.STRING, "equality", '"e"', '"e"'),
        "$.part": Shape(JsonType.STRING, "include", "b", '"abc"'),
    }


def test_items_of_a_list_of_examples_are_one_need() -> None:
    body = {"lines": [{"sku": "a"}, {"sku": "a"}], "pair": [1, 2]}
    shapes = body_shapes(body, {"$.lines": matchers({"match": "type", "min": 1}), "$.lines[*].sku": matchers("type")})
    assert [*shapes] == ["$.lines[*].sku", "$.pair[0]", "$.pair[1]"]


def test_a_rule_for_the_status_loosens_it() -> None:
    rules = {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}
    (need,) = needs_in(http(status=200, matchingRules=rules))
    assert need.shape == Shape(JsonType.INTEGER, "statusCode", "success", "200")


def test_header_rules_do_not_see_case() -> None:
    found = needs_in(http(status=200, headers={"X-Id": "1"}, matchingRules={"header": {"x-id": matchers("type")}}))
    assert found[1].shape.matcher == "type"


def test_a_message_needs_its_contents_on_its_channel() -> None:
    message = {
        "type": "Asynchronous/Messages",
        "description": "ordered",
        "contents": {"content": {"id": 1}, "contentType": "application/json"},
        "metadata": {"kafka_topic": "orders.v1"},
    }
    found = needs_in(message, {**message, "metadata": {}}, version="4.0")
    assert [(need.operation, need.part, need.path) for need in found] == [
        ("orders.v1", "body", "$.id"),
        ("orders.v1", "metadata", "kafka_topic"),
        ("ordered", "body", "$.id"),
    ]
    assert {need.direction for need in found} == {Direction.MESSAGE}


def test_synchronous_messages_go_both_ways() -> None:
    sync = {
        "type": "Synchronous/Messages",
        "description": "rpc",
        "request": {"contents": {"content": "/w==", "encoded": "base64"}, "metadata": {}},
        "response": [{"contents": {"content": "ok", "contentType": "text/plain"}, "metadata": {}}],
    }
    assert [(need.direction, need.shape.json_type) for need in needs_in(sync, version="4.0")] == [
        (Direction.REQUEST, JsonType.BINARY),
        (Direction.RESPONSE, JsonType.STRING),
    ]


def test_very_large_bodies_are_needed_as_a_whole() -> None:
    big = [*range(MOST_LEAVES - 2)]
    shapes = body_shapes({"big": big, "more": {"a": 1, "b": 2}}, {"$.big": matchers("type")})
    assert shapes["$.big[*]"].json_type is JsonType.INTEGER
    assert shapes["$.more"] == Shape(JsonType.OBJECT, "equality", '{"a":1,"b":2}', '{"a":1,"b":2}')


def test_long_examples_are_not_kept() -> None:
    assert body_shapes("x" * 1_000, {"$": matchers("type")})["$"].example is None


@given(pacts())
def test_a_need_appears_once(pact: JsonObject) -> None:
    found = needs_of(content_from(pact))
    assert len(found) == len(set(found))


@given(strange_objects)
def test_never_raises_on_any_object(document: JsonObject) -> None:
    try:
        content = content_from(document)
    except Invalid:
        return
    assert needs(read(content)[0]) == needs_of(content)
