"""Which waivers a request asks for, on every face."""

from starlette.requests import Request

from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.waivers import WaiverState

_LONGEST_NUMBER = 18


def waiver_filter(request: Request) -> tuple[str | None, WaiverState | None]:
    """Of which provider and in which state waivers are asked for. Raises :class:`Invalid`."""
    given = request.query_params
    state = given.get("state") or None
    if state is not None and state not in list(WaiverState):
        raise Invalid.of(Fault("state", f"must be one of: {', '.join(WaiverState)}"))
    return given.get("provider") or None, WaiverState(state) if state else None


def number_in(text: str) -> int:
    """The number of a waiver. Raises :class:`NotFound` for what is none."""
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    raise NotFound("waiver-not-found", f"There is no waiver with the number {text[:100]}.")
