"""Refusals of which the document says nothing, and waits that are none."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.verification.policies.serving import failed, held_against, serving


def shop(fault: str) -> FastAPI:
    """What FastAPI documents by itself: 422, and nothing else."""
    app = FastAPI()
    orders: dict[int, dict[str, Any]] = {}

    @app.post("/orders", status_code=201)
    def create(body: dict[str, str]) -> dict[str, Any]:
        number = len(orders) + 1
        orders[number] = {"id": number, **body}
        return orders[number]

    @app.get("/orders/{order_id}", response_model=None)
    def read(order_id: int) -> dict[str, Any] | Response | None:
        if order_id in orders or fault == "null":
            return orders.get(order_id)
        return HTMLResponse("<h1>None</h1>", 404) if fault == "page" else JSONResponse({"detail": "none"}, 404)

    @app.get("/greetings/{name}")
    def greet(name: str) -> dict[str, str]:
        return {"hello": name}

    return app


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("", []),
        ("null", ["errors.unknown-id GET /orders/{order_id}"]),
        ("page", ["errors.content-type GET /orders/{order_id}"]),
    ],
)
def test_what_the_document_does_not_say_is_judged_where_it_is_plain(fault: str, names: list[str]) -> None:
    with serving(shop(fault)) as url:
        found = held_against(url, {"packs": ["errors"]})
    assert sorted(failed(found)) == names


@pytest.mark.parametrize(
    ("value", "is_broken"),
    [
        ("0", False),
        ("Fri, 31 Dec 9999 23:59:59 GMT", False),
        ("Wed, 01 Jan 2020 00:00:00 GMT", True),
        ("soon", True),
    ],
)
def test_a_wait_that_is_over_is_none(value: str, is_broken: bool) -> None:
    app = FastAPI()

    @app.get("/busy")
    def busy(request: Request) -> None:
        raise HTTPException(429, headers={"Retry-After": value})

    with serving(app) as url:
        found = held_against(url, {"packs": ["rate-limits"], "rate-limits": {"operation": "GET /busy", "burst": 2}})
    assert sorted(failed(found)) == (["rate-limits.retry-after GET /busy"] if is_broken else [])
