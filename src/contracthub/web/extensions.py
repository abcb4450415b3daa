"""Paths that end in .csv, .svg, .json or .yaml: the resource without it, in that type (pact-broker-api §1).

Names hold dots, so after a name it is looked first whether something is called so: the version ``1.0.json`` stays one,
and so does a tag or branch of that spelling. After a word of the API (``/pacts/latest.json``) it is an extension at
once. Two more have nothing else to mean: ``badge.svg`` is always a badge, and a group is only ever a CSV file.
"""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TYPES = {
    ".csv": b"text/csv",
    ".svg": b"image/svg+xml",
    ".json": b"application/hal+json",
    ".yaml": b"application/yaml",
}
_EXTENSIONS = tuple(_TYPES)
_GROUPS = "/groups/"
# Missing, or not offered to a browser, which asks for HTML.
_NOT_IT = frozenset({404, 406})
_READING = frozenset({"GET", "HEAD"})


class PathExtensions:
    """ASGI middleware; stands behind the one that sets the path."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._routes = [route for router in routers for route in _readable(router)]
        self._words = [route for route in self._routes if not route.path.endswith("}")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] != "http" or not scope["path"].endswith(_EXTENSIONS) or scope["method"] not in _READING:
            await self._app(scope, receive, send)
            return
        stem, dot, extension = scope["path"].rpartition(".")
        if self._is_extension(stem, dot + extension) or await self._is_missing(scope, receive, send):
            scope = _without_extension(scope, stem, dot + extension)
            await self._app(scope, receive, send)

    async def _is_missing(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether nothing is called so, where without the extension something may be; else it has been answered."""
        # What a name ends the address of is offered as HAL, and as none of the other types.
        if not scope["path"].endswith(".json") or scope["path"].endswith("/.json"):
            await self._app(scope, receive, send)
            return False
        missing = False

        async def unless_missing(message: Message) -> None:
            nonlocal missing
            missing = missing or (message["type"] == "http.response.start" and message["status"] in _NOT_IT)
            if not missing:
                await send(message)

        await self._app(scope, receive, unless_missing)
        return missing

    def _is_extension(self, stem: str, extension: str) -> bool:
        if extension == ".csv" and stem.startswith(_GROUPS):
            return stem != _GROUPS
        if not any(route.path_regex.match(stem) for route in self._words):
            return False
        if extension == ".svg" and stem.endswith("/badge"):
            return True
        return not any(route.path_regex.match(stem + extension) for route in self._routes)


def _without_extension(scope: Scope, stem: str, extension: str) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
    return {**scope, "path": stem, "headers": [*headers, (b"accept", _TYPES[extension])]}


def _readable(router: APIRouter) -> Iterator[Route]:
    for route in router.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()):
            yield route
