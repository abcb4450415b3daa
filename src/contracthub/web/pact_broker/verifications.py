"""Verification results (pact-broker-api §10)."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.contracts import ALL_VERSIONS, VersionSet
from contracthub.domain.errors import NotFound
from contracthub.domain.pacticipants import Tag
from contracthub.services import verifications as services
from contracthub.services.hub import Hub
from contracthub.services.tags import tags_of_version
from contracthub.services.verifications import LatestResults, ReportedFor, ResultView
from contracthub.web.api.evidence import evidence_url
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, present
from contracthub.web.pact_broker.media_types import EXTENDED, EXTENDED_TYPES, chosen_type
from contracthub.web.pact_broker.metadata import decode
from contracthub.web.pact_broker.pact_links import joined
from contracthub.web.pact_broker.pacts import CONTENT, PAIR, PairOf
from contracthub.web.pact_broker.version_json import tag_url
from contracthub.web.problems import HAL_JSON

router = APIRouter()

_RESULTS = "/verification-results"
_WITH_METADATA = CONTENT + "/metadata/{metadata:segment}"
_MOST_DIGITS = 18
_LONGEST_MOMENT = 40


@router.post(CONTENT + _RESULTS)
def record(request: Request, pair: PairOf, identity: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Record a result."""
    return _record(request, pair, identity, ReportedFor(), body, hub, urls)


@router.post(_WITH_METADATA + _RESULTS)
def record_with_metadata(
    request: Request, pair: PairOf, identity: str, metadata: str, body: Body, hub: HubOf, urls: UrlsOf
) -> Response:
    """Record a result for the consumer versions that the metadata names."""
    told = decode(metadata)
    reported_for = ReportedFor(told.consumer_version_numbers, wip=told.wip, pending=told.pending)
    return _record(request, pair, identity, reported_for, body, hub, urls)


