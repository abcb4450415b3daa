"""neural_processor beyond its pacts: the conversation on its socket, its jobs, and the packets that come from Kafka."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from confluent_kafka import Producer
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.fleet.running import StartProvider, serving
from tests.kafka_broker import KafkaBroker

SECONDS = 60
FIRST = {"type": "data", "sequence": 0, "samples": [0.1, 0.7, 0.2]}
SECOND = {"type": "data", "sequence": 1, "samples": [0.9, 0.3]}
PROCESSED = {"type": "processed", "chunks": 2, "total_samples": 5, "spikes": 2}

Talk = Callable[..., ClientConnection]


@pytest.fixture
def talk(start_provider: StartProvider) -> Iterator[Talk]:
    """Opens the socket of session 123 at a provider with these breaks, and hears that it is ready."""
    with ExitStack() as opened:

        def begin(*breaks: str, session: str = "123") -> ClientConnection:
            url = start_provider("neural_processor", *breaks)
            setup(url, "a session exists")
            address = f"{url.replace('http', 'ws', 1)}/ws/sessions/{session}/stream"
            return opened.enter_context(connect(address, open_timeout=SECONDS))

        yield begin


def setup(url: str, state: str) -> None:
    httpx.post(f"{url}/_pact/provider-states", json={"state": state}).raise_for_status()


def hear(socket: ClientConnection, count: int) -> list[Any]:
    return [json.loads(socket.recv(timeout=SECONDS)) for _ in range(count)]


def say(socket: ClientConnection, kind: str, **more: object) -> None:
    socket.send(json.dumps({"type": kind, **more}))


def end_of(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        socket.recv(timeout=SECONDS)
    return socket.close_code


def test_a_session_is_read_in_order_and_then_processed(talk: Talk) -> None:
    socket = talk()
    assert hear(socket, 1) == [{"type": "ready", "session_id": "123", "chunks": 2}]
    say(socket, "read")
    assert hear(socket, 3) == [FIRST, SECOND, PROCESSED]
    say(socket, "packet", samples=[0.6])
    assert hear(socket, 2) == [
        {"type": "data", "sequence": 2, "samples": [0.6]},
        {"type": "processed", "chunks": 3, "total_samples": 6, "spikes": 3},
    ]
    say(socket, "stop")
    assert end_of(socket) == 1000


def test_a_session_that_is_not_there_has_no_conversation(talk: Talk) -> None:
    assert end_of(talk(session="124")) == 4404


@pytest.mark.parametrize(
    "message", ["", "{", "null", "[]", '{"type": "jump"}', '{"type": "packet", "samples": [true]}', b"\xff", "[" * 9999]
)
def test_what_is_not_understood_is_said_so_and_the_conversation_goes_on(talk: Talk, message: str | bytes) -> None:
    socket = talk()
    hear(socket, 1)
    socket.send(message)
    assert hear(socket, 1) == [{"type": "error", "detail": "Say read, packet or stop."}]
    say(socket, "read")
    assert hear(socket, 1) == [FIRST]


@pytest.mark.parametrize(
    ("harm", "heard"),
    [
        ("answers-processed-first", [PROCESSED, FIRST, SECOND]),
        ("skips-data", [FIRST, PROCESSED]),
        ("adds-socket-field", [FIRST, SECOND, PROCESSED | {"pipeline": "spike-detection"}]),
    ],
)
def test_a_break_of_the_conversation_is_heard(talk: Talk, harm: str, heard: list[Any]) -> None:
    socket = talk(harm)
    hear(socket, 1)
    say(socket, "read")
    assert hear(socket, len(heard)) == heard


def test_a_socket_that_closes_abnormally(talk: Talk) -> None:
    socket = talk("closes-abnormally")
    hear(socket, 1)
    say(socket, "stop")
    assert end_of(socket) == 1011


@pytest.mark.parametrize(
    ("breaks", "statuses"),
    [([], ["queued", "running", "done", "done"]), (["never-finishes"], ["queued", "running", "running", "running"])],
)
def test_a_job_is_polled_until_it_is_done(
    start_provider: StartProvider, breaks: list[str], statuses: list[str]
) -> None:
    url = start_provider("neural_processor", *breaks)
    setup(url, "a session exists")
    accepted = httpx.post(f"{url}/sessions/123/process", json={"pipeline": "spike-detection"})
    assert accepted.status_code == 202
    polled = [httpx.get(url + accepted.headers["Location"]).json()["status"] for _ in range(4)]
    assert polled == statuses


@pytest.mark.parametrize(("breaks", "left"), [([], 10), (["loses-packet"], 9)])
def test_packets_from_kafka_become_chunks(kafka: KafkaBroker, breaks: list[str], left: int) -> None:
    topic = f"fleet.{uuid.uuid4().hex}"
    with serving("neural_processor", *breaks, options=["--kafka", kafka.bootstrap, "--topic", topic]) as url:
        httpx.post(f"{url}/sessions", json={"subject": "a"}).raise_for_status()
        packets = [{"session_id": "1", "samples": [0.5] * 250}] * 10
        send(kafka, topic, b"no packet", {"session_id": "nobody's", "samples": [1]}, *packets[:5])
        data = awaited(url, 5 if left == 10 else 4)
        send(kafka, topic, *packets[5:])
        data = awaited(url, left)
    assert (len(data["chunks"]), data["total_samples"]) == (left, 250 * left)


def send(kafka: KafkaBroker, topic: str, *values: object) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for value in values:
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        producer.produce(topic, content, key="1", partition=0)
    assert producer.flush(SECONDS) == 0


def awaited(url: str, chunks: int) -> Any:
    """The data of session 1 once it has so many chunks."""
    deadline = time.monotonic() + SECONDS
    while True:
        data = httpx.get(f"{url}/sessions/1/data").json()
        if len(data["chunks"]) >= chunks or time.monotonic() > deadline:
            return data
        time.sleep(0.02)
