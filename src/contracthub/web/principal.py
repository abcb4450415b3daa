"""Who asks: the name of the account or token whose credentials a request shows, for what is remembered of people."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from contracthub.web.access import credential_of


async def principal_of(request: Request) -> str | None:
    """The name of the credential; None where the hub asks nobody for any, or was shown none."""
    found = credential_of(request.app.state.settings.access, request.scope)
    return found.name if found else None


PrincipalOf = Annotated[str | None, Depends(principal_of)]
