"""One pact: publish, merge, read by version, by content, or the newest (pact-broker-api §7)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from contracthub.domain.contracts import ALL_VERSIONS, UNTAGGED, ServedContract, VersionSet
from contracthub.domain.errors import Conflict
from contracthub.services import pacts as services
from contracthub.services import publish_contracts
from contracthub.services.hub import Hub
from contracthub.services.pacts import Pair
from contracthub.services.tags import tags_of_version
from contracthub.web.bodies import Body, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Urls, UrlsOf
from contracthub.web.pact_broker.media_types import EXTENDED, EXTENDED_TYPES, chosen_type
from contracthub.web.pact_broker.metadata import Metadata, decode, encode
from contracthub.web.pact_broker.pact_links import PLAINLY, Asked, extended_document, pact_document

PAIR = "/pacts/provider/{provider:segment}/consumer/{consumer:segment}"
OLD_PAIR = "/pact/provider/{provider:segment}/consumer/{consumer:segment}"
CONTENT = PAIR + "/pact-version/{identity:segment}"
_VERSION_PATHS = tuple(
    f"{pair}/{word}/{{number:segment}}" for pair in (PAIR, OLD_PAIR) for word in ("version", "versions")
)

router = APIRouter()


async def pair_of(provider: str, consumer: str) -> Pair:
    """The pair that the path names."""
    return Pair(consumer, provider)


PairOf = Annotated[Pair, Depends(pair_of)]


def put_pact(request: Request, pair: PairOf, number: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a pact for a consumer version."""
    require_type(request)
    chosen_type(request, EXTENDED_TYPES)
    try:
        found, created = publish_contracts.put_pact(hub, pair.consumer, pair.provider, number, body)
    except Conflict as error:
        return _told_plainly(error)
    return _answer(request, hub, found, urls, status=201 if created else 200)


def merge_pact(request: Request, pair: PairOf, number: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Merge a pact into the one that a consumer version has."""
    require_type(request)
    chosen_type(request, EXTENDED_TYPES)
    try:
        found, created = publish_contracts.merge_pact(hub, pair.consumer, pair.provider, number, body)
    except Conflict as error:
        return _told_plainly(error)
    return _answer(request, hub, found, urls, status=201 if created else 200)


def get_pact(request: Request, pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pact of a consumer version."""
    return _answer(request, hub, services.get_pact(hub, pair, number), urls)


for _path in _VERSION_PATHS:
    router.add_api_route(_path, put_pact, methods=["PUT"])
    router.add_api_route(_path, merge_pact, methods=["PATCH"])
    router.add_api_route(_path, get_pact, methods=["GET"])


@router.get(PAIR + "/version/{number:segment}/previous-distinct")
def get_previous_distinct(request: Request, pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest older pact with other content."""
    return _answer(request, hub, services.get_previous_distinct_pact(hub, pair, number), urls)


@router.get(OLD_PAIR + "/latest")
@router.get(PAIR + "/latest")
def get_latest(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact of the pair."""
    return _newest(request, hub, services.get_latest_pact(hub, pair, ALL_VERSIONS), urls)


@router.get(PAIR + "/latest-untagged")
def get_latest_untagged(request: Request, pair: PairOf, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact whose version has no tag."""
    return _newest(request, hub, services.get_latest_pact(hub, pair, UNTAGGED), urls)


@router.get(OLD_PAIR + "/latest/{tag:segment}")
@router.get(PAIR + "/latest/{tag:segment}")
def get_latest_tagged(request: Request, pair: PairOf, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The newest pact whose version has the tag."""
    return _newest(request, hub, services.get_latest_pact(hub, pair, VersionSet.tagged(tag)), urls)


@router.get(PAIR + "/branch/{branch:segment}/latest")
def get_latest_of_branch(request: Request, pair: PairOf, branch: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pact of the newest version of the branch that has one."""
    return _newest(request, hub, services.get_latest_pact(hub, pair, VersionSet.branch(branch)), urls)


@router.get(CONTENT)
def get_by_content(request: Request, pair: PairOf, identity: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pact of that content, presented with the newest consumer version that has it."""
    return _answer(request, hub, services.get_pact_by_identity(hub, pair, identity)[0], urls)


@router.get(CONTENT + "/metadata/{metadata:segment}")
def get_by_content_with_metadata(
    request: Request, pair: PairOf, identity: str, metadata: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """The pact of that content, presented with the consumer version that the metadata names."""
    numbers = decode(metadata).consumer_version_numbers
    found = services.get_pact_by_identity(hub, pair, identity, numbers)
    asked = Asked(metadata, [each.publication for each in found])
    return _answer(request, hub, found[0], urls, asked=asked)


def _answer(
    request: Request, hub: Hub, found: ServedContract, urls: Urls, *, asked: Asked = PLAINLY, status: int = 200
) -> Response:
    media_type, it = chosen_type(request, EXTENDED_TYPES), found.publication
    if media_type == EXTENDED:
        document = extended_document(found.served, it, tags_of_version(hub, it.version_id), urls, asked)
    else:
        document = pact_document(found.served, it, urls, asked)
    return Response(document, status, media_type=media_type)


def _newest(request: Request, hub: Hub, found: ServedContract, urls: Urls) -> Response:
    """The newest pact; its metadata lets a result find the consumer version again."""
    number = found.publication.version_number
    asked = Asked(encode(Metadata(consumer_version_numbers=(number,))))
    response = _answer(request, hub, found, urls, asked=asked)
    if number.isascii() and number.isprintable():
        response.headers["X-Pact-Consumer-Version"] = number
    return response


def _told_plainly(error: Conflict) -> Response:
    """Names that are nearly the same are explained as text (pact-broker-api §5); anything else as usual."""
    if error.code != "similar-name":
        raise error
    return PlainTextResponse(error.message, 409)
