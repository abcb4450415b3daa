"""Branches of pacticipants (pact-broker-api §6)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.pacticipants import Branch, Page
from contracthub.services import branches as services
from contracthub.services.branches import BranchVersion
from contracthub.web.bodies import require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments, page_of, paging
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import (
    branch_url,
    branch_version_url,
    requested,
    version_answer,
    versions_answer,
)

router = hal_router()


@router.get("/pacticipants/{name:segment}/branches")
def list_branches(request: Request, name: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Branches by name, or those whose name contains ``q``; always a page."""
    page, here = page_of(request) or Page(), requested(request, urls)
    listing = services.list_branches(hub, name, part_of_name=request.query_params.get("q"), page=page)
    facts, links = paging(here, page, listing.total)
    refs = [link(branch_url(urls, name, each.name), "Branch", each.name) for each in listing.entries]
    links |= {"self": link(here, "Branches"), "pb:branches": refs}
    entries = [_branch_json(each, name, urls) for each in listing.entries]
    return hal({"_embedded": {"branches": entries}, **facts, "_links": links})


@router.get("/pacticipants/{name:segment}/branches/{branch:segment}")
def get_branch(name: str, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One branch."""
    return hal(_branch_json(services.get_branch(hub, name, branch), name, urls))


@router.get("/pacticipants/{name:segment}/branches/{branch:segment}/latest-version")
def get_head(request: Request, name: str, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The version that was added to a branch last."""
    return version_answer(request, services.get_head(hub, name, branch), urls)


@router.get("/pacticipants/{name:segment}/branches/{branch:segment}/versions")
def list_versions_of_branch(request: Request, name: str, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Versions of a branch, newest first."""
    listing = services.list_versions_of_branch(hub, name, branch, page=page_of(request))
    return versions_answer(request, name, listing, urls)


@router.put("/pacticipants/{name:segment}/branches/{branch:segment}/versions/{number:segment}")
def put_branch_version(request: Request, name: str, branch: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Put a version on a branch. The body, if there is one, says nothing, so it is not read."""
    require_type(request)
    place, created = services.put_branch_version(hub, name, branch, number)
    body = _place_json(place, urls)
    headers = {"Location": body["_links"]["self"]["href"]} if created else None
    return hal(body, 201 if created else 200, headers)


@router.get("/pacticipants/{name:segment}/branches/{branch:segment}/versions/{number:segment}")
def get_branch_version(name: str, branch: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """A version's place on a branch."""
    return hal(_place_json(services.get_branch_version(hub, name, branch, number), urls))


def _branch_json(branch: Branch, pacticipant: str, urls: Urls) -> Json:
    here = branch_url(urls, pacticipant, branch.name)
    links = {
        "self": link(here, "Branch", branch.name),
        "pb:latest-version": link(f"{here}/latest-version", "Latest version for branch"),
    }
    return {"name": branch.name, **moments(branch.created_at), "_links": links}


def _place_json(place: BranchVersion, urls: Urls) -> Json:
    here = branch_version_url(urls, place.pacticipant, place.branch, place.number)
    links = {
        "self": link(here, "Branch version", place.branch),
        "pb:branch": link(branch_url(urls, place.pacticipant, place.branch), "Branch", place.branch),
        "pb:version": link(urls.version(place.pacticipant, place.number), "Version", place.number),
    }
    return {**moments(place.created_at), "_links": links}
