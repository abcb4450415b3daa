"""Providers that answer with whatever they like: the suite ends, in time, and says what it saw."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.verification_runs import CheckStatus
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.deprecation import http_date
from contracthub.verification.policies.leaks import leak_in
from contracthub.verification.policies.pages import Paging, next_link, page_of
from contracthub.verification.policies.rules import Exchanged
from contracthub.verification.provider_client import ProviderAnswer
from tests.cli.stub_hub import serving
from tests.verification.policies.serving import failed, held_against
from tests.verification.policies.test_pages import LIST

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["items", "next", "next_cursor", "total", "has_more", "last", "page", "id"]) | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(body=JSON, link=st.none() | st.text(), kind=st.sampled_from(["cursor", "page", "offset", "link"]))
def test_any_page_is_read_or_is_none(body: Any, link: str | None, kind: str) -> None:
    answer = ProviderAnswer(200, {} if link is None else {"link": link}, json.dumps(body).encode(), 1.0)
    paging = Paging(LIST, None, kind, None, None, None, None)
    found = page_of(paging, Exchanged(LIST.name, Call("GET", "/things"), answer))
    assert found is None or all(isinstance(each, str) for each in found.keys)


@given(st.text())
def test_any_text_is_a_date_and_a_link_or_is_none(text: str) -> None:
    assert http_date(text) is None or text.strip().endswith("GMT")
    assert next_link(text) is None or "<" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"detail": "Traceback (most recent call last):\\n  File \\"/srv/a.py\\", line 3"}', "a stack trace"),
        ("at com.shop.Orders.find(Orders.java:41)", "a stack trace"),
        ("TypeError: x\n    at find (/srv/orders/index.js:12:9)", "a stack trace"),
        ("panicked at src/main.rs", "a stack trace"),
        ("no such column in select a from b where c", "an SQL statement"),
        ("/app/orders/api.py failed", "a path of its file system"),
        ('near "x": SELECT id, name FROM orders WHERE', "an SQL statement"),
        ("psycopg2.OperationalError", "an error of its database"),
        ("can't open /var/lib/orders/data.db", "a path of its file system"),
        ("can't open C:\\\\Users\\\\shop\\\\data.db", "a path of its file system"),
        ("There is no path /orders/42 at https://shop.example/home/x/y", ""),
        ("Select one of the offers from the list.", ""),
        ("Meet at noon (12:30).", ""),
        ("There is nothing at /var/www/things/none-1 of this API.", ""),
    ],
)
def test_what_tells_of_the_inside_is_told_from_plain_words(text: str, shown: str) -> None:
    call = Call("GET", "/www/things/none-1")
    assert leak_in(Exchanged("GET /things", call, ProviderAnswer(500, {}, text.encode(), 1.0))) == shown


QUERY = [{"name": "cursor", "in": "query", "schema": {"type": "string"}}]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        path: {
            "get": {"parameters": QUERY, "deprecated": True, "responses": {"200": {"description": "ok"}}},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}},
                "responses": {"201": {"description": "ok"}},
            },
        }
        for path in ("/endless", "/away", "/odd", "/cut")
    },
}


class Hostile(BaseHTTPRequestHandler):
    """A list that never ends, links that are none, headers that are garbage, answers that break off."""

    numbers = count()

    def do_GET(self) -> None:
        if self.path == "/openapi.json":
            self._answer(DOCUMENT)
        elif self.path.startswith("/endless"):
            number = next(self.numbers)
            self._answer({"items": [{"id": number}], "next_cursor": f"after-{number}"})
        elif self.path.startswith("/away"):
            self._answer({"items": [{"id": 1}], "next": "http://["}, {"Link": '<http://[>; rel="next"'})
        elif self.path.startswith("/odd"):
            garbage = {"Deprecation": "@" + "9" * 400, "Sunset": "Tue, 99 Foo 2030 99:99:99 GMT", "Retry-After": "-1"}
            self._answer({"items": {"items": [None, 1, [], {}]}, "total": "many"}, garbage, 429)
        else:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.do_GET
        raise AttributeError(name)

    def _answer(self, document: object, headers: dict[str, str] | None = None, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def hostile() -> Iterator[str]:
    with serving(Hostile) as url:
        yield url


def test_the_suite_ends_and_says_what_it_saw(hostile: str) -> None:
    found = held_against(hostile, {"packs": ["all"], "pagination": {"most-pages": 20}})
    assert {
        "pagination.ends GET /endless",
        "pagination.link GET /away",
        "rate-limits.retry-after GET /odd",
        "errors.unknown-path GET /contracthub/there-is-nothing-here",
    } - set(failed(found)) == {"errors.unknown-path GET /contracthub/there-is-nothing-here"}
    assert any("/cut" in each for each in found.problems)


def test_a_deadline_that_has_passed_is_told_and_nothing_is_taken_for_kept(hostile: str) -> None:
    from contracthub.verification.policies.suite import run
    from contracthub.verification.suites import Target, Unwatched

    target = Target(provider="x", base_url=hostile, settings={"policies": {"packs": ["all"]}})
    found = run(target, Unwatched(), 0.0)
    assert any("deadline" in each for each in found.problems)
    assert found.count(CheckStatus.PASSED) == 0


def test_a_provider_that_is_away_is_a_problem_and_no_verdict() -> None:
    found = held_against("http://127.0.0.1:1", {"packs": ["all"]})
    assert found.checks == ()
    assert "does not answer" in found.problems[0]
