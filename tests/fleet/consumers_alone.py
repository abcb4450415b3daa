"""What the tests of each consumer demand, asked of a running provider by the consumer's own code, without any contract.

Where a test's pact says "anything of this kind", only the kind is demanded here; where it says a value, that value. So
this knows as much as the tests, and nothing of matching rules, documents or verifiers.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from confluent_kafka import Producer
from fastavro import parse_schema

from consumers.alchemist_web import client as alchemist_web
from consumers.anomaly_console import client as anomaly_console
from consumers.api_gateway import client as api_gateway
from consumers.api_gateway import packets
from consumers.distilera_market import client as distilera_market
from consumers.hoardwell import reading
from consumers.hoardwell.hoard import Hoard
from consumers.signal_viewer import client as signal_viewer

TYPES = "https://detector-service.example/problems/"
SUNSET_FORM = "%a, %d %b %Y %H:%M:%S GMT"
KINDS = ("CALM", "ECHO", "VIGOUR")
# What comes over Kafka is there in a moment, or never.
PATIENCE = 6.0

# What a scenario is asked of: the base URL of the provider, and the Kafka that it is connected to.
Play = Callable[[str, str], None]


@dataclass(frozen=True, eq=False, slots=True)
class Scenario:
    """A test of a consumer; ``contract`` is the kind of contract that came of it."""

    consumer: str
    provider: str
    contract: str
    states: Mapping[str, Mapping[str, str]]
    play: Play = field(repr=False)

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.consumer}: {self.play.__name__.strip('_').replace('_', ' ')}"


SCENARIOS: list[Scenario] = []


def _scenario(
    consumer: str, provider: str, contract: str = "pact", **states: Mapping[str, str]
) -> Callable[[Play], Play]:
    def note(play: Play) -> Play:
        named = {name.replace("_", " "): params for name, params in states.items()}
        SCENARIOS.append(Scenario(consumer, provider, contract, named, play))
        return play

    return note


def hurt(provider: str, url: str, kafka: str) -> dict[Scenario, str]:
    """Whose tests fail against this provider, and how."""
    found = {}
    for each in SCENARIOS:
        if each.provider == provider:
            _setup(url, "", {}, "teardown")
            for state, params in each.states.items():
                _setup(url, state, params)
            try:
                each.play(url, kafka)
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 (whatever their code does not survive)
                found[each] = f"{type(error).__name__}: {error}"[:200]
    return found


def _setup(url: str, state: str, params: Mapping[str, str], action: str = "setup") -> Mapping[str, str]:
    body = {"state": state, "params": params, "action": action}
    answer = httpx.post(f"{url}/_pact/provider-states", json=body)
    answer.raise_for_status()
    values: dict[str, str] = answer.json()
    return values


def _is(value: object, *kinds: type) -> None:
    assert isinstance(value, kinds), value
    assert bool in kinds or not isinstance(value, bool), value


# api_gateway


@_scenario("api_gateway", "neural_processor", a_session_exists={})
def _data_of_a_session(url: str, _: str) -> None:
    data = api_gateway.NeuralProcessor(url).session_data("123")
    _is(data.session_id, str)
    assert data.samples
    for each in data.samples:
        _is(each, int, float)
    _is(data.total_samples, int)


@_scenario("api_gateway", "neural_processor", no_session_exists={})
def _data_of_an_unknown_session(url: str, _: str) -> None:
    with pytest.raises(api_gateway.SessionNotFoundError):
        api_gateway.NeuralProcessor(url).session_data("999")


@_scenario("api_gateway", "neural_processor", a_session_exists={})
def _start_of_processing(url: str, _: str) -> None:
    name, job = api_gateway.NeuralProcessor(url).start_processing("123").removeprefix("/").split("/")
    assert name == "jobs"
    assert job


@_scenario("api_gateway", "neural_processor", a_job_is_running={"job_id": "7"})
def _poll_of_a_running_job(url: str, _: str) -> None:
    progress = api_gateway.NeuralProcessor(url).poll("/jobs/7")
    _is(progress.job_id, str)
    assert (progress.is_done, progress.spikes) == (False, None)


@_scenario("api_gateway", "neural_processor", a_job_is_done={"job_id": "7"})
def _poll_of_a_job_that_is_done(url: str, _: str) -> None:
    progress = api_gateway.NeuralProcessor(url).poll("/jobs/7")
    assert progress.is_done
    _is(progress.spikes, int)


@_scenario("api_gateway", "neural_processor", "journey")
def _a_session_is_processed(url: str, _: str) -> None:
    opened = httpx.post(f"{url}/sessions", json={"subject": "subject-a"})
    assert opened.status_code == 201
    session = opened.json()["session_id"]
    samples = {"samples": [0.1, 0.7, 0.2, 0.9]}
    assert httpx.post(f"{url}/sessions/{session}/chunks", json=samples).status_code == 201
    gateway = api_gateway.NeuralProcessor(url)
    job = gateway.start_processing(session)
    end = time.monotonic() + PATIENCE
    while not (progress := gateway.poll(job)).is_done:
        assert time.monotonic() < end
    assert progress.spikes == 2
    assert gateway.session_data(session).samples == (0.1, 0.7, 0.2, 0.9)


@_scenario("api_gateway", "neural_processor", "flow", an_empty_session_exists={"session_id": "flow-1"})
def _ten_packets_become_ten_chunks(url: str, kafka: str) -> None:
    producer = Producer({"bootstrap.servers": kafka})
    packets.pass_on(lambda *message: producer.produce(message[0], key=message[1], value=message[2]), "flow-1", TEN)
    assert producer.flush(PATIENCE) == 0
    end = time.monotonic() + PATIENCE
    gateway = api_gateway.NeuralProcessor(url)
    while gateway.session_data("flow-1").total_samples != 2500:
        assert time.monotonic() < end
        time.sleep(0.05)


TEN = [[0.25] * 250] * 10


# signal_viewer


def _socket(url: str) -> str:
    return url.replace("http", "ws", 1)


@_scenario("signal_viewer", "neural_processor", "conversation", a_session_exists={"session_id": "123"})
def _a_session_is_read_and_continued(url: str, _: str) -> None:
    with signal_viewer.viewing(_socket(url), "123") as viewer:
        assert viewer.chunks == 2
        picture = viewer.picture()
        assert (picture.samples, type(picture.spikes)) == ((0.1, 0.7, 0.2, 0.9, 0.3), int)
        assert viewer.append([0.6]).samples == (0.6,)
        viewer.stop()


@_scenario("signal_viewer", "neural_processor", "close code", no_session_exists={})
def _a_session_that_is_not_there(url: str, _: str) -> None:
    with pytest.raises(signal_viewer.NoSuchSessionError), signal_viewer.viewing(_socket(url), "123"):
        pass


@_scenario("signal_viewer", "neural_processor", "events", a_session_exists={"session_id": "123"})
def _events_where_no_socket_gets_through(url: str, _: str) -> None:
    picture = signal_viewer.watched(url, "123")
    assert picture.samples
    assert picture.spikes == 2


@_scenario("signal_viewer", "neural_processor", "events", no_session_exists={})
def _no_events_of_a_session_that_is_not_there(url: str, _: str) -> None:
    with pytest.raises(signal_viewer.NoSuchSessionError):
        signal_viewer.watched(url, "123")


# anomaly_console


def _console(url: str) -> anomaly_console.DetectorService:
    return anomaly_console.DetectorService(url, "acme")


def _are_datasets(*datasets: anomaly_console.Dataset) -> None:
    assert datasets
    for each in datasets:
        _is(each.id, str)
        _is(each.name, str)
        _is(each.row_count, int)


def _is_refused(kind: str, status: int, ask: Callable[[], object]) -> None:
    with pytest.raises(anomaly_console.RefusedError) as refused:
        ask()
    problem = refused.value.problem
    assert (problem.type, problem.status) == (TYPES + kind, status)
    _is(problem.title, str)
    _is(problem.detail, str)


@_scenario("anomaly_console", "detector_service", three_datasets_exist={})
def _first_page_of_datasets(url: str, _: str) -> None:
    page = _console(url).datasets(limit=2)
    _are_datasets(*page.datasets)
    _is(page.next_cursor, str)


@_scenario("anomaly_console", "detector_service", three_datasets_exist={})
def _last_page_of_datasets(url: str, _: str) -> None:
    cursor = _setup(url, "three datasets exist", {})["cursor_of_the_second_page"]
    page = _console(url).datasets(limit=2, cursor=cursor)
    _are_datasets(*page.datasets)
    assert page.next_cursor is None


@_scenario("anomaly_console", "detector_service", no_dataset_exists={})
def _creation_of_a_dataset(url: str, _: str) -> None:
    assert _console(url).create_dataset("turbine", 1200).startswith("/datasets/")


@_scenario("anomaly_console", "detector_service", a_dataset_exists={"dataset_id": "ds-1"})
def _own_dataset(url: str, _: str) -> None:
    _are_datasets(_console(url).dataset("ds-1"))


@_scenario("anomaly_console", "detector_service", a_dataset_belongs_to_another_tenant={"dataset_id": "ds-globex"})
def _dataset_of_another_tenant(url: str, _: str) -> None:
    _is_refused("not-found", 404, lambda: _console(url).dataset("ds-globex"))


@_scenario("anomaly_console", "detector_service", a_dataset_exists={"dataset_id": "ds-1"})
def _creation_of_a_detector(url: str, _: str) -> None:
    assert _console(url).create_detector("vibration", "ds-1") not in {"", "None"}


@_scenario("anomaly_console", "detector_service", a_detector_is_created={"detector_id": "det-1"})
def _training_of_a_detector(url: str, _: str) -> None:
    assert _console(url).train("det-1") == "trained"


@_scenario("anomaly_console", "detector_service", a_detector_is_trained={"detector_id": "det-1"})
def _deployment_of_a_detector(url: str, _: str) -> None:
    assert _console(url).deploy("det-1") == "deployed"


@_scenario("anomaly_console", "detector_service", a_detector_is_created={"detector_id": "det-1"})
def _deployment_before_training(url: str, _: str) -> None:
    _is_refused("wrong-status", 409, lambda: _console(url).deploy("det-1"))


@_scenario("anomaly_console", "detector_service", a_detector_is_trained={"detector_id": "det-1"})
def _deprecated_state_of_a_detector(url: str, _: str) -> None:
    summary = _console(url).summary("det-1")
    _is(summary.id, str)
    assert summary.state in {"created", "trained", "deployed"}
    datetime.strptime(summary.sunset, SUNSET_FORM)  # noqa: DTZ007 (only whether it is such a date)


@_scenario("anomaly_console", "detector_service", "journey")
def _a_dataset_comes_and_goes(url: str, _: str) -> None:
    console = _console(url)
    dataset = console.dataset(console.create_dataset("turbine", 1200).rpartition("/")[2])
    assert (dataset.name, dataset.row_count) == ("turbine", 1200)
    hall = console.change_dataset(replace(dataset, name="turbine hall", row_count=1300))
    assert hall == anomaly_console.Dataset(dataset.id, "turbine hall", 1300)
    assert hall in console.datasets(limit=100).datasets
    console.delete_dataset(hall.id)
    _is_refused("not-found", 404, lambda: console.dataset(hall.id))


# alchemist_web


def _is_simulation(simulation: alchemist_web.Simulation) -> None:
    _is(simulation.id, str)
    _is(simulation.recipe, str)


def _is_denied(code: str, ask: Callable[[], object]) -> alchemist_web.RefusedError:
    with pytest.raises(alchemist_web.RefusedError) as refused:
        ask()
    assert refused.value.code == code
    _is(refused.value.args[0], str)
    return refused.value


@_scenario("alchemist_web", "distilera", three_simulations_exist={})
def _last_page(url: str, _: str) -> None:
    page = alchemist_web.Distilera(url).simulations(page=2, page_size=2)
    assert (page.page, page.total_pages) == (2, 2)
    assert page.simulations
    for each in page.simulations:
        _is_simulation(each)
        assert each.status in {"created", "running", "finished", "cancelled"}
        assert each.yield_ml is None


@_scenario("alchemist_web", "distilera", no_simulation_exists={})
def _page_without_simulations(url: str, _: str) -> None:
    assert alchemist_web.Distilera(url).simulations(page=1, page_size=20) == alchemist_web.Page((), 1, 0)


@_scenario("alchemist_web", "distilera", a_simulation_is_finished={"simulation_id": "sim-1"})
def _finished_simulation(url: str, _: str) -> None:
    found = alchemist_web.Distilera(url).simulation("sim-1")
    _is_simulation(found)
    assert (found.id, found.status) == ("sim-1", "finished")
    _is(found.yield_ml, float)


@_scenario("alchemist_web", "distilera", no_simulation_exists={})
def _simulation_that_is_not_there(url: str, _: str) -> None:
    _is_denied("not_found", lambda: alchemist_web.Distilera(url).simulation("sim-1"))


@_scenario("alchemist_web", "distilera", no_simulation_exists={})
def _creation(url: str, _: str) -> None:
    assert alchemist_web.Distilera(url).create("distilled dusk", "mira").startswith("/simulations/")


@_scenario("alchemist_web", "distilera", a_simulation_is_created={"simulation_id": "sim-1"})
def _start(url: str, _: str) -> None:
    assert alchemist_web.Distilera(url).start("sim-1") == "running"


@_scenario("alchemist_web", "distilera", a_simulation_is_finished={"simulation_id": "sim-1"})
def _start_of_what_is_finished(url: str, _: str) -> None:
    _is_denied("wrong_status", lambda: alchemist_web.Distilera(url).start("sim-1"))


@_scenario("alchemist_web", "distilera", all_furnaces_are_busy={"simulation_id": "sim-1"})
def _start_when_there_is_no_furnace(url: str, _: str) -> None:
    refused = _is_denied("furnaces_busy", lambda: alchemist_web.Distilera(url).start("sim-1"))
    assert isinstance(refused, alchemist_web.BusyError)


# hoardwell


@_scenario("hoardwell", "distilera", a_simulation_is_running={"simulation_id": "sim-1"})
def _a_finished_simulation_adds_its_yield(url: str, kafka: str) -> None:
    assert _hoard(url, kafka, "a simulation was finished") == Hoard(yields={"sim-1": 21.0})


@_scenario("hoardwell", "distilera", a_simulation_is_running={"simulation_id": "sim-1"})
def _a_cancelled_simulation_is_lost(url: str, kafka: str) -> None:
    assert _hoard(url, kafka, "a simulation was cancelled") == Hoard(lost={"sim-1"})


@_scenario("hoardwell", "distilera", "reader schema")
def _whatever_is_told_is_read(url: str, kafka: str) -> None:
    assert _hoard(url, kafka, "a simulation was created", "a simulation was started") == Hoard()


def _hoard(url: str, kafka: str, *deeds: str) -> Hoard:
    """What hoardwell makes of the events that come on its topic while this is done."""
    written = parse_schema(httpx.get(f"{url}/simulation.events-value.avsc").json())
    hoard = Hoard()

    async def read() -> None:
        options: dict[str, Any] = {"auto_offset_reset": "latest", "group_id": None}
        async with AIOKafkaConsumer(reading.TOPIC, bootstrap_servers=kafka, **options) as consumer:
            await consumer.seek_to_end()
            for deed in deeds:
                answer = await asyncio.to_thread(httpx.post, f"{url}/_pact/messages", json={"description": deed})
                answer.raise_for_status()
                message = await asyncio.wait_for(consumer.getone(), PATIENCE)
                assert message.key == b"sim-1"
                hoard.take(reading.decode(message.value, lambda _: written))

    asyncio.run(read())
    return hoard


# distilera_market


def _stall(url: str) -> distilera_market.Mercatrix:
    return distilera_market.Mercatrix(url)


def _is_not_done(field_name: str, ask: Callable[[], object]) -> None:
    with pytest.raises(distilera_market.RefusedError) as refused:
        ask()
    [error] = refused.value.errors
    assert error.field == field_name
    _is(error.message, str)


@_scenario("distilera_market", "mercatrix", offers_of_two_kinds_exist={})
def _offers(url: str, _: str) -> None:
    offers = _stall(url).offers()
    assert offers
    for each in offers:
        _is(each.id, str)
        _is(each.essence, str)
        _is(each.essence_coins, int)
        assert each.kind in KINDS


@_scenario("distilera_market", "mercatrix", nothing_is_for_sale={})
def _no_offers(url: str, _: str) -> None:
    assert _stall(url).offers() == ()


@_scenario("distilera_market", "mercatrix", a_full_wallet_exists={})
def _coins_of_a_wallet(url: str, _: str) -> None:
    assert _stall(url).essence_coins("ada") is not None


@_scenario("distilera_market", "mercatrix", a_full_wallet_exists={})
def _nobody_s_wallet(url: str, _: str) -> None:
    assert _stall(url).essence_coins("nobody") is None


@_scenario("distilera_market", "mercatrix", an_offer_exists={"offer_id": "of-1"}, a_full_wallet_exists={"owner": "ada"})
def _purchase(url: str, _: str) -> None:
    _is(_stall(url).buy("of-1", "ada"), int)


@_scenario(
    "distilera_market", "mercatrix", an_offer_exists={"offer_id": "of-1"}, an_empty_wallet_exists={"owner": "ada"}
)
def _purchase_without_the_coins(url: str, _: str) -> None:
    _is_not_done("buyer", lambda: _stall(url).buy("of-1", "ada"))


@_scenario("distilera_market", "mercatrix", nothing_is_for_sale={})
def _sale(url: str, _: str) -> None:
    assert _stall(url).sell("bottled echo", "ECHO", 25, "ada") not in {"", "None"}


@_scenario("distilera_market", "mercatrix", nothing_is_for_sale={})
def _sale_for_nothing(url: str, _: str) -> None:
    _is_not_done("essence_coins", lambda: _stall(url).sell("bottled echo", "ECHO", 0, "ada"))
