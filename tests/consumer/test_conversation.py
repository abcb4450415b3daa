"""Conversations that are built, and held with the provider that plays them."""

from pathlib import Path

import pytest
from pact import match
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from contracthub.consumer import Conversation, heard
from contracthub.formats.live_contracts import read
from contracthub.mocks.differing import ClientDiffers


def talk() -> Conversation:
    return (
        Conversation("a stream", consumer="viewer", provider="speaker")
        .given("a session exists", session_id="1")
        .connect("/ws/{session_id}", params={"session_id": "1"}, headers={"X-Kind": "live"})
        .within("20s")
        .ignore({"type": "ping"})
        .receive("ready", {"type": "ready"}, within="5s")
        .send("read", {"type": "read"})
        .unordered("both", heard({"n": match.int(1)}, name="one"), heard({"n": match.int(2)}, name="two"))
        .send("bytes", binary=b"\x00\x01")
        .receive("data", {"type": "data", "samples": match.each_like(0.5, min=1)}, repeat={"min": 2, "max": 9})
        .close("end", by="provider", code=1000)
    )


def test_every_step_stands_in_the_document() -> None:
    body = talk().checked().body
    assert body["given"] == [{"name": "a session exists", "params": {"session_id": "1"}}]
    steps = body["steps"]
    assert isinstance(steps, list)
    assert [next(name for name in step if name != "name") for step in steps if isinstance(step, dict)] == [
        "receive",
        "send",
        "unordered",
        "send",
        "receive",
        "close",
    ]


def test_a_client_that_does_as_the_contract_says_gets_it_written(tmp_path: Path) -> None:
    with (
        talk().serve(write_to=tmp_path) as mock,
        connect(f"{mock.websocket_url}/ws/1", additional_headers={"X-Kind": "live"}) as socket,
    ):
        assert socket.recv() == '{"type":"ready"}'
        socket.send('{"type": "read"}')
        assert {socket.recv(), socket.recv()} == {'{"n":1}', '{"n":2}'}
        socket.send(b"\x00\x01")
        assert socket.recv() == socket.recv() == '{"type":"data","samples":[0.5]}'
    (path,) = tmp_path.iterdir()
    assert read(path.read_bytes()).name == "a stream"


def test_a_client_that_does_otherwise_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    def say_something_else() -> None:
        with (
            talk().serve(write_to=tmp_path) as mock,
            connect(f"{mock.websocket_url}/ws/1", additional_headers={"X-Kind": "live"}) as socket,
        ):
            socket.recv()
            socket.send('{"type": "reed"}')
            with pytest.raises(ConnectionClosed, match="1008"):
                socket.recv()

    with pytest.raises(ClientDiffers, match="step 2 'read'"):
        say_something_else()
    assert list(tmp_path.iterdir()) == []


def test_other_streams_can_be_said() -> None:
    body = (
        Conversation("events", consumer="viewer", provider="speaker")
        .connect("/events", kind="sse")
        .receive("tick", {"n": match.int(1)}, event="tick", repeat={"min": 2}, until={"event": "end"}, gap="1s")
        .nothing("quiet", "200ms")
        .checked()
        .body
    )
    assert body["connect"] == {"path": "/events", "kind": "sse"}
