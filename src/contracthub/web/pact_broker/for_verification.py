"""Pacts for verification (pact-broker-api §11)."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.selection import VerifiablePact
from contracthub.domain.verification_notices import BEFORE, VerificationNotice, notices_of, short_description
from contracthub.services.pacts_for_verification import PactsForVerification, pacts_for_verification
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.metadata import Metadata, encode

router = hal_router()

# Names in metadata, so that an address with it stays well below the longest one that is accepted.
MOST_METADATA_CHARACTERS = 3000
_DEPRECATED = VerificationNotice(
    BEFORE,
    "WARNING: GET is the deprecated way of asking for pacts for verification. Send the selectors in the body of a POST "
    "to the same address.",
)
_FIELDS = {
    "provider_version_branch": "providerVersionBranch",
    "include_pending_status": "includePendingStatus",
    "include_wip_pacts_since": "includeWipPactsSince",
}
_SELECTOR = "consumer_version_selectors[]["
_TEXTS = ("tag", "fallbackTag", "fallbackBranch", "consumer", "environment")
_SELECTOR_FIELDS = {
    "tag": "tag",
    "latest": "latest",
    "consumer": "consumer",
    "branch": "branch",
    "fallback_tag": "fallbackTag",
    "fallback_branch": "fallbackBranch",
    "main_branch": "mainBranch",
    "matching_branch": "matchingBranch",
    "environment": "environment",
    "deployed": "deployed",
    "released": "released",
    "deployed_or_released": "deployedOrReleased",
}
# A field as the body spells it is no other field: left out, it would ask for something else.
_SELECTOR_FIELDS |= {field: field for field in _SELECTOR_FIELDS.values()}
_BOOLEANS = {"true": True, "false": False}


@router.post("/pacts/provider/{provider:segment}/for-verification")
def ask(request: Request, provider: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts that the selectors in the body select."""
    require_type(request)
    return hal(_json(pacts_for_verification(hub, provider, object_in(body, empty_is={})), urls))


@router.get("/pacts/provider/{provider:segment}/for-verification")
def ask_by_query(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The same by query, the deprecated form. The Rust verifier comes here first, to find the address for its POST."""
    question = question_in(request.query_params.multi_items())
    return hal(_json(pacts_for_verification(hub, provider, question), urls, _DEPRECATED))


def question_in(query: Iterable[tuple[str, str]]) -> Json:
    """The body that a query of the deprecated form stands for; unknown parameters are ignored."""
    question: Json = {}
    for key, value in query:
        if key in _FIELDS:
            question[_FIELDS[key]] = _typed(value)
        elif key == "provider_version_tags[]":
            question.setdefault("providerVersionTags", []).append(value)
        elif key.startswith(_SELECTOR) and key.endswith("]"):
            selectors = question.setdefault("consumerVersionSelectors", [])
            _put(selectors, key.removeprefix(_SELECTOR)[:-1], value)
    return question


def _put(selectors: list[Json], key: str, value: str) -> None:
    """A field that the last selector has already begins the next one."""
    field = _SELECTOR_FIELDS.get(key)
    if field is None:
        return
    if not selectors or field in selectors[-1]:
        selectors.append({})
    selectors[-1][field] = value if field in _TEXTS else _typed(value)


def _typed(value: str) -> Any:
    return _BOOLEANS.get(value, value)


def _json(answer: PactsForVerification, urls: Urls, *first: VerificationNotice) -> Json:
    here = link(urls.to("pacts", "provider", answer.provider_name, "for-verification"), "Pacts to be verified")
    pacts = [_pact_json(pact, answer.provider_name, urls, first) for pact in answer.pacts]
    return {"_embedded": {"pacts": pacts}, "_links": {"self": here}}


def _pact_json(pact: VerifiablePact, provider: str, urls: Urls, first: tuple[VerificationNotice, ...]) -> Json:
    url = urls.contract(provider, pact.consumer_name, pact.identity)
    notices = [{"when": each.when, "text": each.text} for each in (*first, *notices_of(pact, provider, url))]
    properties: Json = {} if pact.pending is None else {"pending": pact.pending}
    if pact.wip:
        properties["wip"] = True
    name = f"Pact between {pact.consumer_name} ({pact.version_number}) and {provider}"
    return {
        "shortDescription": short_description(pact),
        "verificationProperties": properties | {"notices": notices},
        "_links": {"self": link(f"{url}/metadata/{encode(_metadata(pact))}", name=name)},
    }


def _metadata(pact: VerifiablePact) -> Metadata:
    """For whom the result counts: the newest versions first, as many as an address has room for."""
    numbers: list[str] = []
    room = MOST_METADATA_CHARACTERS
    for number in pact.version_numbers:
        room -= len(number.encode())
        if numbers and room < 0:
            break
        numbers.append(number)
    return Metadata(tuple(numbers), wip=pact.wip, pending=pact.wip or bool(pact.pending))
