"""Findings of a provider: reported by runs, listed, accepted until a day, and opened again."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Invalid, NotFound
from contracthub.domain.findings import FindingState, KnownFinding, finding_fields
from contracthub.domain.pacticipants import Page
from contracthub.services import findings as services
from contracthub.services.findings import FindingView
from contracthub.services.ports.findings import FindingsQuestion, StateChange
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, page_of, paging
from contracthub.web.principal import PrincipalOf
from contracthub.web.problems import json_response

router = APIRouter()
_ALL = "/api/v1/providers/{provider:segment}/findings"
_ONE = _ALL + "/{number:segment}"
_MOST_STATES = 20
# Longer than any number that a database gives.
_LONGEST_NUMBER = 9


@router.post("/api/v1/providers/{provider:segment}/versions/{version:segment}/findings")
def report(request: Request, provider: str, version: str, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """What a run over a provider version saw; what a complete one saw no more is fixed."""
    require_type(request)
    receipt = services.report_findings(hub, provider, version, object_in(body))
    today = hub.now().date()
    return json_response(
        {
            "provider": receipt.provider,
            "version": receipt.version,
            "branch": receipt.branch,
            "findings": [_known_json(each.known, each.state, urls) for each in receipt.seen],
            "fixed": [_known_json(each, each.state_on(today), urls) for each in receipt.fixed],
        }
    )


@router.get(_ALL)
def list_all(request: Request, provider: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What is remembered, the worst first; of states with ``?state=``, which may be given several times, of a branch
    with ``?branch=``, of the main branch with ``?mainBranch=true``.
    """
    states = list(dict.fromkeys(request.query_params.getlist("state")))
    if faults := services.faults_of_states(states[:_MOST_STATES]):
        raise Invalid.of(*faults)
    page, today = page_of(request) or Page(), hub.now().date()
    branch = request.query_params.get("branch")
    is_main = request.query_params.get("mainBranch") == "true"
    meant = [FindingState(each) for each in states]
    question = FindingsQuestion(today=today, states=meant, branch=branch, is_main=is_main)
    found = services.list_findings(hub, provider, question, page=page)
    here = urls.to("api", "v1", "providers", provider, "findings")
    pages, links = paging(here, page, found.total)
    listed = [_brief_json(each, today, urls) for each in found.entries]
    return json_response({"findings": listed, **pages, "_links": {"self": link(here), **links}})


@router.get(_ONE)
def show(provider: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """One finding with its request, and the states that it got."""
    return _answer(services.get_finding(hub, provider, _number(provider, number)), hub.now().date(), urls)


@router.post(_ONE + "/acceptance")
def accept(
    request: Request, provider: str, number: str, body: Body, hub: HubOf, urls: UrlsOf, principal: PrincipalOf
) -> Response:
    """Let it pass until a day; again, to change the terms."""
    require_type(request)
    view = services.accept(hub, provider, _number(provider, number), object_in(body), principal)
    return _answer(view, hub.now().date(), urls)


@router.delete(_ONE + "/acceptance")
def reopen(provider: str, number: str, hub: HubOf, urls: UrlsOf, principal: PrincipalOf) -> Response:
    """Let it pass no longer."""
    view = services.reopen(hub, provider, _number(provider, number), principal)
    return _answer(view, hub.now().date(), urls)


def _number(provider: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise NotFound("finding-not-found", f"No finding '{text[:100]}' of {provider[:100]} found; they have numbers")
    return int(text)


def _answer(view: FindingView, today: date, urls: Urls) -> Response:
    shown = _known_json(view.known, view.known.state_on(today), urls)
    return json_response(shown | {"history": [_state_json(each) for each in view.history]})


def _brief_json(it: KnownFinding, today: date, urls: Urls) -> Json:
    whole = _known_json(it, it.state_on(today), urls)
    return {name: value for name, value in whole.items() if name not in {"request", "curl"}}


def _known_json(it: KnownFinding, state: FindingState, urls: Urls) -> Json:
    here = urls.to("api", "v1", "providers", it.provider, "findings", str(it.number))
    known: dict[str, Any] = {
        "number": it.number,
        "provider": it.provider,
        "state": state.value,
        "branch": it.branch,
        "owner": it.owner,
        "reason": it.reason,
        "acceptedUntil": it.accepted_until.isoformat() if it.accepted_until else None,
        "firstSeenVersion": it.first_seen_version,
        "firstSeenAt": moment(it.first_seen_at),
        "lastSeenVersion": it.last_seen_version,
        "lastSeenAt": moment(it.last_seen_at),
        "fixedVersion": it.fixed_version or None,
        "fixedAt": moment(it.fixed_at) if it.fixed_at else None,
    }
    return known | finding_fields(it.finding) | {"_links": {"self": link(here)}}


def _state_json(change: StateChange) -> Json:
    said = {
        "version": change.version,
        "by": change.by,
        "owner": change.owner,
        "reason": change.reason,
        "until": change.until.isoformat() if change.until else "",
    }
    told = {name: value for name, value in said.items() if value}
    return {"state": change.state.value, "at": moment(change.at), **told}
