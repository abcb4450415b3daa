"""Who reads or sends an element of what a provider offers, and whether it may go."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.element_usage import ElementReader, ElementUsage, NotKnown, Removal
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_name
from contracthub.services.element_readers import WhoReads, who_reads
from contracthub.web.api.needs import flag_in, places_in
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, UrlsOf, link, moment
from contracthub.web.problems import json_response

router = APIRouter()
MOST_IGNORED = 100
_REMOVABLE = {Removal.UNUSED: True, Removal.USED: False, Removal.UNKNOWN: None}


@router.get("/api/v1/providers/{provider:segment}/element-readers")
def show(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Who uses ``?element=`` where ``?environment=`` and ``?mainBranches=true`` say, and whether it may go.

    ``?ignoreSilent=`` names consumers of which it does not matter that nothing is known; with ``?allowDefaults=true``
    readers that can do without the element do not keep it.
    """
    names, main_branches = places_in(request)
    ignored = list(dict.fromkeys(request.query_params.getlist("ignoreSilent")))
    faults = [fault for name in ignored[:MOST_IGNORED] for fault in faults_of_name("ignoreSilent", name)]
    if len(ignored) > MOST_IGNORED:
        faults.append(Fault("ignoreSilent", f"cannot be given more than {MOST_IGNORED} times"))
    element = request.query_params.get("element")
    if not element:
        faults.append(Fault("element", "is missing: say which, such as GET /orders/{id}#/total"))
    if faults or not element:
        raise Invalid.of(*faults[:20])
    allow_defaults = flag_in(request, "allowDefaults")
    found = who_reads(hub, WhoReads(provider, element, names, main_branches, ignored, allow_defaults))
    here = urls.to("api", "v1", "providers", provider, "element-readers")
    return json_response(_json(found) | {"_links": {"self": link(here)}})


def _json(found: ElementUsage) -> Json:
    return {
        "provider": found.provider,
        "elements": list(found.elements),
        "environments": list(found.environments),
        "removable": _REMOVABLE[found.removal],
        "readers": [reader_json(each) for each in found.readers],
        "unknown": [not_known_json(each) for each in found.unknown],
        "ignored": [not_known_json(each) for each in found.ignored],
    }


def reader_json(reader: ElementReader) -> Json:
    """A consumer version with what proves that it uses an element."""
    return {
        "consumer": reader.consumer,
        "version": reader.version,
        "environments": list(reader.environments),
        "kind": reader.kind,
        "since": moment(reader.since),
        "canDoWithout": reader.can_do_without,
        "useCount": reader.use_count,
        "uses": [
            {"does": each.does, "interaction": each.interaction, "operation": each.operation, "place": each.place}
            for each in reader.uses
        ],
    }


def not_known_json(unknown: NotKnown) -> Json:
    """A consumer version, or all of them, with why nothing is known."""
    if not unknown.consumer:
        return {"why": unknown.why}
    who = {"consumer": unknown.consumer, "version": unknown.version, "environments": list(unknown.environments)}
    return who | {"why": unknown.why}
