"""Waivers: which verdicts do not block although they would, who said so, why, and until when."""

from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.pacticipants import Page
from contracthub.domain.waivers import Waiver, scope_fields, state_of
from contracthub.services import waivers as services
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, page_of, paging
from contracthub.web.principal import PrincipalOf
from contracthub.web.problems import json_response
from contracthub.web.waiver_queries import number_in, waiver_filter

router = APIRouter()
_ALL = "/api/v1/waivers"
_ONE = _ALL + "/{number:segment}"


@router.get(_ALL)
def list_all(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """Waivers, those given last first: all, or of one provider, or in one state."""
    page = page_of(request) or Page()
    provider, state = waiver_filter(request)
    found = services.list_waivers(hub, provider=provider, state=state, page=page)
    here = urls.to("api", "v1", "waivers")
    pages, links = paging(here, page, found.total)
    asked = {"provider": provider, "state": state.value if state else None}
    kept = urlencode({name: value for name, value in asked.items() if value is not None})
    links = {name: each | {"href": f"{each['href']}&{kept}"} if kept else each for name, each in links.items()}
    today = services.today_of(hub)
    listed = [_waiver_json(each, today, urls) for each in found.entries]
    return json_response({"waivers": listed, **pages, "_links": {"self": link(here), **links}})


@router.post(_ALL)
def waive(request: Request, body: Body, hub: HubOf, urls: UrlsOf, principal: PrincipalOf) -> Response:
    """Let what a waiver covers pass until a day."""
    require_type(request)
    made = services.waive(hub, object_in(body), principal)
    told = _waiver_json(made, services.today_of(hub), urls)
    return json_response(told, 201, headers={"Location": waiver_url(urls, made.id)})


@router.get(_ONE)
def show(number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One waiver, also one that no longer holds."""
    return json_response(_waiver_json(services.get_waiver(hub, number_in(number)), services.today_of(hub), urls))


@router.delete(_ONE)
def withdraw(request: Request, number: str, hub: HubOf, urls: UrlsOf, principal: PrincipalOf) -> Response:
    """Take a waiver back. It stays readable as history; ``?by=`` may say who, where the hub asks for no credentials."""
    withdrawn = services.withdraw(hub, number_in(number), request.query_params.get("by"), principal)
    return json_response(_waiver_json(withdrawn, services.today_of(hub), urls))


def waiver_url(urls: Urls, number: int) -> str:
    """Where a waiver is."""
    return urls.to("api", "v1", "waivers", str(number))


def _waiver_json(it: Waiver, today: date, urls: Urls) -> Json:
    body: Json = {
        "number": it.id,
        **scope_fields(it.scope),
        "reason": it.reason,
        "by": it.by,
        "until": it.until.isoformat(),
        "state": state_of(it, today).value,
        "createdAt": moment(it.created_at),
    }
    if it.withdrawn_at is not None:
        body |= {"withdrawnAt": moment(it.withdrawn_at), "withdrawnBy": it.withdrawn_by}
    return body | {"_links": {"self": link(waiver_url(urls, it.id))}}
