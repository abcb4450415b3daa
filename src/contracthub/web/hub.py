"""How a handler gets at the services: the hub, bound to the workspace of the request."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from contracthub.services.hub import Hub


async def hub_of(request: Request) -> Hub:
    """The hub as the workspace of this request sees it."""
    state = request.app.state
    workspace, rules = request.scope["contracthub.workspace"], state.settings.rules
    return Hub(state.storage, workspace, rules, state.clock, state.addresses(request))


HubOf = Annotated[Hub, Depends(hub_of)]
