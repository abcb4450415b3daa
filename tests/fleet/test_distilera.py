"""distilera beyond its pacts: the steps of a simulation, its pages, how it refuses, and the messages that it makes."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.fleet.running import StartProvider

JSON = {"Content-Type": "application/json"}
NEW = {"recipe": "dusk", "operator": "mira"}


@pytest.fixture
def url(start_provider: StartProvider) -> str:
    return start_provider("distilera")


def step(url: str, verb: str, simulation_id: str = "sim-1") -> httpx.Response:
    return httpx.post(f"{url}/simulations/{simulation_id}/{verb}")


def create(url: str, count: int = 1) -> list[str]:
    return [httpx.post(f"{url}/simulations", json=NEW).raise_for_status().headers["Location"] for _ in range(count)]


def message(url: str, description: str) -> httpx.Response:
    return httpx.post(f"{url}/_pact/messages", json={"description": description})


def test_a_simulation_takes_its_steps_in_order(url: str) -> None:
    assert create(url) == ["/simulations/sim-1"]
    assert step(url, "finish").json()["error"]["code"] == "wrong_status"
    assert step(url, "start").json()["data"]["status"] == "running"
    assert step(url, "finish").json()["data"] | {"furnace": ""} == {
        "id": "sim-1",
        "recipe": "dusk",
        "operator": "mira",
        "status": "finished",
        "yield_ml": 6.0,
        "furnace": "",
    }
    assert step(url, "cancel").status_code == 409


def test_a_furnace_is_free_again_after_a_simulation(url: str) -> None:
    create(url, 4)
    assert [step(url, "start", f"sim-{number}").status_code for number in (1, 2, 3, 4)] == [200, 200, 200, 429]
    assert step(url, "cancel", "sim-2").status_code == 200
    assert step(url, "start", "sim-4").status_code == 200


def test_pages_have_no_holes_and_no_overlap(url: str) -> None:
    create(url, 5)
    pages = [httpx.get(f"{url}/simulations", params={"page": page, "page_size": 2}).json() for page in (1, 2, 3, 4)]
    assert [[each["id"] for each in page["data"]] for page in pages] == [
        ["sim-1", "sim-2"],
        ["sim-3", "sim-4"],
        ["sim-5"],
        [],
    ]
    assert {page["pagination"]["total_pages"] for page in pages} == {3}


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[]", b"NaN", b'{"recipe": "\\ud800", "operator": NaN}', b"{}"])
def test_a_body_that_breaks_the_schema_is_refused_in_the_envelope(url: str, content: bytes) -> None:
    answer = httpx.post(f"{url}/simulations", content=content, headers=JSON)
    assert answer.status_code in (400, 422)
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/simulations/none", 404),
        ("GET", "/simulations?page=0", 422),
        ("GET", "/simulations?page_size=101", 422),
        ("DELETE", "/simulations", 405),
    ],
)
def test_every_refusal_has_the_envelope(url: str, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, url + path)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_a_message_is_made_by_doing_what_it_tells_of(url: str) -> None:
    with simulation(url, "running"):
        answer = message(url, "a simulation was finished")
        assert answer.json() == {
            "event_id": "ev-1",
            "simulation_id": "sim-1",
            "kind": "FINISHED",
            "recipe": "distilled dusk",
            "yield_ml": 21.0,
            "operator": "mira",
        }
        metadata = json.loads(base64.b64decode(answer.headers["Pact-Message-Metadata"]))
        assert metadata == {"kafka_topic": "simulation.events", "key": "sim-1", "contentType": "application/json"}
        assert httpx.get(f"{url}/simulations/sim-1").json()["data"]["status"] == "finished"


@pytest.mark.parametrize(
    ("body", "status"), [({"description": "the moon rose"}, 404), ({}, 422), ({"description": "\ud800"}, 404)]
)
def test_a_message_that_nobody_knows_is_refused(url: str, body: dict[str, Any], status: int) -> None:
    answer = httpx.post(f"{url}/_pact/messages", content=json.dumps(body), headers=JSON)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@contextmanager
def simulation(url: str, status: str) -> Iterator[None]:
    states = f"{url}/_pact/provider-states"
    httpx.post(states, json={"state": f"a simulation is {status}"}).raise_for_status()
    yield
    httpx.post(states, json={"state": "", "action": "teardown"}).raise_for_status()
