"""What a health address says: in its status, and in its body where that is at odds with it."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse

from tests.verification.policies.serving import failed, held_against, serving


def provider(body: Any) -> FastAPI:
    app = FastAPI()

    @app.get("/health")
    def health() -> JSONResponse:
        return JSONResponse(body)

    return app


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"status": "ok"}, []),
        ({"status": "UP", "components": {"mail": {"status": "DOWN"}}}, []),
        ({"status": "pass", "errors": 0}, []),
        ([], []),
        ({"status": "DOWN"}, ["health.answers GET /health"]),
        ({"status": "out-of-service"}, ["health.answers GET /health"]),
        ({"healthy": False}, ["health.answers GET /health"]),
        ({"ok": True, "store": "postgresql://shop:hunter2@db:5432/shop"}, ["health.no-leak GET /health"]),
        ({"ok": True, "store": "postgresql://db:5432/shop"}, []),
    ],
)
def test_what_health_says_is_believed(body: Any, names: list[str]) -> None:
    with serving(provider(body)) as url:
        found = held_against(url, {"packs": ["health"]})
    assert sorted(failed(found)) == names, json.dumps(body)
