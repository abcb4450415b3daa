"""What triggered webhooks, and how they fared (pact-broker-api §14)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from contracthub.services import webhooks as services
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import UrlsOf, hal
from contracthub.web.pact_broker.media_types import chosen_type, hal_router
from contracthub.web.pact_broker.pacts import CONTENT, PAIR, PairOf
from contracthub.web.pact_broker.verifications import number_of
from contracthub.web.pact_broker.webhook_json import logs_json, status_json, triggered_list_json
from contracthub.web.problems import HAL_JSON

router = hal_router()
logs = APIRouter()

PLAIN_TEXT = "text/plain;charset=utf-8"
_NOT_YET = "Webhook has not executed yet. Please retry in a few seconds."
_RESULT = "/verification-results/{result:segment}/triggered-webhooks"


@router.get(PAIR + "/webhooks/status")
def get_status(pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """How the webhooks of the newest pact fare."""
    return hal(status_json(services.get_status(hub, pair), urls))


@router.get(PAIR + "/version/{number:segment}/triggered-webhooks")
def list_triggered_by_pact(pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What the publication of a pact triggered."""
    found = services.list_triggered_by_pact(hub, pair, number)
    here = f"{urls.pact(pair.provider, pair.consumer, number)}/triggered-webhooks"
    return hal(triggered_list_json(found, urls, here, "Webhooks triggered by the publication of the pact"))


@router.get(CONTENT + "/metadata/{metadata:segment}" + _RESULT)
@router.get(CONTENT + _RESULT)
def list_triggered_by_result(pair: PairOf, identity: str, result: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What a verification result triggered."""
    number = number_of(result)
    found = services.list_triggered_by_result(hub, pair, identity, number)
    content = urls.contract(pair.provider, pair.consumer, identity)
    here = f"{content}/verification-results/{number}/triggered-webhooks"
    return hal(triggered_list_json(found, urls, here, "Webhooks triggered by the publication of the result"))


@logs.get("/triggered-webhooks/{uuid:segment}/logs")
def get_logs(request: Request, uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The attempts at a delivery, as text unless HAL is asked for."""
    media_type = chosen_type(request, (PLAIN_TEXT, HAL_JSON))
    found = services.get_logs(hub, uuid)
    if media_type == HAL_JSON:
        return hal(logs_json(found, urls))
    return PlainTextResponse("\n\n".join(each.log for each in found.executions) or _NOT_YET, media_type=PLAIN_TEXT)
