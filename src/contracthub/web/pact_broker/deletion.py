"""DELETE of everything but environments, labels and webhooks (pact-broker-api §5, §6, §7, §9, §10)."""

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.contracts import ALL_VERSIONS, VersionSet
from contracthub.domain.errors import NotFound
from contracthub.services import deletion as services
from contracthub.services.pacts import Pair
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Urls, UrlsOf, hal, link, no_content
from contracthub.web.pact_broker.pacts import CONTENT, OLD_PAIR, PAIR, PairOf
from contracthub.web.pact_broker.verifications import number_of
from contracthub.web.problems import NOT_FOUND


async def _whole(request: Request) -> None:
    """Elsewhere a slash at the end means nothing. Here the name before it may be missing, and more would go."""
    if request.scope.get("raw_path", b"").endswith(b"/"):
        raise NotFound("document-not-found", NOT_FOUND["error"])


router = APIRouter(dependencies=[Depends(_whole)])

_PACTICIPANT = "/pacticipants/{name:segment}"
_RESULT = "/verification-results/{result:segment}"


@router.delete(_PACTICIPANT)
def delete_pacticipant(name: str, hub: HubOf) -> Response:
    """A pacticipant with all it has."""
    services.delete_pacticipant(hub, name)
    return no_content()


@router.delete(_PACTICIPANT + "/versions/{number:segment}")
def delete_version(name: str, number: str, hub: HubOf) -> Response:
    """A version with its pacts, results and deployments."""
    services.delete_version(hub, name, number)
    return no_content()


@router.delete(_PACTICIPANT + "/versions/{number:segment}/tags/{tag:segment}")
def delete_tag(name: str, number: str, tag: str, hub: HubOf) -> Response:
    """A tag of a version."""
    services.delete_tag(hub, name, number, tag)
    return no_content()


@router.delete(_PACTICIPANT + "/branches")
def delete_branches(request: Request, name: str, hub: HubOf) -> Response:
    """All branches but the main branch and those that ``exclude[]`` names."""
    query = request.query_params
    exclude = [*query.getlist("exclude[]"), *query.getlist("exclude")]
    done = services.delete_branches(hub, name, exclude=exclude)
    text = f"Scheduled deletion of {done.count} branches for pacticipant {name}."
    text += f" Remaining branches are: {', '.join(done.remaining)}"
    return hal({"notices": [{"type": "success", "text": text}]}, 202)


@router.delete(_PACTICIPANT + "/branches/{branch:segment}")
def delete_branch(name: str, branch: str, hub: HubOf) -> Response:
    """A branch, without its versions."""
    services.delete_branch(hub, name, branch)
    return no_content()


@router.delete(_PACTICIPANT + "/branches/{branch:segment}/versions/{number:segment}")
def delete_branch_version(name: str, branch: str, number: str, hub: HubOf) -> Response:
    """A version's place on a branch."""
    services.delete_branch_version(hub, name, branch, number)
    return no_content()


@router.delete(OLD_PAIR + "/versions/{number:segment}")
@router.delete(OLD_PAIR + "/version/{number:segment}")
@router.delete(PAIR + "/versions/{number:segment}")
@router.delete(PAIR + "/version/{number:segment}")
def delete_pact(pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pact of a consumer version."""
    return _told(pair, urls, remains=services.delete_pact(hub, pair, number))


@router.delete(PAIR + "/versions")
def delete_pacts(pair: PairOf, hub: HubOf) -> Response:
    """All pacts of a pair."""
    services.delete_pacts(hub, pair, ALL_VERSIONS)
    return no_content()


@router.delete(PAIR + "/tag/{tag:segment}")
def delete_pacts_with_tag(pair: PairOf, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts of a pair whose versions have a tag."""
    return _told(pair, urls, remains=services.delete_pacts(hub, pair, VersionSet.tagged(tag)))


@router.delete(PAIR + "/branch/{branch:segment}")
def delete_pacts_of_branch(pair: PairOf, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts of a pair whose versions are on a branch."""
    if branch == "versions":
        # That address stands for the main branch, where the Pact Broker would delete all pacts of the pair.
        raise HTTPException(405)
    return _told(pair, urls, remains=services.delete_pacts(hub, pair, VersionSet.branch(branch)))


@router.delete(PAIR + "/branch/{branch:segment}/latest/versions")
def delete_latest_pact_of_branch(pair: PairOf, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is listed there: the newest pact of the pair on a branch."""
    return _told(pair, urls, remains=services.delete_latest_pact(hub, pair, VersionSet.branch(branch)))


@router.delete(CONTENT + "/metadata/{metadata:segment}" + _RESULT)
@router.delete(CONTENT + _RESULT)
def delete_result(pair: PairOf, identity: str, result: str, hub: HubOf) -> Response:
    """A verification result."""
    services.delete_result(hub, pair, identity, number_of(result))
    return no_content()


def _told(pair: Pair, urls: Urls, *, remains: bool) -> Response:
    links = {"index": link(urls.base)}
    if remains:
        links["pb:latest-pact-version"] = link(f"{urls.pair(pair.provider, pair.consumer)}/latest", "Latest pact")
    return hal({"_links": links})
