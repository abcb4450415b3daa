"""Conversations on a WebSocket, held with real servers: what passes, what does not, and at which step."""

import asyncio
import json
import resource
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from tests.verification.sockets.conftest import contract, saying

Provider = Callable[..., str]
CheckOf = Callable[..., Check]
INTEGER = {"pact:matcher:type": "integer", "value": 5}
END = {"close": {"by": "provider", "code": 1000}}


def item(n: int | dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "item", "n": INTEGER if n is None else n}


def hear(value: Any, **more: Any) -> dict[str, Any]:
    return {"receive": {"json": value}, **more}


ITEMS = [{"type": "item", "n": n} for n in range(3)]
LAST = {"type": "last"}
BEAT = {"type": "heartbeat"}

PASSING: dict[str, tuple[list[Any], list[dict[str, Any]], dict[str, Any]]] = {
    "in order": (ITEMS, [hear(item(0)), hear(item(1)), hear(item(2)), END], {}),
    "by matcher": (ITEMS, [hear(item(), repeat={"min": 3, "max": 3}), END], {}),
    "more than the least": (ITEMS, [hear(item(), repeat={"min": 1, "max": 9}), END], {}),
    "until the last": ([*ITEMS, LAST], [hear(item(), until={"json": LAST}), END], {}),
    "optional that comes": (ITEMS[:1], [hear(item(), optional=True), END], {}),
    "optional that does not": ([LAST], [hear(item(), optional=True), hear(LAST), END], {}),
    "without heartbeats": (
        [BEAT, ITEMS[0], BEAT, BEAT, ITEMS[1]],
        [hear(item(0)), hear(item(1)), END],
        {"ignore": [{"json": BEAT}]},
    ),
    "in another order": ([LAST, *ITEMS], [{"unordered": [*(hear(item(n)) for n in range(3)), hear(LAST)]}, END], {}),
    "in an order that takes a second look": (
        [ITEMS[1], ITEMS[0]],
        [{"unordered": [hear(item()), hear(item(1))]}, END],
        {},
    ),
    "unordered and repeated": (
        [ITEMS[0], LAST, ITEMS[1], ITEMS[2]],
        [{"unordered": [hear(item(), repeat={"min": 1, "max": 3}), hear(LAST)]}, END],
        {},
    ),
    "text": (["hello 42"], [{"receive": {"text": {"pact:matcher:type": "regex", "regex": "^hello [0-9]+$"}}}, END], {}),
    "binary": ([b"\0\1", b"abc"], [{"receive": {"binary": "AAE="}}, {"receive": {"binary": {"max": 3}}}, END], {}),
    "by schema": (
        ITEMS,
        [{"receive": {"schema": {"required": ["n"], "properties": {"n": {"maximum": 2}}}}, "repeat": {"min": 3}}, END],
        {},
    ),
    "what comes after is nobody's matter": (ITEMS, [hear(item(0))], {}),
    "null": ([None], [hear(None), END], {}),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_conversation_that_goes_as_the_contract_says(name: str, socket_provider: Provider, check: CheckOf) -> None:
    messages, steps, more = PASSING[name]
    found = check(socket_provider(saying(*messages, code=1000)), *steps, **more)
    assert (found.status, found.error) == (CheckStatus.PASSED, "")


FAILING: dict[str, tuple[list[Any], list[dict[str, Any]], str]] = {
    "another value": (ITEMS, [hear(item(0)), hear(item(2), name="data")], "step 2 'data': $.n: expected 2 but got 1"),
    "another item of several": (
        [ITEMS[0], LAST],
        [hear(item(), repeat={"min": 2, "max": 2}, name="items")],
        'step 1 \'items\': message 2: $.type: expected "item" but got "last" (and 1 more)',
    ),
    "too few": (
        [*ITEMS, LAST],
        [hear(item(), repeat={"min": 4}, until={"json": LAST})],
        "step 1: the last message came after 3, and at least 4 have to come",
    ),
    "too many": (
        ITEMS,
        [hear(item(), repeat={"max": 2}, until={"json": LAST})],
        'step 1: heard \'{"type": "item", "n": 2}\' after 2, which is the most, before the one that ends them',
    ),
    "an end before the last": (
        ITEMS,
        [hear(item(), until={"json": LAST})],
        "step 1: the provider closed with 1000, after 3 of any number, before the one that ends them",
    ),
    "an end instead of a message": (
        [],
        [hear(item(), name="data")],
        "step 1 'data': the provider closed with 1000, and no message had come",
    ),
    "no JSON": (["{"], [hear(item())], "step 1: expected JSON but got '{'"),
    "bytes for text": ([b"{}"], [hear(item())], "step 1: expected a text message but got a binary one of 2 bytes"),
    "text for bytes": (["a"], [{"receive": {"binary": "AAE="}}], "step 1: expected a binary message but got the text"),
    "other bytes": (
        [b"\0\2"],
        [{"receive": {"binary": "AAE="}}],
        "step 1: expected 2 bytes but got 2 that differ from byte 1 on",
    ),
    "too many bytes": (
        [b"abcd"],
        [{"receive": {"binary": {"max": 3}}}],
        "step 1: expected 0 to 3 bytes but got 4",
    ),
    "against the schema": (
        [{"n": 3}],
        [{"receive": {"schema": {"properties": {"n": {"maximum": 2}}}}}],
        "step 1: $.n: 3 is greater than the maximum of 2",
    ),
    "no silence": (ITEMS, [hear(item(0)), {"nothing": "5s"}], "step 2: expected silence for 5s, and heard"),
    "an end in the silence": ([], [{"nothing": "5s"}], "step 1: expected silence for 5s, and the provider closed"),
    "missing of several": (
        ITEMS[:2],
        [{"unordered": [hear(item(n), name=f"item {n}") for n in range(3)]}],
        "step 1: the provider closed with 1000, with 'item 2' still to come",
    ),
    "nobody's message": (
        [LAST],
        [{"unordered": [hear(item())], "name": "all"}],
        "step 1 'all': no member takes '{\"type\": \"last\"}', with member 1 still to come",
    ),
    "another code": ([], [{"close": {"by": "provider", "code": [1001, 4000]}}], "with 1001 or 4000, but got 1000"),
    "another reason": (
        [],
        [{"close": {"by": "provider", "reason": "bye"}}],
        'step 1: reason: expected "bye" but got ""',
    ),
    "a message instead of the end": (ITEMS, [END], "step 1: expected the provider to close with 1000, and heard"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_conversation_that_does_not_names_its_step(name: str, socket_provider: Provider, check: CheckOf) -> None:
    messages, steps, words = FAILING[name]
    found = check(socket_provider(saying(*messages, code=1000)), *steps)
    assert found.status is CheckStatus.FAILED
    assert words in found.error
    assert found.mismatches
    assert found.mismatches[0].location.startswith("step ")


SILENT: dict[str, tuple[list[Any], list[dict[str, Any]], str]] = {
    "message": ([], [hear(item(), within="200ms")], "step 1: nothing came within 200ms, and no message had come"),
    "close": ([], [{"close": {"by": "provider", "within": "200ms"}}], "and it did not within 200ms"),
    "several": (
        ITEMS,
        [hear(item(), repeat={"min": 9}, within="2s")],
        "step 1: nothing came within 2s, after 3 of at least 9",
    ),
    "gap": (
        ITEMS,
        [hear(item(), repeat={"min": 9}, gap="1s", within="20s")],
        "step 1: nothing came for 1s after message 3",
    ),
    "group": (
        ITEMS,
        [{"unordered": [hear(LAST, optional=True), hear(item(0)), hear(item(9))], "within": "20s"}],
        "no member takes",
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_a_silent_provider_is_not_waited_for(name: str, socket_provider: Provider, check: CheckOf) -> None:
    messages, steps, words = SILENT[name]
    found = check(socket_provider(saying(*messages)), *steps)
    assert found.status is CheckStatus.FAILED
    assert words in found.error


def test_silence_that_is_wanted(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying(*ITEMS[:1])), hear(item(0)), {"nothing": "100ms"})
    assert found.status is CheckStatus.PASSED


def test_the_whole_conversation_has_an_end(socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(saying()), hear(item(), within="500ms"), hear(item()), within="600ms")
    assert found.status is CheckStatus.FAILED
    late = check(socket_provider(saying()), {"nothing": "300ms"}, hear(item(), within="600ms"), within="600ms")
    assert late.error.startswith("step 2: nothing came before the whole conversation had taken 600ms")


async def echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message)


def test_what_is_sent_is_sent(socket_provider: Provider, check: CheckOf) -> None:
    said = {"type": "item", "n": INTEGER}
    found = check(
        socket_provider(echo),
        {"send": {"json": said}},
        hear({"type": "item", "n": 5}),
        {"send": {"text": "plain"}},
        {"receive": {"text": "plain"}},
        {"send": {"binary": "AAE="}},
        {"receive": {"binary": "AAE="}},
        {"close": {"by": "client", "code": 3001, "reason": "done"}},
    )
    assert (found.status, found.error) == (CheckStatus.PASSED, "")


async def tell_request(socket: ServerConnection) -> None:
    request = socket.request
    assert request is not None
    seen = {"path": request.path, "header": request.headers.get("X-Tenant"), "authorization": request.headers["A"]}
    await socket.send(json.dumps({**seen, "subprotocol": socket.subprotocol}))
    await socket.wait_closed()


def test_the_handshake_says_what_the_contract_says(socket_provider: Provider, check: CheckOf) -> None:
    found = check(
        f"{socket_provider(tell_request, subprotocols=['v2'])}/base/",
        hear({"path": "/base/ws/a%2Fb/x?q=1&q=2", "header": "acme", "authorization": "run", "subprotocol": "v2"}),
        connect={
            "path": "/ws/{id}/x",
            "params": {"id": "a/b"},
            "query": {"q": [1, 2]},
            "headers": {"X-Tenant": "acme", "a": "contract"},
            "subprotocols": ["v1", "v2"],
            "subprotocol": "v2",
        },
        headers=(("A", "run"),),
    )
    assert (found.status, found.error, found.status_code) == (CheckStatus.PASSED, "", 101)


def test_conversations_are_held_at_the_same_time_where_that_is_wanted(
    socket_provider: Provider, verify: Callable[..., SuiteRun]
) -> None:
    here, everybody = 0, asyncio.Event()

    async def together(socket: ServerConnection) -> None:
        nonlocal here
        here += 1
        if here == 3:
            everybody.set()
        await everybody.wait()
        await socket.send("together")
        await socket.wait_closed()

    contracts = [contract({"receive": {"text": "together"}, "within": "20s"}, name=f"number {n}") for n in range(3)]
    found = verify(socket_provider(together), *contracts, settings={"at-once": 3})
    assert [each.name for each in found.checks] == ["number 0", "number 1", "number 2"]
    assert {each.status for each in found.checks} == {CheckStatus.PASSED}


def test_the_time_of_each_step_is_kept(socket_provider: Provider, verify: Callable[..., SuiteRun]) -> None:
    found = verify(socket_provider(saying(*ITEMS)), contract(hear(item(0), name="first"), hear(item(1))))
    assert set(found.latencies) == {"WS /ws connect", "WS /ws step 1 'first'", "WS /ws step 2"}
    assert found.exercised == {"WS /ws": (101,)}


def test_no_more_conversations_at_once_than_files_may_be_open(
    socket_provider: Provider, verify: Callable[..., SuiteRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (102, 102))
    contracts = [contract(hear(item(0)), name=f"number {n}") for n in range(3)]
    found = verify(socket_provider(saying(*ITEMS)), *contracts, settings={"at-once": 3})
    assert {each.status for each in found.checks} == {CheckStatus.PASSED}
    assert found.notices == ("sockets: 2 conversations at a time: no more files may be open (ulimit -n)",)


async def subscribe(socket: ServerConnection) -> None:
    await socket.send(json.dumps({"type": "hello", "ids": [{"id": 41}]}))
    said = json.loads(await socket.recv())
    await socket.send(json.dumps({"type": "subscribed", "id": said["id"]}))
    await socket.wait_closed()


def test_what_a_message_brings_is_said_and_expected_later(socket_provider: Provider, check: CheckOf) -> None:
    hello = {"receive": {"json": {"type": "hello"}}, "save": {"id": "$.ids[0].id"}}
    ask = {"send": {"json": {"type": "subscribe", "id": "${id}"}}}
    url = socket_provider(subscribe)
    found = check(url, hello, ask, {"receive": {"json": {"type": "subscribed", "id": "${id}"}}})
    assert (found.status, found.error) == (CheckStatus.PASSED, "")
    wrong = {"receive": {"json": {"type": "subscribed", "id": "session ${id}"}}}
    assert check(url, hello, ask, wrong).error == 'step 3: $.id: expected "session 41" but got 41'


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("$.id", "step 1: nothing is at $.id to be saved as id"),
        ("$.ids", "step 1: what is at $.ids is no plain value, and can't be saved as id"),
    ],
)
def test_what_can_not_be_saved(path: str, words: str, socket_provider: Provider, check: CheckOf) -> None:
    found = check(socket_provider(subscribe), {"receive": {"json": {}}, "save": {"id": path}})
    assert (found.status, found.error) == (CheckStatus.FAILED, words)
