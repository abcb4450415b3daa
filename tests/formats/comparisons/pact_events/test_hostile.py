"""Documents and pacts that would take for ever, or break what reads them: an answer, in bounded time."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.pact_events.comparing import compare_message, compile_events
from contracthub.formats.comparisons.pact_openapi.pact_file import read_pact
from tests.formats.comparisons.pact_events.cases import ORDER, TEXT, TOPIC, objects, three
from tests.formats.comparisons.pact_events.cases_protobuf import FILE, OWN, STATES, kept
from tests.formats.comparisons.pact_events.cases_schemas import READER, in_bytes
from tests.formats.comparisons.pact_events.offering import (
    asyncapi,
    avro,
    contents,
    found,
    json_schema,
    matchers,
    message,
    pact,
    protobuf,
    reasons,
)

BOMB = {
    "type": "record",
    "name": "A",
    "fields": [
        {"name": "n", "type": ["null", "A", {"type": "record", "name": "B", "fields": [{"name": "n", "type": "A"}]}]}
    ],
}


def deep(levels: int, last: Any) -> Any:
    value = last
    for _ in range(levels):
        value = {"n": value}
    return value


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (avro(BOMB), deep(80, "x")),
        (avro(["null", *({"type": "record", "name": f"R{at}", "fields": []} for at in range(2000))]), {"x": 1}),
        (json_schema({"$ref": "#"}), {"a": 1}),
        (json_schema({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}), 1),
        (json_schema({"properties": {"a": {"pattern": "^(a+)+$"}}}), {"a": "a" * 50_000 + "!"}),
        (json_schema({"properties": {"a": {"pattern": "("}}}), {"a": "a"}),
        (protobuf('syntax = "proto3"; message A { A n = 1; }'), deep(90, {})),
        (
            three(
                {"m": {"payload": {"oneOf": [{"$ref": "#/components/schemas/S"}] * 50}}},
                components={"schemas": {"S": {"oneOf": [{"$ref": "#/components/schemas/S"}, TEXT]}}},
            ),
            {"a": 1},
        ),
    ],
)
def test_an_answer_comes(document: OfferedDocument, value: Any) -> None:
    assert found(pact(message(value, {"topic": "orders"})), document) is not None


def test_many_messages_are_not_all_looked_at() -> None:
    messages = {f"M{at}": {"payload": objects(**{f"f{at}": TEXT})} for at in range(3000)}
    document = three(messages)
    assert [each.rule for each in found(pact(message({"x": 1}, TOPIC)), document)] == ["message.no.match"]
    [matched] = [each for each in found(pact(message({"f2500": "x"}, TOPIC)), document) if "matched" in each.rule]
    assert matched.message == "The message is M2500 on orders.placed"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"type": "Synchronous/Messages"},
        {"type": "Synchronous/Messages", "request": [], "response": "x"},
        {"type": "Synchronous/Messages", "request": {"contents": 5}, "response": [None, 5]},
        {"contents": "x", "metadata": []},
        {"contents": {"content": {}, "contentType": 5, "encoded": {}}},
        {"contents": {"content": "%%%", "contentType": "application/json", "encoded": "base64"}},
        {"contents": contents("\ud7ff" * 10, "avro/binary", "base64")},
        {"metadata": {"kafka_topic": 5, "key": {"a": []}, "topic": None}},
        {"metadata": {"topic": "x" * 100_000}},
        {"comments": {"references": {"AsyncAPI": {"operationId": []}}}},
        {"comments": {"references": 5}},
        {"matchingRules": 5},
        {"matchingRules": {"body": {"$": 5}, "metadata": {"x'y": {"matchers": [{}]}}}},
        {"pluginConfiguration": {"protobuf": 5, "avro": {"schemaKey": []}}},
        {"description": None},
    ],
)
def test_an_interaction_of_any_shape_gets_an_answer(raw: Any) -> None:
    one = {"type": "Asynchronous/Messages", **raw}
    for document in (three(), avro(READER), protobuf(FILE)):
        for each in found(pact(one), document):
            assert each.remedy


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text("ab$.[*'", max_size=4), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["contents", "content", "metadata", "matchingRules", "body", "$", "matchers", "match", "request", "response",
         "pluginConfiguration", "protobuf", "comments", "references", "AsyncAPI", "operationId", "encoded", "key"]
    ), inner, max_size=4), max_leaves=15))  # fmt: skip
def test_nothing_that_a_pact_says_breaks_it(raw: Any) -> None:
    for kind in ("Asynchronous/Messages", "Synchronous/Messages"):
        one = {**raw, "type": kind} if isinstance(raw, dict) else {"type": kind, "contents": raw}
        source = json.dumps({"interactions": [one], "messages": [raw], "metadata": {"plugins": raw}}).encode()
        found(source, three(), avro(READER))


@pytest.mark.parametrize(
    "config",
    [
        {"protoDescriptors": "%%"},
        {"protoDescriptors": base64.b64encode(b"\xff" * 50).decode()},
        {"protoDescriptors": 5},
        {"protoDescriptors": base64.b64encode(b"\x0a\x06\x12\x04shop").decode()},
    ],
)
def test_descriptors_of_any_shape_get_an_answer(config: Any) -> None:
    source = json.loads(kept(OWN % STATES, {"id": "1"}))
    source["metadata"]["plugins"][0]["configuration"] = {"k": config}
    assert found(json.dumps(source).encode(), protobuf(FILE))


def test_a_schema_of_a_plugin_of_any_shape_gets_an_answer() -> None:
    source = json.loads(in_bytes(READER, {"id": 1}))
    source["metadata"]["plugins"][0]["configuration"]["k"]["avroSchema"] = '{"type": "record"}'
    assert reasons(json.dumps(source).encode(), avro(READER)) == []


def test_what_comes_after_a_bad_pattern_of_the_consumer_is_judged() -> None:
    rules = {"body": {"$.id": matchers({"match": "regex", "regex": "("})}}
    assert reasons(pact(message({"id": 1}, TOPIC, rules)), three()) == ["message.payload.incompatible contents.id"]


def test_several_threads_get_the_same_answer() -> None:
    documents = [three({"OrderPlaced": {"payload": ORDER}}), avro(READER), protobuf(FILE, "others-value")]
    interactions = read_pact(pact(*[message({"id": "1", "x": at}, TOPIC) for at in range(20)]), whole=True)
    events = compile_events(documents)
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda one: compare_message(one, events), [*interactions] * 5)]
    alone = [compare_message(one, compile_events(documents)) for one in interactions] * 5
    assert answers == alone


def test_a_document_of_any_shape_gets_an_answer() -> None:
    for text in (b"", b"[]", b"asyncapi: 9", b"\xff", b"asyncapi: 3.0.0\ninfo: 5"):
        [each] = found(pact(message({})), asyncapi(text))
        assert each.level is Level.UNANSWERED
