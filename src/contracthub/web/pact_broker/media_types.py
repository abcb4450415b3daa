"""Which of the offered media types an answer gets: ``Accept`` with wildcards and weights (pact-broker-api §1)."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from contracthub.web.problems import HAL_JSON, PLAIN_JSON, PROBLEM_JSON, Refused, accepts_of

DOCUMENT_TYPES = (HAL_JSON, PLAIN_JSON)
# A document with more beside it than its own parsers could bear: the tags of its version (pact-broker-api §7, §10).
EXTENDED = "application/vnd.pactbrokerextended.v1+json"
EXTENDED_TYPES = (*DOCUMENT_TYPES, EXTENDED)
_MOST_RANGES = 50


def chosen_type(request: Request, offered: Sequence[str] = DOCUMENT_TYPES) -> str:
    """The offered type that the client likes best, the earlier one of equals. Raises a 406 when it likes none."""
    accept = accepts_of(request).strip()
    if accept in {"", "*/*"} or b"format=json" in request.scope.get("query_string", b"").split(b"&"):
        # By ``?format=json`` a browser, which asks for HTML, gets at the resource behind a page.
        return offered[0]
    ranges = list(_ranges(accept))
    weights = [_weight(_bare(media_type), ranges) for media_type in offered]
    best = max(weights)
    if best > 0:
        return offered[weights.index(best)]
    if any(name == PROBLEM_JSON for name, _ in ranges):
        # That only says how errors are to be told.
        return offered[0]
    names = " or ".join(map(_bare, offered))
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


def _bare(media_type: str) -> str:
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(",")[:_MOST_RANGES]:
        name, *parameters = part.split(";")
        weight = next((text.strip()[2:] for text in parameters if text.strip().lower().startswith("q=")), "1")
        yield name.strip().lower(), _number(weight)


def _number(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the type (RFC 9110 §12.5.1)."""
    for pattern in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [weight for name, weight in ranges if name == pattern]
        if found:
            return found[0]
    return 0.0
