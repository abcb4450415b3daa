"""The registry as an application of its own beside the hub's, over the same state: its routes, refusals and errors.

It is reached below ``/schema-registry``, and on a port of its own without a path, as clients of a registry are used to.
"""

import re

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from contracthub.domain.errors import HubError
from contracthub.web.edge import Edge
from contracthub.web.headers import StandardHeaders
from contracthub.web.problems import logged, plain_problem
from contracthub.web.schema_registry import ROUTERS
from contracthub.web.schema_registry.access import RegistryAccess
from contracthub.web.schema_registry.contexts_in_paths import ContextsInPaths
from contracthub.web.schema_registry.errors import INVALID_SUBJECT, PHRASES, STORE, answer_to, error_answer

PREFIX = "/schema-registry"
_BELOW_PREFIX = re.compile(rf"(/w/[^/]+)?{PREFIX}(/.*)?", re.DOTALL)


def create_registry(state: State) -> FastAPI:
    """The registry's application, over the hub's state; ``Edge`` has put workspace and raw path into the scope."""
    app = FastAPI(
        title="ContractHub Schema Registry",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            # Outermost, so that an unexpected error ends here and not in the hub's application around this one.
            Middleware(ExceptionMiddleware, handlers={Exception: _unexpected}),
            Middleware(ContextsInPaths),
            Middleware(RegistryAccess),
        ],
    )
    app.state = state
    app.add_exception_handler(HubError, _hub_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    for router in ROUTERS:
        app.include_router(router)
    return app


class BelowPrefix:
    """ASGI middleware of the hub: what is asked below the prefix is the registry's."""

    def __init__(self, app: ASGIApp, registry: ASGIApp) -> None:
        self._app, self._registry = app, registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            prefix = scope["contracthub.prefix"] + PREFIX
            scope = {**scope, "path": path.removeprefix(PREFIX) or "/", "contracthub.prefix": prefix}
            await self._registry(scope, receive, send)
            return
        await self._app(scope, receive, send)


class OwnPort:
    """ASGI application: the registry where a connection came in at its port, else the hub."""

    def __init__(self, hub: ASGIApp, registry: ASGIApp, port: int) -> None:
        self._hub, self._port = hub, port
        self._registry = StandardHeaders(Edge(registry, tell=_told_at_edge))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        server = scope.get("server")
        is_registry = server is not None and server[1] == self._port
        await (self._registry if is_registry else self._hub)(scope, receive, send)


def told_at_edge(scope: Scope, status: int, title: str, detail: str) -> Response:
    """The answer of the hub to a path that is none: in the registry's words where its prefix is asked for."""
    if _BELOW_PREFIX.fullmatch(scope["path"]):
        return _told_at_edge(scope, status, title, detail)
    return plain_problem(status, title, detail)


def _told_at_edge(scope: Scope, status: int, _title: str, detail: str) -> Response:
    return error_answer(Request(scope), status, INVALID_SUBJECT if status == 422 else status, detail)


async def _hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return answer_to(request, error)


async def _invalid_request(request: Request, error: Exception) -> Response:
    # The framework's own answer is of another shape, and echoes what was sent.
    assert isinstance(error, RequestValidationError)
    places = [".".join(map(str, each["loc"])) for each in error.errors()[:5]]
    return error_answer(request, 422, 422, f"Not understood: {', '.join(places)}")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    answer = error_answer(request, status, status, PHRASES.get(status, f"HTTP {status} {error.detail}"))
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    told = f"An error has occurred. The details have been logged with the reference {logged(request, error)}"
    return error_answer(request, 500, STORE, told)
