"""What changed between two documents of a provider, and whom it breaks."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid, Unavailable
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.provider_contracts import faults_of_label
from contracthub.services.document_diffs import DiffQuestion, Published, Sent, difference_of
from contracthub.services.hub import Hub
from contracthub.services.ports.comparing import Comparer
from contracthub.services.provider_contract_requests import document_from
from contracthub.services.provider_needs import MOST_ENVIRONMENTS
from contracthub.web.api.needs import flag_in, places_in
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.problems import PLAIN_JSON

router = APIRouter()
_ROUTE = "/api/v1/providers/{provider:segment}/diff"
_KINDS: Mapping[str, Callable[[str, object], list[Fault]]] = {
    "version": faults_of_name,
    "environment": faults_of_name,
    "branch": faults_of_line,
}


@router.get(_ROUTE)
def of_published(request: Request, provider: str, hub: HubOf) -> Response:
    """Compare what was published: ``oldVersion``, ``oldEnvironment`` or ``oldBranch`` with ``newVersion`` and so on."""
    query = request.query_params
    environments, main_branches = places_in(request)
    sides = [
        {kind: query[f"{side}{kind.title()}"] for kind in _KINDS if f"{side}{kind.title()}" in query}
        for side in ("old", "new")
    ]
    asks = query.get("consumers") is None or flag_in(request, "consumers")
    body = {
        "old": sides[0],
        "new": sides[1],
        "name": query.get("name"),
        "subject": query.get("subject"),
        "environments": environments,
        "mainBranches": main_branches,
        "consumers": asks,
        "details": flag_in(request, "details"),
    }
    return _answer(request, hub, _question(provider, body))


@router.post(_ROUTE)
def of_sent(request: Request, provider: str, body: Body, hub: HubOf) -> Response:
    """Compare a document that comes with the question, as ``contract``, or what was published. It changes nothing."""
    require_type(request)
    return _answer(request, hub, _question(provider, object_in(body)))


def _answer(request: Request, hub: Hub, question: DiffQuestion) -> Response:
    comparer: Comparer | None = request.app.state.comparer
    if comparer is None:
        raise Unavailable("comparing-off", "This hub compares no documents.")
    return Response(difference_of(hub, comparer, question), media_type=PLAIN_JSON)


def _question(provider: str, body: dict[str, Any]) -> DiffQuestion:
    faults: list[Fault] = []
    old = _published(body.get("old"), "old", faults)
    new: Published | Sent = _published(body.get("new"), "new", faults)
    if body.get("contract") is not None:
        if body.get("new"):
            faults.append(Fault("new", "can't be given together with contract"))
        new = _sent(body["contract"], faults) or new
    for field in ("name", "subject"):
        if body.get(field) is not None:
            faults += faults_of_label(field, body[field])
    environments = _environments(body.get("environments"), faults)
    consumers = _flag(body, "consumers", faults, otherwise=True)
    main_branches, details = (_flag(body, flag, faults) for flag in ("mainBranches", "details"))
    if faults:
        raise Invalid.of(*faults)
    return DiffQuestion(
        provider,
        old,
        new,
        body.get("name"),
        environments,
        main_branches,
        consumers,
        details,
        body.get("subject"),
    )


def _published(value: object, side: str, faults: list[Fault]) -> Published:
    if value is None:
        return Published()
    if not isinstance(value, dict):
        faults.append(Fault(side, "must be an object with version, environment or branch"))
        return Published()
    given = {kind: value[kind] for kind in _KINDS if value.get(kind) is not None}
    if len(given) > 1:
        faults.append(Fault(side, "must have one of version, environment and branch"))
    if unknown := sorted(set(value) - set(_KINDS)):
        faults.append(Fault(side, f"has {unknown[0][:50]!r}, and knows version, environment and branch"))
    for kind, said in given.items():
        faults += _KINDS[kind](f"{side}.{kind}", said)
    return Published(**given)


def _sent(value: object, faults: list[Fault]) -> Sent | None:
    offered = document_from(value, faults)
    if offered is None:
        return None
    return Sent({file.path: file.body for file in offered.files}, offered.root, offered.format)


def _flag(body: Mapping[str, Any], name: str, faults: list[Fault], *, otherwise: bool = False) -> bool:
    given = body.get(name)
    if given is not None and not isinstance(given, bool):
        faults.append(Fault(name, "must be true or false"))
    return given if isinstance(given, bool) else otherwise


def _environments(value: object, faults: list[Fault]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_ENVIRONMENTS:
        faults.append(Fault("environments", f"must be a list of at most {MOST_ENVIRONMENTS} names"))
        return ()
    found = [fault for name in value for fault in faults_of_name("environments", name)]
    faults += found
    return () if found else tuple(dict.fromkeys(value))
