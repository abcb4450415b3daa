"""Environments (pact-broker-api §12)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.environments import Environment
from contracthub.services import environments as services
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments, no_content, present
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()


@router.get("/environments")
def list_environments(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """All environments by display name, or the one called ``name``."""
    found = services.list_environments(hub, name=request.query_params.get("name"))
    links = {
        "self": link(urls.to("environments"), "Environments"),
        # Clients look an environment up by the name in its link (pact-broker-api §19).
        "pb:environments": [link(environment_url(urls, each), each.display_name, each.name) for each in found],
        "curies": urls.curies("environments"),
    }
    return hal({"_embedded": {"environments": [environment_json(each, urls) for each in found]}, "_links": links})


@router.post("/environments")
def create_environment(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Create one."""
    require_type(request)
    created = services.create_environment(hub, object_in(body))
    return hal(environment_json(created, urls), 201, {"Location": environment_url(urls, created)})


@router.get("/environments/{uuid:segment}")
def get_environment(uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One environment."""
    return hal(environment_json(services.get_environment(hub, uuid), urls))


@router.put("/environments/{uuid:segment}")
def replace_environment(request: Request, uuid: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Overwrite all its fields."""
    require_type(request)
    return hal(environment_json(services.replace_environment(hub, uuid, object_in(body)), urls))


@router.delete("/environments/{uuid:segment}")
def delete_environment(uuid: str, hub: HubOf) -> Response:
    """Remove it, with its deployments and releases."""
    services.delete_environment(hub, uuid)
    return no_content()


def environment_url(urls: Urls, environment: Environment) -> str:
    """Where an environment is."""
    return urls.to("environments", environment.uuid)


def environment_json(it: Environment, urls: Urls) -> Json:
    """An environment as a resource."""
    here = environment_url(urls, it)
    facts = {
        "uuid": it.uuid,
        "name": it.name,
        "displayName": it.display_name,
        "production": it.production,
        "contacts": it.contacts,
    }
    links = {
        "self": link(here, "Environment", it.name),
        "pb:currently-deployed-deployed-versions": link(
            f"{here}/deployed-versions/currently-deployed", f"Versions currently deployed to {it.display_name}"
        ),
        "pb:currently-supported-released-versions": link(
            f"{here}/released-versions/currently-supported",
            f"Versions currently released and supported in {it.display_name}",
        ),
        "pb:environments": link(urls.to("environments"), "Environments"),
        "curies": urls.curies("environment"),
    }
    return present(facts) | moments(it.created_at, it.updated_at) | {"_links": links}
