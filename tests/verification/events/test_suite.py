"""Messages of pacts and of topics at a real broker: what they are held against, and what is said when that can't be."""

import json
import socket
import struct
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from contracthub.domain.verification_runs import CheckStatus
from tests.conftest import LiveHub
from tests.kafka_broker import KafkaBroker
from tests.verification.events.conftest import Provider
from tests.verification.events.running import flow, looked, only, pact

PATIENCE = 60.0
ORDER = {"id": "o-1", "cents": 1200}
AVRO = {
    "type": "record",
    "name": "Order",
    "fields": [{"name": "id", "type": "string"}, {"name": "cents", "type": "long"}],
}
PROTO = 'syntax = "proto3"; message Other {string a = 1;} message Order {string id = 1; int32 cents = 2;}'


def message(value: Any, **more: Any) -> dict[str, Any]:
    """A message of a pact, JSON by equality but for what the rules say."""
    return {
        "description": "an order was paid",
        "contents": {"content": value, "contentType": "application/json", "encoded": False},
        **more,
    }


def sends(kafka: KafkaBroker, topic: str, value: bytes | None, **more: Any) -> Any:
    """A provider that sends a message when it is asked for it, and has no document."""

    def answer(method: str, path: str, _: object) -> tuple[int, Any]:
        if method != "POST":
            return 404, ""
        assert path == "/messages"
        producer = Producer({"bootstrap.servers": kafka.bootstrap})
        producer.produce(topic, value, **more)
        assert producer.flush(PATIENCE) == 0
        return 200, {}

    return answer


def judged(tmp_path: Path, kafka: KafkaBroker, url: str, wanted: dict[str, Any], topic: str, **more: Any) -> Any:
    said = {"topics": {"orders": topic}, "wait": more.pop("wait", "20s"), **more.pop("said", {})}
    return only(
        looked(tmp_path, kafka.bootstrap, url, pacts=[pact(wanted)], said=said, message_url=f"{url}/messages", **more)
    )


