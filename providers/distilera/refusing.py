"""Refusals in distilera's envelope: raised anywhere in the provider, rendered here."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from providers.distilera.breaks import FORGETS_RETRY_AFTER
from providers.distilera.models import ErrorAnswer, Fault
from providers.distilera.store import FurnacesBusyError, WrongStatusError
from providers.refusals import allowed_methods, printable, sentence_of

RETRY_AFTER: Final = "30"
_WAIT: Final[dict[str, Any]] = {
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 0}}
}


class NoSuchSimulationError(Exception):
    """There is no simulation by an id."""


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Response declarations for refusals with these statuses."""
    common: dict[str, Any] = {"model": ErrorAnswer, "description": "Refused."}
    return {status: {**common, **({"headers": _WAIT} if status == 429 else {})} for status in statuses}


def answer_with_envelopes(app: FastAPI, breaks: frozenset[str]) -> None:
    """Have every refusal of the application, its own and the framework's, answered in the envelope."""
    busy = {} if FORGETS_RETRY_AFTER in breaks else {"Retry-After": RETRY_AFTER}

    @app.exception_handler(NoSuchSimulationError)
    def refuse_missing(_: Request, error: NoSuchSimulationError) -> JSONResponse:
        return _refused(404, "not_found", f"There is no simulation {error}.")

    @app.exception_handler(WrongStatusError)
    def refuse_step(_: Request, error: WrongStatusError) -> JSONResponse:
        return _refused(409, "wrong_status", str(error))

    @app.exception_handler(FurnacesBusyError)
    def refuse_start(_: Request, error: FurnacesBusyError) -> JSONResponse:
        return _refused(429, "furnaces_busy", str(error), busy)

    @app.exception_handler(RequestValidationError)
    def refuse_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _refused(422, "invalid", sentence_of(error))

    @app.exception_handler(HTTPException)
    def refuse_route(request: Request, error: HTTPException) -> JSONResponse:
        headers = {"Allow": allowed_methods(request)} if error.status_code == 405 else error.headers
        return _refused(error.status_code, "refused", error.detail, headers)


def _refused(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    fault = Fault(code=code, message=printable(message))
    return JSONResponse(ErrorAnswer(error=fault).model_dump(), status_code=status, headers=headers)
