"""Lists of pacts: of a pair, of a provider, and the newest of all pairs (pact-broker-api §9)."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.contracts import ALL_VERSIONS, MAIN_BRANCH, Publication, VersionSet
from contracthub.services import pacts as services
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moment
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.pacts import PAIR, PairOf
from contracthub.web.pact_broker.version_json import requested

router = hal_router()

_PROVIDER = "/pacts/provider/{provider:segment}"


@router.get("/pacts/latest")
def list_latest(hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of each pair."""
    publications = services.list_latest_pacts(hub)
    refs = _refs(publications, urls)
    links = {"self": link(urls.to("pacts", "latest"), "Latest pact versions"), "pb:pacts": refs, "pacts": refs}
    return hal({"pacts": [_summary(each, urls) for each in publications], "_links": links})


@router.get(PAIR + "/versions")
def list_of_pair(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacts of a pair, newest first."""
    publications = services.list_pacts_of_pair(hub, pair)
    title = f"All versions of the pact between {pair.consumer} and {pair.provider}"
    links = {
        "self": link(requested(request, urls), title),
        "consumer": link(urls.pacticipant(pair.consumer), "Consumer", pair.consumer),
        "provider": link(urls.pacticipant(pair.provider), "Provider", pair.provider),
        "pact-versions": [ref_of(each, urls, each.version_number) for each in publications],
    }
    return hal({"_embedded": {"pacts": [entry_of(each, urls) for each in publications]}, "_links": links})


@router.get(_PROVIDER)
def list_of_provider(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacts with a provider."""
    return _answer(request, provider, services.list_pacts_of_provider(hub, provider, ALL_VERSIONS), urls)


@router.get(_PROVIDER + "/latest")
def list_latest_of_provider(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of each consumer."""
    return _answer(request, provider, services.list_latest_pacts_of_provider(hub, provider, ALL_VERSIONS), urls)


@router.get(_PROVIDER + "/latest/{tag:segment}")
def list_latest_with_tag(request: Request, provider: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of each consumer whose version has the tag."""
    found = services.list_latest_pacts_of_provider(hub, provider, VersionSet.tagged(tag))
    return _answer(request, provider, found, urls)


@router.get(_PROVIDER + "/tag/{tag:segment}")
def list_with_tag(request: Request, provider: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacts whose version has the tag."""
    return _answer(request, provider, services.list_pacts_of_provider(hub, provider, VersionSet.tagged(tag)), urls)


@router.get(_PROVIDER + "/branch")
def list_of_main_branch(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacts of each consumer's main branch."""
    return _answer(request, provider, services.list_pacts_of_provider(hub, provider, MAIN_BRANCH), urls)


@router.get(_PROVIDER + "/branch/latest")
def list_latest_of_main_branch(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of each consumer's main branch."""
    return _answer(request, provider, services.list_latest_pacts_of_provider(hub, provider, MAIN_BRANCH), urls)


@router.get(_PROVIDER + "/branch/{branch:segment}")
def list_of_branch(request: Request, provider: str, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All pacts of that branch of each consumer."""
    return _answer(request, provider, services.list_pacts_of_provider(hub, provider, VersionSet.branch(branch)), urls)


@router.get(_PROVIDER + "/branch/{branch:segment}/latest")
def list_latest_of_branch(request: Request, provider: str, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of that branch of each consumer."""
    found = services.list_latest_pacts_of_provider(hub, provider, VersionSet.branch(branch))
    return _answer(request, provider, found, urls)


def _answer(request: Request, provider: str, publications: Sequence[Publication], urls: Urls) -> Response:
    refs = _refs(publications, urls)
    home = urls.pacticipant(provider)
    links = {
        "self": link(requested(request, urls), f"Pacts for the provider {provider}"),
        "pb:provider": link(home, "Provider", provider),
        "pb:pacts": refs,
        "provider": link(home, "DEPRECATED - please use the pb:provider relation", provider),
        # Older clients iterate this one (toolkit 1.3).
        "pacts": refs,
    }
    return hal({"_links": links})


def _refs(publications: Sequence[Publication], urls: Urls) -> list[Json]:
    return [ref_of(each, urls, each.consumer_name) for each in publications]


def ref_of(it: Publication, urls: Urls, name: str) -> Json:
    """The link to a pact by its version."""
    return link(urls.pact(it.provider_name, it.consumer_name, it.version_number), it.title, name)


def entry_of(it: Publication, urls: Urls) -> Json:
    """A pact in a list of its pair."""
    return {
        "createdAt": moment(it.created_at),
        "_embedded": {"consumerVersion": {"number": it.version_number}},
        "_links": {"self": ref_of(it, urls, it.version_number)},
    }


def _summary(it: Publication, urls: Urls) -> Json:
    number = it.version_number
    version = {"number": number, "_links": {"self": link(urls.version(it.consumer_name, number))}}
    latest = f"{urls.pair(it.provider_name, it.consumer_name)}/latest"
    return {
        "createdAt": moment(it.created_at),
        "_embedded": {
            "consumer": {
                "name": it.consumer_name,
                "_embedded": {"version": version},
                "_links": {"self": link(urls.pacticipant(it.consumer_name))},
            },
            "provider": {
                "name": it.provider_name,
                "_links": {"self": link(urls.pacticipant(it.provider_name))},
            },
        },
        "_links": {"self": [link(latest, "Latest pact"), link(urls.pact(it.provider_name, it.consumer_name, number))]},
    }
