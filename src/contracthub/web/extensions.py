"""Paths that end in .csv, .svg, .json or .yaml: the resource without it, in that type (pact-broker-api §1).

Names hold dots, so an extension is one only after a word of the API (``/pacts/latest.json``), never after a name: the
version ``1.0.json`` stays one, and so does a tag or branch of that spelling. Two exceptions have nothing else to mean:
``badge.svg`` is always a badge, and a group is only ever a CSV file.
"""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES = {
    ".csv": b"text/csv",
    ".svg": b"image/svg+xml",
    ".json": b"application/hal+json",
    ".yaml": b"application/yaml",
}
_EXTENSIONS = tuple(_TYPES)
_GROUPS = "/groups/"


class PathExtensions:
    """ASGI middleware; stands behind the one that sets the path."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._routes = [route for router in routers for route in _readable(router)]
        self._words = [route for route in self._routes if not route.path.endswith("}")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] == "http" and scope["path"].endswith(_EXTENSIONS):
            scope = self._without_extension(scope)
        await self._app(scope, receive, send)

    def _without_extension(self, scope: Scope) -> Scope:
        stem, dot, extension = scope["path"].rpartition(".")
        if scope["method"] not in {"GET", "HEAD"} or not self._is_extension(stem, dot + extension):
            return scope
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
        return {**scope, "path": stem, "headers": [*headers, (b"accept", _TYPES[dot + extension])]}

    def _is_extension(self, stem: str, extension: str) -> bool:
        if extension == ".csv" and stem.startswith(_GROUPS):
            return stem != _GROUPS
        if not any(route.path_regex.match(stem) for route in self._words):
            return False
        if extension == ".svg" and stem.endswith("/badge"):
            return True
        return not any(route.path_regex.match(stem + extension) for route in self._routes)


def _readable(router: APIRouter) -> Iterator[Route]:
    for route in router.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()):
            yield route
