"""The provider-state endpoint: each state really sets the data, a teardown and the empty name really empty it."""

from typing import Any

import httpx
import pytest

from providers.detector_service.states import states_of as detector_states
from providers.detector_service.store import Store as DetectorStore
from providers.distilera.states import states_of as distilera_states
from providers.distilera.store import Store as DistileraStore
from providers.mercatrix.market import Market
from providers.mercatrix.states import states_of as mercatrix_states
from providers.neural_processor.states import states_of as neural_states
from providers.neural_processor.store import Store as NeuralStore
from tests.fleet.running import PROVIDERS, StartProvider, interactions_of

ACME = {"X-Tenant": "acme"}
STATES = {
    "neural_processor": neural_states(NeuralStore()),
    "detector_service": detector_states(DetectorStore()),
    "distilera": distilera_states(DistileraStore(lambda _: None)),
    "mercatrix": mercatrix_states(Market()),
}

SIMULATION = {
    "id": "sim-1",
    "recipe": "distilled dusk",
    "operator": "mira",
    "yield_ml": None,
    "furnace": "furnace 2",
}
COINS_OF_ADA = '/graphql?query={wallet(owner:"ada"){essence_coins}}'

# provider, state, parameters, a path to read, what the body must hold
SHOWN = [
    ("neural_processor", "a session exists", {}, "/sessions/123/data", {"total_samples": 5}),
    ("neural_processor", "a session exists", {"session_id": "9"}, "/sessions/9", {"session_id": "9"}),
    ("neural_processor", "a job is queued", {}, "/jobs/7", {"status": "queued", "result": None}),
    ("neural_processor", "a job is running", {"job_id": "8"}, "/jobs/8", {"status": "running", "result": None}),
    ("neural_processor", "a job is done", {}, "/jobs/7", {"status": "done", "result": {"spikes": 2}}),
    ("detector_service", "a dataset exists", {}, "/datasets/ds-1", {"id": "ds-1", "row_count": 1200}),
    ("detector_service", "three datasets exist", {}, "/datasets?limit=3", {"next_cursor": None}),
    ("detector_service", "a detector is created", {}, "/detectors/det-1", {"status": "created"}),
    ("detector_service", "a detector is trained", {"detector_id": "d"}, "/detectors/d", {"status": "trained"}),
    ("detector_service", "a detector is deployed", {}, "/detectors/det-1", {"status": "deployed", "state": "deployed"}),
    (
        "mercatrix",
        "an offer exists",
        {"offer_id": "x"},
        "/graphql?query={offers{id}}",
        {"data": {"offers": [{"id": "x"}]}},
    ),
    ("mercatrix", "a full wallet exists", {}, COINS_OF_ADA, {"data": {"wallet": {"essence_coins": 120}}}),
    ("mercatrix", "an empty wallet exists", {"owner": "ada"}, COINS_OF_ADA, {"data": {"wallet": {"essence_coins": 0}}}),
    (
        "mercatrix",
        "offers of two kinds exist",
        {},
        "/graphql?query={offers{kind}}",
        {"data": {"offers": [{"kind": "VIGOUR"}, {"kind": "CALM"}]}},
    ),
    (
        "distilera",
        "a simulation is created",
        {},
        "/simulations/sim-1",
        {"data": SIMULATION | {"status": "created"}},
    ),
    (
        "distilera",
        "a simulation is running",
        {},
        "/simulations/sim-1",
        {"data": SIMULATION | {"status": "running"}},
    ),
    (
        "distilera",
        "a simulation is finished",
        {},
        "/simulations/sim-1",
        {"data": {**SIMULATION, "status": "finished", "yield_ml": 21.0}},
    ),
    (
        "distilera",
        "three simulations exist",
        {},
        "/simulations?page=3&page_size=1",
        {"pagination": {"page": 3, "page_size": 1, "total_items": 3, "total_pages": 3}},
    ),
    (
        "distilera",
        "all furnaces are busy",
        {},
        "/simulations?page=2&page_size=2",
        {"pagination": {"page": 2, "page_size": 2, "total_items": 4, "total_pages": 2}},
    ),
]
EMPTYING = [
    ("distilera", "a simulation is finished", "no simulation exists", "/simulations/sim-1"),
    ("neural_processor", "a session exists", "no session exists", "/sessions/123"),
    ("detector_service", "a dataset exists", "no dataset exists", "/datasets/ds-1"),
]


