"""The outermost layer: refuses broken paths, finds the workspace, and routes on the raw path.

Names may hold slashes (``feat%2Fx``), so routing must see the path as it was sent; a decoded one would split there.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from starlette.responses import Response

from contracthub.services.hub import DEFAULT_WORKSPACE
from contracthub.web.problems import plain_problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Tell = Callable[[Scope, int, str, str], Response]

MAX_TARGET_BYTES = 16 * 1024
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_WORKSPACE = re.compile(r"^/w/([^/]+)(/.*)?$")


def _problem(_scope: Scope, status: int, title: str, detail: str) -> Response:
    return plain_problem(status, title, detail)


class Edge:
    """ASGI middleware; must be the outermost one. ``tell`` makes the answer to a broken path, from the scope with that
    path, a status, a title and a sentence.
    """

    def __init__(self, app: App, tell: Tell = _problem) -> None:
        self._app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        raw = raw.split(b"?", 1)[0]
        fault = _fault_of(raw, scope.get("query_string", b""))
        if fault is not None:
            await self._tell({**scope, "path": raw.decode("latin-1")}, *fault)(scope, receive, send)
            return
        await self._app(_routed(scope, raw.decode("ascii")), receive, send)


def _fault_of(raw: bytes, query: bytes) -> tuple[int, str, str] | None:
    if len(raw) + len(query) > MAX_TARGET_BYTES:
        return 414, "URI too long", f"The address is longer than {MAX_TARGET_BYTES} bytes."
    decoded = unquote_to_bytes(raw)
    if b"//" in raw:
        return 404, "Not found", "Empty path component found"
    if b"%00" in query:
        # No name and no value holds it, and PostgreSQL can't even be asked for it.
        return 422, "Unprocessable query", "The query cannot contain the character U+0000."
    if _CONTROL.search(decoded):
        return 422, "Unprocessable path", "URL path cannot contain control characters such as a new line or a tab."
    try:
        raw.decode("ascii")
        decoded.decode()
    except UnicodeDecodeError:
        return 400, "Bad path", "The path is no valid percent-encoded UTF-8."
    return None


def _routed(scope: Scope, path: str) -> Scope:
    workspace, prefix = DEFAULT_WORKSPACE, scope.get("root_path", "")
    if match := _WORKSPACE.match(path):
        workspace = unquote_to_bytes(match[1]).decode()
        prefix, path = f"{prefix}/w/{match[1]}", match[2] or "/"
    # A trailing slash names the same resource.
    path = path.rstrip("/") or "/"
    return {**scope, "path": path, "contracthub.workspace": workspace, "contracthub.prefix": prefix}
