"""Deployed and released versions (pact-broker-api §12)."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.environments import DeployedVersion, ReleasedVersion
from contracthub.services import deployments as services
from contracthub.web.bodies import MERGE_PATCH, Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.environments import environment_url
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moment, moments
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import requested

router = hal_router()

_VERSION = "/pacticipants/{name:segment}/versions/{number:segment}"
_DEPLOYED = f"{_VERSION}/deployed-versions/environment/{{environment:segment}}"
_RELEASED = f"{_VERSION}/released-versions/environment/{{environment:segment}}"


@router.post(_DEPLOYED)
def record_deployment(
    request: Request, name: str, number: str, environment: str, body: Body, hub: HubOf, urls: UrlsOf
) -> Response:
    """Record that a version was deployed; 201 also when it was there already."""
    require_type(request)
    recorded = services.record_deployment(hub, name, number, environment, object_in(body, empty_is={}))
    return hal(_deployed_json(recorded, urls), 201, {"Location": _deployed_url(recorded, urls)})


@router.get(_DEPLOYED)
def list_deployments(request: Request, name: str, number: str, environment: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All deployments of a version to an environment."""
    return _deployed_list(request, services.list_deployments(hub, name, number, environment), urls)


@router.get("/environments/{environment:segment}/deployed-versions/currently-deployed")
def list_currently_deployed(request: Request, environment: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is deployed to an environment now."""
    query = request.query_params
    instance = query.get("applicationInstance", query.get("target"))
    found = services.list_currently_deployed(hub, environment, pacticipant=query.get("pacticipant"), instance=instance)
    return _deployed_list(request, found, urls)


@router.get("/deployed-versions/{uuid:segment}")
def get_deployment(uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One deployment."""
    return hal(_deployed_json(services.get_deployment(hub, uuid), urls))


@router.patch("/deployed-versions/{uuid:segment}")
def change_deployment(request: Request, uuid: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Take a version out of its slot."""
    require_type(request, MERGE_PATCH)
    return hal(_deployed_json(services.change_deployment(hub, uuid, object_in(body, empty_is={})), urls))


@router.post(_RELEASED)
def record_release(
    request: Request, name: str, number: str, environment: str, body: Body, hub: HubOf, urls: UrlsOf
) -> Response:
    """Record that a version was released."""
    require_type(request)
    object_in(body, empty_is={})
    recorded, created = services.record_release(hub, name, number, environment)
    status, headers = (201 if created else 200), {"Location": _released_url(recorded, urls)}
    return hal(_released_json(recorded, urls), status, headers)


@router.get(_RELEASED)
def list_releases(request: Request, name: str, number: str, environment: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The release of a version in an environment."""
    return _released_list(request, services.list_releases(hub, name, number, environment), urls)


@router.get("/environments/{environment:segment}/released-versions/currently-supported")
def list_currently_supported(request: Request, environment: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is supported in an environment now."""
    query = request.query_params
    found = services.list_currently_supported(
        hub, environment, pacticipant=query.get("pacticipant"), number=query.get("version")
    )
    return _released_list(request, found, urls)


@router.get("/released-versions/{uuid:segment}")
def get_release(uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One release."""
    return hal(_released_json(services.get_release(hub, uuid), urls))


@router.patch("/released-versions/{uuid:segment}")
def change_release(request: Request, uuid: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """End the support of a release."""
    require_type(request, MERGE_PATCH)
    return hal(_released_json(services.change_release(hub, uuid, object_in(body, empty_is={})), urls))


def _deployed_list(request: Request, found: Iterable[DeployedVersion], urls: Urls) -> Response:
    entries = [_deployed_json(each, urls) for each in found]
    links = {"self": link(requested(request, urls), "Deployed versions"), "curies": urls.curies("deployed-versions")}
    return hal({"_embedded": {"deployedVersions": entries}, "_links": links})


def _released_list(request: Request, found: Iterable[ReleasedVersion], urls: Urls) -> Response:
    entries = [_released_json(each, urls) for each in found]
    links = {"self": link(requested(request, urls), "Released versions"), "curies": urls.curies("released-versions")}
    return hal({"_embedded": {"releasedVersions": entries}, "_links": links})


def _deployed_url(it: DeployedVersion, urls: Urls) -> str:
    return urls.to("deployed-versions", it.uuid)


def _released_url(it: ReleasedVersion, urls: Urls) -> str:
    return urls.to("released-versions", it.uuid)


def _deployed_json(it: DeployedVersion, urls: Urls) -> Json:
    body: Json = {"uuid": it.uuid, "currentlyDeployed": it.is_currently_deployed}
    if it.application_instance:
        body |= {"applicationInstance": it.application_instance, "target": it.application_instance}
    body |= moments(it.created_at)
    if it.undeployed_at is not None:
        body["undeployedAt"] = moment(it.undeployed_at)
    return body | _surroundings(it, _deployed_url(it, urls), "Deployed version", urls)


def _released_json(it: ReleasedVersion, urls: Urls) -> Json:
    body: Json = {"uuid": it.uuid, "currentlySupported": it.is_currently_supported, **moments(it.created_at)}
    if it.support_ended_at is not None:
        body["supportEndedAt"] = moment(it.support_ended_at)
    return body | _surroundings(it, _released_url(it, urls), "Released version", urls)


def _surroundings(it: DeployedVersion | ReleasedVersion, here: str, title: str, urls: Urls) -> Json:
    name, number, home = it.pacticipant_name, it.version_number, it.environment
    pacticipant = link(urls.pacticipant(name), "Pacticipant", name)
    version = link(urls.version(name, number), "Pacticipant version", number)
    environment = link(environment_url(urls, home), "Environment", home.name)
    embedded = {
        "pacticipant": {"name": name, "_links": {"self": pacticipant}},
        "version": {"number": number, "_links": {"self": version}},
        "environment": {
            "uuid": home.uuid,
            "name": home.name,
            "displayName": home.display_name,
            "production": home.production,
            "_links": {"self": environment},
        },
    }
    links = {
        "self": link(here, title),
        "pb:pacticipant": pacticipant,
        "pb:version": version,
        "pb:environment": environment,
        "curies": urls.curies("deployed-version"),
    }
    return {"_embedded": embedded, "_links": links}
