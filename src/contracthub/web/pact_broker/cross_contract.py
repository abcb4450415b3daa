"""Comparisons of consumers' contracts with providers' documents, as PactFlow's clients read them (bidirectional §10,
§11).
"""

import base64
from importlib.metadata import version
from typing import Any

from starlette.responses import Response

from contracthub.domain.comparisons import Finding, Level, OnPaper
from contracthub.services import paper_view as services
from contracthub.services import provider_contracts
from contracthub.services.paper_view import PaperOfContract, PaperView
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moment, present
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()
_VERIFIER = "contracthub"
_OF_PAIR = (
    "/contracts/bi-directional/provider/{provider:segment}/version/{number:segment}"
    "/consumer/{consumer:segment}/version/{consumer_number:segment}"
)
_OLD = (
    "/contracts/provider/{provider:segment}/version/{number:segment}"
    "/consumer/{consumer:segment}/pact-version/{identity:segment}/verification-results"
)
_STATUS = {True: "success", False: "failed", None: "unknown"}


@router.get(_OF_PAIR + "/cross-contract-verification-results")
def get_comparison(
    provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """How the contracts of a consumer version compare with the documents of a provider version."""
    view = services.pair_on_paper(hub, ((consumer, consumer_number), (provider, number)))
    return _results(view, hub, urls, urls.on_paper(provider, number, consumer, consumer_number))


@router.get(_OLD)
def get_comparison_of_pact(
    provider: str, number: str, consumer: str, identity: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """The same, by the identity of the pact."""
    view = services.pact_on_paper(hub, (provider, number), consumer, identity)
    of_version = ("contracts", "provider", provider, "version", number)
    here = urls.to(*of_version, "consumer", consumer, "pact-version", identity, "verification-results")
    return _results(view, hub, urls, here)


@router.get(_OF_PAIR + "/consumer-contract")
def get_contract(provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pact of the consumer version with the provider, with its content."""
    provider_contracts.require_version(hub, provider, number)
    publication, body = services.consumer_contract(hub, consumer, consumer_number, provider)
    facts: Json = {"specification": "pact", "contentType": "application/json", "sha": publication.content_sha}
    facts |= {"content": base64.b64encode(body).decode(), "createdAt": moment(publication.created_at)}
    sides = (provider, number, consumer, consumer_number)
    return hal(facts | {"_embedded": _embedded(*sides), "_links": _links(urls, *sides, itself="consumer-contract")})


@router.get(_OF_PAIR + "/consumer-contract-verification-results")
def get_own_results(
    provider: str, number: str, consumer: str, consumer_number: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """Of a pact there are no results of its own: frameworks write one when the consumer's tests have passed."""
    provider_contracts.require_version(hub, provider, number)
    publication, _ = services.consumer_contract(hub, consumer, consumer_number, provider)
    sides = (provider, number, consumer, consumer_number)
    facts: Json = {"verificationStatus": _STATUS[True], "verificationDate": moment(publication.created_at)}
    links = _links(urls, *sides, itself="consumer-contract-verification-results")
    return hal(facts | {"_embedded": _embedded(*sides), "_links": links})


def _results(view: PaperView, hub: HubOf, urls: Urls, here: str) -> Response:
    sides = (view.provider, view.provider_version, view.consumer, view.consumer_version)
    links = _links(urls, *sides, itself="cross-contract-verification-results")
    title = "Cross contract and Provider Contract verification results"
    links["self"] = link(here, title)
    links["comparisons"] = [_identified(urls, each) for each in view.contracts]
    compared = [each.paper.comparison for each in view.contracts]
    outcomes = {each.outcome for each in compared}
    success = False if False in outcomes else None if None in outcomes else True
    told: Json = {
        "verificationStatus": _STATUS[view.success],
        "summary": {"success": view.success},
        "crossContractVerificationResults": {
            "success": success,
            "results": _findings_json(view),
            "verificationDate": moment(max(each.compared_at for each in compared)),
            "verifier": _VERIFIER,
            "verifierVersion": version("contracthub"),
        },
        "providerContractVerificationResults": _own_check(view, hub),
    }
    return hal(told | {"_embedded": _embedded(*sides), "_links": links})


def _identified(urls: Urls, each: PaperOfContract) -> Json:
    it = each.paper.comparison
    name = each.live.name if each.live else it.kind.value
    return link(urls.comparison(it.consumer_identity, it.provider_identity, it.kind.value), name=name)


def _findings_json(view: PaperView) -> Json:
    """By what they mean; what no document speaks of is a warning, with words of its own."""
    all_of_them = [finding for each in view.contracts for finding in each.paper.comparison.findings]
    errors = [each for each in all_of_them if each.level is Level.ERROR]
    warnings = [each for each in all_of_them if each.level in {Level.WARNING, Level.UNANSWERED}]
    results: Json = {
        "errors": [_finding_json(each, view) for each in errors],
        "warnings": [_finding_json(each, view) for each in warnings],
    }
    if errors:
        names = ", ".join(name for name, _ in view.formats)
        mock = f"{view.consumer} {view.consumer_version}"
        results["failureReason"] = (
            f'The contracts of {mock} are not compatible with "{names}" of {view.provider} {view.provider_version}'
        )
    return results


def _finding_json(finding: Finding, view: PaperView) -> Json:
    """A finding in the shape of the older engine, with pointers beside its places."""
    method, _, path = finding.operation.partition(" ")
    return {
        "code": finding.rule,
        "message": finding.message,
        "source": "spec-mock-validation",
        "type": finding.level.value if finding.level is not Level.UNANSWERED else Level.WARNING.value,
        "mockDetails": present(
            {
                "interactionDescription": finding.description or None,
                "location": _location(finding.consumer_pointer),
                "pointer": finding.consumer_pointer,
                "mockFile": f"{view.consumer}-{view.consumer_version}",
            }
        ),
        "specDetails": present(
            {
                "location": _location(finding.provider_pointer),
                "pointer": finding.provider_pointer,
                "pathMethod": method.lower() if path else None,
                "pathName": path or None,
                "specFile": finding.document or None,
            }
        ),
        "remedy": finding.remedy,
    }


def _location(pointer: str | None) -> str | None:
    """A JSON pointer as the older engine writes places: ``[root].interactions[0].request.path``."""
    if pointer is None or not pointer.startswith("/"):
        return None
    told = "[root]"
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        told += f"[{name}]" if name.isdecimal() else f".{name}"
    return told


def _own_check(view: PaperView, hub: HubOf) -> Json:
    paper: OnPaper = view.contracts[0].paper
    contract = provider_contracts.main_contract(hub, view.provider, view.provider_version)
    said = contract.self_verification
    content = provider_contracts.self_verification_content(hub, contract)
    facts: dict[str, Any] = {
        "success": paper.self_verified,
        "content": None if content is None else base64.b64encode(content).decode(),
        "contentType": said.content_type if said else None,
        "format": said.format if said else None,
        "verifier": said.verifier if said else None,
        "verifierVersion": said.verifier_version if said else None,
    }
    return {name: value for name, value in facts.items() if value is not None or name == "success"}


def _embedded(provider: str, number: str, consumer: str, consumer_number: str) -> Json:
    return {
        "consumer": {"name": consumer, "_embedded": {"version": {"number": consumer_number}}},
        "provider": {"name": provider, "_embedded": {"version": {"number": number}}},
    }


def _links(urls: Urls, provider: str, number: str, consumer: str, consumer_number: str, *, itself: str) -> Json:
    base = urls.on_paper(provider, number, consumer, consumer_number).rpartition("/")[0]
    names = (
        "provider-contract",
        "provider-contract-verification-results",
        "consumer-contract",
        "consumer-contract-verification-results",
        "cross-contract-verification-results",
    )
    return {
        "self": link(f"{base}/{itself}"),
        "pb:provider": link(urls.pacticipant(provider), "Provider", provider),
        "pb:provider-version": link(urls.version(provider, number), "Provider version", number),
        "pb:consumer": link(urls.pacticipant(consumer), "Consumer", consumer),
        "pb:consumer-version": link(urls.version(consumer, consumer_number), "Consumer version", consumer_number),
        **{f"pf:{name}": link(f"{base}/{name}") for name in names},
    }