def change(url: str, state: str, action: str = "setup", **params: Any) -> httpx.Response:
    body = {"state": state, "params": params, "action": action}
    return httpx.post(f"{url}/_pact/provider-states", json=body)


@pytest.mark.parametrize(("provider", "state", "params", "path", "held"), SHOWN, ids=[f"{r[1]}-{r[3]}" for r in SHOWN])
def test_a_state_sets_its_data_and_a_teardown_takes_it_away(
    provider: str, state: str, params: dict[str, str], path: str, held: dict[str, Any], start_provider: StartProvider
) -> None:
    url = start_provider(provider)
    empty = httpx.get(url + path, headers=ACME).json()
    assert change(url, state, **params).status_code == 200
    body = httpx.get(url + path, headers=ACME).json()
    assert {name: body[name] for name in held} == held
    assert change(url, state, "teardown", **params).status_code == 200
    assert httpx.get(url + path, headers=ACME).json() == empty != body


@pytest.mark.parametrize(("provider", "filled", "emptied", "path"), EMPTYING)
@pytest.mark.parametrize("nameless", [False, True])
def test_the_empty_states_leave_nothing(
    provider: str, filled: str, emptied: str, path: str, *, nameless: bool, start_provider: StartProvider
) -> None:
    url = start_provider(provider)
    change(url, filled)
    assert httpx.get(url + path, headers=ACME).status_code == 200
    assert change(url, "" if nameless else emptied).status_code == 200
    assert httpx.get(url + path, headers=ACME).status_code == 404


def test_a_state_may_come_on_top_of_another(start_provider: StartProvider) -> None:
    url = start_provider("detector_service")
    change(url, "a dataset belongs to another tenant")
    change(url, "a dataset exists")
    assert httpx.get(f"{url}/datasets/ds-1", headers=ACME).status_code == 200
    assert httpx.get(f"{url}/datasets/ds-globex", headers={"X-Tenant": "globex"}).status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("action", ["setup", "teardown"])
def test_an_unknown_state_is_refused_with_those_that_exist(
    provider: str, action: str, start_provider: StartProvider
) -> None:
    answer = change(start_provider(provider), "the moon is full", action)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("There is no provider state 'the moon is full'. Known states: ")
    assert all(name in answer.json()["detail"] for name in STATES[provider])


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("content", [rb'{"state": "\ud800"}', b'{"state": NaN}', b"[]", b"{", b"\xff"])
def test_a_hostile_body_is_refused(provider: str, content: bytes, start_provider: StartProvider) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{start_provider(provider)}/_pact/provider-states"
    assert 400 <= httpx.post(url, content=content, headers=headers).status_code < 500


@pytest.mark.parametrize(
    ("provider", "state", "name"),
    [("neural_processor", "a session exists", "session_id"), ("detector_service", "a dataset exists", "dataset_id")],
)
def test_a_parameter_of_the_wrong_type_is_refused(
    provider: str, state: str, name: str, start_provider: StartProvider
) -> None:
    answer = change(start_provider(provider), state, "setup", **{name: 123})
    assert answer.status_code == 400
    assert answer.json()["detail"] == f"The state parameter '{name}' must be text."


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_pact_needs_no_state_that_the_provider_lacks(provider: str) -> None:
    needed = {state["name"] for each in interactions_of(provider) for state in each["providerStates"]}
    assert needed <= set(STATES[provider])
