"""What came out of comparisons, by the identities of both sides."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from contracthub.domain.comparison_notices import told_finding
from contracthub.domain.comparisons import Comparison, finding_fields
from contracthub.reports.visible import visible
from contracthub.services.paper_view import comparison_of
from contracthub.web.hub import HubOf
from contracthub.web.negotiation import best_of, ranges_of
from contracthub.web.pact_broker.hal import moment
from contracthub.web.pact_broker.text_tables import TEXT
from contracthub.web.problems import json_response

router = APIRouter()
_JSON = "application/json"


@router.get("/api/v1/comparisons/{kind:segment}/{consumer:segment}/{offer:segment}")
def compare(request: Request, kind: str, consumer: str, offer: str, hub: HubOf) -> Response:
    """What came out for the content of a contract and all documents of a provider version, or for two schemas."""
    found = comparison_of(hub, kind, consumer, offer)
    ranges = ranges_of(request.headers.get("accept", "*/*"))
    if best_of(ranges, (_JSON, "application/hal+json", TEXT)) == TEXT:
        return PlainTextResponse(_text(found), media_type=TEXT)
    return json_response(comparison_json(found))


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison with all findings; ``outcome`` is null where the provider's documents do not speak of all."""
    return {
        "kind": comparison.kind.value,
        "consumerIdentity": comparison.consumer_identity,
        "providerIdentity": comparison.provider_identity,
        "compatible": comparison.is_compatible,
        "outcome": comparison.outcome,
        "comparedAt": moment(comparison.compared_at),
        "findings": [finding_fields(each) for each in comparison.findings],
    }


def _text(comparison: Comparison) -> str:
    words = {True: "Compatible", False: "Not compatible", None: "Not known to be compatible"}
    lines = [words[comparison.outcome]]
    for each in comparison.findings:
        lines.append(f"{each.level}: {each.rule}: {told_finding(each)}")
        places = (("contract", each.consumer_pointer), (each.document or "document", each.provider_pointer))
        lines += [f"  {side}: {pointer}" for side, pointer in places if pointer]
        lines.append(f"  {each.remedy}")
    return "\n".join(map(visible, lines)) + "\n"
