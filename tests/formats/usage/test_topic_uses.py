"""Who reads a topic and its fields: message pacts, and readers with schemas of their own in every language."""

import json
from typing import Any

import pytest

from contracthub.domain.errors import Invalid
from contracthub.domain.readers import EventText, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.formats.comparisons.reader_writer import read
from contracthub.formats.usage.asking import Documents, Usage
from contracthub.formats.usage.event_fields import FieldAt, elements_by_path, field_at
from contracthub.formats.usage.places import steps_in
from contracthub.formats.usage.topics import Reader, Topic
from contracthub.formats.usage.uses import Known
from tests.formats.usage.contracts import is_used, message, needs_of, places_of, usage_with

THERE, MISSING, NOT_TOLD = Known.THERE, Known.MISSING, Known.NOT_TOLD
AVRO = EventText(
    SchemaType.AVRO,
    json.dumps(
        {
            "type": "record",
            "name": "Order",
            "fields": [
                {"name": "id", "type": "string"},
                {"name": "note", "type": ["null", "string"], "default": None},
                {"name": "quantity", "aliases": ["qty"], "type": "int"},
                {
                    "name": "tags",
                    "type": {
                        "type": "map",
                        "values": {"type": "record", "name": "Tag", "fields": [{"name": "by", "type": "string"}]},
                    },
                },
                {
                    "name": "lines",
                    "type": {
                        "type": "array",
                        "items": [
                            "null",
                            {
                                "type": "record",
                                "name": "Line",
                                "fields": [
                                    {"name": "sku", "type": "string"},
                                    {"name": "part_of", "type": ["null", "Line"], "default": None},
                                ],
                            },
                        ],
                    },
                },
            ],
        }
    ),
)
JSON = EventText(
    SchemaType.JSON,
    json.dumps(
        {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "note": {"type": "string"},
                "lines": {"type": "array", "items": {"$ref": "#/definitions/Line"}},
                "extra": {"type": "object"},
                "whatever": {},
                "prices": {"type": "object", "additionalProperties": {"type": "number"}},
            },
            "anyOf": [{"required": ["id"], "properties": {"other": {"type": "string"}}}],
            "definitions": {
                "Line": {
                    "type": "object",
                    "required": ["sku"],
                    "properties": {"sku": {"type": "string"}, "of": {"$ref": "#/definitions/Line"}},
                }
            },
        }
    ),
)
PROTOBUF = EventText(
    SchemaType.PROTOBUF,
    """
    syntax = "proto2";
    package shop;
    import "line.proto";
    message Order {
      required string id = 1;
      optional string customer_note = 2;
      repeated Line lines = 3;
      map<string, Line> by_name = 4;
      optional Order part_of = 5;
      oneof paid { string card = 6; string cash = 7; }
    }
    message Unrelated { optional string of_another = 1; }
    """,
    (ReferencedText("line.proto", 'syntax = "proto2"; package shop; message Line { required string sku = 1; }'),),
    "order.proto",
)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        (AVRO, "", FieldAt(THERE)),
        (AVRO, "/id", FieldAt(THERE)),
        (AVRO, "/note", FieldAt(THERE, True)),
        (AVRO, "/quantity", FieldAt(THERE)),
        (AVRO, "/qty", FieldAt(THERE)),
        (AVRO, "/total", FieldAt(MISSING)),
        (AVRO, "/id/x", FieldAt(MISSING)),
        (AVRO, "/lines/*/sku", FieldAt(THERE)),
        (AVRO, "/lines/sku", FieldAt(THERE)),
        (AVRO, "/lines/*", FieldAt(THERE, True)),
        (AVRO, "/lines/*/part_of", FieldAt(THERE, True)),
        (AVRO, "/lines/*/part_of/part_of/part_of/sku", FieldAt(THERE)),
        (AVRO, "/tags/x/by", FieldAt(THERE)),
        (AVRO, "/tags/*/by", FieldAt(THERE)),
        (JSON, "/id", FieldAt(THERE)),
        (JSON, "/note", FieldAt(THERE, True)),
        (JSON, "/other", FieldAt(THERE, True)),
        (JSON, "/total", FieldAt(MISSING)),
        (JSON, "/lines/0/sku", FieldAt(THERE)),
        (JSON, "/lines/*/of/of/of/sku", FieldAt(THERE)),
        (JSON, "/extra/x", FieldAt(NOT_TOLD)),
        (JSON, "/whatever/x", FieldAt(NOT_TOLD)),
        (JSON, "/prices/eur", FieldAt(THERE, True)),
        (JSON, "/id/x", FieldAt(MISSING)),
        (PROTOBUF, "/id", FieldAt(THERE)),
        (PROTOBUF, "/customer_note", FieldAt(THERE, True)),
        (PROTOBUF, "/customerNote", FieldAt(THERE, True)),
        (PROTOBUF, "/lines/*/sku", FieldAt(THERE)),
        (PROTOBUF, "/by_name/x/sku", FieldAt(THERE)),
        (PROTOBUF, "/by_name/*/sku", FieldAt(THERE)),
        (PROTOBUF, "/part_of/part_of/id", FieldAt(THERE)),
        (PROTOBUF, "/card", FieldAt(THERE, True)),
        (PROTOBUF, "/of_another", FieldAt(THERE, True)),
        (PROTOBUF, "/total", FieldAt(MISSING)),
    ],
)
def test_a_schema_has_a_field_or_not(text: EventText, place: str, expected: FieldAt) -> None:
    assert field_at(read(text), steps_in(place)) == expected


