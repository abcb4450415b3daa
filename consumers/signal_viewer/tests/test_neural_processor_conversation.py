"""What signal_viewer needs of neural_processor's socket, as its own client uses it."""

from pathlib import Path
from typing import Any

import pytest
from pact import match

from consumers.signal_viewer.client import NoSuchSessionError, Picture, viewing, watched
from contracthub.consumer import Conversation

PROCESSED = {"type": "processed", "spikes": match.int(2)}
SOCKET, EVENTS = "/ws/sessions/{session_id}/stream", "/sessions/{session_id}/events"
PARAMS = {"session_id": "123"}


def conversation(name: str) -> Conversation:
    return Conversation(name, consumer="signal_viewer", provider="neural_processor").within("20s")


def data(sequence: int, *samples: float) -> dict[str, Any]:
    return {"type": "data", "sequence": sequence, "samples": match.each_like(samples[0], min=1)}


def test_a_session_is_read_and_continued(contract_dir: Path) -> None:
    contract = (
        conversation("live stream of a session")
        .given("a session exists", **PARAMS)
        .connect(SOCKET, params=PARAMS)
        .receive("ready", {"type": "ready", "session_id": "123", "chunks": 2})
        .send("read", {"type": "read"})
        .receive("first chunk", data(0, 0.1))
        .receive("second chunk", data(1, 0.9))
        .receive("processed", PROCESSED)
        .send("packet", {"type": "packet", "samples": [0.6]})
        .receive("new chunk", data(2, 0.6))
        .receive("processed again", PROCESSED)
        .send("stop", {"type": "stop"})
        .close("end", by="provider", code=1000)
    )
    with contract.serve(write_to=contract_dir) as mock, viewing(mock.websocket_url, "123") as viewer:
        assert viewer.chunks == 2
        assert viewer.picture() == Picture((0.1, 0.9), 2)
        assert viewer.append([0.6]) == Picture((0.6,), 2)
        viewer.stop()


def test_a_session_that_is_not_there(contract_dir: Path) -> None:
    contract = (
        conversation("stream of no session")
        .given("no session exists")
        .connect(SOCKET, params=PARAMS)
        .close("end", by="provider", code=4404)
    )
    with (
        contract.serve(write_to=contract_dir) as mock,
        pytest.raises(NoSuchSessionError),
        viewing(mock.websocket_url, "123"),
    ):
        pytest.fail("there is nothing to view")


def test_events_where_no_socket_gets_through(contract_dir: Path) -> None:
    contract = (
        conversation("events of a session")
        .given("a session exists", **PARAMS)
        .connect(EVENTS, kind="sse", params=PARAMS)
        .receive(
            "chunks",
            {"samples": match.each_like(0.5, min=1)},
            event="data",
            repeat={"min": 2, "max": 2},
            until={"event": "processed", "json": {"spikes": match.int(2)}},
            gap="5s",
        )
        .close("end", by="provider")
    )
    with contract.serve(write_to=contract_dir) as mock:
        assert watched(mock.url, "123") == Picture((0.5, 0.5), 2)


def test_no_events_of_a_session_that_is_not_there(contract_dir: Path) -> None:
    contract = (
        conversation("events of no session")
        .given("no session exists")
        .connect(EVENTS, kind="sse", params=PARAMS, refused=404)
    )
    with contract.serve(write_to=contract_dir) as mock, pytest.raises(NoSuchSessionError):
        watched(mock.url, "123")
