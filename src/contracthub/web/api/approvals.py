"""Approvals: which changes of a provider may pass although they break, who said so, why, and until when."""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.approvals import Approval, ApprovalState, honoured
from contracthub.domain.pacticipants import Page
from contracthub.services import approvals as services
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, no_content, page_of, paging
from contracthub.web.principal import PrincipalOf
from contracthub.web.problems import json_response

router = APIRouter()
_ALL = "/api/v1/providers/{provider:segment}/approvals"
_ONE = _ALL + "/{fingerprint:segment}"


@router.get(_ALL)
def list_all(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The approvals of a provider's changes, those that end last first."""
    page = page_of(request) or Page()
    found = services.list_approvals(hub, provider, page=page)
    here = urls.to("api", "v1", "providers", provider, "approvals")
    pages, links = paging(here, page, found.total)
    today = services.today_of(hub)
    listed = [_approval_json(each, today, urls) for each in found.entries]
    return json_response({"approvals": listed, **pages, "_links": {"self": link(here), **links}})


@router.delete(_ALL)
def withdraw_expired(provider: str, hub: HubOf, principal: PrincipalOf) -> Response:
    """Remove those whose last day is over; the others stay."""
    return json_response({"withdrawn": list(services.withdraw_expired(hub, provider, principal))})


@router.get(_ONE)
def show(provider: str, fingerprint: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The approval of one change."""
    found = services.get_approval(hub, provider, fingerprint)
    return json_response(_approval_json(found, services.today_of(hub), urls))


@router.put(_ONE)
def approve(
    request: Request, provider: str, fingerprint: str, body: Body, hub: HubOf, urls: UrlsOf, principal: PrincipalOf
) -> Response:
    """Let a change pass until a day; again, to change the terms."""
    require_type(request)
    stored, created = services.approve(hub, provider, fingerprint, object_in(body), principal)
    return json_response(_approval_json(stored, services.today_of(hub), urls), 201 if created else 200)


@router.delete(_ONE)
def withdraw(provider: str, fingerprint: str, hub: HubOf, principal: PrincipalOf) -> Response:
    """Let a change pass no longer."""
    services.withdraw(hub, provider, fingerprint, principal)
    return no_content()


def _approval_json(it: Approval, today: date, urls: Urls) -> Json:
    here = urls.to("api", "v1", "providers", it.provider, "approvals", it.fingerprint)
    return {
        "provider": it.provider,
        "fingerprint": it.fingerprint,
        "by": it.by,
        "reason": it.reason,
        "until": it.until.isoformat(),
        "expired": honoured(it, it.fingerprint, today) is ApprovalState.EXPIRED,
        "rule": it.rule,
        "location": it.location,
        "message": it.message,
        "createdAt": moment(it.created_at),
        "updatedAt": moment(it.updated_at),
        "_links": {"self": link(here)},
    }
