"""The mock provider of a conversation contract: real clients against it, those that keep to it and those that don't."""

import json
from typing import Any

import httpx
import pytest
import yaml
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from contracthub.domain.errors import Invalid
from contracthub.mocks.conversations import ClientDiffers, playing

SECONDS = 30


def contract(*steps: dict[str, Any], **connect_with: Any) -> bytes:
    document = {
        "contracthub": "conversation/1",
        "name": "live",
        "consumer": "viewer",
        "provider": "signals",
        "connect": {"path": "/ws/{id}", "params": {"id": "a b"}, **connect_with},
        "steps": list(steps),
    }
    return yaml.safe_dump(document).encode()


ASK = {"name": "ask", "send": {"json": {"type": "ask"}}}
TELL = {"receive": {"json": {"n": {"pact:matcher:type": "integer", "value": 5}}}, "repeat": {"min": 2}, "name": "tell"}
END = {"close": {"by": "provider", "code": 4001, "reason": "done"}}


def test_a_client_that_keeps_to_the_contract() -> None:
    with (
        playing(contract(ASK, TELL, END)) as mock,
        connect(f"{mock.websocket_url}/ws/a%20b", open_timeout=SECONDS) as socket,
    ):
        socket.send('{"type":"ask"}')
        assert [json.loads(socket.recv(SECONDS)) for _ in range(2)] == [{"n": 5}, {"n": 5}]
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(SECONDS)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "done")


def test_a_client_that_says_something_else_is_told_so() -> None:
    with (
        pytest.raises(ClientDiffers, match=r"step 1 'ask': the client said '.*tell.*', not '.*ask"),
        playing(contract(ASK, TELL)) as mock,
    ):
        assert end_after('{"type":"tell"}', f"{mock.websocket_url}/ws/a%20b") == 1008


def end_after(message: str, url: str) -> int | None:
    with connect(url, open_timeout=SECONDS) as socket:
        socket.send(message)
        with pytest.raises(ConnectionClosed):
            socket.recv(SECONDS)
        return socket.close_code


def test_a_client_that_goes_too_early() -> None:
    with (
        pytest.raises(ClientDiffers, match="the client went away"),
        playing(contract(ASK)) as mock,
        connect(f"{mock.websocket_url}/ws/a%20b", open_timeout=SECONDS),
    ):
        pass


def test_a_client_that_closes_with_another_code() -> None:
    with (
        pytest.raises(ClientDiffers, match="closed with 3001, not 1000"),
        playing(contract({"close": {"by": "client", "code": 1000}})) as mock,
        connect(f"{mock.websocket_url}/ws/a%20b", open_timeout=SECONDS) as socket,
    ):
        socket.close(3001)


def test_a_client_that_goes_elsewhere() -> None:
    with (
        pytest.raises(ClientDiffers, match="asked for '/ws/c', not '/ws/a b'; connect: the query lacks q=1"),
        playing(contract(ASK, query={"q": 1})) as mock,
        pytest.raises(InvalidStatus),
        connect(f"{mock.websocket_url}/ws/c", open_timeout=SECONDS),
    ):
        pass


def test_a_client_that_never_comes() -> None:
    with pytest.raises(ClientDiffers, match="Nobody held the conversation 'live'"), playing(contract(ASK)):
        pass


def test_what_fails_inside_is_told_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), playing(contract(ASK)):
        raise ZeroDivisionError


def test_a_refusal_is_played() -> None:
    with (
        playing(contract(refused=403)) as mock,
        pytest.raises(InvalidStatus) as refusal,
        connect(f"{mock.websocket_url}/ws/a%20b", open_timeout=SECONDS),
    ):
        pass
    assert refusal.value.response.status_code == 403


def test_events_are_played() -> None:
    event = {"receive": {"event": "item", "id": "7", "json": {"a": "x\ny"}}}
    with playing(contract(event, kind="sse")) as mock:
        answer = httpx.get(f"{mock.url}/ws/a%20b", timeout=SECONDS)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == 'event: item\nid: 7\ndata: {"a":"x\\ny"}\n\n'


def test_rows_are_played_for_the_body_that_the_contract_has() -> None:
    rows = {**TELL, "until": {"json": {"end": True}}}
    said = contract(rows, kind="ndjson", body={"q": 1}, headers={"X-Tenant": "acme"})
    with playing(said) as mock:
        answer = httpx.post(f"{mock.url}/ws/a%20b", json={"q": 1}, headers={"X-Tenant": "acme"}, timeout=SECONDS)
    assert answer.text == '{"n":5}\n{"n":5}\n{"end":true}\n'
    with pytest.raises(ClientDiffers, match=r"sent no header X-Tenant.*sent the body"), playing(said) as mock:
        assert httpx.post(f"{mock.url}/ws/a%20b", json={"q": 2}, timeout=SECONDS).status_code == 400


def test_a_contract_that_is_not_sound_is_not_played() -> None:
    with pytest.raises(Invalid), playing(contract({"snd": {}})):
        pass


def test_what_a_message_brings_is_waited_for_later() -> None:
    hello = {"receive": {"json": {"id": {"pact:matcher:type": "integer", "value": 41}}}, "save": {"id": "$.id"}}
    with (
        playing(contract(hello, {"send": {"json": {"id": "${id}", "of": "${session}"}}}), {"session": "s"}) as mock,
        connect(f"{mock.websocket_url}/ws/a%20b", open_timeout=SECONDS) as socket,
    ):
        socket.send(json.dumps({"id": json.loads(socket.recv(SECONDS))["id"], "of": "s"}))
