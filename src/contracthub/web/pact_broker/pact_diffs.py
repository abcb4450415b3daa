"""Differences between pacts, as plain text (pact-broker-api §9).

The Pact Broker gives up after 15 s with a 408. Here the difference itself is bounded, and says what it leaves out.
"""

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.contracts import Publication
from contracthub.services import pact_diffs as services
from contracthub.services.pact_diffs import PactDiff
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Urls, UrlsOf, moment
from contracthub.web.pact_broker.media_types import chosen_type
from contracthub.web.pact_broker.pacts import CONTENT, PAIR, PairOf

router = APIRouter()
_TEXT = "text/plain;charset=utf-8"
_DIFF = PAIR + "/version/{number:segment}/diff"


@router.get(_DIFF + "/previous-distinct")
def diff_with_previous_distinct(request: Request, pair: PairOf, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What changed since the newest older pact with other content."""
    media_type = chosen_type(request, (_TEXT,))
    found, diff = services.diff_with_previous_distinct(hub, pair, number)
    if diff is None:
        return Response(f"No previous distinct version was found for {found.title}", media_type=media_type)
    return Response(_told(diff, urls, "previous-distinct-pact-version"), media_type=media_type)


@router.get(_DIFF + "/version/{other:segment}")
def diff_with_version(request: Request, pair: PairOf, number: str, other: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What differs between the pacts of two consumer versions."""
    media_type = chosen_type(request, (_TEXT,))
    diff = services.diff_of_versions(hub, pair, number, other)
    return Response(_told(diff, urls, "comparison-pact-version"), media_type=media_type)


@router.get(CONTENT + "/diff/pact-version/{other:segment}")
def diff_with_content(request: Request, pair: PairOf, identity: str, other: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What differs between two contents."""
    media_type = chosen_type(request, (_TEXT,))
    diff = services.diff_of_contents(hub, pair, identity, other)
    return Response(_told(diff, urls, "comparison-pact-version"), media_type=media_type)


def _told(diff: PactDiff, urls: Urls, older_relation: str) -> str:
    older, newer = diff.older, diff.newer
    between = f"{older.consumer_name} and {older.provider_name}"
    parts = [
        f"# Diff between versions {older.version_number} and {newer.version_number} of the pact between {between}",
        f"The following changes were made on {moment(newer.created_at)}",
        diff.text or "There are no differences.",
        "## Links",
        _link("pact-version", newer, urls) + _link(older_relation, older, urls),
    ]
    return "\n\n".join(parts)


def _link(relation: str, it: Publication, urls: Urls) -> str:
    """One entry of the links in YAML, whose quoted strings are those of JSON; a name may hold anything."""
    href = urls.pact(it.provider_name, it.consumer_name, it.version_number)
    return f"{relation}:\n  title: Pact\n  name: {json.dumps(it.title)}\n  href: {json.dumps(href)}\n"
