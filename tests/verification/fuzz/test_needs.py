"""What a consumer does not get."""

import json
from typing import Any

import pytest

from contracthub.verification.fuzz.job import Exchange, Needed
from contracthub.verification.fuzz.needs import unmet
from contracthub.verification.fuzz.wire import Answer, Call

NEEDS = (
    Needed(part="body", path="$.lines[*].sku", json_type="string", matcher="type"),
    Needed(part="body", path="$.total", json_type="integer", matcher="type"),
    Needed(part="header", path="ETag", json_type="string", matcher="type"),
)
EXCHANGE = Exchange(consumer="web", description="an order", method="GET", path="/orders/1", status=200, needs=NEEDS)
CALL = Call("GET", "/orders/1")
WELL = {"lines": [{"sku": "a"}], "total": 3}


def said(body: Any, status: int = 200, etag: str | None = "1") -> list[tuple[str, str]]:
    headers = {} if etag is None else {"etag": [etag]}
    answer = Answer(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode(), 1.0)
    return [(each.code, each.place) for each in unmet(EXCHANGE, "GET /orders/{id}", CALL, answer)]


@pytest.mark.parametrize("body", [WELL, {**WELL, "more": 1}, {**WELL, "lines": []}, {**WELL, "total": 3.5}])
def test_what_is_enough_is_no_fault(body: Any) -> None:
    assert said(body) == []


def test_another_status_says_all() -> None:
    assert said(WELL, 404) == [("CH201", "200 an order")]


def test_a_header_that_is_read_and_missing() -> None:
    assert said(WELL, etag=None) == [("CH202", "200 etag")]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"lines": [{"sku": "a"}, {}], "total": 3}, "200 $.lines[*].sku"),
        ({"lines": [{"sku": 7}], "total": 3}, "200 $.lines[*].sku"),
        ({"lines": {}, "total": None}, "200 $.total"),
        ({"lines": [], "total": True}, "200 $.total"),
        ({"lines": []}, "200 $.total"),
    ],
)
def test_a_field_that_is_read_and_missing_or_of_another_type(body: Any, place: str) -> None:
    assert ("CH203", place) in said(body)


def test_a_body_that_is_no_json_has_nothing_of_what_is_read() -> None:
    assert [code for code, _ in said(b"<html>")] == ["CH203", "CH203"]


def test_the_place_has_no_index() -> None:
    exact = Needed(part="body", path="$.lines[1].sku", json_type="string", matcher="equality")
    exchange = Exchange(consumer="web", description="d", method="GET", path="/", status=200, needs=(exact,))
    answer = Answer(200, {}, b'{"lines": []}', 1.0)
    assert [each.place for each in unmet(exchange, "GET /", CALL, answer)] == ["200 $.lines[*].sku"]
