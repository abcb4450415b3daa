"""Errors as clients of a registry read them: ``error_code`` and ``message``, whatever went wrong
(schema-registry-api §5).

Clients switch on the number, and send a request again at a 5xx; so what the client did wrong never is one.
"""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import HubError, Invalid, TooLarge, Unavailable
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.web.problems import json_response, status_of
from contracthub.web.schema_registry.media_types import error_type

INVALID_SCHEMA = 42201
INVALID_SUBJECT = 42208
TOO_LARGE = 42209
MAY_ONLY_READ = 40301
STORE = 50001
UNAVAILABLE = 50003
MAX_TOLD = 8_000
PHRASES = {404: "HTTP 404 Not Found", 405: "HTTP 405 Method Not Allowed"}


def error_answer(request: Request, status: int, code: int, message: str) -> Response:
    """An error, in the media type that was asked for."""
    told = message if len(message) <= MAX_TOLD else message[:MAX_TOLD] + "…"
    headers = {"Retry-After": "1"} if status == 503 else None
    return json_response({"error_code": code, "message": told}, status, error_type(request), headers)


def answer_to(request: Request, error: HubError) -> Response:
    """The answer that tells a client about ``error``."""
    status, code = _numbers(error)
    return error_answer(request, status, code, error.message)


def _numbers(error: HubError) -> tuple[int, int]:
    if isinstance(error, RegistryRefusal):
        code = error.error_code
        return (code if code < 1000 else code // 100), code
    if error.code == "read-only":
        return 403, MAY_ONLY_READ
    if error.code == "body-too-large":
        return 413, 413
    if isinstance(error, TooLarge):
        return 422, TOO_LARGE
    if isinstance(error, Invalid):
        return 422, INVALID_SCHEMA
    if isinstance(error, Unavailable):
        return 503, UNAVAILABLE
    status = status_of(error)
    return status, STORE if status == 500 else status
