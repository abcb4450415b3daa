"""What a provider asks its consumers to leave, and who still has to."""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.deprecations import Deprecation, Deprecations
from contracthub.services.deprecations import deprecations_of
from contracthub.web.api.element_readers import not_known_json, reader_json
from contracthub.web.api.needs import documents_in
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, UrlsOf, link
from contracthub.web.problems import json_response

router = APIRouter()


@router.get("/api/v1/providers/{provider:segment}/deprecations")
def show(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is deprecated in the documents of ``?version=``, the newest of ``?branch=``, or those in ``?environment=``.

    Without any of these the newest of the main branch. ``?mainBranches=true`` as for needs.
    """
    found = deprecations_of(hub, provider, documents_in(request))
    here = urls.to("api", "v1", "providers", provider, "deprecations")
    return json_response(_json(found) | {"_links": {"self": link(here)}})


def _json(found: Deprecations) -> Json:
    return {
        "provider": found.provider,
        "today": found.today.isoformat(),
        "documents": list(found.documents),
        "environments": list(found.environments),
        "deprecations": [_deprecation_json(each, found.today) for each in found.entries],
        "unknown": [not_known_json(each) for each in found.unknown],
        "cut": found.is_cut,
    }


def _deprecation_json(entry: Deprecation, today: date) -> Json:
    return {
        "kind": entry.kind,
        "elements": list(entry.elements),
        "elementCount": entry.element_count,
        "document": entry.document,
        "version": entry.version,
        "place": entry.place,
        "reason": entry.reason,
        "sunset": entry.sunset.isoformat() if entry.sunset else None,
        "sunsetText": entry.sunset_text,
        "daysLeft": entry.days_left(today),
        "overdue": entry.is_overdue(today),
        "readers": [reader_json(each) for each in entry.readers],
    }
