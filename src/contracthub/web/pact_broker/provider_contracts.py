"""Provider contracts as PactFlow's clients publish and read them (bidirectional §11)."""

import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.provider_contracts import ProviderContract, self_verification_fields
from contracthub.services import provider_contracts as services
from contracthub.services.pactflow_requests import publication_from_post, publication_from_put, specification_of
from contracthub.services.provider_contract_requests import ProviderPublication
from contracthub.services.provider_contracts import Address
from contracthub.services.provider_documents import RefusedDocument
from contracthub.services.publish_provider_contracts import PublishedProviderContract, publish
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments, present
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import tag_url
from contracthub.web.problems import problem_answer
from contracthub.web.provider_contract_notices import notices_of

router = hal_router()
_OLD = "/contracts/provider/{provider:segment}/version/{number:segment}"
_OF_VERSION = "/contracts/bi-directional/provider/{provider:segment}/version/{number:segment}"
_OF_PAIR = _OF_VERSION + "/consumer/{consumer:segment}/version/{consumer_number:segment}"


@router.post("/provider-contracts/provider/{provider:segment}/publish")
def publish_contract(request: Request, provider: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a provider contract with its version, branch and tags, all in one."""
    require_type(request)
    try:
        published = _published(hub, publication_from_post(provider, object_in(body)), "#/contract/content")
    except Invalid as refused:
        return problem_answer(request, refused)
    return hal(_published_json(published, urls))


@router.put(_OLD)
def put_contract(request: Request, provider: str, number: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish a provider contract in the old way: the version's branch and tags are recorded by themselves."""
    require_type(request)
    try:
        published = _published(hub, publication_from_put(provider, number, object_in(body)), "#/content")
    except Invalid as refused:
        return problem_answer(request, refused)
    links = {"self": link(urls.to("contracts", "provider", provider, "version", number))}
    links["pf:ui"] = link(urls.pacticipant(provider), "Where people see it")
    return hal(contract_json(published.contract) | {"_links": links}, 201)


@router.get(_OLD)
@router.get(_OF_VERSION + "/provider-contract")
def get_contract(provider: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The contract of a provider version with its content."""
    return _contract_answer(hub, provider, number, urls)


@router.get(_OF_PAIR + "/provider-contract")
def get_contract_of_pair(
    provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """The same, looked at from a consumer version."""
    services.require_version(hub, consumer, consumer_number)
    return _contract_answer(hub, provider, number, urls)


@router.get(_OF_VERSION + "/provider-contract-verification-results")
def get_results(provider: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What the provider's build says of its own check, with the results that it sent."""
    return _results_answer(hub, provider, number, urls)


@router.get(_OF_PAIR + "/provider-contract-verification-results")
def get_results_of_pair(
    provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """The same, looked at from a consumer version."""
    services.require_version(hub, consumer, consumer_number)
    return _results_answer(hub, provider, number, urls)


def contract_json(it: ProviderContract) -> Json:
    """A provider contract without its content."""
    facts = {"specification": specification_of(it.format.value), "contentType": it.root.content_type}
    said = it.self_verification
    results = {"selfVerificationResults": self_verification_fields(said)} if said else {}
    return facts | results | moments(it.created_at, it.updated_at)


def _published(hub: HubOf, publication: ProviderPublication, pointer: str) -> PublishedProviderContract:
    try:
        return publish(hub, publication)
    except RefusedDocument as refused:
        told = [f"content {each.place}: {each.text}" for each in refused.document_faults]
        raise Invalid.of(*(Fault("content", text, pointer=pointer) for text in told)) from refused


def _published_json(published: PublishedProviderContract, urls: Urls) -> Json:
    asked = published.request
    name, number = asked.provider, asked.number
    tags = [link(tag_url(urls, name, number, tag), "Tag", tag) for tag in asked.tags]
    links: Json = {
        "pb:pacticipant": link(urls.pacticipant(name), "Pacticipant", name),
        "pb:pacticipant-version": link(urls.version(name, number), "Pacticipant version", number),
        "pb:pacticipant-version-tags": tags,
        "pf:provider-contract": link(_url(urls, name, number, "provider-contract"), "Provider contract"),
    }
    if asked.branch is not None:
        at = urls.to("pacticipants", name, "branches", asked.branch, "versions", number)
        links["pb:branch-version"] = link(at, "Branch version", asked.branch)
    return {
        "notices": [{"type": each.type, "text": each.text} for each in notices_of(published, urls)],
        "_embedded": {"version": {"number": number, "_links": {"self": link(urls.version(name, number))}}},
        "_links": links,
    }


def _contract_answer(hub: HubOf, provider: str, number: str, urls: Urls) -> Response:
    it = services.main_contract(hub, provider, number)
    _, body = services.get_file(hub, Address(provider, number, it.name), None)
    links = _links(urls, it, "provider-contract")
    more: Json = {"content": base64.b64encode(body).decode(), "_embedded": _embedded(it), "_links": links}
    return hal(contract_json(it) | more)


def _results_answer(hub: HubOf, provider: str, number: str, urls: Urls) -> Response:
    it = services.main_contract(hub, provider, number)
    said = it.self_verification
    content = services.self_verification_content(hub, it)
    status = {True: "success", False: "failed"}.get(said.success) if said and said.success is not None else "unknown"
    facts: Json = present({"content": None if content is None else base64.b64encode(content).decode()})
    facts |= self_verification_fields(said) if said else {}
    links = _links(urls, it, "provider-contract-verification-results")
    return hal({"verificationStatus": status, **facts, "_embedded": _embedded(it), "_links": links})


def _embedded(it: ProviderContract) -> Json:
    return {"provider": {"name": it.provider_name, "_embedded": {"version": {"number": it.version_number}}}}


def _links(urls: Urls, it: ProviderContract, itself: str) -> dict[str, Any]:
    name, number = it.provider_name, it.version_number
    return {
        "self": link(_url(urls, name, number, itself)),
        "pb:provider": link(urls.pacticipant(name), "Provider", name),
        "pb:provider-version": link(urls.version(name, number), "Provider version", number),
        "pf:provider-contract": link(_url(urls, name, number, "provider-contract")),
        "pf:provider-contract-verification-results": link(
            _url(urls, name, number, "provider-contract-verification-results")
        ),
    }


def _url(urls: Urls, provider: str, number: str, resource: str) -> str:
    return urls.to("contracts", "bi-directional", "provider", provider, "version", number, resource)
