"""What one page says of itself: its items, the next page, totals; as APIs of many kinds write it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contracthub.formats.openapi.parse import parse
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.pages import Page, Paging, next_link, page_of
from contracthub.verification.policies.rules import Exchanged
from contracthub.verification.policies.surface import Surface
from contracthub.verification.provider_client import ProviderAnswer

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {"/things": {"get": {"responses": {"200": {"description": "ok"}}}}},
}
(LIST,) = Surface(parse(json.dumps(DOCUMENT))).operations


def page(body: Any, kind: str = "cursor", *, start: int = 0, headers: Mapping[str, str] | None = None) -> Page:
    paging = Paging(LIST, None, kind, None, None, None, None, start)
    answer = ProviderAnswer(200, headers or {}, json.dumps(body).encode(), 1.0)
    found = page_of(paging, Exchanged(LIST.name, Call("GET", "/things"), answer))
    assert found is not None
    return found


TWO = [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("body", "kind", "has_more", "following"),
    [
        ({"items": TWO, "next_cursor": "abc"}, "cursor", True, {"cursor": "abc"}),
        ({"items": TWO, "next_cursor": None}, "cursor", False, None),
        ({"items": TWO}, "cursor", False, None),
        ({"data": TWO, "paging": {"cursors": {"after": "abc"}}}, "cursor", True, {"cursor": "abc"}),
        ({"data": TWO, "pageInfo": {"endCursor": "abc", "hasNextPage": False}}, "cursor", False, None),
        (
            {"results": TWO, "next": "https://api.example/things?page=2"},
            "page",
            True,
            "https://api.example/things?page=2",
        ),
        ({"results": TWO, "next": None}, "page", False, None),
        ({"content": TWO, "last": False, "number": 0, "totalPages": 3}, "page", True, None),
        ({"content": TWO, "last": True, "number": 2, "totalPages": 3}, "page", False, None),
        ({"rows": TWO, "meta": {"page": 1, "total_pages": 2}}, "page", True, None),
        ({"rows": TWO, "meta": {"page": 2, "total_pages": 2}}, "page", False, None),
        ({"records": TWO, "has_more": True}, "offset", True, None),
        (TWO, "offset", None, None),
        ({"_embedded": {"things": TWO}, "_links": {"next": {"href": "/things?p=2"}}}, "page", True, "/things?p=2"),
    ],
)
def test_a_page_says_whether_another_follows_and_where(
    body: Any, kind: str, has_more: bool | None, following: Any
) -> None:
    found = page(body, kind, start=0 if kind != "page" or "content" in body else 1)
    assert (found.keys, found.has_more, found.following) == (("1", "2"), has_more, following)


def test_totals_are_read_wherever_they_stand() -> None:
    assert page({"items": TWO, "pagination": {"total_items": 7, "total_pages": 4, "page_size": 2}}).total == 7
    assert page({"items": TWO, "pagination": {"total_items": 7, "total_pages": 4, "page_size": 2}}).total_pages == 4
    assert page(TWO, "offset", headers={"x-total-count": "12"}).total == 12
    assert page({"items": TWO, "total": True}).total is None


@pytest.mark.parametrize(
    ("body", "headers", "total"),
    [
        (TWO, {"x-total": "12"}, 12),
        (TWO, {"pagination-total": " 12 "}, 12),
        (TWO, {"content-range": "items 0-1/12"}, 12),
        (TWO, {"content-range": "items 0-1/*"}, None),
        ({"count": 12, "results": TWO}, {}, 12),
        # A count of the page's own items, or the size that was asked for.
        ({"count": 2, "results": TWO}, {}, None),
        ({"count": 5, "results": TWO}, {}, None),
    ],
)
def test_totals_of_other_names_are_told_from_what_one_page_holds(
    body: Any, headers: Mapping[str, str], total: int | None
) -> None:
    paging = Paging(LIST, None, "page", None, None, None, None)
    answer = ProviderAnswer(200, headers, json.dumps(body).encode(), 1.0)
    found = page_of(paging, Exchanged(LIST.name, Call("GET", "/things", (("limit", "5"),)), answer))
    assert found is not None
    assert found.total == total


def test_a_link_header_leads_on() -> None:
    found = page(TWO, "link", headers={"link": '</things?page=9>; rel="last", </things?page=2>; rel=next'})
    assert (found.has_more, found.following) == (True, "/things?page=2")
    assert page(TWO, "link").has_more is False


@pytest.mark.parametrize(
    "header", ["", "<", '<a>; rel="', "<a>;rel=prev", "," * 5000, "<" * 5000, '<a>; x="' + "y" * 9000]
)
def test_a_link_header_that_is_none_leads_nowhere(header: str) -> None:
    assert next_link(header) is None


def test_what_is_no_list_is_no_page() -> None:
    paging = Paging(LIST, None, "page", None, None, None, None)
    for body in (b"{}", b"null", b"no json", b"[" * 200_000):
        exchanged = Exchanged(LIST.name, Call("GET", "/things"), ProviderAnswer(200, {}, body, 1.0))
        assert page_of(paging, exchanged) is None
