"""Pacticipants (pact-broker-api §5)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import pacticipants as services
from contracthub.services.pacticipants import PacticipantView
from contracthub.web.bodies import JSON_TYPES, MERGE_PATCH, Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments, page_of, paging, present
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import deployed_link

router = hal_router()


@router.get("/pacticipants")
def list_pacticipants(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacticipants by name, or those whose name contains ``q``."""
    page = page_of(request)
    listing = services.list_pacticipants(hub, part_of_name=request.query_params.get("q"), page=page)
    here = urls.to("pacticipants")
    facts, links = paging(here, page, listing.total)
    entries = [pacticipant_json(view, urls) for view in listing.entries]
    refs = [link(urls.pacticipant(each["name"]), "Pacticipant", each["name"]) for each in entries]
    links |= {"self": link(here), "pb:pacticipants": refs, "pacticipants": refs}
    links["pb:pacticipants-with-label"] = link(urls.template("/pacticipants/label/{label}"), templated=True)
    deprecated = [each | {"title": "DEPRECATED - Please use the embedded pacticipants collection"} for each in entries]
    return hal({"_embedded": {"pacticipants": entries}, "pacticipants": deprecated, **facts, "_links": links})


@router.post("/pacticipants")
def create_pacticipant(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Create one, or answer with the one of that name."""
    require_type(request)
    view = services.create_pacticipant(hub, object_in(body))
    # Misspelt as the Pact Broker misspells it: a script may match on it, and clients follow the body's self link.
    return hal(pacticipant_json(view, urls), 201, {"Location": urls.to("pacticpants", view.pacticipant.name)})


@router.get("/pacticipants/{name:segment}")
def get_pacticipant(name: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One pacticipant."""
    return hal(pacticipant_json(services.get_pacticipant(hub, name), urls))


@router.patch("/pacticipants/{name:segment}")
def merge_pacticipant(request: Request, name: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Merge fields, or create it."""
    require_type(request, JSON_TYPES | MERGE_PATCH)
    view, created = services.merge_pacticipant(hub, name, object_in(body, empty_is={}))
    headers = {"Location": urls.pacticipant(name)} if created else None
    return hal(pacticipant_json(view, urls), 201 if created else 200, headers)


@router.put("/pacticipants/{name:segment}")
def replace_pacticipant(request: Request, name: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Replace all fields of an existing one."""
    require_type(request)
    return hal(pacticipant_json(services.replace_pacticipant(hub, name, object_in(body, empty_is={})), urls))


def pacticipant_json(view: PacticipantView, urls: Urls) -> Json:
    """A pacticipant as a resource."""
    it = view.pacticipant
    facts = {
        "name": it.name,
        "displayName": it.display_name,
        "repositoryUrl": it.repository_url,
        "repositoryName": it.repository_name,
        "repositoryNamespace": it.repository_namespace,
        "mainBranch": it.main_branch,
    }
    body = present(facts) | moments(it.created_at, it.updated_at)
    return body | {"_embedded": _embedded(view, urls), "_links": _links(view, urls)}


def _embedded(view: PacticipantView, urls: Urls) -> Json:
    name = view.pacticipant.name
    embedded: Json = {}
    if version := view.latest_version:
        links = {"self": link(urls.version(name, version.number), "Version", version.number)}
        old = "DEPRECATED - please use latestVersion"
        embedded["latestVersion"] = {"number": version.number, "_links": links}
        embedded["latest-version"] = {"number": version.number, "title": old, "name": old, "_links": links}
    embedded["labels"] = [
        {
            "name": label.name,
            "_links": {"self": link(urls.to("pacticipants", name, "labels", label.name), "Label", label.name)},
        }
        for label in view.labels
    ]
    return embedded


def _links(view: PacticipantView, urls: Urls) -> Json:
    here = urls.pacticipant(view.pacticipant.name)
    badge = f"{here}/latest-version/{{tag}}/can-i-deploy/to/{{environmentTag}}/badge"
    branch_badge = f"{here}/branches/{{branch}}/latest-version/can-i-deploy/to-environment/{{environment}}/badge"
    return {
        "self": link(here),
        "pb:versions": link(f"{here}/versions", "Pacticipant versions"),
        "pb:branches": link(f"{here}/branches", "Branches"),
        "pb:deployed-environments": [deployed_link(each, urls) for each in view.deployed],
        "pb:version": link(f"{here}/versions/{{version}}", "Version", templated=True),
        "pb:version-tag": link(f"{here}/versions/{{version}}/tags/{{tag}}", "Version tag", templated=True),
        "pb:branch-version": link(
            f"{here}/branches/{{branch}}/versions/{{version}}", "Version on a branch", templated=True
        ),
        "pb:label": link(f"{here}/labels/{{label}}", "Label", templated=True),
        "versions": link(f"{here}/versions", "DEPRECATED - please use pb:versions"),
        "pb:can-i-deploy-badge": link(badge, "Can I Deploy badge", templated=True),
        "pb:can-i-deploy-branch-to-environment-badge": link(branch_badge, "Can I Deploy badge", templated=True),
        "curies": urls.curies("pacticipant"),
    }
