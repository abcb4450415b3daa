"""How far what a provider offers is needed, and how far what is needed has evidence."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.coverage import Coverage, CoveredPart, Totals, UnplayedInteraction
from contracthub.services.coverage import coverage_of
from contracthub.web.api.element_readers import not_known_json
from contracthub.web.api.needs import documents_in
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, UrlsOf, link
from contracthub.web.problems import json_response

router = APIRouter()


@router.get("/api/v1/providers/{provider:segment}/coverage")
def show(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Coverage of the documents of ``?version=``, the newest of ``?branch=``, or those in ``?environment=``.

    Without any of these the newest of the main branch. ``?mainBranches=true`` as for needs.
    """
    found = coverage_of(hub, provider, documents_in(request))
    here = urls.to("api", "v1", "providers", provider, "coverage")
    return json_response(_json(found) | {"_links": {"self": link(here)}})


def _json(found: Coverage) -> Json:
    return {
        "provider": found.provider,
        "documents": list(found.documents),
        "environments": list(found.environments),
        "percent": found.percent,
        "totals": [_totals_json(each) for each in found.totals],
        "parts": [_part_json(each) for each in found.parts],
        "neverReplayed": [_interaction_json(each) for each in found.never_replayed],
        "unknown": [not_known_json(each) for each in found.unknown],
        "cut": found.is_cut,
    }


def _totals_json(totals: Totals) -> Json:
    by_evidence = {each.value: count for each, count in totals.by_evidence}
    numbers = {"count": totals.count, "needed": totals.needed, "verified": totals.verified}
    return {"kind": totals.kind.value, **numbers, "evidence": by_evidence}


def _part_json(part: CoveredPart) -> Json:
    return {
        "kind": part.kind.value,
        "element": part.element,
        "document": part.document,
        "version": part.version,
        "consumers": list(part.consumers),
        "evidence": [each.value for each in part.evidence],
    }


def _interaction_json(it: UnplayedInteraction) -> Json:
    return {
        "consumer": it.consumer,
        "version": it.version,
        "kind": it.kind,
        "interaction": it.interaction,
        "providerVersion": it.provider_version,
    }
