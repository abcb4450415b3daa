"""The media types of the registry's requests and answers (schema-registry-api §2)."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from contracthub.web.negotiation import best_of, ranges_of
from contracthub.web.problems import Refused, accepts_of

FIRST_VERSION = "application/vnd.schemaregistry.v1+json"
OFFERED = (FIRST_VERSION, "application/vnd.schemaregistry+json", "application/json")
ACCEPTED = frozenset({*OFFERED, "application/octet-stream"})
# By their names in Python. No others: some of its codecs unpack what they read, or are slow on purpose.
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_WITH_BODY = frozenset({"POST", "PUT"})


def answered_type(request: Request) -> str:
    """The type of the answer. Raises :class:`Refused` (406) when none that is offered is accepted."""
    accept = accepts_of(request).strip()
    if accept in {"", "*/*"}:
        return FIRST_VERSION
    if best := best_of(ranges_of(accept), OFFERED):
        return best
    text = f"HTTP 406 Not Acceptable: send an Accept header that allows {' or '.join(OFFERED)}."
    raise Refused(406, "not-acceptable", text)


def error_type(request: Request) -> str:
    """The type of an error: the one asked for, where there is one."""
    try:
        return answered_type(request)
    except Refused:
        return FIRST_VERSION


def charset_of(request: Request) -> str:
    """The codec that a body is to be read with. Raises :class:`Refused` (415) for other types and charsets."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    if media_type.strip().lower() not in {"", *ACCEPTED}:
        text = f"HTTP 415 Unsupported Media Type: send the body as {' or '.join(OFFERED)}."
        raise Refused(415, "media-type", text)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            if charset not in CHARSETS:
                raise Refused(415, "charset", "HTTP 415 Unsupported Media Type: send the body in UTF-8.")
            return CHARSETS[charset]
    return "utf-8"


class RegistryRoute(APIRoute):
    """A route that looks at both media types before anything is done, and answers in the one that was asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, between the two looks."""
        handle = super().get_route_handler()

        async def negotiated(request: Request) -> Response:
            media_type = answered_type(request)
            if request.method in _WITH_BODY:
                charset_of(request)
            answer = await handle(request)
            if answer.status_code != 204:
                answer.headers["Content-Type"] = media_type
            return answer

        return negotiated


def registry_router() -> APIRouter:
    """A router for resources of the registry."""
    return APIRouter(route_class=RegistryRoute)
