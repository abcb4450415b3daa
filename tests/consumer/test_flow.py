"""Flows that are built, and the consumer's producer, handler and client tried with the stand-in."""

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from pact import match

from contracthub.consumer import Flow, message
from contracthub.formats.live_contracts import read
from contracthub.mocks.differing import ClientDiffers


def flow() -> Flow:
    return (
        Flow("packets become chunks", consumer="gateway", provider="processor")
        .given("an empty session exists", session_id="s1")
        .values(session_id="s1")
        .within("30s")
        .send("packets", "neural-data", {"session_id": "${session_id}", "n": "${number}"}, key="${session_id}", count=2)
        .request("flush", "POST", "/flush", body={"now": True}, status=202)
        .expect("finished", "results", message({"kind": match.regex("DONE", regex="DONE|FAILED")}, key="${session_id}"))
        .expect_answer(
            "data", "GET", "/sessions/${session_id}/data?full=1", answer={"total": match.int(2)}, within="5s"
        )
        .never("errors", "dead-letters", message(), during="500ms")
        .never_answer("nobody", "GET", "/sessions/nobody", status=200, during="200ms")
    )


def ask(url: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=10) as answer:
        content = answer.read()
        return answer.status, json.loads(content) if content else None


def test_every_step_stands_in_the_document() -> None:
    body = flow().checked().body
    assert body["never"] == [
        {"name": "errors", "topic": "dead-letters", "message": {}, "during": "500ms"},
        {"name": "nobody", "request": {"path": "/sessions/nobody"}, "response": {"status": 200}, "during": "200ms"},
    ]
    assert [each["name"] for each in body["send"] if isinstance(each, dict)] == ["packets", "flush"]  # type: ignore[union-attr]


def test_a_consumer_that_does_all_of_it_gets_it_written(tmp_path: Path) -> None:
    with flow().serve(write_to=tmp_path) as other_side:
        other_side.take("neural-data", {"session_id": "s1", "n": 1}, key="s1")
        other_side.take("neural-data", b'{"n": 2, "session_id": "s1"}', key=b"s1")
        assert ask(f"{other_side.url}/flush", {"now": True}) == (202, None)
        (finished,) = other_side.messages("results")
        assert (finished.key, finished.value, finished.data) == ("s1", {"kind": "DONE"}, b'{"kind":"DONE"}')
        assert ask(f"{other_side.url}/sessions/s1/data?full=1") == (200, {"total": 2})
    (path,) = tmp_path.iterdir()
    assert read(path.read_bytes()).name == "packets become chunks"


@pytest.mark.parametrize(
    ("topic", "value", "key", "told"),
    [
        ("other", {"session_id": "s1", "n": 1}, "s1", "the message went to other, not to neural-data"),
        ("neural-data", {"session_id": "s1", "n": 1}, None, "its key is None, not 's1'"),
        ("neural-data", {"session_id": "s2", "n": 1}, "s1", "its content is"),
        ("neural-data", b"no json", "s1", "its content is"),
    ],
)
def test_another_message_is_told(topic: str, value: object, key: str | None, told: str, tmp_path: Path) -> None:
    with pytest.raises(ClientDiffers, match=told), flow().serve(write_to=tmp_path) as other_side:
        other_side.take(topic, value, key=key)
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_out_is_told() -> None:
    with pytest.raises(ClientDiffers) as told, flow().serve() as other_side:
        other_side.take("neural-data", {"session_id": "s1", "n": 1}, key="s1")
    assert "'packets': 1 of 2 were sent" in str(told.value)
    assert "'finished': nobody read its messages" in str(told.value)
    assert "'data': nobody asked for it" in str(told.value)


def test_another_request_is_told() -> None:
    with (
        pytest.raises(ClientDiffers, match="the client sent the query"),
        flow().serve() as other_side,
        pytest.raises(HTTPError, match="500"),
    ):
        ask(f"{other_side.url}/sessions/s1/data?full=0")
