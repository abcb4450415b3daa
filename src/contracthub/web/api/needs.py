"""What consumers in environments need of a provider."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_name
from contracthub.formats.living_needs import need_as_json
from contracthub.services.chosen_documents import WhichDocuments
from contracthub.services.provider_needs import Consumer, ContractNeeds, ProviderNeeds, ReaderNeeds, needs_of_consumers
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, UrlsOf, link, moment
from contracthub.web.problems import json_response

router = APIRouter()


@router.get("/api/v1/providers/{provider:segment}/needs")
def show(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is needed in ``?environment=``, which may be given several times; in all environments without it.

    With ``?mainBranches=true`` the newest version on the main branch of each consumer counts, too.
    """
    names, main_branches = places_in(request)
    found = needs_of_consumers(hub, provider, names, main_branches=main_branches)
    here = urls.to("api", "v1", "providers", provider, "needs")
    return json_response(_json(found) | {"_links": {"self": link(here)}})


def places_in(request: Request) -> tuple[list[str], bool]:
    """The environments that a request names, and whether main branches count. Raises :class:`Invalid`."""
    names = list(dict.fromkeys(request.query_params.getlist("environment")))
    faults = [fault for name in names[:1000] for fault in faults_of_name("environment", name)]
    if faults:
        raise Invalid.of(*faults[:20])
    return names, flag_in(request, "mainBranches")


def flag_in(request: Request, name: str) -> bool:
    """Whether a parameter is true; it is false where it is not given. Raises :class:`Invalid` for other words."""
    said = request.query_params.get(name, "false")
    if said not in ("true", "false"):
        raise Invalid.of(Fault(name, "must be true or false"))
    return said == "true"


def documents_in(request: Request) -> WhichDocuments:
    """Of which version of a provider documents are meant. Raises :class:`Invalid`."""
    said = {name: request.query_params.get(name) for name in ("version", "branch", "environment")}
    faults = [fault for name, value in said.items() if value is not None for fault in faults_of_name(name, value)]
    if faults:
        raise Invalid.of(*faults)
    return WhichDocuments(**said, main_branches=flag_in(request, "mainBranches"))


def _json(found: ProviderNeeds) -> Json:
    return {
        "provider": found.provider,
        "environments": list(found.environments),
        "contracts": [_contract_json(each) for each in found.contracts],
        "readers": [_reader_json(each) for each in found.readers],
        "withoutContract": [_consumer_json(each) for each in found.silent],
    }


def _consumer_json(consumer: Consumer) -> Json:
    return {"consumer": consumer.name, "version": consumer.version, "environments": list(consumer.environments)}


def _contract_json(contract: ContractNeeds) -> Json:
    return _consumer_json(contract.consumer) | {
        "kind": contract.kind.value,
        **({"name": contract.live.name} if contract.live else {}),
        "publishedAt": moment(contract.published_at),
        "needs": [need_as_json(each) for each in contract.needs],
    }


def _reader_json(reader: ReaderNeeds) -> Json:
    return _consumer_json(reader.consumer) | {
        "kind": "reader-schema",
        "publishedAt": moment(reader.published_at),
        "subject": reader.subject,
        "topic": reader.topic,
        "namesProvider": reader.names_provider,
        "schemaType": reader.text.type.value,
        "name": reader.text.name,
        "schema": reader.text.text,
        "references": [{"name": each.name, "schema": each.text} for each in reader.text.references],
    }
