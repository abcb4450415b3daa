"""What hoardwell needs of distilera's events, as its own code uses them."""

import io
import json
from typing import Any

import pytest
from fastavro import schemaless_writer
from pact import Pact, match

from consumers.hoardwell.hoard import Hoard
from consumers.hoardwell.reading import TOPIC, NotFramedError, decode, reader_schema
from consumers.pact_files import Receive

JSON = "application/json"


@pytest.fixture
def pact() -> Pact:
    return Pact("hoardwell", "distilera").with_specification("V4")


def taken(record: dict[str, Any]) -> Hoard:
    """What hoardwell makes of a message with this record and no field more."""
    payload = io.BytesIO(b"\0\0\0\0\1")
    payload.seek(0, io.SEEK_END)
    schemaless_writer(payload, reader_schema(), record, strict=True)
    hoard = Hoard()
    hoard.take(decode(payload.getvalue(), lambda _: reader_schema()))
    return hoard


def test_a_finished_simulation_adds_its_yield(pact: Pact, receive: Receive) -> None:
    (
        pact.upon_receiving("a simulation was finished", "Async")
        .given("a simulation is running", simulation_id="sim-1")
        .with_body({"simulation_id": match.str("sim-1"), "kind": "FINISHED", "yield_ml": match.decimal(21.5)}, JSON)
        .with_metadata({"kafka_topic": TOPIC, "key": match.str("sim-1")})
    )
    with receive(pact) as [(body, metadata)]:
        assert taken(json.loads(body)) == Hoard(yields={"sim-1": 21.5})
        assert metadata["key"] == "sim-1"


def test_a_cancelled_simulation_is_lost(pact: Pact, receive: Receive) -> None:
    (
        pact.upon_receiving("a simulation was cancelled", "Async")
        .given("a simulation is running", simulation_id="sim-1")
        .with_body({"simulation_id": match.str("sim-1"), "kind": "CANCELLED", "yield_ml": None}, JSON)
        .with_metadata({"kafka_topic": TOPIC, "key": match.str("sim-1")})
    )
    with receive(pact) as [(body, _)]:
        hoard = taken(json.loads(body))
        assert hoard == Hoard(lost={"sim-1"})
        assert hoard.total_ml == 0


@pytest.mark.parametrize("value", [b"", b"{}", b"\0\0\0\1", b'\1\0\0\0\1"x'])
def test_a_value_in_another_format_is_refused(value: bytes) -> None:
    with pytest.raises(NotFramedError):
        decode(value, lambda _: reader_schema())
