"""Asks for credentials as the rest of the hub does, and says no in the registry's own words."""

import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from contracthub.domain.access import Access
from contracthub.web.access import challenge, refusal
from contracthub.web.schema_registry.errors import answer_to

# Looking up and checking change nothing; a serializer that registers nothing itself lives on the first.
READING_POSTS = re.compile(r"/subjects/[^/]+|/compatibility/subjects/[^/]+/versions(/[^/]+)?")


class RegistryAccess:
    """ASGI middleware; stands behind those that set the path, in front of the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] == "http":
            access: Access = scope["app"].state.settings.access
            if not access.is_open and (refused := refusal(access, scope, READING_POSTS)) is not None:
                answer = answer_to(Request(scope), refused)
                if answer.status_code == 401:
                    answer.headers["WWW-Authenticate"] = challenge(access)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)
