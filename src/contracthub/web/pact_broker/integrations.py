"""Integrations (pact-broker-api §16)."""

from fastapi import APIRouter
from starlette.responses import Response

from contracthub.services import deletion
from contracthub.services.pacts import Pair
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import no_content

router = APIRouter()


@router.delete("/integrations")
def delete_integrations(hub: HubOf) -> Response:
    """Empty the server."""
    deletion.delete_integrations(hub)
    return no_content()


@router.delete("/integrations/provider/{provider:segment}/consumer/{consumer:segment}")
def delete_integration(provider: str, consumer: str, hub: HubOf) -> Response:
    """All that is between two pacticipants."""
    deletion.delete_integration(hub, Pair(consumer, provider))
    return no_content()
