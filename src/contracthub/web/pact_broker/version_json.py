"""Versions as resources: one, and lists of them (pact-broker-api §6)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.environments import DeployedVersion, Environment, ReleasedVersion
from contracthub.domain.pacticipants import Listing
from contracthub.services.versions import VersionView
from contracthub.web.pact_broker.hal import Json, Urls, hal, link, moments, page_of, paging, present

_LATEST_RESULTS = "pb:latest-verification-results-where-pacticipant-is-consumer"


def requested(request: Request, urls: Urls) -> str:
    """The address that was asked for, which is the ``self`` of a version and of lists."""
    return urls.template(request.scope["path"])


def branch_url(urls: Urls, pacticipant: str, branch: str) -> str:
    """Where a branch is."""
    return urls.to("pacticipants", pacticipant, "branches", branch)


def branch_version_url(urls: Urls, pacticipant: str, branch: str, number: str) -> str:
    """Where a version's place on a branch is."""
    return urls.to("pacticipants", pacticipant, "branches", branch, "versions", number)


def tag_url(urls: Urls, pacticipant: str, number: str, tag: str) -> str:
    """Where a tag on a version is."""
    return urls.to("pacticipants", pacticipant, "versions", number, "tags", tag)


def version_answer(request: Request, view: VersionView, urls: Urls, status: int = 200) -> Response:
    """One version; new ones tell where they are."""
    headers = {"Location": urls.version(view.pacticipant.name, view.version.number)} if status == 201 else None
    return hal(version_json(view, urls, requested(request, urls)), status, headers)


def versions_answer(request: Request, name: str, listing: Listing[VersionView], urls: Urls) -> Response:
    """A list of versions of the pacticipant of that name."""
    here = requested(request, urls)
    facts, links = paging(here, page_of(request), listing.total)
    entries = [version_json(view, urls, urls.version(name, view.version.number)) for view in listing.entries]
    refs = [link(urls.version(name, each["number"]), "Version", each["number"]) for each in entries]
    links |= {
        "self": link(here),
        "pb:pacticipant": link(urls.pacticipant(name), "Pacticipant", name),
        "pb:versions": refs,
        "pacticipant": link(urls.pacticipant(name), "DEPRECATED - please use pb:pacticipant", name),
        "versions": refs,
    }
    return hal({"_embedded": {"versions": entries}, **facts, "_links": links})


def version_json(view: VersionView, urls: Urls, here: str) -> Json:
    """A version as a resource whose ``self`` is ``here``."""
    it = view.version
    facts = present({"number": it.number, "buildUrl": it.build_url}) | moments(it.created_at, it.updated_at)
    return facts | {"_embedded": _embedded(view, urls), "_links": _links(view, urls, here)}


def _embedded(view: VersionView, urls: Urls) -> Json:
    name, number = view.pacticipant.name, view.version.number
    places = [
        {
            "name": each.name,
            "latest": each.latest,
            "_links": {"self": link(branch_version_url(urls, name, each.name, number), "Branch version", each.name)},
        }
        for each in view.branches
    ]
    tags = [
        {"name": each.name, "_links": {"self": link(tag_url(urls, name, number, each.name), "Tag", each.name)}}
        for each in view.tags
    ]
    return {"branchVersions": places, "tags": tags}


def _links(view: VersionView, urls: Urls, here: str) -> Json:
    name, number = view.pacticipant.name, view.version.number
    results = urls.to("verification-results", "consumer", name, "version", number, "latest")
    there = urls.version(name, number)
    return {
        "self": link(here, "Version", number),
        "pb:pacticipant": link(urls.pacticipant(name), "Pacticipant", name),
        "pb:tag": link(
            f"{there}/tags/{{tag}}", "Get, create or delete a tag for this pacticipant version", templated=True
        ),
        _LATEST_RESULTS: link(results, "Latest verification results for consumer version"),
        "pb:pact-versions": [
            link(urls.pact(provider, name, number), "Pact", f"Pact between {name} ({number}) and {provider}")
            for provider in view.providers
        ],
        "pb:deployed-environments": [deployed_link(each, urls) for each in view.deployed],
        "pb:released-environments": [_released_link(each, urls) for each in view.released],
        "pb:record-deployment": [
            _record_link(f"{there}/deployed-versions", "Record deployment to", each) for each in view.environments
        ],
        "pb:record-release": [
            _record_link(f"{there}/released-versions", "Record release to", each) for each in view.environments
        ],
        "curies": urls.curies("version"),
    }


def deployed_link(deployed: DeployedVersion, urls: Urls) -> Json:
    """A link that says where a version is deployed now."""
    title = f"Version deployed to {deployed.environment.display_name}"
    return link(
        urls.to("deployed-versions", deployed.uuid),
        title,
        deployed.environment.display_name,
        application_instance=deployed.application_instance or None,
        currently_deployed=deployed.is_currently_deployed,
    )


def _released_link(released: ReleasedVersion, urls: Urls) -> Json:
    title = f"Version released in {released.environment.display_name}"
    return link(
        urls.to("released-versions", released.uuid),
        title,
        released.environment.display_name,
        currently_supported=released.is_currently_supported,
    )


def _record_link(there: str, title: str, environment: Environment) -> Json:
    # Clients find where to post by this name, literally (pact-broker-api §19).
    return link(f"{there}/environment/{environment.uuid}", f"{title} {environment.display_name}", environment.name)
