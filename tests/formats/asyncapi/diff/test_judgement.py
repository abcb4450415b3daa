"""Verdicts that were written down before the comparison was asked (diff-rules §9): the worst change of each pair."""

from typing import Any

import pytest

from tests.formats.asyncapi.diff.test_engine import compare
from tests.formats.asyncapi.written import KAFKA3, STRING, channel2, v3

BREAKING, DANGEROUS, SAFE, NONE = "breaking", "dangerous", "safe", "none"
ORDERS = {"$ref": "#/channels/orders"}
ORDER: dict[str, Any] = {"type": "object", "required": ["sku"], "properties": {"sku": STRING}}
SEND: dict[str, Any] = {"action": "send", "channel": ORDERS}
RECEIVE: dict[str, Any] = {"action": "receive", "channel": ORDERS}


def worst(old: Any, new: Any) -> str:
    found = {change.severity.value for change in compare(old, new)}
    return next((each for each in (BREAKING, DANGEROUS, SAFE) if each in found), NONE)


def doing(*operations: dict[str, Any], **channel: Any) -> dict[str, Any]:
    """One channel, with operations ``a``, ``b`` and so on."""
    named = {"address": "orders", "messages": {"placed": {"payload": ORDER}}, **channel}
    return v3(channels={"orders": named}, operations=dict(zip("abc", operations, strict=False)))


def payload(action: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return doing(action, messages={"placed": {"payload": schema}})


def bound(protocol: str, **binding: Any) -> dict[str, Any]:
    return doing(SEND, bindings={protocol: binding})


def read_by(**kafka: Any) -> dict[str, Any]:
    return doing(RECEIVE, {**RECEIVE, "bindings": {"kafka": kafka}})


def delivered(**mqtt: Any) -> dict[str, Any]:
    return doing({**SEND, "bindings": {"mqtt": mqtt}})


def served(*hosts: str) -> dict[str, Any]:
    return {**doing(SEND), "servers": {host: {**KAFKA3["broker"], "host": host} for host in hosts}}


def kept(**configuration: Any) -> dict[str, Any]:
    return bound("kafka", topicConfiguration={name.replace("_", "."): each for name, each in configuration.items()})


def typed(content_type: str) -> dict[str, Any]:
    return doing(SEND, messages={"placed": {"payload": ORDER, "contentType": content_type}})


CLOSED = {**ORDER, "additionalProperties": False}
LONGER = {**CLOSED, "properties": {"sku": STRING, "note": STRING}}
SPLIT = {"allOf": [{"type": "object", "properties": {"sku": STRING}}, {"required": ["sku"]}]}
TWO = {"placed": {"payload": ORDER}, "paid": {"payload": {"type": "object", "properties": {"id": STRING}}}}


def of_two(name: str) -> dict[str, Any]:
    return {**SEND, "messages": [{"$ref": f"#/channels/orders/messages/{name}"}]}


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (payload(SEND, ORDER), payload(SEND, SPLIT), NONE),
        (payload(RECEIVE, LONGER), payload(RECEIVE, CLOSED), BREAKING),
        (payload(SEND, LONGER), payload(SEND, CLOSED), SAFE),
        (payload(RECEIVE, ORDER), payload(RECEIVE, CLOSED), BREAKING),
        (typed("application/json"), typed("Application/JSON; charset=utf-8"), NONE),
        (typed("application/json"), typed("application/xml"), BREAKING),
        (served("a", "b"), served("a"), DANGEROUS),
        (served("a"), served("b"), BREAKING),
        (served("a", "b"), served("c"), BREAKING),
        (kept(retention_ms=100), kept(retention_ms=10), DANGEROUS),
        (kept(retention_ms=10), kept(retention_ms=100), SAFE),
        (kept(retention_ms=-1), kept(retention_ms=100), DANGEROUS),
        (kept(retention_ms=100), kept(retention_ms=-1), SAFE),
        (bound("kafka", topic="a"), bound("kafka", topic="b"), BREAKING),
        (bound("amqp", exchange={"name": "a"}), bound("amqp", exchange={"name": "b"}), BREAKING),
        (bound("amqp", queue={"durable": True}), bound("amqp", queue={"durable": False}), DANGEROUS),
        (delivered(qos=2), delivered(qos=0), DANGEROUS),
        (delivered(qos=0), delivered(qos=2), SAFE),
        (read_by(groupId={"enum": ["a", "b"]}), read_by(groupId={"enum": ["a"]}), BREAKING),
        (read_by(groupId={"enum": ["a"]}), read_by(groupId={"enum": ["a", "b"]}), SAFE),
        (doing(SEND, SEND), doing(SEND, {**SEND, "security": [{"type": "plain"}]}), BREAKING),
        (doing(SEND, messages=TWO), doing(of_two("placed"), of_two("paid"), messages=TWO), NONE),
        (doing(SEND, messages=TWO), doing(of_two("placed"), messages=TWO), BREAKING),
        (doing(SEND), doing(SEND, RECEIVE), SAFE),
        (doing(SEND), doing(RECEIVE), BREAKING),
    ],
)
def test_the_worst_change_is_as_it_was_written_down(old: Any, new: Any, verdict: str) -> None:
    assert worst(old, new) == verdict


@pytest.mark.parametrize(("way", "action"), [("publish", RECEIVE), ("subscribe", SEND)])
def test_version_3_of_the_same_application_is_no_change(way: str, action: dict[str, Any]) -> None:
    old = channel2(**{way: {"message": {"name": "placed", "payload": ORDER}}})
    new = {**doing(action), "servers": {"broker": {"host": "kafka.example.com:9092", "protocol": "kafka"}}}
    assert worst(old, new) == worst(new, old) == NONE