@router.get(CONTENT + _RESULTS + "/latest")
def get_latest_of_content(request: Request, pair: PairOf, identity: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest result for a content."""
    return _answer(request, hub, services.get_latest_result_of_identity(hub, pair, identity), urls)


@router.get(PAIR + "/version/{number:segment}" + _RESULTS + "/latest")
def get_latest_of_version(request: Request, pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest result for the content of a consumer version."""
    return _answer(request, hub, services.get_latest_result_of_version(hub, pair, number), urls)


@router.get(PAIR + "/latest" + _RESULTS + "/latest")
def get_latest_of_latest(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest result for the newest pact."""
    return _answer(request, hub, services.get_latest_result_of_latest(hub, pair, ALL_VERSIONS), urls)


@router.get(PAIR + "/latest/{tag:segment}" + _RESULTS + "/latest")
def get_latest_of_tagged(request: Request, pair: PairOf, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest result for the newest pact with a tag."""
    return _answer(request, hub, services.get_latest_result_of_latest(hub, pair, VersionSet.tagged(tag)), urls)


@router.get(CONTENT + _RESULTS + "/{result:segment}")
@router.get(_WITH_METADATA + _RESULTS + "/{result:segment}")
def get_result(request: Request, pair: PairOf, identity: str, result: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The result of that number."""
    return _answer(request, hub, services.get_result(hub, pair, identity, number_of(result)), urls)


@router.get("/verification-results/consumer/{consumer:segment}/version/{number:segment}/latest")
def get_latest_of_consumer_version(request: Request, consumer: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest result of a consumer version by provider."""
    latest = services.get_latest_results(hub, consumer, number)
    return Response(_latest_json(latest, urls), media_type=chosen_type(request, (HAL_JSON,)))


def _record(
    request: Request,
    pair: PairOf,
    identity: str,
    reported_for: ReportedFor,
    body: bytes,
    hub: HubOf,
    urls: Urls,
) -> Response:
    require_type(request)
    chosen_type(request, EXTENDED_TYPES)
    view = services.record_result(hub, pair, identity, reported_for, object_in(body))
    return _answer(request, hub, view, urls, 201)


def number_of(text: str) -> int:
    """The number of a result, as a path names it. Raises :class:`NotFound` for anything that is none."""
    if text == "all":
        raise NotFound("use-the-matrix", "Results are not listed here. Ask the matrix: /matrix?q[][pacticipant]=…")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise NotFound("document-not-found", "The requested document was not found on this server.")
    return int(text)


def _answer(request: Request, hub: Hub, view: ResultView, urls: Urls, status: int = 200) -> Response:
    media_type, it = chosen_type(request, EXTENDED_TYPES), view.result.verification
    document = _result_json(view, urls)
    if media_type == EXTENDED:
        tags = tags_of_version(hub, it.provider_version_id)
        shown = [_tag_json(it.provider_name, it.provider_version_number, tag, urls) for tag in tags]
        document = joined(document, orjson.dumps({"_embedded": {"tags": shown}}))
    headers = {"Location": _url(view, urls)} if status == 201 else None
    return Response(document, status, headers, media_type)


def _tag_json(pacticipant: str, number: str, tag: Tag, urls: Urls) -> Json:
    links = {"self": link(tag_url(urls, pacticipant, number, tag.name), "Tag", tag.name)}
    return {"name": tag.name, "latest": tag.latest, "_links": links}


def _url(view: ResultView, urls: Urls) -> str:
    it = view.result.verification
    return f"{urls.contract(it.provider_name, it.consumer_name, it.identity)}{_RESULTS}/{it.number}"


def _result_json(view: ResultView, urls: Urls) -> bytes:
    """A result with what the verifier sent, which is put in as it is stored."""
    it = view.result.verification
    facts = present(
        {
            "providerName": it.provider_name,
            "providerApplicationVersion": it.provider_version_number,
            "success": it.success,
            "verificationDate": moment(it.created_at),
            "buildUrl": it.build_url,
        }
    )
    links = {"_links": _links(view, urls)}
    return joined(joined(orjson.dumps(facts), view.result.document), orjson.dumps(links))


def _links(view: ResultView, urls: Urls) -> Json:
    it, publication = view.result.verification, view.publication
    name = f"Verification result {it.number} for {publication.title}"
    pact = urls.pact(publication.provider_name, publication.consumer_name, publication.version_number)
    webhooks = f"Webhooks triggered by the publication of verification result {it.number}"
    return {
        "self": link(_url(view, urls), "Verification result", name),
        "pb:pact-version": link(pact, "Pact", publication.title),
        "pb:triggered-webhooks": link(f"{_url(view, urls)}/triggered-webhooks", webhooks),
        **_evidence_link(view, urls),
    }


def _evidence_link(view: ResultView, urls: Urls) -> Json:
    """Where the report of the run is that the result came of, if the verifier said of which run it is."""
    if b'"runStartedAt"' not in view.result.document:
        return {}
    started_at = orjson.loads(view.result.document).get("runStartedAt")
    if not isinstance(started_at, str) or len(started_at) > _LONGEST_MOMENT:
        return {}
    it = view.result.verification
    here = evidence_url(urls, it.provider_name, it.provider_version_number, started_at)
    return {"contracthub:evidence": link(here, "Evidence", f"Report of the run that began at {started_at}")}


def _latest_json(latest: LatestResults, urls: Urls) -> bytes:
    summary: dict[str, list[str]] = {"successful": [], "failed": [], "unknown": []}
    for provider, view in latest.results.items():
        summary[_outcome(view)].append(provider)
    results = b",".join(_result_json(view, urls) for view in latest.results.values() if view)
    here = urls.to("verification-results", "consumer", latest.consumer, "version", latest.number, "latest")
    title = f"Latest verification results for consumer {latest.consumer} version {latest.number}"
    facts = {"success": latest.is_success, "providerSummary": summary}
    embedded = b'{"_embedded":{"verificationResults":[' + results + b"]}}"
    links = {"_links": {"self": link(here, title)}}
    return joined(joined(orjson.dumps(facts), embedded), orjson.dumps(links))


def _outcome(view: ResultView | None) -> str:
    if view is None:
        return "unknown"
    return "successful" if view.result.verification.success else "failed"
