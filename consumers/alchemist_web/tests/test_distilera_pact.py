"""What alchemist_web needs of distilera, as its own client code uses it."""

from typing import Any

import pytest
from pact import Pact, match

from consumers.alchemist_web.client import BusyError, Distilera, Page, RefusedError, Simulation
from consumers.pact_files import Replay

JSON = "application/json"
SHOWN = Simulation("sim-1", "distilled dusk", "finished", 21.5)
CREATED = {
    "id": match.str("sim-3"),
    "recipe": match.str("distilled dusk"),
    "status": match.regex("created", regex="created|running|finished|cancelled"),
    "yield_ml": None,
}


def fault(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": match.str("Why it is refused.")}}


@pytest.fixture
def pact() -> Pact:
    return Pact("alchemist_web", "distilera").with_specification("V4")


def test_last_page(pact: Pact, replay: Replay) -> None:
    pagination = {"page": 2, "page_size": 2, "total_pages": 2}
    (
        pact.upon_receiving("a request for the last page of simulations")
        .given("three simulations exist")
        .with_request("GET", "/simulations")
        .with_query_parameter("page", "2")
        .with_query_parameter("page_size", "2")
        .will_respond_with(200)
        .with_body({"data": match.each_like(CREATED, min=1), "pagination": pagination}, JSON)
    )
    with replay(pact) as url:
        page = Distilera(url).simulations(page=2, page_size=2)
    assert page == Page((Simulation("sim-3", "distilled dusk", "created", None),), 2, 2)


def test_page_without_simulations(pact: Pact, replay: Replay) -> None:
    body: dict[str, Any] = {"data": [], "pagination": {"page": 1, "page_size": 20, "total_pages": 0}}
    (
        pact.upon_receiving("a request for simulations when there are none")
        .given("no simulation exists")
        .with_request("GET", "/simulations")
        .with_query_parameter("page", "1")
        .with_query_parameter("page_size", "20")
        .will_respond_with(200)
        .with_body(body, JSON)
    )
    with replay(pact) as url:
        assert Distilera(url).simulations(page=1, page_size=20) == Page((), 1, 0)


def test_finished_simulation(pact: Pact, replay: Replay) -> None:
    shown = {
        "id": "sim-1",
        "recipe": match.str("distilled dusk"),
        "status": "finished",
        "yield_ml": match.decimal(21.5),
    }
    (
        pact.upon_receiving("a request for a finished simulation")
        .given("a simulation is finished", simulation_id="sim-1")
        .with_request("GET", "/simulations/sim-1")
        .will_respond_with(200)
        .with_body({"data": shown}, JSON)
    )
    with replay(pact) as url:
        assert Distilera(url).simulation("sim-1") == SHOWN


def test_simulation_that_is_not_there(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for a simulation that is not there")
        .given("no simulation exists")
        .with_request("GET", "/simulations/sim-1")
        .will_respond_with(404)
        .with_body(fault("not_found"), JSON)
    )
    with replay(pact) as url, pytest.raises(RefusedError) as refused:
        Distilera(url).simulation("sim-1")
    assert refused.value.code == "not_found"


def test_creation(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to create a simulation")
        .given("no simulation exists")
        .with_request("POST", "/simulations")
        .with_body({"recipe": "distilled dusk", "operator": "mira"}, JSON)
        .will_respond_with(201)
        .with_header("Location", match.regex("/simulations/sim-1", regex=r"/simulations/[^/]+"))
    )
    with replay(pact) as url:
        assert Distilera(url).create("distilled dusk", "mira") == "/simulations/sim-1"


def test_start(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to start a simulation")
        .given("a simulation is created", simulation_id="sim-1")
        .with_request("POST", "/simulations/sim-1/start")
        .will_respond_with(200)
        .with_body({"data": {"status": "running"}}, JSON)
    )
    with replay(pact) as url:
        assert Distilera(url).start("sim-1") == "running"


def test_start_of_what_is_finished(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to start a finished simulation")
        .given("a simulation is finished", simulation_id="sim-1")
        .with_request("POST", "/simulations/sim-1/start")
        .will_respond_with(409)
        .with_body(fault("wrong_status"), JSON)
    )
    with replay(pact) as url, pytest.raises(RefusedError) as refused:
        Distilera(url).start("sim-1")
    assert refused.value.code == "wrong_status"


def test_start_when_there_is_no_furnace(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to start a simulation when all furnaces are busy")
        .given("all furnaces are busy", simulation_id="sim-1")
        .with_request("POST", "/simulations/sim-1/start")
        .will_respond_with(429)
        .with_header("Retry-After", match.regex("30", regex=r"\d+"))
        .with_body(fault("furnaces_busy"), JSON)
    )
    with replay(pact) as url, pytest.raises(BusyError) as refused:
        Distilera(url).start("sim-1")
    assert (refused.value.code, refused.value.retry_after) == ("furnaces_busy", 30)
