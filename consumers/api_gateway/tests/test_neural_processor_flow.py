"""What becomes of the packets that api_gateway passes on: all of them can be read over HTTP, and each of them once."""

from pathlib import Path

from pact import match

from consumers.api_gateway.client import NeuralProcessor
from consumers.api_gateway.packets import TOPIC, pass_on
from contracthub.consumer import Flow

SAMPLES = [0.25] * 250


def test_ten_packets_become_ten_chunks(contract_dir: Path) -> None:
    chunk = {"sequence": match.int(0), "samples": match.each_like(0.25, min=250, max=250)}
    contract = (
        Flow("ten packets become ten chunks", consumer="api_gateway", provider="neural_processor")
        .described("What a recorder sends to Kafka can be read over HTTP a moment later, all of it and once.")
        .values(session_id="flow-1")
        .given("an empty session exists", session_id="flow-1")
        .within("30s")
        .send(
            "ten packets",
            TOPIC,
            {"session_id": "${session_id}", "samples": {"contracthub:repeat": 250, "value": 0.25}},
            key="${session_id}",
            count=10,
        )
        .expect_answer(
            "the data of the session",
            "GET",
            "/sessions/${session_id}/data",
            status=200,
            answer={
                "session_id": "${session_id}",
                "total_samples": 2500,
                "chunks": match.each_like(chunk, min=10, max=10),
            },
            within="10s",
            stays="500ms",
        )
        .never_answer("chunks of no session", "GET", "/sessions/nobody/data", status=200, during="500ms")
    )
    with contract.serve(write_to=contract_dir) as stand_in:
        pass_on(lambda topic, key, value: stand_in.take(topic, value, key=key), "flow-1", [SAMPLES] * 10)
        data = NeuralProcessor(stand_in.url).session_data("flow-1")
    assert (data.total_samples, len(data.samples)) == (2500, 2500)
