"""The registry in the hub: its own errors for everything that is asked of it, and nothing of it anywhere else."""

from typing import cast

import pytest
from starlette.testclient import TestClient

from contracthub.services.ports import Storage
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from contracthub.web.schema_registry.application import OwnPort
from tests.web.schema_registry.registry_calls import TYPE, Registry


def test_another_method_is_405(registry: Registry) -> None:
    answer = registry.call("DELETE", "/schemas/types")
    assert (answer.status_code, answer.json()) == (
        405,
        {"error_code": 405, "message": "HTTP 405 Method Not Allowed"},
    )
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("base", ["/schema-registry", "/w/default/schema-registry"])
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/subjects/%FF", 400, 400),
        ("/subjects//versions", 404, 404),
        ("/subjects/a%0Ab", 422, 42208),
        ("/subjects/a?x=%00", 422, 42208),
        ("/subjects/" + "x" * 17_000, 414, 414),
    ],
)
def test_a_broken_path_is_told_in_its_words(api: TestClient, base: str, path: str, status: int, code: int) -> None:
    assert Registry(api, base).refused("GET", path)[:2] == (status, code)


def test_a_broken_path_elsewhere_is_told_as_ever(api: TestClient) -> None:
    answer = api.get("/schema-registrys/%FF")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "error_code" not in api.get("/schema-registrys").json()


def test_its_answers_carry_what_every_answer_carries(api: TestClient) -> None:
    for path in ("/schema-registry", "/schema-registry/nowhere"):
        answer = api.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"] == TYPE


def test_a_fault_of_ours_is_told_with_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(cast("Storage", object()))
    with TestClient(app, base_url="http://hub.test") as client:
        status, code, told = Registry(client).refused("GET", "/subjects")
    assert (status, code) == (500, 50001)
    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage().split()[2] in told


def test_a_database_that_is_away_is_503_and_worth_another_try() -> None:
    database = open_database("postgresql://hub:secret@127.0.0.1:1/hub")
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        for method, path in (("GET", "/subjects"), ("GET", "/schemas/ids/1"), ("DELETE", "/subjects/a")):
            answer = Registry(client).call(method, path)
            assert (answer.status_code, answer.json()["error_code"]) == (503, 50003)
            assert answer.headers["retry-after"] == "1"
    database.close()


@pytest.mark.parametrize(("port", "status"), [(8081, 200), (9292, 404)])
def test_an_own_port_has_it_at_its_root(api: TestClient, port: int, status: int) -> None:
    served = OwnPort(api.app, api.app.state.registry, 8081)  # type: ignore[attr-defined]
    with TestClient(served, base_url=f"http://hub.test:{port}") as client:
        answer = client.get("/schemas/types")
        assert answer.status_code == status
        assert client.get("/w/default/schemas/types").status_code == status
        if status == 200:
            assert client.get("/schemas/%FF").json()["error_code"] == 400
            assert client.get("/pacticipants").json()["error_code"] == 404
            assert answer.headers["x-content-type-options"] == "nosniff"