TYPED = {"body": {"$.cents": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
META = {"kafka_topic": "orders", "key": "k", "traceparent": "00-1"}
ORDERED = message(ORDER, metadata=META, matchingRules=TYPED)
GOOD: dict[str, Any] = {
    "value": b'{"id": "o-1", "cents": 7, "more": 1}',
    "key": "k",
    "headers": {"traceparent": "00-1"},
}


def test_a_message_is_held_against_the_rules_of_its_pact(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    check = judged(tmp_path, kafka, provider(sends(kafka, topic, **GOOD)), ORDERED, topic)
    assert (check.error, check.status, check.operation) == ("", CheckStatus.PASSED, topic)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a field is missing": ({"value": b'{"id": "o-1"}'}, "body", "$.cents"),
    "a field is another": ({"value": b'{"id": "o-2", "cents": 1}'}, "body", "$.id"),
    "a field is of another kind": ({"value": b'{"id": "o-1", "cents": "1"}'}, "body", "$.cents"),
    "it is no JSON": ({"value": b"{"}, "body", "$"),
    "there is no value": ({"value": None}, "body", "$"),
    "the key is another": ({"key": "x"}, "metadata", "key"),
    "there is no key": ({"key": None}, "metadata", "key"),
    "a header is missing": ({"headers": {}}, "header", "traceparent"),
    "a header is another": ({"headers": {"traceparent": "2"}}, "header", "traceparent"),
    "it is of an unknown schema": ({"value": b"\0\0\0\0\x07xyz"}, "body", "$"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_message_is_named(
    name: str, kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    change, attribute, location = WRONG[name]
    check = judged(tmp_path, kafka, provider(sends(kafka, topic, **{**GOOD, **change})), ORDERED, topic, wait="2s")
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith("message 'an order was paid'")
    assert (check.mismatches[0].attribute, check.mismatches[0].location) == (attribute, location)


def test_a_pending_pact_does_no_harm(kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path) -> None:
    url = provider(sends(kafka, topic, b"{}", key="k"))
    check = judged(tmp_path, kafka, url, {**ORDERED, "pending": True}, topic, wait="1s")
    assert check.status is CheckStatus.PENDING


def test_a_topic_that_nobody_names_is_told(kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path) -> None:
    url = provider(sends(kafka, topic, **GOOD))
    unnamed = message(ORDER, matchingRules=TYPED)
    check = judged(tmp_path, kafka, url, unnamed, topic)
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert "[verify.events.topics] 'an order was paid'" in check.error
    named = {"topics": {"an order was paid": topic}}
    assert judged(tmp_path, kafka, url, unnamed, topic, said=named).status is CheckStatus.PASSED


def test_a_state_that_nothing_sets_up_is_told(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    url = provider(sends(kafka, topic, **GOOD))
    check = judged(tmp_path, kafka, url, {**ORDERED, "providerStates": [{"name": "an order exists"}]}, topic)
    assert (check.status, check.provider_states) == (CheckStatus.MISSING_STATE, ("an order exists",))


def test_a_state_that_sends_the_message_needs_no_asking(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    answer = sends(kafka, topic, **GOOD)
    url = provider(lambda method, path, body: answer(method, "/messages" if body.get("state") else path, body))
    said = {**ORDERED, "providerStates": [{"name": "an order is paid"}]}
    found = looked(
        tmp_path,
        kafka.bootstrap,
        url,
        pacts=[pact(said)],
        said={"topics": {"orders": topic}},
        state_url=f"{url}/states",
    )
    assert only(found).status is CheckStatus.PASSED


def registered(hub: LiveHub, topic: str, kind: str, text: str) -> int:
    """The id of a schema that is registered for the values of a topic."""
    answer = hub.post(f"/schema-registry/subjects/{topic}-value/versions", {"schema": text, "schemaType": kind})
    return int(answer.raise_for_status().json()["id"])


def framed(hub: LiveHub, topic: str, kind: str) -> bytes:
    """The order as a serializer of the field would send it, its schema registered."""
    if kind == "AVRO":
        text, payload = json.dumps(AVRO), b"\x06o-1\xe0\x12"
    elif kind == "PROTOBUF":
        text, payload = PROTO, b"\x02\x02\x0a\x03o-1\x10\xb0\x09"
    else:
        text, payload = '{"type": "object"}', json.dumps(ORDER).encode()
    return struct.pack(">bI", 0, registered(hub, topic, kind, text)) + payload


@pytest.mark.parametrize("kind", ["AVRO", "JSON", "PROTOBUF"])
def test_values_in_a_registry_s_wire_format_are_read(
    kind: str, kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path, live_hub: LiveHub
) -> None:
    registry = f"{live_hub.url}/schema-registry"
    value = framed(live_hub, topic, kind)
    url = provider(sends(kafka, topic, **{**GOOD, "value": value}))
    check = judged(tmp_path, kafka, url, message(ORDER, metadata=META), topic, schema_registry=registry)
    assert (check.error, check.status) == ("", CheckStatus.PASSED)
    other = judged(
        tmp_path, kafka, url, message({"id": "o-2"}, metadata=META), topic, schema_registry=registry, wait="2s"
    )
    assert [each.location for each in other.mismatches] == ["$.id"]


def test_json_that_its_own_schema_refuses_is_named(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path, live_hub: LiveHub
) -> None:
    schema = {"type": "object", "properties": {"cents": {"type": "integer", "minimum": 2000}}}
    value = struct.pack(">bI", 0, registered(live_hub, topic, "JSON", json.dumps(schema))) + json.dumps(ORDER).encode()
    url = provider(sends(kafka, topic, **{**GOOD, "value": value}))
    registry = f"{live_hub.url}/schema-registry"
    check = judged(tmp_path, kafka, url, message(ORDER, metadata=META), topic, schema_registry=registry, wait="2s")
    assert [(each.attribute, each.location) for each in check.mismatches] == [("body", "$.cents")]
    assert "the registry's schema with the id" in check.error


def test_nothing_is_fetched_because_a_schema_says_so(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path, live_hub: LiveHub
) -> None:
    asked: list[str] = []
    answer = sends(kafka, topic, **GOOD)

    def answers(method: str, path: str, body: object) -> tuple[int, Any]:
        asked.append(path)
        if path != "/asyncapi.json":
            return (200, {}) if path == "/elsewhere.json" else answer(method, path, body)
        payload = {"$ref": f"{url}/elsewhere.json"}
        channel = {**ASYNCAPI["channels"]["orders"], "messages": {"Paid": {"payload": payload}}}
        return 200, {**ASYNCAPI, "channels": {"orders": channel}}

    url = provider(answers)
    judged(tmp_path, kafka, url, ORDERED, topic)
    assert "/messages" in asked
    assert "/elsewhere.json" not in asked


def test_a_registry_that_is_away_is_no_verdict(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        registry = f"http://127.0.0.1:{closed.getsockname()[1]}"
    url = provider(sends(kafka, topic, **{**GOOD, "value": b"\0\0\0\0\1x"}))
    check = judged(tmp_path, kafka, url, ORDERED, topic, schema_registry=registry)
    assert check.status is CheckStatus.COULD_NOT_RUN
    assert "The schema registry does not answer" in check.error


def test_an_id_that_the_registry_does_not_know_is_the_provider_s_fault(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path, live_hub: LiveHub
) -> None:
    url = provider(sends(kafka, topic, **{**GOOD, "value": b"\0\x7f\0\0\0x"}))
    registry = f"{live_hub.url}/schema-registry"
    check = judged(tmp_path, kafka, url, ORDERED, topic, schema_registry=registry, wait="2s")
    assert check.status is CheckStatus.FAILED
    assert "has no schema with the id 2130706432" in check.error


@pytest.mark.parametrize("kind", ["AVRO", "PROTOBUF"])
def test_a_flow_writes_with_the_newest_schema_of_a_subject(
    kind: str, kafka: KafkaBroker, topic: str, tmp_path: Path, live_hub: LiveHub
) -> None:
    registry = f"{live_hub.url}/schema-registry"
    subject = f"{topic}-value"
    text = json.dumps(AVRO) if kind == "AVRO" else 'syntax = "proto3"; message Order {string id = 1; int32 cents = 2;}'
    registered(live_hub, topic, kind, text)
    said = flow(
        send=[{"topic": topic, "key": "k", "schema": subject, "value": ORDER}],
        expect=[{"topic": topic, "messages": [{"key": "k", "value": ORDER}]}],
    )
    found = looked(tmp_path, kafka.bootstrap, flows=[said], schema_registry=registry)
    assert (only(found).error, only(found).status) == ("", CheckStatus.PASSED)
    said["send"][0]["value"] = {"id": 1}
    wrong = only(looked(tmp_path, kafka.bootstrap, flows=[said], schema_registry=registry))
    assert wrong.status is CheckStatus.COULD_NOT_RUN
    assert "send 1" in wrong.error


ASYNCAPI: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "info": {"title": "writer", "version": "1"},
    "channels": {
        "orders": {
            "address": "orders",
            "messages": {
                "Paid": {
                    "contentType": "application/json",
                    "payload": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {"id": {"type": "string"}, "cents": {"type": "integer", "minimum": 1}},
                    },
                    "headers": {"type": "object", "required": ["traceparent"]},
                    "bindings": {"kafka": {"key": {"type": "string", "pattern": "^k"}}},
                }
            },
            "bindings": {"kafka": {}},
        }
    },
    "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
}
# What lies in the topic, and what the document says to it.
SAMPLES: dict[str, tuple[dict[str, Any], tuple[str, str] | None]] = {
    "all is well": ({}, None),
    "a tombstone": ({"value": None}, None),
    "a field is missing": ({"value": b'{"cents": 1}'}, ("body", "$")),
    "a field is too small": ({"value": b'{"id": "o", "cents": 0}'}, ("body", "$.cents")),
    "it is no JSON": ({"value": b"{"}, ("body", "$")),
    "a header is missing": ({"headers": {}}, ("header", "")),
    "the key is another": ({"key": "x"}, ("metadata", "key")),
    "there is no key": ({"key": None}, ("metadata", "key")),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_lies_in_a_topic_is_held_against_the_document(
    name: str, kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    change, place = SAMPLES[name]
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, **GOOD, partition=0)
    producer.produce(topic, **{**GOOD, **change}, partition=0)
    assert producer.flush(PATIENCE) == 0
    url = provider(lambda _, path, __: (200, ASYNCAPI) if path == "/asyncapi.json" else (404, ""))
    check = only(looked(tmp_path, kafka.bootstrap, url, said={"sample": 1, "topics": {"orders": topic}}))
    assert check.notes == ("1 messages were looked at",)
    if place is None:
        assert (check.error, check.status) == ("", CheckStatus.PASSED)
    else:
        assert check.status is CheckStatus.FAILED
        assert [(each.attribute, each.location) for each in check.mismatches] == [place]
        assert "(partition 0, offset 1)" in check.error


def test_a_sample_of_what_nobody_describes_is_no_verdict(kafka: KafkaBroker, topic: str, tmp_path: Path) -> None:
    said = {"sample": 5, "sample_topics": [topic, f"no.{uuid.uuid4().hex}"]}
    found = looked(tmp_path, kafka.bootstrap, said=said)
    assert [each.status for each in found.checks] == [CheckStatus.COULD_NOT_RUN] * 2


def test_a_broker_that_is_away_is_told_for_each_check_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        away = f"127.0.0.1:{closed.getsockname()[1]}"
    said = flow(send=[{"topic": "t", "value": 1}], never=[{"topic": "u", "message": {}, "during": "1s"}])
    started = time.monotonic()
    found = looked(tmp_path, away, flows=[said], pacts=[pact(ORDERED)], request_timeout_ms=1000)
    assert time.monotonic() - started < 30
    assert [each.status for each in found.checks] == [CheckStatus.COULD_NOT_RUN] * 2
    assert all(f"No Kafka broker answers at {away}" in each.error for each in found.checks)


def test_a_flow_that_needs_no_kafka_runs_while_the_broker_is_away(provider: Provider, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        away = f"127.0.0.1:{closed.getsockname()[1]}"
    said = flow(
        send=[{"request": {"method": "POST", "path": "/go"}}],
        expect=[{"request": {"path": "/state"}, "response": {"status": 200}}],
    )
    found = looked(tmp_path, away, provider(lambda *_: (200, {})), flows=[said], request_timeout_ms=1000)
    assert only(found).status is CheckStatus.PASSED


def test_without_anything_to_look_at_there_is_no_check(tmp_path: Path) -> None:
    found = looked(tmp_path, None)
    assert (found.checks, found.problems, len(found.notices)) == ((), (), 1)
    messages = looked(tmp_path, None, pacts=[pact(ORDERED)])
    assert (messages.checks, messages.problems) == ((), ())
    assert any(each.startswith("1 message of pacts") for each in messages.notices)
    assert [each for each in messages.notices if "no flow contract" in each] == []


@pytest.mark.parametrize(
    ("kafka_at", "said", "told"),
    [
        ("localhost", {}, "--kafka 'localhost' is no HOST:PORT"),
        ("a:1,b:0", {}, "--kafka 'b:0'"),
        ("a:1", {"wait": "5"}, "wait: '5' is no length of time"),
        ("a:1", {"wait": 0}, "wait must be more than nothing"),
        ("a:1", {"sample": -1}, "sample must be a whole number"),
        ("a:1", {"topics": ["a"]}, "[verify.events.topics] must be a table"),
        ("a:1", {"security_protocol": "TLS"}, "known are PLAINTEXT, SSL"),
        ("a:1", {"security_protocol": "SASL_SSL"}, "needs a username"),
        ("a:1", {"username": "u", "password_variable": "NO_SUCH_VARIABLE"}, "there is no variable NO_SUCH_VARIABLE"),
        ("a:1", {"sasl_mechanism": "GSSAPI"}, "known are PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
        ("a:1", {"ca_file": "nowhere.pem"}, "nowhere.pem is no file"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(kafka_at: str, said: Any, told: str, tmp_path: Path) -> None:
    found = looked(tmp_path, kafka_at, pacts=[pact(ORDERED)], said=said)
    assert found.checks == ()
    assert [told in each for each in found.problems] == [True]
