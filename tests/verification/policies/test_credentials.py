"""Credentials that are almost right, and how those are refused who have none."""

import base64
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.verification.policies.serving import failed, held_against, serving

PAIR = base64.b64encode(b"una:sesame").decode()
SCHEMES = {
    "basic": ({"type": "http", "scheme": "basic"}, "authorization", f"Basic {PAIR}"),
    "bearer": ({"type": "http", "scheme": "bearer"}, "authorization", "Bearer sesame-sesame"),
    "key": ({"type": "apiKey", "in": "header", "name": "X-API-Key"}, "x-api-key", "sesame-sesame"),
}


def document(scheme: Any) -> dict[str, Any]:
    problem = {"description": "no", "content": {"application/problem+json": {}}}
    things = {"get": {"responses": {"200": {"description": "ok"}, "404": problem}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "components": {"securitySchemes": {"it": scheme}},
        "security": [{"it": []}],
        "paths": {"/things": things},
    }


def is_let_in(kind: str, fault: str, value: str) -> bool:
    right = SCHEMES[kind][2]
    if fault == "prefix":
        return value.startswith(right[:-1]) and bool(right)
    if fault == "any password":
        return base64.b64decode(value.partition(" ")[2] or "").startswith(b"una:")
    return value == right


def provider(kind: str, fault: str) -> Starlette:
    scheme, header, _ = SCHEMES[kind]

    async def described(_: Request) -> Response:
        return JSONResponse(document(scheme))

    async def things(request: Request) -> Response:
        if is_let_in(kind, fault, request.headers.get(header, "")):
            return JSONResponse({})
        problem = {"type": "/problems/who", "title": "Who are you?", "status": 401}
        media_type = "application/json" if fault == "style" else "application/problem+json"
        return JSONResponse(problem, 401, {"WWW-Authenticate": "Something"}, media_type)

    async def refused(_: Request, failure: Any) -> Response:
        told = {"type": "about:blank", "title": "No", "status": failure.status_code}
        return JSONResponse(told, failure.status_code, failure.headers, "application/problem+json")

    routes = [Route("/openapi.json", described), Route("/things", things)]
    return Starlette(routes=routes, exception_handlers={404: refused, 405: refused})


@pytest.mark.parametrize(
    ("kind", "fault", "names"),
    [
        *((kind, "", []) for kind in SCHEMES),
        ("bearer", "prefix", ["authentication.garbage GET /things"]),
        ("key", "prefix", ["authentication.garbage GET /things"]),
        ("basic", "any password", ["authentication.garbage GET /things"]),
        ("key", "style", ["errors.content-type GET /things"]),
    ],
)
def test_almost_right_is_wrong_and_is_refused_in_style(kind: str, fault: str, names: list[str]) -> None:
    _, header, value = SCHEMES[kind]
    principals = {"una": {"headers": {header: value}}}
    with serving(provider(kind, fault)) as url:
        found = held_against(url, {"packs": ["authentication", "errors"], "principals": principals})
    assert sorted(failed(found)) == names
