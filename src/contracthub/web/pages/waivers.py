"""Pages of waivers: what passes the gate although it would not, who said so, why, and until when."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.waivers import WaiverState
from contracthub.services import waivers as services
from contracthub.web.hub import HubOf
from contracthub.web.pages.links import links_of
from contracthub.web.pages.paging import page_from, pager_of
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router
from contracthub.web.waiver_queries import number_in, waiver_filter

SHOWN = 50

router: APIRouter = page_router()


@router.api_route("/api/v1/waivers", **page_options())
def waivers(request: Request, hub: HubOf) -> Response:
    """Waivers, those given last first; all, or of one provider, or in one state."""
    provider, state = waiver_filter(request)
    asked = {name: value for name, value in (("provider", provider), ("state", state)) if value is not None}
    found = services.list_waivers(hub, provider=provider, state=state, page=page_from(request, "page", SHOWN))
    links = links_of(request)
    pager = pager_of(found, lambda number: links.waivers(**asked, page=number))
    return page(
        request,
        "waivers.html",
        listing=found,
        pager=pager,
        provider=provider,
        asked=state,
        states=list(WaiverState),
        today=services.today_of(hub),
        title=f"Waivers of {provider}" if provider else "Waivers",
    )


@router.api_route("/api/v1/waivers/{number:segment}", **page_options())
def waiver(request: Request, number: str, hub: HubOf) -> Response:
    """One waiver."""
    found = services.get_waiver(hub, number_in(number))
    return page(
        request,
        "waivers.html",
        listing=Listing((found,), 1, Page()),
        pager=None,
        provider=found.scope.provider,
        asked=None,
        states=(),
        today=services.today_of(hub),
        title=f"Waiver {found.id}",
    )
