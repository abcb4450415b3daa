"""Live contracts: conversations, flows, journeys and promises, which of them to verify, and the results for them."""

from collections.abc import Iterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparison_notices import notices_for_consumer
from contracthub.domain.errors import Conflict
from contracthub.domain.evidence import RecordedVerification
from contracthub.domain.live_contracts import LiveContract, LiveName
from contracthub.domain.notices import Happening
from contracthub.domain.pacticipants import Page
from contracthub.services import live_contracts as services
from contracthub.services import live_verifications as verifications
from contracthub.services.live_contracts import LivePlace, PublishedLive, PublishedLiveContracts
from contracthub.services.live_verifications import LiveForVerification, LiveResult, LiveToVerify
from contracthub.services.verifications import ReportedFor
from contracthub.web.api.refusals import with_notices
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.comparison_notices import comparison_page
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moment, no_content, page_of, paging
from contracthub.web.pact_broker.verifications import number_of
from contracthub.web.problems import json_response

router = APIRouter()
_OF_CONSUMER = "/api/v1/pacticipants/{consumer:segment}/live-contracts"
_OF_VERSION = "/api/v1/pacticipants/{consumer:segment}/versions/{number:segment}/live-contracts"
_ONE = _OF_VERSION + "/{kind:segment}/{provider:segment}/{name:segment}"
_RESULTS = _ONE + "/verification-results"
_HAPPENED = {
    Happening.PUBLISHED: ("success", "published"),
    Happening.REPUBLISHED: ("info", "published before, and the same"),
    Happening.OVERWRITTEN: ("warning", "overwritten"),
}


def _place(consumer: str, number: str, kind: str, provider: str, name: str) -> LivePlace:
    return LivePlace(consumer, number, kind, provider, name)


PlaceOf = Annotated[LivePlace, Depends(_place)]


