"""The page of a verification result: interaction by interaction, what was expected and what came of it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import NotFound
from contracthub.services.evidence_view import ExaminedInteraction, evidence_view
from contracthub.web.hub import HubOf
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router

SHOWN = 200
_LONGEST_NUMBER = 18

router: APIRouter = page_router()


@router.api_route(
    "/pacts/provider/{provider:segment}/consumer/{consumer:segment}/pact-version/{identity:segment}"
    "/verification-results/{number:segment}",
    **page_options(),
)
def evidence(request: Request, provider: str, consumer: str, identity: str, number: str, hub: HubOf) -> Response:
    """One result beside its pact."""
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise NotFound("verification-not-found", f"There is no verification result with the number {number[:100]}.")
    view = evidence_view(hub, consumer, provider, identity, int(number))
    ordered = sorted(view.interactions, key=_urgency)
    counts = {name: sum(_urgency(each) == place for each in ordered) for place, name in enumerate(_GROUPS)}
    return page(request, "evidence.html", view=view, interactions=ordered[:SHOWN], all=len(ordered), counts=counts)


_GROUPS = ("failed", "untold", "passed")


def _urgency(each: ExaminedInteraction) -> int:
    """Failures first, then what nothing is told of."""
    if each.tested is None:
        return 1
    return 2 if each.tested.success else 0
