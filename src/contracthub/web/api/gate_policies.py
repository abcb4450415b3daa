"""Gate policies: which evidence is enough for a yes, wherever nothing else is said, and in an environment."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import gate_policies as services
from contracthub.services.gate_policies import PolicyView, requirement_fields
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, no_content
from contracthub.web.problems import json_response

router = APIRouter()
_ALL = "/api/v1/gate-policies"
_ONE = _ALL + "/{environment:segment}"


@router.get(_ALL)
def show_default(hub: HubOf, urls: UrlsOf) -> Response:
    """What counts wherever nothing else is said, and the environments for which something else is."""
    others = [
        {
            "environment": each.environment,
            "accepts": [requirement_fields(one) for one in each.accepts],
            "_links": {"self": link(_url(urls, each.environment))},
        }
        for each in services.gate_policies_of_environments(hub)
    ]
    return json_response(_policy_json(services.get_gate_policy(hub, None), urls) | {"environments": others})


@router.put(_ALL)
def set_default(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Say what counts wherever nothing else is said."""
    return _set(request, None, body, hub, urls)


@router.delete(_ALL)
def remove_default(hub: HubOf) -> Response:
    """Go back to what ContractHub says."""
    services.remove_gate_policy(hub, None)
    return no_content()


@router.get(_ONE)
def show(environment: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What counts in an environment, whoever said so."""
    return json_response(_policy_json(services.get_gate_policy(hub, environment), urls))


@router.put(_ONE)
def set_for_environment(request: Request, environment: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Say what counts in an environment."""
    return _set(request, environment, body, hub, urls)


@router.delete(_ONE)
def remove(environment: str, hub: HubOf) -> Response:
    """Go back to what the workspace says."""
    services.remove_gate_policy(hub, environment)
    return no_content()


def _set(request: Request, environment: str | None, body: bytes, hub: HubOf, urls: Urls) -> Response:
    require_type(request)
    view, created = services.set_gate_policy(hub, environment, object_in(body))
    return json_response(_policy_json(view, urls), 201 if created else 200)


def _policy_json(view: PolicyView, urls: Urls) -> Json:
    body: Json = {"environment": view.environment} if view.environment is not None else {}
    return body | {
        "accepts": [requirement_fields(each) for each in view.accepts],
        "source": view.source.value,
        "_links": {"self": link(_url(urls, view.environment))},
    }


def _url(urls: Urls, environment: str | None) -> str:
    return urls.to("api", "v1", "gate-policies", *((environment,) if environment is not None else ()))
