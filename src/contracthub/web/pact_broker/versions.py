"""Versions of pacticipants (pact-broker-api §6)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import versions as services
from contracthub.web.bodies import MERGE_PATCH, Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import UrlsOf, page_of
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import version_answer, versions_answer

router = hal_router()


@router.get("/pacticipants/{name:segment}/versions")
def list_versions(request: Request, name: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All versions, newest first."""
    return versions_answer(request, name, services.list_versions(hub, name, page=page_of(request)), urls)


@router.get("/pacticipants/{name:segment}/versions/{number:segment}")
def get_version(request: Request, name: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One version."""
    return version_answer(request, services.get_version(hub, name, number), urls)


@router.put("/pacticipants/{name:segment}/versions/{number:segment}")
def replace_version(request: Request, name: str, number: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Create or overwrite a version."""
    require_type(request)
    view, created = services.replace_version(hub, name, number, object_in(body, empty_is={}))
    return version_answer(request, view, urls, 201 if created else 200)


@router.patch("/pacticipants/{name:segment}/versions/{number:segment}")
def merge_version(request: Request, name: str, number: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Create a version, or change what is given."""
    require_type(request, MERGE_PATCH)
    view, created = services.merge_version(hub, name, number, object_in(body, empty_is={}))
    return version_answer(request, view, urls, 201 if created else 200)


@router.get("/pacticipants/{name:segment}/latest-version")
def get_latest_version(request: Request, name: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The version that was created last."""
    return version_answer(request, services.get_latest_version(hub, name), urls)


@router.get("/pacticipants/{name:segment}/latest-version/{tag:segment}")
def get_latest_version_with_tag(request: Request, name: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The version with a tag that was created last."""
    return version_answer(request, services.get_latest_version(hub, name, tag=tag), urls)


@router.get("/pacticipants/{name:segment}/tags/{tag:segment}/versions")
def list_versions_with_tag(request: Request, name: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Versions with a tag, newest first."""
    listing = services.list_versions_with_tag(hub, name, tag, page=page_of(request))
    return versions_answer(request, name, listing, urls)


@router.get("/pacticipants/{name:segment}/environments/{uuid:segment}/versions")
def list_versions_in_environment(request: Request, name: str, uuid: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Versions that ever lived in an environment, newest first."""
    listing = services.list_versions_in_environment(hub, name, uuid, page=page_of(request))
    return versions_answer(request, name, listing, urls)
