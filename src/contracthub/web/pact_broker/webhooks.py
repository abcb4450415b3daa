"""Webhooks: definitions, and trying them (pact-broker-api §14)."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.webhooks import Party, Webhook, scope_of
from contracthub.services import webhooks as services
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Urls, UrlsOf, hal, link, no_content
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.pacts import PAIR, PairOf
from contracthub.web.pact_broker.webhook_json import attempt_json, list_json, webhook_json, webhook_url

router = hal_router()
# What removes something answers nothing that could be asked for in some type.
removals = APIRouter()

_ONE = "/webhooks/{uuid:webhook}"
_OF_PROVIDER = "/webhooks/provider/{provider:segment}"
_OF_CONSUMER = "/webhooks/consumer/{consumer:segment}"
_OF_PAIR = _OF_PROVIDER + "/consumer/{consumer:segment}"


@router.get("/webhooks")
def list_webhooks(hub: HubOf, urls: UrlsOf) -> Response:
    """Links to all webhooks."""
    return hal(list_json(services.list_webhooks(hub), urls, urls.to("webhooks"), "Webhooks"))


@router.post("/webhooks")
def create_webhook(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Define a webhook."""
    require_type(request)
    return _created(services.create_webhook(hub, object_in(body)), urls)


@router.post("/webhooks/execute")
def try_definition(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Send what a definition says once; nothing is recorded."""
    require_type(request)
    found = services.try_definition(hub, request.app.state.sender, object_in(body))
    return hal(attempt_json(found, {"try-again": link(urls.to("webhooks", "execute"), "Execute the webhook again")}))


@router.get(PAIR + "/webhooks")
@router.get(_OF_PAIR)
def list_webhooks_of_pair(pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """Links to the webhooks that name both."""
    return _listed(pair.consumer, pair.provider, hub, urls)


@router.get(_OF_PROVIDER)
def list_webhooks_of_provider(provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Links to the webhooks that name the provider, for any consumer."""
    return _listed(None, provider, hub, urls)


@router.get(_OF_CONSUMER)
def list_webhooks_of_consumer(consumer: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Links to the webhooks that name the consumer, for any provider."""
    return _listed(consumer, None, hub, urls)


@router.post(PAIR + "/webhooks")
@router.post(_OF_PAIR)
def create_webhook_of_pair(request: Request, pair: PairOf, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Define a webhook for a pair."""
    return _created_for(request, pair.consumer, pair.provider, body, hub, urls)


@router.post(_OF_PROVIDER)
def create_webhook_of_provider(request: Request, provider: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Define a webhook for a provider."""
    return _created_for(request, None, provider, body, hub, urls)


@router.post(_OF_CONSUMER)
def create_webhook_of_consumer(request: Request, consumer: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Define a webhook for a consumer."""
    return _created_for(request, consumer, None, body, hub, urls)


@router.post(_ONE + "/execute")
def try_webhook(request: Request, uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Send a webhook once; nothing is recorded."""
    here = webhook_url(urls, uuid)
    links = {"webhook": link(here, "Webhook"), "try-again": link(f"{here}/execute", "Execute the webhook again")}
    return hal(attempt_json(services.try_webhook(hub, request.app.state.sender, uuid), links))


@router.get(_ONE)
def get_webhook(uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One webhook."""
    return hal(webhook_json(services.get_webhook(hub, uuid), urls))


@router.put(_ONE)
def put_webhook(request: Request, uuid: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Define or redefine a webhook."""
    require_type(request)
    found, created = services.put_webhook(hub, uuid, object_in(body))
    return _created(found, urls) if created else hal(webhook_json(found, urls))


@removals.delete(_ONE)
def delete_webhook(uuid: str, hub: HubOf) -> Response:
    """Remove a webhook."""
    services.delete_webhook(hub, uuid)
    return no_content()


def _created(found: Webhook, urls: Urls) -> Response:
    return hal(webhook_json(found, urls), 201, {"Location": webhook_url(urls, found.uuid)})


def _created_for(
    request: Request, consumer: str | None, provider: str | None, body: bytes, hub: HubOf, urls: Urls
) -> Response:
    require_type(request)
    services.require_parties(hub, consumer, provider)
    named: dict[str, Any] = {
        role: {"name": name} for role, name in (("consumer", consumer), ("provider", provider)) if name is not None
    }
    open_sides = {"consumer": None, "provider": None}
    return _created(services.create_webhook(hub, object_in(body) | open_sides | named), urls)


def _listed(consumer: str | None, provider: str | None, hub: HubOf, urls: Urls) -> Response:
    found = services.list_webhooks_of(hub, consumer, provider)
    names = (("provider", provider), ("consumer", consumer))
    here = urls.to("webhooks", *(part for role, name in names if name is not None for part in (role, name)))
    sides = (Party(name) if name is not None else None for name in (consumer, provider))
    return hal(list_json(found, urls, here, scope_of(*sides)))
