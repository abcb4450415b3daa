"""What signal_viewer needs of neural_processor's socket, as its own client uses it."""

from typing import Any

import pytest
from pact import match

from consumers.contract_files import Converse
from consumers.signal_viewer.client import NoSuchSessionError, Picture, viewing, watched

PROCESSED = {"type": "processed", "spikes": match.int(2)}


def conversation(
    name: str, state: dict[str, Any], steps: list[dict[str, Any]], connect: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "contracthub": "conversation/1",
        "name": name,
        "consumer": "signal_viewer",
        "provider": "neural_processor",
        "given": [state],
        "connect": connect or {"path": "/ws/sessions/{session_id}/stream", "params": {"session_id": "123"}},
        "within": "20s",
        "steps": steps,
    }


def data(sequence: int, *samples: float) -> dict[str, Any]:
    return {"type": "data", "sequence": sequence, "samples": match.each_like(samples[0], min=1)}


def test_a_session_is_read_and_continued(converse: Converse) -> None:
    steps = [
        {"name": "ready", "receive": {"json": {"type": "ready", "session_id": "123", "chunks": 2}}},
        {"name": "read", "send": {"json": {"type": "read"}}},
        {"name": "first chunk", "receive": {"json": data(0, 0.1)}},
        {"name": "second chunk", "receive": {"json": data(1, 0.9)}},
        {"name": "processed", "receive": {"json": PROCESSED}},
        {"name": "packet", "send": {"json": {"type": "packet", "samples": [0.6]}}},
        {"name": "new chunk", "receive": {"json": data(2, 0.6)}},
        {"name": "processed again", "receive": {"json": PROCESSED}},
        {"name": "stop", "send": {"json": {"type": "stop"}}},
        {"name": "end", "close": {"by": "provider", "code": 1000}},
    ]
    state = {"name": "a session exists", "params": {"session_id": "123"}}
    with (
        converse(conversation("live stream of a session", state, steps)) as mock,
        viewing(mock.websocket_url, "123") as viewer,
    ):
        assert viewer.chunks == 2
        assert viewer.picture() == Picture((0.1, 0.9), 2)
        assert viewer.append([0.6]) == Picture((0.6,), 2)
        viewer.stop()


def test_a_session_that_is_not_there(converse: Converse) -> None:
    steps = [{"name": "end", "close": {"by": "provider", "code": 4404}}]
    document = conversation("stream of no session", {"name": "no session exists"}, steps)
    with (
        converse(document) as mock,
        pytest.raises(NoSuchSessionError),
        viewing(mock.websocket_url, "123"),
    ):
        pytest.fail("there is nothing to view")


EVENTS = {"kind": "sse", "path": "/sessions/{session_id}/events", "params": {"session_id": "123"}}


def test_events_where_no_socket_gets_through(converse: Converse) -> None:
    chunk = {"event": "data", "json": {"samples": match.each_like(0.5, min=1)}}
    processed = {"event": "processed", "json": {"spikes": match.int(2)}}
    steps: list[dict[str, Any]] = [
        {"name": "chunks", "receive": chunk, "repeat": {"min": 2, "max": 2}, "until": processed, "gap": "5s"},
        {"name": "end", "close": {"by": "provider"}},
    ]
    state = {"name": "a session exists", "params": {"session_id": "123"}}
    with converse(conversation("events of a session", state, steps, EVENTS)) as mock:
        assert watched(mock.url, "123") == Picture((0.5, 0.5), 2)


def test_no_events_of_a_session_that_is_not_there(converse: Converse) -> None:
    document = conversation("events of no session", {"name": "no session exists"}, [], {**EVENTS, "refused": 404})
    with converse(document) as mock, pytest.raises(NoSuchSessionError):
        watched(mock.url, "123")
