"""What is heard on a socket, held against the provider's AsyncAPI; channels that no consumer talks on are tried."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from websockets.asyncio.server import ServerConnection

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.sockets.channel_checks import Tried
from contracthub.verification.sockets.channels import SocketChannel
from tests.verification.sockets.conftest import contract, saying
from tests.verification.sockets.test_hostile_providers import refusing

Provider = Callable[..., str]
Verify = Callable[..., SuiteRun]
READY, ITEM = {"type": "ready"}, {"type": "item", "n": 1}


def payload(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", *properties],
        "properties": {"type": {"const": kind}, **properties},
    }


def document(address: str = "/ws", **parts: Any) -> dict[str, Any]:
    messages = {
        "Ready": {"payload": payload("ready")},
        "Item": {"payload": payload("item", n={"type": "integer"})},
        "Ask": {"payload": payload("ask"), **parts.get("ask", {})},
    }
    refers = [{"$ref": f"#/channels/live/messages/{name}"} for name in messages]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "signals", "version": "1"},
        "channels": {
            "live": {
                "address": address,
                "messages": messages,
                "bindings": {"ws": {}},
                **({"parameters": parts["parameters"]} if "parameters" in parts else {}),
            },
            "topic": {"address": "topic", "messages": {}, "bindings": {"kafka": {}}},
        },
        "operations": {
            "tell": {"action": "send", "channel": {"$ref": "#/channels/live"}, "messages": refers[:2]},
            "hear": {"action": "receive", "channel": {"$ref": "#/channels/live"}, "messages": refers[2:]},
        },
    }


@pytest.fixture
def described(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The settings with an AsyncAPI document in a file."""

    def settings(said: dict[str, Any], **more: Any) -> dict[str, Any]:
        file = tmp_path / "asyncapi.yaml"
        file.write_text(yaml.safe_dump(said), encoding="utf-8")
        return {"asyncapi": str(file), "listen": "1500ms", **more}

    return settings


def channel_check(found: SuiteRun) -> Check:
    assert found.problems == ()
    (check,) = [each for each in found.checks if each.name == "AsyncAPI channel live"]
    return check


def test_what_consumers_hear_is_held_against_the_channel(
    socket_provider: Provider, verify: Verify, described: Callable[..., dict[str, Any]]
) -> None:
    said = contract({"receive": {"json": READY}}, {"receive": {"json": ITEM}})
    good = verify(socket_provider(saying(READY, ITEM)), said, settings=described(document()))
    check = channel_check(good)
    assert (check.status, check.notes) == (CheckStatus.PASSED, ("2 messages were held against it (Item 1, Ready 1)",))
    vague = contract({"receive": {"json": READY}}, {"receive": {"json": {"type": "item"}}})
    bad = verify(socket_provider(saying(READY, {**ITEM, "n": 1.5})), vague, settings=described(document()))
    assert bad.checks[1].status is CheckStatus.PASSED
    check = channel_check(bad)
    assert check.status is CheckStatus.FAILED
    assert check.error == 'The provider says what its AsyncAPI does not: Item $.n: 1.5 is not of type "integer"'
    assert bad.pacts == ()


def test_a_message_that_no_channel_has(
    socket_provider: Provider, verify: Verify, described: Callable[..., dict[str, Any]]
) -> None:
    said = contract({"receive": {"json": {"type": "news"}}})
    check = channel_check(verify(socket_provider(saying({"type": "news"})), said, settings=described(document())))
    assert check.status is CheckStatus.FAILED
    assert '"ready" was expected' in check.error


async def answer(socket: ServerConnection) -> None:
    await socket.send(json.dumps(READY))
    async for message in socket:
        if json.loads(message) == {"type": "ask"}:
            await socket.send(json.dumps({**ITEM, "path": socket.request.path if socket.request else ""}))
        else:
            await socket.close(1011)


ASK: dict[str, Any] = {"ask": {"examples": [{"payload": {"type": "ask"}}]}}