@pytest.mark.parametrize("text", [AVRO, JSON, PROTOBUF])
def test_every_field_that_a_schema_lists_is_found(text: EventText) -> None:
    schema = read(text)
    listed = [each.name for each in elements_by_path(schema) if "=" not in each.name]
    assert len(listed) > 5
    for name in listed:
        assert field_at(schema, steps_in(name)).known is THERE, name


def test_a_schema_that_is_itself_in_all_alternatives_comes_to_an_end() -> None:
    circle = {"allOf": [{"$ref": "#"}, {"$ref": "#"}], "properties": {"a": {"$ref": "#"}}}
    schema = read(EventText(SchemaType.JSON, json.dumps(circle)))
    assert field_at(schema, ("a",) * 50 + ("b",)).known in (MISSING, NOT_TOLD)


FINISHED = message("it was finished", "simulation.events", {"result": {"ml": 3}, "id": "1"}, key="sim-1")
UNSAID = message("something happened", None, {"result": 1})


def usage_of(*interactions: Any, readers: tuple[Reader, ...] = (), topics: tuple[Topic, ...] = ()) -> Usage:
    contracts = [needs_of(*interactions, version="4.0")] if interactions else []
    return usage_with(*contracts, documents=Documents(topics=topics), readers=readers)


@pytest.mark.parametrize(
    ("element", "places"),
    [
        ("simulation.events", {""}),
        ("simulation.events-value", {""}),
        ("simulation.events#/result", {"message body $.result.ml"}),
        ("simulation.events#/result/ml", {"message body $.result.ml"}),
        ("simulation.events#/other", set()),
        ("simulation.events#metadata/key", {"message metadata key"}),
        ("simulation.events#metadata/other", set()),
    ],
)
def test_a_message_pact_reads_its_topic(element: str, places: set[str]) -> None:
    assert places_of(usage_of(FINISHED), element) == places


def test_a_message_that_says_no_topic_is_not_known() -> None:
    usage = usage_of(FINISHED, UNSAID)
    (asked, *_) = usage.asked("simulation.events#/result").elements
    assert [each.why for each in usage.unclear(asked)] == [
        "its message 'something happened' does not say of which topic it is"
    ]


def test_a_question_with_an_answer_is_asked_by_side() -> None:
    interaction = {
        "type": "Synchronous/Messages",
        "description": "a question",
        "request": {"contents": {"content": {"ask": 1}, "contentType": "application/json"}, "metadata": {"topic": "q"}},
        "response": [{"contents": {"content": {"say": 1}, "contentType": "application/json"}}],
    }
    usage = usage_of(interaction)
    assert places_of(usage, "q#request/ask") == {"request body $.ask"}
    assert places_of(usage, "q#response/say") == {"response body $.say"}
    assert places_of(usage, "q#request/say") == set()


def reader(text: EventText, subject: str = "orders-value", topic: str | None = "orders") -> Reader:
    return Reader(0, subject, topic, text)


def test_a_reader_that_has_a_default_reads_and_can_do_without() -> None:
    usage = usage_of(readers=(reader(AVRO),))
    for element, can_do_without in (("orders#/note", True), ("orders#/id", False), ("orders-value#/note", True)):
        [asked] = usage.asked(element).elements
        assert [use.can_do_without for _, use in usage.of(asked)] == [can_do_without]


@pytest.mark.parametrize(
    ("text", "why"),
    [(EventText(SchemaType.AVRO, "{"), "can't be read any more"), (JSON, "takes anything around $.extra.x")],
)
def test_a_reader_that_does_not_tell_is_not_known(text: EventText, why: str) -> None:
    usage = usage_of(readers=(reader(text),))
    [asked] = usage.asked("orders#/extra/x").elements
    assert why in next(usage.unclear(asked)).why


def test_who_reads_keys_reads_no_field_of_values() -> None:
    usage = usage_of(readers=(reader(AVRO, "orders-key"),))
    assert not is_used(usage, "orders#/id")
    assert is_used(usage, "orders-key#/id")
    assert is_used(usage, "orders")


def test_a_topic_has_the_names_of_its_channel() -> None:
    topics = (Topic(frozenset({"Orders", "orders.{region}", "orders-value"}), JSON),)
    usage = usage_of(message("placed", "orders.eu", {"id": "1"}), topics=topics)
    for name in ("Orders", "orders.{region}", "orders.eu", "orders"):
        assert is_used(usage, f"{name}#/id"), name
    assert usage.asked("Orders#/note").known is THERE
    assert usage.asked("Orders#/extra/x").known is NOT_TOLD
    with pytest.raises(Invalid) as refused:
        usage.asked("Orders#/nite")
    assert "Orders#/note" in refused.value.message


def test_a_topic_without_a_document_is_known_by_who_reads_it() -> None:
    usage = usage_of(FINISHED)
    assert usage.asked("simulation.events#/other").known is NOT_TOLD
    with pytest.raises(Invalid) as refused:
        usage.asked("simulation.event")
    assert "simulation.events" in refused.value.message
