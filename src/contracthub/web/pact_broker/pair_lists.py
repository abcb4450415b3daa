"""Lists of the pacts of a pair: with a tag, or of a branch (pact-broker-api §9).

The routes of the main branch stand before those with a branch's name.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.contracts import MAIN_BRANCH, Publication, VersionSet
from contracthub.services import pacts as services
from contracthub.services.pacts import Pair
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Urls, UrlsOf, hal, link
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.pact_lists import entry_of, ref_of
from contracthub.web.pact_broker.pacts import PAIR, PairOf
from contracthub.web.pact_broker.version_json import requested

router = hal_router()


@router.get(PAIR + "/tag/{tag:segment}")
def list_with_tag(request: Request, pair: PairOf, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts whose versions have the tag, newest first."""
    found = services.list_pacts_of_pair(hub, pair, VersionSet.tagged(tag))
    return _answer(request, pair, found, urls, prefix="pb:")


# Without the last segment: so the official command line's get-pacts asks for it (pact_broker_cli 0.9).
@router.get(PAIR + "/branch")
@router.get(PAIR + "/branch/versions")
def list_of_main_branch(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts of the consumer's main branch."""
    return _answer(request, pair, services.list_pacts_of_pair(hub, pair, MAIN_BRANCH), urls)


@router.get(PAIR + "/branch/latest/versions")
def list_latest_of_main_branch(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of the consumer's main branch."""
    return _answer(request, pair, services.list_latest_pact_of_pair(hub, pair, MAIN_BRANCH), urls)


@router.get(PAIR + "/branch/{branch:segment}")
def list_of_branch(request: Request, pair: PairOf, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts of a branch."""
    found = services.list_pacts_of_pair(hub, pair, VersionSet.branch(branch))
    if branch == "latest" and not found:
        # ``get-pacts --consumer C --latest`` asks here for the newest pact of the main branch (see above).
        found = services.list_latest_pact_of_pair(hub, pair, MAIN_BRANCH)
    return _answer(request, pair, found, urls)


@router.get(PAIR + "/branch/{branch:segment}/latest/versions")
def list_latest_of_branch(request: Request, pair: PairOf, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of a branch."""
    return _answer(request, pair, services.list_latest_pact_of_pair(hub, pair, VersionSet.branch(branch)), urls)


def _answer(
    request: Request, pair: Pair, publications: Sequence[Publication], urls: Urls, *, prefix: str = ""
) -> Response:
    title = f"Versions of the pact between {pair.consumer} and {pair.provider}"
    links = {
        "self": link(requested(request, urls), title),
        # The list by tag has its relations with a prefix; those by branch have none.
        f"{prefix}consumer": link(urls.pacticipant(pair.consumer), "Consumer", pair.consumer),
        f"{prefix}provider": link(urls.pacticipant(pair.provider), "Provider", pair.provider),
        f"{prefix}pact-versions": [ref_of(each, urls, each.version_number) for each in publications],
    }
    return hal({"_embedded": {"pacts": [entry_of(each, urls) for each in publications]}, "_links": links})