def test_a_channel_without_consumers_is_tried_with_its_own_examples(
    socket_provider: Provider, verify: Verify, described: Callable[..., dict[str, Any]]
) -> None:
    check = channel_check(verify(socket_provider(answer), settings=described(document(**ASK))))
    assert (check.status, check.error) == (CheckStatus.PASSED, "")
    assert check.notes == ("2 messages were held against it (Item 1, Ready 1)",)


def test_a_channel_that_breaks_down_on_its_own_example(
    socket_provider: Provider, verify: Verify, described: Callable[..., dict[str, Any]]
) -> None:
    other: dict[str, Any] = {"ask": {"examples": [{"payload": {"type": "other"}}]}}
    check = channel_check(verify(socket_provider(answer), settings=described(document(**other))))
    assert check.status is CheckStatus.FAILED
    assert check.error == 'the provider closed with 1011 after it was told {"type":"other"}'


def test_values_of_an_address_come_from_the_document_or_the_settings(
    socket_provider: Provider, verify: Verify, described: Callable[..., dict[str, Any]]
) -> None:
    url = socket_provider(answer)
    unknown = channel_check(verify(url, settings=described(document("/ws/{id}"))))
    assert unknown.status is CheckStatus.SKIPPED
    assert "No value for {id} of the address" in unknown.error
    declared = document("/ws/{id}", parameters={"id": {"default": "7"}}, **ASK)
    own = channel_check(verify(url, settings=described(declared)))
    assert own.status is CheckStatus.PASSED
    said = described(document("/ws/{id}", **ASK), channels={"live": {"params": {"id": "8"}, "given": ["a session"]}})
    assert channel_check(verify(url, settings=said)).status is CheckStatus.MISSING_STATE


def test_a_channel_that_nobody_serves(
    verify: Verify, socket_provider: Provider, described: Callable[..., dict[str, Any]]
) -> None:

    url = socket_provider(saying(), process_request=refusing(404))
    check = channel_check(verify(url, settings=described(document())))
    assert (check.status, check.status_code) == (CheckStatus.FAILED, 404)


def test_a_document_that_can_not_be_read_is_a_problem(verify: Verify, described: Callable[..., dict[str, Any]]) -> None:
    found = verify("http://127.0.0.1:1", settings=described({"asyncapi": "3.0.0", "channels": []}))
    assert "can't be read" in found.problems[0]
    missing = verify("http://127.0.0.1:1", settings={"asyncapi": "/no/such/file"})
    assert "can't be read" in missing.problems[0]


def test_nothing_to_look_at_is_a_notice(verify: Verify) -> None:
    found = verify("http://127.0.0.1:1")
    assert (found.checks, found.problems) == ((), ())
    assert "No consumer's contract is a conversation" in found.notices[0]


@pytest.mark.parametrize(
    "settings",
    [
        {"at-once": 0},
        {"at-once": True},
        {"max-message-bytes": "1"},
        {"listen": "soon"},
        {"channel": {}},
        {"channels": []},
        {"channels": {"live": {"parms": {}}}},
        {"channels": {"live": {"given": [1]}}},
        {"asyncapi": 3},
    ],
)
def test_settings_that_make_no_sense_are_a_problem(settings: dict[str, Any], verify: Verify) -> None:
    found = verify("http://127.0.0.1:1", settings=settings)
    assert len(found.problems) == 1
    assert found.problems[0].startswith("[verify.sockets")


def test_examples_are_not_said_to_a_public_address_unless_the_channel_is_named() -> None:
    channel = SocketChannel("live", "/ws", (), asked=({"type": "ask"},))
    assert Tried(channel).asked_of("http://127.0.0.1:80") == (channel.asked, ())
    said, notes = Tried(channel).asked_of("https://8.8.8.8")
    assert (said, len(notes)) == ((), 1)
    assert Tried(channel, is_named=True).asked_of("https://8.8.8.8") == (channel.asked, ())
