"""Rule packs: which rules verifications hold a provider against, for the workspace and for a provider."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import rule_packs as services
from contracthub.services.rule_packs import RulePacksView
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, no_content
from contracthub.web.problems import json_response

router = APIRouter()
_ALL = "/api/v1/rule-packs"
_ONE = _ALL + "/{provider:segment}"


@router.get(_ALL)
def show_workspace(hub: HubOf, urls: UrlsOf) -> Response:
    """What counts where a provider says nothing else, and the providers that do."""
    providers = [
        {"name": each, "_links": {"self": link(_url(urls, each))}} for each in services.providers_with_rule_packs(hub)
    ]
    return json_response(_json(services.get_rule_packs(hub, None), urls) | {"providers": providers})


@router.put(_ALL)
def set_workspace(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Say what counts where a provider says nothing else."""
    return _set(request, None, body, hub, urls)


@router.delete(_ALL)
def remove_workspace(hub: HubOf) -> Response:
    """Say nothing any more."""
    services.remove_rule_packs(hub, None)
    return no_content()


@router.get(_ONE)
def show(provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What was said for a provider, and for the workspace."""
    return json_response(_json(services.get_rule_packs(hub, provider), urls))


@router.put(_ONE)
def set_for_provider(request: Request, provider: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Say what counts for a provider."""
    return _set(request, provider, body, hub, urls)


@router.delete(_ONE)
def remove(provider: str, hub: HubOf) -> Response:
    """Leave it to the workspace."""
    services.remove_rule_packs(hub, provider)
    return no_content()


def _set(request: Request, provider: str | None, body: bytes, hub: HubOf, urls: Urls) -> Response:
    require_type(request)
    view, created = services.set_rule_packs(hub, provider, object_in(body))
    return json_response(_json(view, urls), 201 if created else 200)


def _json(view: RulePacksView, urls: Urls) -> Json:
    body: Json = {"provider": view.provider} if view.provider is not None else {}
    own, workspace = view.own, view.workspace
    return body | {
        "settings": None if own is None else dict(own.settings),
        "workspace": None if workspace is None else dict(workspace.settings),
        "_links": {"self": link(_url(urls, view.provider))},
    }


def _url(urls: Urls, provider: str | None) -> str:
    return urls.to("api", "v1", "rule-packs", *((provider,) if provider is not None else ()))
