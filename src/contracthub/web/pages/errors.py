"""Errors as pages, for requests that prefer one."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from contracthub.domain.errors import HubError, Invalid
from contracthub.web.headers import STANDARD
from contracthub.web.pages.rendering import page
from contracthub.web.problems import status_of

MAX_TOLD = 2000
_TITLES = {
    400: "That question can't be answered",
    401: "You have to log in",
    403: "You may not do that",
    404: "There is nothing here",
    405: "That can't be done here",
    500: "Something went wrong",
    503: "The hub can't answer right now",
}


def error_page(request: Request, error: HubError) -> Response:
    """What kept the hub from answering, in its own words."""
    told = [str(fault) for fault in error.faults] if isinstance(error, Invalid) else [error.message]
    return told_page(request, status_of(error), *told)


def told_page(request: Request, status: int, *told: str) -> Response:
    """A page that tells what happened."""
    title = _TITLES.get(status, "That did not work")
    texts = [text[:MAX_TOLD] for text in told[:50]]
    answer: HTMLResponse = page(request, "error.html", status, title=title, code=status, told=texts)
    # An unexpected error is answered outside of the layer that adds these.
    answer.headers.update(STANDARD)
    if status == 503:
        answer.headers["Retry-After"] = "1"
    return answer
