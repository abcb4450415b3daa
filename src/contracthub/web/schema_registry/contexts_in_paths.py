"""``/contexts/.staging/subjects/…``: the resource without the prefix, in that context (schema-registry-api §14)."""

import re
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

# Where the context is found that a path names; None when it names none.
CONTEXT = "contracthub.context"
_PREFIX = re.compile(r"/contexts/([^/]+)(/.+)")


class ContextsInPaths:
    """ASGI middleware; stands in front of whatever looks at the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] == "http":
            path, context = scope["path"], None
            if match := _PREFIX.fullmatch(path):
                context, path = context_named(unquote_to_bytes(match[1]).decode()), match[2]
            scope = {**scope, "path": path, CONTEXT: context}
        await self._app(scope, receive, send)


def context_named(name: str) -> str:
    """A context as it is kept, with its leading dot, however it is written.

    >>> context_named(".staging"), context_named(":.staging:"), context_named("staging"), context_named(".")
    ('.staging', '.staging', '.staging', '.')
    """
    bare = name.strip(":")
    return bare if bare.startswith(".") else f".{bare}"