@router.post("/api/v1/live-contracts")
def publish(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish live contracts of a consumer version: all of them, or none."""
    require_type(request)
    try:
        outcome = services.publish_live_contracts(hub, object_in(body))
    except Conflict as error:
        raise with_notices(error) from error
    return json_response(_outcome_json(outcome, urls), 201 if outcome.created else 200)


@router.get(_OF_CONSUMER)
def list_of_consumer(request: Request, consumer: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What the versions of a consumer published, newest first; of one kind with ``?kind=``."""
    page = page_of(request) or Page()
    kind = request.query_params.get("kind") or None
    found = services.list_live_contracts(hub, consumer, kind=kind, page=page)
    here = urls.to("api", "v1", "pacticipants", consumer, "live-contracts")
    pages, links = paging(here, page, found.total)
    embedded = {"contracts": [_contract_json(each, urls) for each in found.entries]}
    return json_response({**embedded, **pages, "_links": {"self": link(here), **links}})


@router.get(_OF_VERSION)
def list_of_version(consumer: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All that a version published."""
    found = services.list_live_contracts_of_version(hub, consumer, number)
    here = urls.to("api", "v1", "pacticipants", consumer, "versions", number, "live-contracts")
    return json_response({"contracts": [_contract_json(each, urls) for each in found], "_links": {"self": link(here)}})


@router.get(_ONE)
def show(place: PlaceOf, hub: HubOf, urls: UrlsOf) -> Response:
    """One live contract with its content and its newest result."""
    view = services.get_live_contract(hub, place)
    shown = _contract_json(view.contract, urls) | {"content": view.body.decode("utf-8", "replace")}
    if view.latest is not None:
        shown["latestVerificationResult"] = _result_json(LiveResult(view.latest, view.contract), urls)
    # Rows of the matrix lead here, and who follows them counts on HAL.
    return hal(shown)


@router.get(_ONE + "/content")
def content(place: PlaceOf, hub: HubOf) -> Response:
    """The exact bytes that were published."""
    view = services.get_live_contract(hub, place)
    # As text, whatever it is: nothing in it is to be run or shown by a browser.
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return Response(view.body, headers=headers)


@router.delete(_ONE)
def delete(place: PlaceOf, hub: HubOf) -> Response:
    """Remove a live contract from a version."""
    services.delete_live_contract(hub, place)
    return no_content()


@router.post("/api/v1/providers/{provider:segment}/live-contracts/for-verification")
def ask(request: Request, provider: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """The live contracts that the selectors in the body select. It changes nothing."""
    require_type(request)
    found = verifications.live_contracts_for_verification(hub, provider, object_in(body, empty_is={}))
    return json_response(_for_verification_json(found, urls))


@router.post(_RESULTS)
def record(request: Request, place: PlaceOf, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Record a result; ``?pending=true`` and ``?wip=true`` say how the contract was handed out."""
    require_type(request)
    asked = request.query_params
    told = ReportedFor(wip=asked.get("wip") == "true", pending=asked.get("pending") == "true")
    recorded = verifications.record_live_result(hub, place, told, object_in(body))
    return json_response(_result_json(recorded, urls), 201, headers={"Location": _result_url(recorded, urls)})


@router.get(_RESULTS + "/{result:segment}")
def show_result(place: PlaceOf, result: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The result of that number."""
    return hal(_result_json(verifications.get_live_result(hub, place, number_of(result)), urls))


def _outcome_json(outcome: PublishedLiveContracts, urls: Urls) -> Json:
    return {
        "consumer": outcome.consumer,
        "version": outcome.version,
        "contracts": [_contract_json(each.contract, urls) for each in outcome.contracts],
        "notices": [notice for each in outcome.contracts for notice in _notices(each, urls)],
        "_links": {"pb:pacticipant-version": link(urls.version(outcome.consumer, outcome.version))},
    }


def _notices(published: PublishedLive, urls: Urls) -> Iterator[Json]:
    yield _notice(published)
    for each in notices_for_consumer(published.on_paper, comparison_page(urls)):
        yield {"type": each.type, "text": each.text}


def _notice(published: PublishedLive) -> Json:
    it, (kind, happened) = published.contract, _HAPPENED[published.happening]
    name = LiveName(it.kind, it.name)
    return {"type": kind, "text": f"{name} of {it.consumer} {it.version} with {it.provider}: {happened}"}


def _contract_json(it: LiveContract, urls: Urls) -> Json:
    here = _url(it, urls)
    return {
        "kind": it.kind.value,
        "name": it.name,
        "consumer": it.consumer,
        "consumerVersion": it.version,
        "provider": it.provider,
        "identity": it.identity,
        "sha": it.sha,
        "revision": it.revision,
        "createdAt": moment(it.created_at),
        "updatedAt": moment(it.updated_at),
        "_links": {"self": link(here), "content": link(f"{here}/content"), "results": link(_results_url(it, urls))},
    }


def _for_verification_json(found: LiveForVerification, urls: Urls) -> Json:
    here = urls.to("api", "v1", "providers", found.provider, "live-contracts", "for-verification")
    contracts = [_to_verify_json(each, urls) for each in found.contracts]
    return {"provider": found.provider, "contracts": contracts, "_links": {"self": link(here)}}


def _to_verify_json(each: LiveToVerify, urls: Urls) -> Json:
    why, told = each.verifiable, _contract_json(each.contract, urls)
    asked = {"wip": why.wip, "pending": why.pending is True}
    query = "&".join(f"{name}=true" for name, value in asked.items() if value)
    results = _results_url(each.contract, urls) + (f"?{query}" if query else "")
    told["_links"] = {**told["_links"], "results": link(results)}
    return told | asked | {"consumerVersions": list(why.version_numbers)}


def _result_json(found: LiveResult, urls: Urls) -> Json:
    it, here = found.result.verification, _result_url(found, urls)
    return {
        **_document(found.result),
        "number": it.number,
        "success": it.success,
        "providerApplicationVersion": it.provider_version_number,
        "pending": it.pending,
        "wip": it.wip,
        **({"buildUrl": it.build_url} if it.build_url else {}),
        "verifiedAt": moment(it.created_at),
        "_links": {
            "self": link(here),
            "contract": link(_url(found.contract, urls)),
            "pb:pacticipant-version": link(urls.version(it.provider_name, it.provider_version_number)),
        },
    }


def _document(result: RecordedVerification) -> Json:
    """What was sent beside the outcome."""
    document = orjson.loads(result.document or b"{}")
    return document if isinstance(document, dict) else {}


def _url(it: LiveContract, urls: Urls) -> str:
    return urls.live(it.consumer, it.version, it.kind.value, it.provider, it.name)


def _results_url(it: LiveContract, urls: Urls) -> str:
    return f"{_url(it, urls)}/verification-results"


def _result_url(found: LiveResult, urls: Urls) -> str:
    return f"{_results_url(found.contract, urls)}/{found.result.verification.number}"
