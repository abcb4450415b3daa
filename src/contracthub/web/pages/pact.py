"""The page of a pact: rendered to be read, with what provider versions made of it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import evidence_view as services
from contracthub.services.evidence_view import PactView
from contracthub.web.hub import HubOf
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router

SHOWN = 200
_PAIR = "/pacts/provider/{provider:segment}/consumer/{consumer:segment}"

router: APIRouter = page_router()


@router.api_route(_PAIR + "/version/{number:segment}", **page_options())
def pact_of_version(request: Request, provider: str, consumer: str, number: str, hub: HubOf) -> Response:
    """The pact of a consumer version."""
    return _page(request, services.pact_of_version(hub, consumer, provider, number))


@router.api_route(_PAIR + "/latest", **page_options())
def latest_pact(request: Request, provider: str, consumer: str, hub: HubOf) -> Response:
    """The newest pact of a pair."""
    return _page(request, services.latest_pact(hub, consumer, provider))


@router.api_route(_PAIR + "/pact-version/{identity:segment}", **page_options())
def pact_of_identity(request: Request, provider: str, consumer: str, identity: str, hub: HubOf) -> Response:
    """The pact of an identity, as its newest publication has it."""
    return _page(request, services.pact_of_identity(hub, consumer, provider, identity))


def _page(request: Request, view: PactView) -> Response:
    interactions = view.described.interactions if view.described else ()
    return page(request, "pact.html", view=view, interactions=interactions[:SHOWN], all=len(interactions))
