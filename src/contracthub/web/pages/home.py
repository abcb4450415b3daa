"""The first page: integrations with their verdicts, pacticipants, environments; all of it searchable by name."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services.overview import glance
from contracthub.web.hub import HubOf
from contracthub.web.pages.links import links_of
from contracthub.web.pages.paging import page_from, pager_of
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router

INTEGRATIONS, PACTICIPANTS = 50, 50
MAX_SEARCH = 200

router: APIRouter = page_router()


@router.api_route("/", **page_options())
def home(request: Request, hub: HubOf) -> Response:
    """The hub at a glance, or what a search leaves of it."""
    search = request.query_params.get("q", "").strip()[:MAX_SEARCH]
    integrations = page_from(request, "integrations", INTEGRATIONS)
    pacticipants = page_from(request, "pacticipants", PACTICIPANTS)
    seen = glance(hub, search or None, integrations, pacticipants)
    links = links_of(request)

    def address(**change: int) -> str:
        places = {"integrations": integrations.number, "pacticipants": pacticipants.number} | change
        query = {"q": search} if search else {}
        return links.home(**query, **{name: number for name, number in places.items() if number > 1})

    return page(
        request,
        "home.html",
        search=search,
        glance=seen,
        integrations_pager=pager_of(seen.integrations, lambda number: address(integrations=number) + "#integrations"),
        pacticipants_pager=pager_of(seen.pacticipants, lambda number: address(pacticipants=number) + "#pacticipants"),
    )
