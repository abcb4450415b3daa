"""The page of a comparison: what a consumer needs beside what the provider's documents say, finding by finding."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparisons import Level
from contracthub.services.paper_view import PaperOfContract, PlacedFinding, pair_on_paper
from contracthub.web.hub import HubOf
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router

SHOWN = 100
_ORDER = (Level.ERROR, Level.UNANSWERED, Level.WARNING, Level.INFORMATION)

router: APIRouter = page_router()


@router.api_route(
    "/contracts/bi-directional/provider/{provider:segment}/version/{number:segment}"
    "/consumer/{consumer:segment}/version/{consumer_number:segment}/cross-contract-verification-results",
    **page_options(),
)
def comparison(
    request: Request, provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf
) -> Response:
    """How the contracts of a consumer version compare with the documents of a provider version."""
    view = pair_on_paper(hub, ((consumer, consumer_number), (provider, number)), places=True)
    shown = [(each, _in_order(each)[:SHOWN], len(each.placed)) for each in view.contracts]
    return page(request, "comparison.html", view=view, contracts=shown)


def _in_order(contract: PaperOfContract) -> list[PlacedFinding]:
    """Errors first, then what is not known."""
    return sorted(contract.placed, key=lambda each: _ORDER.index(each.finding.level))
