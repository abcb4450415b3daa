"""Refusals as RFC 9457 problem details: raised anywhere in the provider, rendered here."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from providers.detector_service.breaks import ERROR_WITHOUT_TYPE
from providers.detector_service.models import Problem
from providers.refusals import allowed_methods, printable, sentence_of

MEDIA_TYPE: Final = "application/problem+json"
_TYPES: Final = "https://detector-service.example/problems/"
_STATUSES: Final = {"not-found": 404, "unknown-cursor": 404, "dataset-in-use": 409, "wrong-status": 409, "invalid": 422}


class Refusal(Exception):
    """A request that cannot be fulfilled; the kind is the last part of the problem's type."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        status = _STATUSES[kind]
        title = kind.replace("-", " ").capitalize()
        self.problem = Problem(type=_TYPES + kind, title=title, status=status, detail=printable(detail))


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Response declarations for problems with these statuses, under their own media type."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": "Problem details.", "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


def answer_with_problems(app: FastAPI, breaks: frozenset[str]) -> None:
    """Have every refusal of the application, its own and the framework's, answered as problem details."""

    @app.exception_handler(Refusal)
    def refuse(_: Request, error: Refusal) -> JSONResponse:
        return _response(error.problem, breaks)

    @app.exception_handler(RequestValidationError)
    def refuse_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _response(Refusal("invalid", sentence_of(error)).problem, breaks)

    @app.exception_handler(HTTPException)
    def refuse_route(request: Request, error: HTTPException) -> JSONResponse:
        problem = Problem(type="about:blank", title=error.detail, status=error.status_code, detail=error.detail)
        headers = {"Allow": allowed_methods(request)} if error.status_code == 405 else error.headers
        return _response(problem, breaks, headers)


def _response(problem: Problem, breaks: frozenset[str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    left_out = {"type"} if ERROR_WITHOUT_TYPE in breaks else None
    body = problem.model_dump(exclude=left_out)
    return JSONResponse(body, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)
