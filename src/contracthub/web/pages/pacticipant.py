"""The page of a pacticipant: its versions, where they live, and its integrations on either side."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services.overview import portrait
from contracthub.web.hub import HubOf
from contracthub.web.pages.links import links_of
from contracthub.web.pages.paging import page_from, pager_of
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router

VERSIONS = 30

router: APIRouter = page_router()


@router.api_route("/pacticipants/{name:segment}", **page_options())
def pacticipant(request: Request, name: str, hub: HubOf) -> Response:
    """One pacticipant; 404 where there is none of that name."""
    seen = portrait(hub, name, page_from(request, "page", VERSIONS))
    links = links_of(request)
    pager = pager_of(seen.versions, lambda number: links.pacticipant_page(name, number))
    return page(request, "pacticipant.html", portrait=seen, pager=pager)
