"""Flow contracts as they are read: what is refused and where, what tells them apart, and what they rely on."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.flow.model import ExpectedMessages, ExpectedState, ForbiddenState, SentMessages, document_from
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import identity, kind_named, read
from contracthub.formats.needs import Direction
from tests.repo.tree import ROOT

Change = Callable[[dict[str, Any]], object]

WHOLE: dict[str, Any] = {
    "contracthub": "flow/1",
    "name": "paid orders are shipped",
    "consumer": "warehouse",
    "provider": "shop",
    "given": [{"name": "an order exists", "params": {"order": "o-1"}}],
    "values": {"city": "Ulm"},
    "within": "20s",
    "send": [
        {
            "name": "a payment",
            "topic": "payments",
            "key": "${order}",
            "headers": {"traceparent": "${run}"},
            "value": {"order": "${order}", "cents": [{"contracthub:repeat": 2, "value": 5}]},
            "count": 3,
            "every": "10ms",
        },
        {"request": {"method": "POST", "path": "/orders/${order}/confirm", "body": {"city": "${city}"}}, "status": 202},
    ],
    "expect": [
        {
            "topic": "shipments",
            "messages": [
                {"key": "${order}", "value": {"kind": "SHIPPED", "at": {"pact:matcher:type": "type", "value": "now"}}}
            ],
            "within": "5s",
        },
        {
            "request": {"path": "/orders/${order}"},
            "response": {"status": 200, "body": {"state": "shipped"}},
            "every": "100ms",
            "stays": "1s",
        },
    ],
    "never": [
        {"topic": "refunds", "message": {}, "during": "2s"},
        {"request": {"path": "/orders/${order}"}, "response": {"body": {"state": "lost"}}, "during": "2s"},
    ],
}


def changed(*changes: Change) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    for change in changes:
        change(document)
    return document


def flow_of(document: dict[str, Any]) -> LiveDocument:
    return read(yaml.safe_dump(document, sort_keys=False).encode())


def test_a_flow_is_read_with_all_that_it_says() -> None:
    flow = document_from(flow_of(WHOLE))
    sent, _ = flow.sends
    assert isinstance(sent, SentMessages)
    assert (sent.topic, sent.count, sent.every, sent.pointer) == ("payments", 3, 0.01, "/send/0")
    messages, state = flow.expects
    assert isinstance(messages, ExpectedMessages)
    assert isinstance(state, ExpectedState)
    assert (messages.within, messages.per_key, state.stays) == (5.0, True, 1.0)
    assert isinstance(flow.nevers[1], ForbiddenState)
    assert flow.topics_out == ("shipments", "refunds")
    assert (flow.within, flow.needs_kafka) == (20.0, True)


def test_what_is_described_is_what_is_sent_and_waited_for() -> None:
    assert kind_named("flow").describe(flow_of(WHOLE)) == (
        "3 messages to payments, POST /orders/${order}/confirm, then messages in shipments, GET /orders/${order}, "
        "never messages in refunds, never GET /orders/${order}"
    )


SEND, EXPECT, STATE = "send", "expect", ("expect", 1)
# What is changed, the place that is told, and words of what is said.
REFUSED: dict[str, tuple[Change, str, str]] = {
    "an unknown key": (lambda it: it.update(sends=[]), "/sends", "is not known"),
    "an unknown key of a message": (lambda it: it["send"][0].update(value2=1), "/send/0/value2", "is not known"),
    "nothing that is expected": (lambda it: (it.pop("expect"), it.pop("never")), "", "expect"),
    "a value and a text": (lambda it: it["send"][0].update(text="x"), "/send/0", "more than one"),
    "base64 that is none": (
        lambda it: (it["send"][0].pop("value"), it["send"][0].update(base64="A")),
        "/send/0/base64",
        "does not match",
    ),
    "a count with a point": (lambda it: it["send"][0].update(count=3.0), "/send/0/count", "write 3 instead of 3.0"),
    "a header in two lines": (
        lambda it: it["expect"][1]["request"].update(headers={"A": "b\r\nc"}),
        "/expect/1/request/headers/A",
        "no header can hold",
    ),
    "a topic that Kafka does not know": (lambda it: it["send"][0].update(topic="a b"), "/send/0/topic", "a b"),
    "a topic that is a folder": (lambda it: it["send"][0].update(topic=".."), "/send/0/topic", "can't be the name"),
    "a path that is no path": (lambda it: it["expect"][1]["request"].update(path="o"), "/expect/1/request/path", "o"),
    "a length of time in no unit": (lambda it: it.update(within="20"), "/within", "20"),
    "no time at all": (lambda it: it.update(within="0s"), "/within", "more than nothing"),
    "a deadline past the whole": (lambda it: it["expect"][0].update(within="21s"), "/expect/0/within", "20s"),
    "a stay past the whole": (
        lambda it: it["expect"][1].update(within="19s", stays="2s"),
        "/expect/1/stays",
        "with within it takes 21s",
    ),
    "a silence past the whole": (lambda it: it["never"][0].update(during="21s"), "/never/0/during", "20s"),
    "a silence of no length": (lambda it: it["never"][0].update(during="0s"), "/never/0/during", "nobody would look"),
    "a poll that is too slow": (
        lambda it: it["expect"][1].update(within="1s", every="2s"),
        "/expect/1/every",
        "only once",
    ),
    "messages that take too long": (lambda it: it["send"][0].update(every="11s"), "/send/0/every", "takes 22s"),
    "too many messages": (
        lambda it: it["send"].extend([{"topic": "a", "value": 1, "count": 10_000, "every": "1ms"}]),
        "/send",
        "10,003",
    ),
    "too large a message": (
        lambda it: it["send"][0].update(
            value={
                "contracthub:repeat": 100_000,
                "value": {"contracthub:repeat": 100_000, "value": 1},
            }
        ),
        "/send/0/value",
        "with all that is repeated",
    ),
    "a repetition of nothing": (
        lambda it: it["send"][0].update(value={"contracthub:repeat": -1, "value": 1}),
        "/send/0/value/contracthub:repeat",
        "whole number",
    ),
    "a name that nothing gives": (lambda it: it["send"][0].update(key="${who}"), "/send/0/key", "${who}"),
    "a name that comes later": (
        lambda it: it["given"][0].update(params={"order": "${order}"}),
        "/given/0/params/order",
        "before the states",
    ),
    "a number where nothing is counted": (
        lambda it: it["expect"][1]["request"].update(path="/${number}"),
        "/expect/1/request/path",
        "${number}",
    ),
    "a matcher in what is sent": (
        lambda it: it["send"][0].update(value={"pact:matcher:type": "type", "value": 1}),
        "/send/0/value",
        "write a value",
    ),
    "a matcher that nobody knows": (
        lambda it: it["expect"][0]["messages"][0].update(value={"pact:matcher:type": "tpye", "value": 1}),
        "/expect/0/messages/0/value/pact:matcher:type",
        "must be one of",
    ),
    "a pattern that the linear engine does not know": (
        lambda it: it["expect"][0]["messages"][0].update(
            key={"pact:matcher:type": "regex", "regex": r"(a+)+\1", "value": "aa"}
        ),
        "/expect/0/messages/0/key/regex",
        "bounded time",
    ),
    "what is waited for is forbidden": (
        lambda it: it["never"][1]["response"].update(body={"state": "shipped"}),
        "/never/1",
        "forbids what expect 1 (GET /orders/${order}) waits for",
    ),
    "a message that is waited for is forbidden": (
        lambda it: it["never"][0].update(topic="shipments"),
        "/never/0",
        "forbids what expect 0 (shipments) waits for",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_flow_is_refused_with_its_place(name: str) -> None:
    change, pointer, words = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        flow_of(changed(change))
    faults = {each.pointer: each.text for each in refused.value.faults}
    assert pointer in faults
    assert words in faults[pointer]
    assert "(line " in faults[pointer]


MEANS_THE_SAME: dict[str, Change] = {
    "another name": lambda it: it.update(name="else"),
    "a description": lambda it: it.update(description="why"),
    "another name of a step": lambda it: it["send"][0].update(name="else"),
    "another example": lambda it: it["expect"][0]["messages"][0]["value"]["at"].update(value="later"),
    "another unit": lambda it: it.update(within="20000ms"),
    "a default that is said": lambda it: it["expect"][0].update(order="per-key"),
    "another order of keys": lambda it: it.update(send=[dict(reversed(each.items())) for each in it["send"]]),
}
MEANS_ELSE: dict[str, Change] = {
    "one more message": lambda it: it["send"][0].update(count=4),
    "another topic": lambda it: it["expect"][0].update(topic="else"),
    "another value": lambda it: it["expect"][0]["messages"][0]["value"].update(kind="SENT"),
    "a message that is longer allowed": lambda it: it["expect"][0].update(within="6s"),
    "another order": lambda it: it["expect"][0].update(order="none"),
    "no silence": lambda it: it.pop("never"),
    "another state": lambda it: it["given"][0].update(name="no order exists"),
    "another name for a value": lambda it: it["expect"][0]["messages"][0].update(key="${city}"),
}


@pytest.mark.parametrize("name", MEANS_THE_SAME)
def test_what_no_verification_sees_does_not_count(name: str) -> None:
    assert identity(flow_of(changed(MEANS_THE_SAME[name]))) == identity(flow_of(WHOLE))


@pytest.mark.parametrize("name", MEANS_ELSE)
def test_what_a_verification_sees_counts(name: str) -> None:
    assert identity(flow_of(changed(MEANS_ELSE[name]))) != identity(flow_of(WHOLE))


def test_a_flow_needs_what_it_sends_and_what_it_waits_for() -> None:
    needs = kind_named("flow").needs(flow_of(WHOLE), "shop")
    found = {(each.operation, each.direction, each.part, each.path) for each in needs}
    assert found == {
        ("payments", Direction.REQUEST, "body", "$.order"),
        ("payments", Direction.REQUEST, "body", "$.cents[0][*]"),
        ("POST /orders/o-1/confirm", Direction.REQUEST, "body", "$.city"),
        ("shipments", Direction.MESSAGE, "metadata", "key"),
        ("shipments", Direction.MESSAGE, "body", "$.kind"),
        ("shipments", Direction.MESSAGE, "body", "$.at"),
        ("GET /orders/o-1", Direction.RESPONSE, "status", ""),
        ("GET /orders/o-1", Direction.RESPONSE, "body", "$.state"),
    }
    assert kind_named("flow").needs(flow_of(WHOLE), "another") == ()


def test_a_matcher_without_an_example_forbids_nothing() -> None:
    anything = {"pact:matcher:type": "integer"}
    document = changed(
        lambda it: it["expect"][0]["messages"][0].update(value={"kind": anything}),
        lambda it: it["never"][0].update(topic="shipments", message={"value": {"kind": "LOST"}}),
        lambda it: it["expect"][1]["response"].update(body=anything),
    )
    read_again = flow_of(document)
    assert identity(read_again)
    assert kind_named("flow").needs(read_again, "shop")


def places_in(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document but its root."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, each in inner for place in ((*path, name), *places_in(each, (*path, name)))]


SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 700) | st.sampled_from(["", "${order}", "${x}", "1s", "/a", "2xx"])
)
MATCHERS = st.sampled_from(["type", "regex", "integer", "eachKey", "arrayContains", "include", "values", "none"])
PARTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "value", "contracthub:repeat", "request", "topic"]), inner, max_size=2)
        | st.builds(lambda name, value: {"pact:matcher:type": name, "value": value}, MATCHERS, inner)
    ),
    max_leaves=4,
)


@given(place=st.sampled_from(places_in(WHOLE)), part=PARTS)
def test_whatever_stands_anywhere_is_refused_or_can_be_told(place: tuple[str | int, ...], part: Any) -> None:
    document = copy.deepcopy(WHOLE)
    holder: Any = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = part
    try:
        found = flow_of(document)
    except Invalid:
        return
    assert kind_named("flow").describe(found)
    assert len(identity(found)) == 64
    assert kind_named("flow").needs(found, found.providers[0])


def test_the_fleet_s_flow_is_sound() -> None:
    found = read(
        (ROOT / "contracts" / "api_gateway-neural_processor.ten-packets-become-ten-chunks.flow.yaml").read_bytes()
    )
    assert (found.kind, found.consumer, found.providers) == ("flow", "api_gateway", ("neural_processor",))
