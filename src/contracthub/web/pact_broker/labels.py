"""Labels of pacticipants (pact-broker-api §5)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.pacticipants import Label
from contracthub.services import labels as services
from contracthub.web.bodies import require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments, no_content, page_of, paging
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.pacticipants import pacticipant_json

router = hal_router()

_LABEL = "/pacticipants/{name:segment}/labels/{label:segment}"


@router.get("/labels")
def list_labels(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """All labels, each once."""
    page, here = page_of(request), urls.to("labels")
    listing = services.list_labels(hub, page=page)
    facts, links = paging(here, page, listing.total)
    entries = [{"name": name} for name in listing.entries]
    return hal({"_embedded": {"labels": entries}, **facts, "_links": {"self": link(here, "Labels"), **links}})


@router.get("/pacticipants/label/{label:segment}")
def list_labelled(request: Request, label: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacticipants with a label."""
    page, here = page_of(request), urls.to("pacticipants", "label", label)
    listing = services.list_labelled(hub, label, page=page)
    facts, links = paging(here, page, listing.total)
    entries = [pacticipant_json(view, urls) for view in listing.entries]
    refs = [link(urls.pacticipant(each["name"]), "Pacticipant", each["name"]) for each in entries]
    links |= {"self": link(here), "pb:pacticipants": refs, "pacticipants": refs}
    links["pb:pacticipants-with-label"] = link(urls.template("/pacticipants/label/{label}"), templated=True)
    return hal({"_embedded": {"pacticipants": entries}, **facts, "_links": links})


@router.put(_LABEL)
def put_label(request: Request, name: str, label: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Label a pacticipant. The body, if there is one, says nothing, so it is not read."""
    require_type(request)
    put, created = services.put_label(hub, name, label)
    body = _label_json(put, name, urls)
    headers = {"Location": body["_links"]["self"]["href"]} if created else None
    return hal(body, 201 if created else 200, headers)


@router.get(_LABEL)
def get_label(name: str, label: str, hub: HubOf, urls: UrlsOf) -> Response:
    """A label of a pacticipant."""
    return hal(_label_json(services.get_label(hub, name, label), name, urls))


@router.delete(_LABEL)
def delete_label(name: str, label: str, hub: HubOf) -> Response:
    """Take a label off."""
    services.delete_label(hub, name, label)
    return no_content()


def _label_json(label: Label, pacticipant: str, urls: Urls) -> Json:
    links = {
        "self": link(urls.to("pacticipants", pacticipant, "labels", label.name), "Label", label.name),
        "pacticipant": link(urls.pacticipant(pacticipant), "Pacticipant", pacticipant),
    }
    return {"name": label.name, **moments(label.created_at), "_links": links}
