"""Which of the offered media types an answer gets: ``Accept`` with wildcards and weights (pact-broker-api §1)."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from contracthub.web.negotiation import bare, best_of, ranges_of
from contracthub.web.problems import HAL_JSON, PLAIN_JSON, PROBLEM_JSON, Refused, accepts_of

DOCUMENT_TYPES = (HAL_JSON, PLAIN_JSON)
# A document with more beside it than its own parsers could bear: the tags of its version (pact-broker-api §7, §10).
EXTENDED = "application/vnd.pactbrokerextended.v1+json"
EXTENDED_TYPES = (*DOCUMENT_TYPES, EXTENDED)


def chosen_type(request: Request, offered: Sequence[str] = DOCUMENT_TYPES) -> str:
    """The offered type that the client likes best, the earlier one of equals. Raises a 406 when it likes none."""
    accept = accepts_of(request).strip()
    if accept in {"", "*/*"} or b"format=json" in request.scope.get("query_string", b"").split(b"&"):
        # By ``?format=json`` a browser, which asks for HTML, gets at the resource behind a page.
        return offered[0]
    ranges = ranges_of(accept)
    if best := best_of(ranges, offered):
        return best
    if any(name == PROBLEM_JSON for name, _ in ranges):
        # That only says how errors are to be told.
        return offered[0]
    names = " or ".join(map(bare, offered))
    raise Refused(406, "not-acceptable", f"This resource is offered as {names}. Send an Accept header that allows it.")


class HalRoute(APIRoute):
    """A route whose resource is offered as HAL only, which is said before anything is done (pact-broker-api §1)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the look at ``Accept``."""
        handle = super().get_route_handler()

        async def offered(request: Request) -> Response:
            chosen_type(request, (HAL_JSON,))
            return await handle(request)

        return offered


def hal_router() -> APIRouter:
    """A router for resources that are offered as HAL only."""
    return APIRouter(route_class=HalRoute)
