"""What providers offer: published for their versions, listed, and read back byte for byte."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Conflict, Fault, Invalid
from contracthub.domain.pacticipants import Page
from contracthub.domain.provider_contracts import (
    Outcome,
    ProviderContract,
    sha_of,
)
from contracthub.services import provider_contracts as services
from contracthub.services.document_checks import checks_of
from contracthub.services.provider_contract_requests import (
    ProviderPublication,
    publication_from,
    publication_of_file,
)
from contracthub.services.provider_contracts import Address
from contracthub.services.provider_documents import DocumentFault, RefusedDocument
from contracthub.services.publish_provider_contracts import PublishedProviderContract
from contracthub.services.publish_provider_contracts import publish as publish_contract
from contracthub.web.addresses import base_of
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.documents import BYTES, INERT, document_answer
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import (
    Json,
    Urls,
    UrlsOf,
    no_content,
    page_of,
    paging,
    present,
)
from contracthub.web.problems import PROBLEM_JSON, json_response
from contracthub.web.provider_contract_json import contract_json
from contracthub.web.provider_contract_notices import notices_of

router = APIRouter()
_PROVIDER = "/api/v1/pacticipants/{provider:segment}"
_OF_VERSION = _PROVIDER + "/versions/{number:segment}/provider-contracts"
_ONE = _OF_VERSION + "/{name:segment}"
# Parameters of a publication whose body is the file itself, by the name that they have in JSON.
_SAID = ("branch", "buildUrl", "format", "topic", "subject", "subjectStrategy", "part", "fileName", "onConflict")
# As a body, a text of no said language is more often a mistake than a document.
_ACCEPTED = INERT - {"text/plain"} | {BYTES}


async def address_of(provider: str, number: str, name: str) -> Address:
    """The document that the path names."""
    return Address(provider, number, name)


AddressOf = Annotated[Address, Depends(address_of)]


@router.post("/api/v1/provider-contracts")
def publish(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a document: one file, or several that refer to one another."""
    require_type(request)
    return published_answer(request, hub, publication_from(object_in(body)), urls)


@router.put(_ONE)
def publish_file(request: Request, address: AddressOf, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a document that is one file: the body."""
    require_type(request, _ACCEPTED)
    query = request.query_params
    said: Json = {name: query[name] for name in _SAID if name in query} | {"tags": query.getlist("tag")}
    said["contentType"] = request.headers["content-type"]
    publication = publication_of_file(address.provider, address.number, address.name, body, said)
    return published_answer(request, hub, publication, urls)


@router.get(_PROVIDER + "/provider-contracts")
def list_of_provider(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Documents of all versions of a provider, newest first."""
    query, page = request.query_params, page_of(request) or Page()
    listing = services.list_of_provider(hub, provider, name=query.get("name"), of_format=query.get("format"), page=page)
    itself = urls.to("api", "v1", "pacticipants", provider, "provider-contracts")
    facts, links = paging(itself, page, listing.total)
    return _listed(hub, listing.entries, urls, page=facts["page"], _links={"self": {"href": itself}, **links})


@router.get(_PROVIDER + "/provider-contracts/latest")
def latest(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The documents of the newest version of a branch that has any, or those of the versions in an environment."""
    query = request.query_params
    branch, environment, name = query.get("branch"), query.get("environment"), query.get("name")
    if environment is None:
        return _listed(hub, services.latest(hub, provider, branch=branch, name=name), urls)
    if branch is not None:
        raise Invalid.of(Fault("environment", "can't be given together with branch"))
    return _listed(hub, services.in_environment(hub, provider, environment, name=name), urls)


@router.get(_OF_VERSION)
def list_of_version(provider: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All documents of a version."""
    return _listed(hub, services.list_of_version(hub, provider, number), urls)


@router.get(_ONE)
def get_contract(address: AddressOf, hub: HubOf, urls: UrlsOf) -> Response:
    """What is known of a document."""
    return json_response(_told(hub, [services.get_contract(hub, address)], urls)[0])


@router.delete(_ONE)
def delete_contract(address: AddressOf, hub: HubOf) -> Response:
    """Delete a document; the version stays."""
    services.delete_contract(hub, address)
    return no_content()


@router.get(_ONE + "/document")
def get_document(request: Request, address: AddressOf, hub: HubOf) -> Response:
    """The exact bytes of the document; of a bundle, those of its root."""
    return _file_answer(request, hub, address, None)


@router.get(_ONE + "/files/{path:segment}")
def get_file(request: Request, address: AddressOf, path: str, hub: HubOf) -> Response:
    """The exact bytes of one file."""
    return _file_answer(request, hub, address, path)


@router.get(_ONE + "/self-verification")
def get_self_verification(request: Request, address: AddressOf, hub: HubOf) -> Response:
    """The exact bytes of the results of the provider's own check."""
    contract, content = services.get_self_verification(hub, address)
    said = contract.self_verification
    content_type = (said.content_type if said else None) or BYTES
    return document_answer(
        request, content, content_type=content_type, sha=sha_of(content), file_name="self-verification"
    )


def published_answer(request: Request, hub: HubOf, publication: ProviderPublication, urls: Urls) -> Response:
    """What became of a publication; a refusal names each fault's file and place, or the difference."""
    try:
        outcome = publish_contract(hub, publication)
    except RefusedDocument as refused:
        faults = [_fault_json(each) for each in refused.document_faults]
        return _problem(request, 400, refused, "Validation errors", errors=faults)
    except Conflict as refused:
        facts = {"difference": refused.facts["difference"]} if "difference" in refused.facts else {}
        return _problem(request, 409, refused, "Conflict", **facts)
    return json_response(_outcome_json(hub, outcome, urls), 201 if outcome.outcome is Outcome.PUBLISHED else 200)


def _outcome_json(hub: HubOf, published: PublishedProviderContract, urls: Urls) -> Json:
    return {
        "outcome": published.outcome.value,
        "notices": [{"type": each.type, "text": each.text} for each in notices_of(published, urls)],
        "contract": _told(hub, [published.contract], urls)[0],
    }


def _listed(hub: HubOf, entries: Sequence[ProviderContract], urls: Urls, **more: Any) -> Response:
    return json_response({"providerContracts": _told(hub, entries, urls), **more})


def _told(hub: HubOf, entries: Sequence[ProviderContract], urls: Urls) -> list[Json]:
    """Documents, each with its full check as far as that has come."""
    checks = checks_of(hub, [each.id for each in entries])
    return [contract_json(each, urls, checks.get(each.id)) for each in entries]


def _file_answer(request: Request, hub: HubOf, address: Address, path: str | None) -> Response:
    file, body = services.get_file(hub, address, path)
    return document_answer(request, body, content_type=file.content_type, sha=file.sha, file_name=file.path)


def _fault_json(fault: DocumentFault) -> Json:
    place = fault.place
    told = {"file": place.file, "pointer": place.pointer, "line": place.line, "column": place.column}
    return present(told | {"detail": fault.text})


def _problem(request: Request, status: int, error: Conflict | Invalid, title: str, **members: Any) -> Response:
    body = {"type": f"{base_of(request)}/problems/{error.code}", "title": title, "status": status}
    return json_response(body | {"detail": error.message, **members}, status, PROBLEM_JSON)
