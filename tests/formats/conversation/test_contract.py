"""Conversation contracts: what is sound, what is refused and where, what counts, and what is needed."""

from typing import Any

import pytest
import yaml

from contracthub.domain.errors import Invalid
from contracthub.formats.conversation.contract import KIND
from contracthub.formats.conversation.expressions import UnknownValue, names_of_states, with_values
from contracthub.formats.conversation.model import Close, Receive, Send, Side, Transport
from contracthub.formats.conversation.reading import completed, conversation_of
from contracthub.formats.conversation.schema import SCHEMA
from contracthub.formats.jsonschema.rules import broken_rules
from contracthub.formats.live_contracts import identity, read
from contracthub.formats.needs import Direction

INTEGER = {"pact:matcher:type": "integer", "value": 5}
DATA = {"type": "data", "n": INTEGER}


def body(*steps: dict[str, Any], connect: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "contracthub": "conversation/1",
        "name": "live",
        "consumer": "viewer",
        "provider": "signals",
        "connect": {"path": "/ws", **(connect or {})},
        "steps": list(steps) or [{"receive": {"json": DATA}}],
        **more,
    }


def written(document: dict[str, Any]) -> bytes:
    return yaml.safe_dump(document, sort_keys=False).encode()


def faults_of(document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(written(document))
    return {str(each.pointer): each.text for each in refused.value.faults}


def test_the_schema_is_a_schema() -> None:
    assert list(broken_rules(SCHEMA, "https://json-schema.org/draft/2020-12/schema")) == []


def test_a_whole_conversation_is_read() -> None:
    document = read(
        written(
            body(
                {"name": "hello", "send": {"json": {"type": "hello"}}},
                {"name": "items", "receive": {"json": DATA}, "repeat": {"min": 2, "max": 9}, "gap": "500ms"},
                {"unordered": [{"receive": {"text": "a"}}, {"receive": {"binary": "AAE="}, "optional": True}]},
                {"nothing": "100ms"},
                {"name": "end", "close": {"by": "provider", "code": [1000, 1001], "within": "2s"}},
                connect={"params": {"id": 7}, "path": "/ws/{id}", "query": {"a": ["x", 1]}, "subprotocols": ["v1"]},
                given=[{"name": "a session", "params": {"id": 7}}],
                ignore=[{"json": {"type": "heartbeat"}}],
            )
        )
    )
    said = conversation_of(document.body)
    assert (said.connect.transport, said.connect.operation) == (Transport.WEBSOCKET, "WS /ws/{id}")
    assert (said.connect.params, said.connect.query) == ({"id": "7"}, (("a", "x"), ("a", "1")))
    items, end = said.steps[1], said.steps[4]
    assert isinstance(items, Receive)
    assert (items.least, items.most, items.gap) == (2, 9, 0.5)
    assert isinstance(end, Close)
    assert (end.by, end.codes, end.within) == (Side.PROVIDER, (1000, 1001), 2.0)
    assert KIND.describe(document) == "websocket /ws/{id}: 5 steps"
    assert KIND.providers(document.body) == ("signals",)


READ = {"send": {"json": {"type": "read"}}}
ONE = {"receive": {"json": DATA}}

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": (body({**ONE, "wihtin": "1s"}), "/steps/0/wihtin", "not known"),
    "unknown key of a message": (body({"receive": {"jsn": {}}}), "/steps/0/receive/jsn", "not known"),
    "two kinds in one step": (body({**ONE, "send": {"text": "a"}}), "/steps/0/receive", "not known"),
    "no length of time": (body({**ONE, "within": "soon"}), "/steps/0/within", "soon"),
    "step longer than the whole": (body({**ONE, "within": "9s"}, within="5s"), "/steps/0/within", "whole conversation"),
    "silence longer than the whole": (
        body({"nothing": "3s"}, {"nothing": "3s"}, within="5s"),
        "/within",
        "silent for 6s",
    ),
    "no time at all": (body({**ONE, "within": "0s"}), "/steps/0/within", "longer than nothing"),
    "gap of one message": (body({**ONE, "gap": "1s"}), "/steps/0/gap", "between messages"),
    "gap longer than the step": (
        body({**ONE, "repeat": {"max": 3}, "gap": "4s", "within": "3s"}),
        "/steps/0/gap",
        "says nothing",
    ),
    "more at least than at most": (body({**ONE, "repeat": {"min": 3, "max": 2}}), "/steps/0/repeat", "more than max"),
    "optional and needed": (body({**ONE, "optional": True, "repeat": {"min": 2}}), "/steps/0/optional", "contradicts"),
    "end that nobody can tell": (body({**ONE, "repeat": {"max": 3}}, READ), "/steps/0/repeat", "nobody can tell"),
    "text and json": (body({"receive": {"json": 1, "text": "1"}}), "/steps/0/receive/text", "contradicts"),
    "sends of a stream": (body(READ, ONE, connect={"kind": "sse"}), "/steps/0/send", "nothing can be said"),
    "event of a socket": (body({"receive": {"event": "a"}}), "/steps/0/receive/event", "server-sent events"),
    "code of a stream": (
        body(ONE, {"close": {"by": "provider", "code": 1000}}, connect={"kind": "ndjson"}),
        "/steps/1/close/code",
        "of WebSockets",
    ),
    "code that nobody sends": (body({"close": {"by": "client", "code": 1011}}), "/steps/0/close/code", "closes with"),
    "step after the end": (body({"close": {"by": "client"}}, ONE), "/steps/1", "ends the conversation"),
    "pattern that explodes": (
        body({"receive": {"json": {"pact:matcher:type": "regex", "regex": "(a+)+\\1", "value": "a"}}}),
        "/steps/0/receive/json/regex",
        "",
    ),
    "unknown matcher": (
        body({"receive": {"json": {"a": {"pact:matcher:type": "soundsLike", "value": 1}}}}),
        "/steps/0/receive/json/a/pact:matcher:type",
        "must be one of",
    ),
    "nothing to send": (
        body({"send": {"json": {"pact:matcher:type": "integer"}}}, ONE),
        "/steps/0/send/json",
        "nobody knows what to send",
    ),
    "schema from elsewhere": (
        body({"receive": {"schema": {"$ref": "https://example.org/x"}}}),
        "/steps/0/receive/schema/$ref",
        "only places in this schema",
    ),
    "schema that is none": (body({"receive": {"schema": {"type": "text"}}}), "/steps/0/receive/schema/type", ""),
    "pattern of a schema that the engine does not know": (
        body({"receive": {"schema": {"pattern": "(?=a)b"}}}),
        "/steps/0/receive/schema",
        "regex",
    ),
    "passed over and waited for": (
        body(ONE, ignore=[{"json": {"type": "data"}}]),
        "/steps/0/receive/json",
        "would wait for ever",
    ),
    "used before it is saved": (
        body({"send": {"text": "${id}"}}, {**ONE, "save": {"id": "$.n"}}),
        "/steps/0",
        "${id} is used before step 2 has saved it",
    ),
    "used in the handshake": (
        body({**ONE, "save": {"id": "$.n"}}, connect={"query": {"a": "${id}"}}),
        "/connect",
        "known only when step 1 was taken",
    ),
    "saved twice": (
        body({**ONE, "save": {"id": "$.n"}}, {**ONE, "save": {"id": "$.n"}}),
        "/steps/1/save/id",
        "saved by step 1 already",
    ),
    "saved of several": (body({**ONE, "repeat": {"max": 2}, "save": {"id": "$.n"}}), "/steps/0", "one message"),
    "saved of a text": (body({"receive": {"text": "a"}, "save": {"id": "$"}}), "/steps/0/save", "is of JSON"),
    "saved from many places": (body({**ONE, "save": {"id": "$.a[*]"}}), "/steps/0/save/id", ""),
    "no base64": (body({"receive": {"binary": "?"}}), "/steps/0/receive/binary", "base64"),
    "parameter without value": (body(connect={"path": "/ws/{id}"}), "/connect/path", "{id} has no value"),
    "value without parameter": (body(connect={"params": {"id": 1}}), "/connect/params/id", "has no {id}"),
    "address of elsewhere": (body(connect={"path": "//elsewhere/x"}), "/connect/path", "one slash"),
    "query in the path": (body(connect={"path": "/a?b=c"}), "/connect/path", "query"),
    "header of the connection": (
        body(connect={"headers": {"Upgrade": "h2c"}}),
        "/connect/headers/Upgrade",
        "the connection itself",
    ),
    "header that splits": (
        body(connect={"headers": {"X": "a\r\nHost: b"}}),
        "/connect/headers/X",
        "no header can hold",
    ),
    "method of a socket": (body(connect={"method": "POST"}), "/connect/method", "no meaning"),
    "body of a GET": (body(connect={"kind": "sse", "method": "GET", "body": {}}), "/connect/body", "not with GET"),
    "steps of a refusal": (body(ONE, connect={"refused": 403}), "/steps", "can't be taken"),
    "subprotocol that was not offered": (
        body(connect={"subprotocols": ["a"], "subprotocol": "b"}),
        "/connect/subprotocol",
        "nobody could choose it",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_contract_is_refused_at_its_place(name: str) -> None:
    document, pointer, words = REFUSED[name]
    faults = faults_of(document)
    assert pointer in faults, faults
    assert words in faults[pointer]
    assert "(line " in faults[pointer]


def test_a_contract_without_steps_says_nothing() -> None:
    assert "/steps" in faults_of({**body(), "steps": []})


def test_every_fault_is_told_at_once() -> None:
    faults = faults_of(body({**ONE, "within": "0s"}, {"nothing": "99s"}, connect={"path": "ws"}))
    assert {"/steps/0/within", "/steps/1/nothing", "/connect/path"} <= faults.keys()


@pytest.mark.parametrize(
    "other",
    [
        {**body(), "name": "another name", "description": "told"},
        body({"name": "named", "receive": {"json": {"type": "data", "n": {**INTEGER, "value": 77}}}}),
        dict(reversed(body().items())),
    ],
)
def test_what_no_verification_can_tell_apart_is_one(other: dict[str, Any]) -> None:
    assert identity(read(written(other))) == identity(read(written(body())))


def test_half_a_second_is_half_a_second_however_it_is_written() -> None:
    def spelt(half: str) -> str:
        steps = ({**ONE, "within": half}, {"nothing": half}, {"close": {"by": "provider", "within": half}})
        return identity(read(written(body(*steps, connect={"path": "/ws", "within": half}, within="20s"))))

    assert spelt("500ms") == spelt("0.5s")
    assert spelt("500ms") != spelt("501ms")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body(), body(within="30s", given=[], ignore=[])),
        (body(), body(connect={"path": "/ws", "kind": "websocket", "within": "10s", "headers": {}, "query": {}})),
        (body(), body({**ONE, "within": "5s"})),
        (body(within="2s"), body({**ONE, "within": "2s"}, within="2s")),
        (body(), body({**ONE, "repeat": {"min": 1, "max": 1}})),
        (body(), body({**ONE, "optional": False})),
        (body({**ONE, "optional": True}), body({**ONE, "repeat": {"min": 0, "max": 1}})),
        (body({**ONE, "repeat": {"max": 5}}), body({**ONE, "repeat": {"min": 1, "max": 5}})),
        (body({**ONE, "repeat": {"min": 3}}), body({**ONE, "repeat": {"min": 3, "max": 100_000}})),
        (
            body(ONE, {"close": {"by": "provider", "code": [1000, 1001]}}),
            body(ONE, {"close": {"by": "provider", "code": [1001, 1000], "within": "5s"}}),
        ),
        (
            body(ONE, {"close": {"by": "provider", "code": 1000}}),
            body(ONE, {"close": {"by": "provider", "code": [1000]}}),
        ),
        (
            body(connect={"path": "/ws/{a}", "params": {"a": "3"}, "query": {"b": "4"}, "headers": {"x-c": "5"}}),
            body(connect={"path": "/ws/{a}", "params": {"a": 3}, "query": {"b": [4]}, "headers": {"X-C": 5}}),
        ),
        (body(given=[{"name": "a"}]), body(given=[{"name": "a", "params": {}}])),
    ],
)
def test_spellings_that_mean_the_same_are_one(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert identity(read(written(one))) == identity(read(written(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body({**ONE, "repeat": {"min": 1}}), body()),
        (body({**ONE, "repeat": {"min": 0}}), body({**ONE, "optional": True})),
        (body({**ONE, "within": "2s"}), body({**ONE, "within": "5s"})),
        (body(connect={"path": "/ws", "query": {"b": [3, 4]}}), body(connect={"path": "/ws", "query": {"b": [4, 3]}})),
        (
            body(connect={"path": "/ws", "headers": {"a": "1", "A": "2"}}),
            body(connect={"path": "/ws", "headers": {"a": "2"}}),
        ),
    ],
)
def test_spellings_that_mean_something_else_are_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert identity(read(written(one))) != identity(read(written(other)))


def test_a_text_that_is_said_is_no_time() -> None:
    said = [identity(read(written(body({"send": {"json": {"within": text}}}, ONE)))) for text in ("1s", "1000ms")]
    assert said[0] != said[1]


@pytest.mark.parametrize(
    "other",
    [
        body({"receive": {"json": {"type": "data", "n": 5}}}),
        body(ONE, ONE),
        body({**ONE, "within": "1s"}),
        body(connect={"path": "/other"}),
        body(given=[{"name": "a session"}]),
        body(READ, ONE),
    ],
)
def test_what_asks_for_something_else_is_another(other: dict[str, Any]) -> None:
    assert identity(read(written(other))) != identity(read(written(body())))


def test_needs_are_the_places_of_each_message() -> None:
    document = read(written(body(READ, {"name": "data", **ONE}, {"receive": {"schema": {"required": ["a"]}}})))
    needs = KIND.needs(document, "signals")
    assert {(each.operation, each.direction, each.path) for each in needs} == {
        ("/ws", Direction.REQUEST, "$.type"),
        ("/ws", Direction.MESSAGE, "$.type"),
        ("/ws", Direction.MESSAGE, "$.n"),
        ("/ws", Direction.MESSAGE, "$"),
    }
    assert "live: step 2 'data'" in {each.interaction for each in needs}


def test_a_stream_needs_its_operation() -> None:
    stream = body(connect={"kind": "sse", "path": "/events/{id}", "params": {"id": 3}})
    first = KIND.needs(read(written(stream)), "signals")[0]
    assert (first.operation, first.part) == ("GET /events/3", "status")


def test_values_of_states_take_their_places_with_their_types() -> None:
    document = body(
        {"receive": {"json": {"id": "${id}", "title": "session ${id}"}}},
        connect={"path": "/ws/{id}", "params": {"id": "${id}"}},
    )
    assert names_of_states(document) == ("id",)
    filled = with_values(document, {"id": 7})
    assert filled["steps"] == [{"receive": {"json": {"id": 7, "title": "session 7"}}}]
    assert conversation_of(filled).connect.params == {"id": "7"}
    with pytest.raises(UnknownValue, match="id"):
        with_values(document, {})


def test_two_dollars_are_one_and_no_expression() -> None:
    document = body({"receive": {"text": "costs $${id}"}})
    assert names_of_states(document) == ()
    assert with_values(document, {})["steps"] == [{"receive": {"text": "costs ${id}"}}]


def test_what_a_message_brings_is_nothing_that_a_state_could_give() -> None:
    document = body({**ONE, "save": {"id": "$.n"}}, {"send": {"json": {"id": "${id}", "of": "${session}"}}})
    assert names_of_states(document) == ("session",)
    with pytest.raises(UnknownValue, match="session"):
        with_values(document, {})
    said = conversation_of(document, {"session": "s"})
    sent = completed(said, 1, {"id": 7})
    assert isinstance(sent, Send)
    assert sent.value == {"id": 7, "of": "s"}
