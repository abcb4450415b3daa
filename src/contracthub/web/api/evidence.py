"""Evidence documents: run reports of `verify provider`, kept beside the provider's version."""

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.pacticipants import Page
from contracthub.domain.stored_evidence import StoredEvidence
from contracthub.services import evidence_documents as services
from contracthub.web.bodies import Body, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, no_content, page_of, paging
from contracthub.web.problems import HAL_JSON, PLAIN_JSON, json_response

router = APIRouter()
_ALL = "/api/v1/providers/{provider:segment}/versions/{version:segment}/evidence"
# The moment at which a run began is what its results and its report have in common.
STARTED_AT = "startedAt"
_ONE = _ALL + "/{number:segment}"


@router.post(_ALL)
def store(request: Request, provider: str, version: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Keep a run report; the same bytes are kept once."""
    require_type(request)
    stored, created = services.store_evidence(hub, provider, version, body)
    return json_response(_evidence_json(stored, urls), 201 if created else 200)


@router.get(_ALL)
def list_all(request: Request, provider: str, version: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The run reports of a version, the newest first; with ``startedAt`` those of one run."""
    page = page_of(request) or Page()
    text = request.query_params.get(STARTED_AT)
    found = services.list_evidence(hub, provider, version, page=page, started_at=_moment_in(text))
    here = evidence_url(urls, provider, version, text)
    pages, links = paging(here, page, found.total)
    listed = [_evidence_json(each, urls) for each in found.entries]
    # Results link here, and who follows the links of HAL asks for HAL.
    media_type = HAL_JSON if "application/hal+json" in request.headers.get("accept", "") else PLAIN_JSON
    return json_response({"evidence": listed, **pages, "_links": {"self": link(here), **links}}, media_type=media_type)


@router.get(_ONE)
def show(provider: str, version: str, number: str, hub: HubOf) -> Response:
    """A run report as it was sent."""
    body = services.evidence_body(hub, provider, version, _number(number))
    return Response(body, media_type="application/json")


@router.delete(_ONE)
def delete(provider: str, version: str, number: str, hub: HubOf) -> Response:
    """Remove a run report."""
    services.delete_evidence(hub, provider, version, _number(number))
    return no_content()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound("evidence-not-found", "An evidence document is named by its number.")
    return int(text)


def evidence_url(urls: Urls, provider: str, version: str, started_at: str | None = None) -> str:
    """Where the run reports of a provider's version are listed, or those of the run that began at that moment."""
    here = urls.to("api", "v1", "providers", provider, "versions", version, "evidence")
    return f"{here}?{urlencode({STARTED_AT: started_at})}" if started_at else here


def _moment_in(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fault = Fault(STARTED_AT, "must be a moment with its offset, such as 2026-01-31T10:00:00.000000+00:00", None)
        raise Invalid.of(fault)
    return moment


def _evidence_json(stored: StoredEvidence, urls: Urls) -> Json:
    here = f"{evidence_url(urls, stored.provider, stored.version)}/{stored.number}"
    return {
        "number": stored.number,
        "provider": stored.provider,
        "version": stored.version,
        "outcome": stored.summary.outcome,
        "suites": list(stored.summary.suites),
        "checks": stored.summary.checks,
        "failed": stored.summary.failed,
        "startedAt": moment(stored.summary.started_at),
        "createdAt": moment(stored.created_at),
        "sha256": stored.sha,
        "size": stored.size,
        "_links": {"self": link(here)},
    }
