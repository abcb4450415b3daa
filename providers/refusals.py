"""How a rejected request is put into words. What the answer looks like on the wire is each provider's own matter."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.routing import compile_path


def refuse_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer 422 with a detail, as the framework does, but in words that JSON can carry."""
    return JSONResponse({"detail": sentence_of(error)}, status_code=422)


def sentence_of(error: RequestValidationError) -> str:
    """Where the request is at fault and why, never echoing what was sent.

    The input may hold NaN or a lone surrogate, which no JSON answer can carry.
    """
    faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}" for fault in error.errors()[:50])
    return printable("; ".join(faults))


def printable(text: str) -> str:
    """The text with whatever UTF-8 cannot encode replaced by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def allowed_methods(request: Request) -> str:
    """All documented methods of the asked path, for the Allow of a 405; the framework names those of one route only."""
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    at_path = (operations for template, operations in paths.items() if _matches(template, request.url.path))
    return ", ".join(sorted({method.upper() for operations in at_path for method in operations}))


def _matches(template: str, path: str) -> bool:
    pattern, _, _ = compile_path(template)
    return pattern.match(path) is not None
