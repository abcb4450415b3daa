"""The provider-state endpoint that both providers mount. The states themselves are in each provider's states.py."""

from collections.abc import Callable, Mapping
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue

from providers.refusals import printable

STATE_PATH = "/_pact/provider-states"


StateHandler = Callable[[Mapping[str, JsonValue]], Mapping[str, JsonValue]]


class StateParameterError(Exception):
    """A state parameter has a value that the state cannot use."""


class StateChange(BaseModel):
    """What a pact verifier posts before and after an interaction (pact_verifier 1.4, body form)."""

    state: str = ""
    params: dict[str, JsonValue] | None = Field(default=None)
    action: Literal["setup", "teardown"] = "setup"


def text_param(params: Mapping[str, JsonValue], name: str, default: str) -> str:
    """A text parameter of a state, or its default; raises StateParameterError for any other type."""
    value = params.get(name, default)
    if not isinstance(value, str):
        raise StateParameterError(f"The state parameter {name!r} must be text.")
    return value


def state_routes(states: Mapping[str, StateHandler], reset: Callable[[], None]) -> APIRouter:
    """The endpoint `POST /_pact/provider-states`; it answers with the values that provider-state generators may use.

    A setup sets only what its state names, so that an interaction may have several states; a teardown, and the empty
    name that announces an interaction without states, empty the provider. An unknown state is refused with 400.
    """
    router = APIRouter()

    @router.post(STATE_PATH, include_in_schema=False)
    def change_state(change: StateChange) -> JSONResponse:
        if change.state and change.state not in states:
            return _refused(f"There is no provider state {change.state!r}. Known states: {', '.join(sorted(states))}.")
        if change.action == "teardown" or not change.state:
            reset()
            return JSONResponse({})
        try:
            return JSONResponse(dict(states[change.state](change.params or {})))
        except StateParameterError as error:
            return _refused(str(error))

    return router


def _refused(detail: str) -> JSONResponse:
    return JSONResponse({"detail": printable(detail)}, status_code=400)
