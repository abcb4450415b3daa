"""Publishing contracts in one request (pact-broker-api §8)."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparison_notices import notices_for_consumer
from contracthub.domain.errors import Conflict
from contracthub.domain.notices import (
    ERROR,
    INFO,
    Notice,
    notice_of_contract,
    notice_of_events,
    notice_of_missing_branch,
    notice_of_no_webhook,
    notice_of_place,
    notice_of_triggered_webhook,
    notice_of_version,
    notices_of_next_steps,
)
from contracthub.services import publish_contracts as services
from contracthub.services.first_publications import Refusal
from contracthub.services.publish_contracts import PublishedContract, PublishedContracts
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.comparison_notices import comparison_page
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import tag_url
from contracthub.web.pact_broker.webhook_json import logs_url
from contracthub.web.problems import PLAIN_JSON, json_response

router = hal_router()


@router.post("/contracts/publish")
def publish(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a version with its branch, tags and pacts."""
    require_type(request)
    try:
        outcome = services.publish_contracts(hub, object_in(body))
    except Conflict as error:
        return _refused(error)
    return hal(_outcome_json(outcome, urls))


def _refused(error: Conflict) -> Response:
    told = error.facts.get("refusals")
    refusals: tuple[Refusal, ...] = told if isinstance(told, tuple) else (Refusal(error.message),)
    notices = [notice for refusal in refusals for notice in _notices_of_refusal(refusal)]
    errors = {"contracts": [refusal.text for refusal in refusals]}
    return json_response({"notices": _notices_json(notices), "errors": errors}, 409, PLAIN_JSON)


def _notices_of_refusal(refusal: Refusal) -> Iterator[Notice]:
    yield Notice(ERROR, refusal.text)
    if refusal.difference:
        yield Notice(INFO, refusal.difference)


def _outcome_json(outcome: PublishedContracts, urls: Urls) -> Json:
    notices = list(_notices(outcome, urls))
    links = _links(outcome, urls)
    name, number = outcome.request.consumer_name, outcome.request.number
    return {
        "notices": _notices_json(notices),
        "logs": [
            {"level": notice.type, "message": notice.text, "deprecationWarning": "Replaced by notices"}
            for notice in notices
        ],
        "_embedded": {
            "pacticipant": {"name": name, "_links": {"self": link(urls.pacticipant(name))}},
            "version": {"number": number, "_links": {"self": link(urls.version(name, number), "Version", number)}},
        },
        "_links": links,
    }


def _notices_json(notices: list[Notice]) -> list[Json]:
    return [{"type": notice.type, "text": notice.text} for notice in notices]


def _notices(outcome: PublishedContracts, urls: Urls) -> Iterator[Notice]:
    asked = outcome.request
    yield notice_of_version(
        asked.consumer_name, asked.number, created=outcome.version_created, branch=asked.branch, tags=asked.tags
    )
    if asked.branch is None:
        yield notice_of_missing_branch()
    for contract in outcome.contracts:
        yield from _notices_of_contract(contract, urls)


def _notices_of_contract(contract: PublishedContract, urls: Urls) -> Iterator[Notice]:
    it = contract.publication
    yield notice_of_contract(contract.happening, it.consumer_name, it.version_number, it.provider_name)
    yield notice_of_place(urls.pact(it.provider_name, it.consumer_name, it.version_number))
    yield notice_of_events(contract.events)
    yield from notices_for_consumer(contract.on_paper, comparison_page(urls))
    for each in contract.webhooks.triggered:
        yield notice_of_triggered_webhook(each.description, each.event_name, logs_url(urls, each.uuid))
    has_webhooks = contract.webhooks.is_any_configured
    if has_webhooks and not contract.webhooks.triggered:
        yield notice_of_no_webhook()
    yield from notices_of_next_steps(it.provider_name, verified=contract.pair_is_verified, has_webhooks=has_webhooks)


def _links(outcome: PublishedContracts, urls: Urls) -> Json:
    name, number = outcome.request.consumer_name, outcome.request.number
    return {
        "pb:pacticipant": link(urls.pacticipant(name), "Pacticipant", name),
        "pb:pacticipant-version": link(urls.version(name, number), "Pacticipant version", number),
        "pb:pacticipant-version-tags": [
            link(tag_url(urls, name, number, tag), "Tag", tag) for tag in outcome.request.tags
        ],
        "pb:contracts": [
            link(urls.pact(it.provider_name, it.consumer_name, it.version_number), "Pact", it.title)
            for it in (contract.publication for contract in outcome.contracts)
        ],
    }
