"""Puts the faces together into one ASGI application."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from contracthub.domain.errors import Fault, HubError, Invalid, NotFound
from contracthub.services.hub import utc_now
from contracthub.services.paper_isolation import compare_large_ones_with
from contracthub.services.ports import Storage
from contracthub.services.ports.comparing import Comparer
from contracthub.services.ports.outbound import Sender
from contracthub.web import api, pages
from contracthub.web.access import AccessControl
from contracthub.web.edge import Edge
from contracthub.web.extensions import PathExtensions
from contracthub.web.headers import STANDARD, StandardHeaders
from contracthub.web.pact_broker import ROUTERS, badges
from contracthub.web.pact_broker.event_addresses import EventAddresses
from contracthub.web.pages.errors import error_page, told_page
from contracthub.web.pages.routing import wants_page
from contracthub.web.problems import NOT_FOUND, Refused, answer_to, answer_to_unexpected, logged
from contracthub.web.schema_registry.application import BelowPrefix, create_registry, told_at_edge
from contracthub.web.settings import Settings


def create_app(
    storage: Storage,
    settings: Settings | None = None,
    clock: Callable[[], datetime] = utc_now,
    sender: Sender | None = None,
    comparer: Comparer | None = None,
) -> FastAPI:
    """The hub as an ASGI application over ``storage``; the caller has migrated the database.

    Without a ``sender`` it calls nobody: webhooks can be defined, but not tried. Without a ``comparer`` it compares no
    documents.
    """
    state = State()
    registry = create_registry(state)
    app = FastAPI(
        title="ContractHub",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(StandardHeaders),
            Middleware(Edge, tell=told_at_edge),
            Middleware(BelowPrefix, registry=registry),
            Middleware(PathExtensions, routers=ROUTERS),
            Middleware(AccessControl),
        ],
    )
    app.state = state
    app.state.storage, app.state.settings, app.state.clock = storage, settings or Settings(), clock
    app.state.sender, app.state.addresses, app.state.comparer = sender, EventAddresses, comparer
    if comparer is not None:
        compare_large_ones_with(comparer)
    # By this it is recognised under whatever address.
    app.state.instance = uuid4().hex
    app.state.registry = registry
    app.add_exception_handler(HubError, _hub_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    # Badges come first: their addresses may be open to everybody, so nothing else may ever answer there.
    for router in (
        badges.router,
        *pages.ROUTERS,
        *api.ROUTERS,
        *(each for each in ROUTERS if each is not badges.router),
    ):
        app.include_router(router)
    for each in (app, registry):
        _put_together(each)
    return app


def _put_together(app: FastAPI) -> None:
    """Have every route made now. FastAPI makes them when the first request looks for one: that request would wait for
    all of them, and two applications in the threads of one process would make the same ones at once.
    """
    scope = {"type": "http", "method": "GET", "path": "/-/-", "root_path": "", "headers": [], "query_string": b""}
    for route in app.router.routes:
        route.matches(scope)


async def _hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return error_page(request, error) if wants_page(request) else answer_to(request, error)


async def _invalid_request(request: Request, error: Exception) -> Response:
    # The framework's own answer would echo what was sent, secrets included, at full size.
    assert isinstance(error, RequestValidationError)
    faults = [Fault(".".join(map(str, each["loc"][1:])), str(each["msg"])) for each in error.errors()[:50]]
    return answer_to(request, Invalid.of(*faults))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return _other_method(request)
    if wants_page(request):
        told = NOT_FOUND["error"] if error.status_code == 404 else str(error.detail)
        return told_page(request, error.status_code, told)
    if error.status_code == 404:
        return answer_to(request, NotFound("document-not-found", NOT_FOUND["error"]))
    return answer_to(request, Refused(error.status_code, "refused", str(error.detail)))


def _other_method(request: Request) -> Response:
    """The methods that a resource has: as the answer to OPTIONS, or with a refusal."""
    # One that was just refused is not there, whichever route has it for addresses of this form.
    allowed = ", ".join([*(each for each in _methods_at(request) if each != request.method), "OPTIONS"])
    if request.method == "OPTIONS":
        return Response(status_code=200, headers={"Access-Control-Allow-Methods": allowed, "Allow": allowed})
    text = f"This resource has no method {request.method[:20]}. It has {allowed}."
    refused = Refused(405, "method-not-allowed", text)
    told = told_page(request, 405, text) if wants_page(request) else answer_to(request, refused)
    told.headers["Allow"] = allowed
    return told


def _methods_at(request: Request) -> list[str]:
    """Each method is a route of its own, so the one that refused knows only its own."""
    routers = (*pages.ROUTERS, *api.ROUTERS, *ROUTERS)
    routes = [*request.app.routes, *(route for router in routers for route in router.routes)]
    found: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


async def _unexpected(request: Request, error: Exception) -> Response:
    reference = logged(request, error)
    if wants_page(request):
        return told_page(request, 500, f"The details have been logged with the reference {reference}.")
    answer = answer_to_unexpected(request, reference)
    # The framework answers these outside of every middleware, so nobody else adds what every answer carries.
    answer.headers.update(STANDARD)
    return answer
