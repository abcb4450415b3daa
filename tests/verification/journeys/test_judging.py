"""What of an answer is not as an interaction of a pact has it: status, headers, body, and what stands for what."""

import json
from typing import Any

import pytest

from contracthub.formats.pact.model import HttpExchange, Response
from contracthub.formats.pact.parse import parse
from contracthub.verification.journeys.judging import mismatches_of_interaction
from contracthub.verification.provider_client import ProviderAnswer
from tests.verification.conftest import pact


def response(**facts: Any) -> Response:
    asked = {"method": "GET", "path": "/x"}
    one = {"type": "Synchronous/HTTP", "description": "d", "request": asked, "response": {"status": 200, **facts}}
    exchange = parse(json.dumps(pact(one))).interactions[0].exchange
    assert isinstance(exchange, HttpExchange)
    return exchange.response


def told(wanted: Response, body: Any = None, status: int = 200, /, **headers: str) -> list[tuple[str, str]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = mismatches_of_interaction(wanted, ProviderAnswer(status, named, content, 1.0), {"12": "7"})
    return [(each.attribute, each.location) for each in found]


def content(value: Any) -> dict[str, Any]:
    return {"content": value, "contentType": "application/json", "encoded": False}


@pytest.mark.parametrize(
    ("rule", "status", "fits"),
    [
        ({"match": "statusCode", "status": "success"}, 204, True),
        ({"match": "statusCode", "status": "success"}, 404, False),
        ({"match": "statusCode", "status": [200, 202]}, 202, True),
        ({"match": "statusCode", "status": [200, 202]}, 201, False),
    ],
)
def test_a_status_may_be_of_a_kind(rule: dict[str, Any], status: int, fits: bool) -> None:
    wanted = response(matchingRules={"status": {"combinator": "AND", "matchers": [rule]}})
    assert told(wanted, None, status) == ([] if fits else [("status", "")])


def test_headers_are_equal_or_keep_their_rule_and_a_type_may_have_parameters_more() -> None:
    wanted = response(
        headers={"Content-Type": ["application/json"], "Location": ["/jobs/7"], "X-Id": ["7"]},
        matchingRules={"header": {"Location": {"matchers": [{"match": "regex", "regex": "^/jobs/\\d+$"}]}}},
    )
    good = {"content_type": "application/json; charset=utf-8", "location": "/jobs/99", "x_id": "12"}
    assert told(wanted, None, **good) == []
    assert told(wanted, None, **{**good, "location": "/tasks/1"}) == [("header", "Location")]
    assert told(wanted, None, **{**good, "content_type": "text/html"}) == [("header", "Content-Type")]
    assert told(wanted, None, location="/jobs/1", x_id="8") == [("header", "Content-Type"), ("header", "X-Id")]


def test_a_value_may_be_the_pacts_or_what_stands_for_it() -> None:
    wanted = response(body=content({"id": 7, "self": "/of/7", "n": 12}))
    assert told(wanted, {"id": 12, "self": "/of/12", "n": 12}) == []
    assert told(wanted, {"id": 7, "self": "/of/7", "n": 12}) == []
    assert told(wanted, {"id": 13, "self": "/of/12", "n": 12}) == [("body", "$.id")]


def test_what_is_no_json_and_what_should_not_be_there_is_told() -> None:
    assert told(response(body=content({"a": 1})), b"<html>") == [("body", "$")]
    assert told(response(body=None), b"") == []
    plain = response(body={"content": "hello", "contentType": "text/plain", "encoded": False})
    assert told(plain, b"hello") == []
    assert told(plain, b"bye") == [("body", "$")]
