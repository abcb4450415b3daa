"""Which requests get a page: those of people's browsers, which would rather have HTML than JSON.

A page lives at the address of its resource. Its routes stand before those of the API and match only when HTML is
preferred, so an API client never meets one: not with ``application/hal+json``, not with ``*/*``, not without Accept.
"""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.routing import Match
from starlette.types import Scope

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_METHODS = ["GET", "HEAD"]
MAX_ACCEPT = 2000


def prefers_html(accept: str) -> bool:
    """Whether HTML is asked for by name, and JSON not before it (RFC 9110 §12.5.1).

    >>> prefers_html("text/html,application/xhtml+xml,*/*;q=0.8"), prefers_html("*/*"), prefers_html("")
    (True, False, False)
    >>> prefers_html("application/hal+json, text/html"), prefers_html("text/html, application/json;q=0.9")
    (False, True)
    """
    accept = accept.lower()
    if "html" not in accept or len(accept) > MAX_ACCEPT:
        return False
    html: tuple[float, int] | None = None
    json: tuple[float, int] | None = None
    for place, (media_type, quality) in enumerate(_ranges(accept)):
        rank = (quality, -place)
        if quality > 0 and media_type in _HTML:
            html = max(html or rank, rank)
        elif quality > 0 and media_type.endswith(("/json", "+json")):
            json = max(json or rank, rank)
    return html is not None and (json is None or html > json)


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            quality = float(weight)
        except ValueError:
            quality = 0.0
        yield media_type, quality


def wants_page(connection: HTTPConnection) -> bool:
    """Whether a request is one for a page; ``?format=json`` lets a browser have the resource behind it."""
    if not prefers_html(connection.headers.get("accept", "")):
        return False
    return b"format=json" not in connection.scope.get("query_string", b"").split(b"&")


class PageRoute(APIRoute):
    """A route that is there for requests for a page only."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this route serves a request."""
        if scope["type"] != "http" or scope["method"] not in _METHODS or not wants_page(HTTPConnection(scope)):
            return Match.NONE, {}
        return super().matches(scope)


def page_router() -> APIRouter:
    """A router whose routes are pages; they are no part of the documented API."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def page_options() -> dict[str, Any]:
    """What every page route is declared with."""
    return {"methods": _METHODS, "response_model": None}
