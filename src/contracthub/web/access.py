"""Asks for credentials before anything else of a request is looked at, its body included (pact-broker-api §1).

Stands behind the layers that settle the path, so that what is checked and what is routed are the same text: there is no
second spelling of an address by which one could pass. What is not named here as open is closed.
"""

import base64
import binascii
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from contracthub.domain.access import Access, Credential, Role
from contracthub.web.pact_broker import badges
from contracthub.web.pages.errors import told_page
from contracthub.web.pages.routing import wants_page
from contracthub.web.problems import Refused, answer_to

REALM = "Restricted area"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Questions that are asked by POST because they are long.
READING_POSTS = re.compile(
    r"/pacts/provider/[^/]+/for-verification|/api/v1/providers/[^/]+/live-contracts/for-verification|/api/v1/plan"
    r"|/api/v1/providers/[^/]+/diff"
)
_HEARTBEAT = "/diagnostic/status/heartbeat"


class AccessControl:
    """ASGI middleware; stands behind those that set the path, in front of the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] == "http":
            access: Access = scope["app"].state.settings.access
            if not access.is_open and (refused := refusal(access, scope, READING_POSTS)) is not None:
                await _told(Request(scope), access, refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def refusal(access: Access, scope: Scope, reading_posts: re.Pattern[str]) -> Refused | None:
    """Why a request may not pass, if so; ``reading_posts`` are the paths at which a POST changes nothing."""
    reads = _is_reading(scope, reading_posts)
    if reads and _is_public(access, scope["path"]):
        return None
    presented = _presented(scope)
    found = credential_of(access, scope)
    if found is None:
        told = "The credentials are not those of this hub." if presented else "This hub asks for credentials."
        return Refused(401, "unauthorized", told)
    if found.role is Role.WRITE or reads:
        return None
    # To an account that may only read, the Pact Broker answers as to nobody: others are asked for.
    status = 403 if presented[0].strip()[:6].lower() == b"bearer" else 401
    return Refused(status, "read-only", "These credentials may read, but not change anything.")


def credential_of(access: Access, scope: Scope) -> Credential | None:
    """The account or token whose credentials a request shows, None without any that are this hub's."""
    presented = _presented(scope)
    return _credential(access, presented[0]) if len(presented) == 1 else None


def challenge(access: Access) -> str:
    """What a 401 asks for. A browser asks for a name and a password when it is told Basic, which would be in vain
    without accounts.
    """
    return f'{"Basic" if access.accounts else "Bearer"} realm="{REALM}"'


def _presented(scope: Scope) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == b"authorization"]


def _is_reading(scope: Scope, reading_posts: re.Pattern[str]) -> bool:
    method = scope["method"]
    return method in _READING or (method == "POST" and reading_posts.fullmatch(scope["path"]) is not None)


def _is_public(access: Access, path: str) -> bool:
    if access.public_read:
        return True
    if access.public_heartbeat and path == _HEARTBEAT:
        return True
    return access.public_badges and badges.is_badge(path)


def _credential(access: Access, header: bytes) -> Credential | None:
    scheme, _, value = header.strip().partition(b" ")
    value = value.strip()
    if scheme.lower() == b"bearer":
        return access.token(value)
    if scheme.lower() != b"basic":
        return None
    try:
        return access.account(base64.b64decode(value, validate=True))
    except binascii.Error:
        return None


def _told(request: Request, access: Access, refused: Refused) -> Response:
    answer = told_page(request, refused.status, refused.message) if wants_page(request) else answer_to(request, refused)
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = challenge(access)
    return answer
