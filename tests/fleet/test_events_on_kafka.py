"""distilera's events on a real topic: hoardwell reads them, keys keep the order, and a registry has their schema."""

import asyncio
import json
import uuid

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from fastavro import parse_schema
from fastavro.read import SchemaResolutionError

from consumers.hoardwell.hoard import Hoard
from consumers.hoardwell.reading import WriterSchemas, fill, schemas_from
from providers.distilera.events import event_schema
from tests.conftest import LiveHub
from tests.fleet.running import ROOT, serving
from tests.kafka_broker import KafkaBroker

SECONDS = 60
WRITTEN = ROOT / "specs" / "distilera.simulation.events-value.avsc"


@pytest.fixture
def topic() -> str:
    return f"fleet.{uuid.uuid4().hex}"


def act(url: str) -> None:
    """Two simulations, one finished and one cancelled: five events."""
    for _ in range(2):
        httpx.post(f"{url}/simulations", json={"recipe": "dusk", "operator": "mira"}).raise_for_status()
    for number, verb in ((1, "start"), (1, "finish"), (2, "cancel")):
        httpx.post(f"{url}/simulations/sim-{number}/{verb}").raise_for_status()


def hoard_of(kafka: KafkaBroker, topic: str, schemas: WriterSchemas) -> Hoard:
    hoard = Hoard()
    asyncio.run(asyncio.wait_for(fill(hoard, kafka.bootstrap, schemas, count=5, topic=topic), SECONDS))
    return hoard


async def _keys(bootstrap: str, topic: str) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [(await asyncio.wait_for(consumer.getone(), SECONDS)).key for _ in range(5)]
    finally:
        await consumer.stop()


def test_what_distilera_sends_hoardwell_reads(kafka: KafkaBroker, topic: str) -> None:
    with serving("distilera", options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        act(url)
    written = parse_schema(json.loads(WRITTEN.read_bytes()))
    assert hoard_of(kafka, topic, lambda _: written) == Hoard({"sim-1": 6.0}, {"sim-2"})
    assert sorted(asyncio.run(_keys(kafka.bootstrap, topic)), key=str) == [b"sim-1"] * 3 + [b"sim-2"] * 2


def test_the_schema_comes_from_the_hub_s_registry(kafka: KafkaBroker, topic: str, live_hub: LiveHub) -> None:
    registry = f"{live_hub.url}/schema-registry"
    options = ["--kafka", kafka.bootstrap, "--topic", topic, "--schema-registry", registry]
    with serving("distilera", options=options) as url:
        act(url)
    registered = live_hub.get(f"/schema-registry/subjects/{topic}-value/versions/1/schema").json()
    assert registered == json.loads(WRITTEN.read_bytes())
    assert hoard_of(kafka, topic, schemas_from(registry)) == Hoard({"sim-1": 6.0}, {"sim-2"})


@pytest.mark.parametrize("harm", ["drops-event-field", "renames-event-kind"])
def test_an_event_that_breaks_its_reader_can_not_be_read(kafka: KafkaBroker, topic: str, harm: str) -> None:
    with serving("distilera", harm, options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        act(url)
    written = parse_schema(event_schema(frozenset({harm})))
    with pytest.raises(SchemaResolutionError, match=r"yield_ml|COMPLETED"):
        hoard_of(kafka, topic, lambda _: written)


def test_events_without_a_key_are_as_easily_read(kafka: KafkaBroker, topic: str) -> None:
    with serving("distilera", "loses-event-key", options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        act(url)
    assert asyncio.run(_keys(kafka.bootstrap, topic)) == [None] * 5
