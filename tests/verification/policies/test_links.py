"""Where links to the next page may lead."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.verification.policies.serving import failed, held_against, serving


def provider(link: str, servers: list[dict[str, Any]]) -> Starlette:
    parameters = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "page_size")]
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": servers,
        "paths": {"/things": {"get": {"parameters": parameters, "responses": {"200": {"description": "ok"}}}}},
    }

    async def things(request: Request) -> Response:
        page, size = (int(request.query_params.get(name, one)) for name, one in (("page", 1), ("page_size", 5)))
        ids = range(7)[(page - 1) * size : page * size]
        more = f"{link.format(here=request.base_url.netloc)}/things?page={page + 1}&page_size={size}"
        return JSONResponse({"results": [{"id": each} for each in ids], "next": more if page * size < 7 else None})

    async def described(_: Request) -> Response:
        return JSONResponse(document)

    return Starlette(routes=[Route("/openapi.json", described), Route("/things", things)])


GATEWAY = "https://api.example"


@pytest.mark.parametrize(
    ("link", "servers", "is_broken"),
    [
        ("", [], False),
        ("http://{here}", [], False),
        (GATEWAY, [{"url": GATEWAY}], False),
        (GATEWAY, [], True),
        (GATEWAY, [{"url": "/"}], True),
    ],
)
def test_a_link_leads_to_a_server_of_the_document(link: str, servers: list[dict[str, Any]], is_broken: bool) -> None:
    with serving(provider(link, servers)) as url:
        found = held_against(url, {"packs": ["pagination"]})
    assert sorted(failed(found)) == (["pagination.link GET /things"] if is_broken else [])
