"""Errors as answers: one table from the domain's classes to status codes, and the shapes in which they are told.

The native API and the edge speak problem+json (RFC 9457). The Pact Broker face answers as its clients expect
(pact-broker-api §2), and problem+json when the client asks for it.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import (
    Conflict,
    Fault,
    Forbidden,
    HubError,
    Invalid,
    Malformed,
    NotFound,
    TooLarge,
    Unavailable,
)
from contracthub.formats import safe_json
from contracthub.web.addresses import base_of

log = logging.getLogger("contracthub.web")

HAL_JSON = "application/hal+json;charset=utf-8"
PLAIN_JSON = "application/json;charset=utf-8"
PROBLEM_JSON = "application/problem+json"
MAX_TOLD = 2000
# The Pact Broker's words, and its type, for everything that is missing (pact-broker-api §2) ...
NOT_FOUND = {"error": "The requested document was not found on this server."}
# ... but these, which it words itself.
_WORDED = frozenset({"pacticipant-not-found", "use-the-matrix"})

_STATUS: tuple[tuple[type[HubError], int], ...] = (
    (Invalid, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (Unavailable, 503),
)
_TITLES = {
    400: "Validation errors",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Validation errors",
    503: "Service unavailable",
}


class Refused(HubError):
    """A request that the protocol itself forbids (media type, method), with the status that says so."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status


def status_of(error: HubError) -> int:
    """The HTTP status for an error; a use case may ask for another one by the fact ``status``."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(status := error.facts.get("status"), int):
        return status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def json_response(
    body: object, status: int = 200, media_type: str = PLAIN_JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON, as bytes, without a detour through a model."""
    return Response(safe_json.dumps(body), status, headers, media_type)  # type: ignore[arg-type]


def plain_problem(status: int, title: str, detail: str, **members: Any) -> Response:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return json_response(body, status, PROBLEM_JSON)


def accepts_of(request: Request) -> str:
    """The whole ``Accept``. Verifiers send it twice (toolkit 1.3), which means the same as one list."""
    return ", ".join(request.headers.getlist("accept"))


def answer_to(request: Request, error: HubError) -> Response:
    """The answer that tells a client about ``error``, in the shape that it asked for."""
    status = status_of(error)
    headers = {"Retry-After": "1"} if status == 503 else None
    if PROBLEM_JSON in accepts_of(request):
        return json_response(_problem(error, status, f"{base_of(request)}/problems"), status, PROBLEM_JSON, headers)
    if isinstance(error, NotFound) and error.code not in _WORDED:
        return json_response(NOT_FOUND, status, PLAIN_JSON)
    return json_response(_broker_shape(error), status, HAL_JSON, headers)


def problem_answer(request: Request, error: HubError) -> Response:
    """The same as a problem document, whatever the client asked for."""
    status = status_of(error)
    return json_response(_problem(error, status, f"{base_of(request)}/problems"), status, PROBLEM_JSON)


def logged(request: Request, error: Exception) -> str:
    """Log a fault of ours, and return the reference number under which it is found."""
    reference = secrets.token_hex(5)
    log.error("unexpected error %s at %s %s", reference, request.method, request.url.path, exc_info=error)
    return reference


def answer_to_unexpected(request: Request, reference: str) -> Response:
    """The answer to a fault of ours: a reference number for the client, the detail for the log only."""
    text = f"An error has occurred. The details have been logged with the reference {reference}"
    if PROBLEM_JSON in accepts_of(request):
        return plain_problem(500, "Server error", text, reference=reference)
    return json_response({"error": {"message": text, "reference": reference}}, 500, HAL_JSON)


def _broker_shape(error: HubError) -> dict[str, object]:
    if isinstance(body := error.facts.get("body"), dict):
        return body
    if isinstance(error, Invalid) and not isinstance(error, Malformed):
        return {"errors": errors_by_field(error.faults)}
    return {"error": _told(error.message)}


def errors_by_field(faults: Sequence[Fault]) -> dict[str, list[str]] | list[str]:
    """Faults as the Pact Broker lists them; the position in a list stands at the end of the text.

    A matrix query has no fields, so its faults are a plain list: those carry the field ``*``.
    """
    if all(fault.field == "*" for fault in faults):
        return [_told(fault.text) for fault in faults]
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(fault.field, []).append(_told_with_place(fault))
    return errors


def _told_with_place(fault: Fault) -> str:
    return _told(fault.text) + ("" if fault.index is None else f" (at index {fault.index})")


def _problem(error: HubError, status: int, types: str) -> dict[str, object]:
    told: dict[str, object] = {"title": _TITLES.get(status, "Error"), "status": status}
    if isinstance(error, Invalid) and not isinstance(error, Malformed):
        faults = [_problem_of_fault(fault, types) for fault in error.faults]
        return told | {"type": f"{types}/validation-error", "instance": "/", "errors": faults}
    return told | {"type": f"{types}/{error.code}", "detail": _told(error.message)}


def _problem_of_fault(fault: Fault, types: str) -> dict[str, object]:
    kind = "invalid-body-property-value"
    if "missing" in fault.text:
        kind = "missing-body-property"
    elif "format" in fault.text:
        kind = "invalid-body-property-format"
    problem: dict[str, object] = {
        "type": f"{types}/{kind}",
        "title": "Invalid body parameter",
        "detail": _told_with_place(fault),
    }
    if fault.field not in {"", "*"}:
        problem["pointer"] = fault.pointer or "/" + fault.field.replace(".", "/")
    return problem


def _told(text: str) -> str:
    return text if len(text) <= MAX_TOLD else text[:MAX_TOLD] + "…"
