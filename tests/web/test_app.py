"""How the application is put together: wholly, before the first request."""

from typing import cast

import fastapi.routing
import pytest
from starlette.testclient import TestClient

from contracthub.services.ports import Storage
from contracthub.web.app import create_app


def test_no_route_is_made_by_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(cast("Storage", None))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a request had to wait for a route to be made")

    monkeypatch.setattr(fastapi.routing, "get_dependant", refuse)
    with TestClient(app) as client:
        assert client.get("/").status_code == 200
        assert client.get("/no/such/thing").status_code == 404
