import json
from typing import Any

import pytest

from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.events import Part, TopicSchema, event_schemas
from contracthub.formats.asyncapi.model import Direction
from contracthub.formats.event_schemas import parse
from tests.formats.asyncapi.written import (
    AVRO,
    ORDER,
    PROTO,
    PROTOBUF,
    RECORD,
    STRING,
    channel2,
    channel3,
    message2,
    message3,
    operation3,
    read,
    v2,
    v3,
)


def schemas(document: Any, **files: Any) -> tuple[TopicSchema, ...]:
    return event_schemas(read(document, {f"{name}.json": each for name, each in files.items()}))


def the_schema(document: Any, **files: Any) -> TopicSchema:
    (schema,) = schemas(document, **files)
    return schema


@pytest.mark.parametrize(
    ("document", "type_"),
    [
        (message2(payload=ORDER), SchemaType.JSON),
        (message2(schemaFormat=AVRO, payload=RECORD), SchemaType.AVRO),
        (message2(schemaFormat=PROTOBUF, payload=PROTO), SchemaType.PROTOBUF),
        (message3(payload={"schemaFormat": AVRO, "schema": RECORD}), SchemaType.AVRO),
        (message3(payload={"schemaFormat": PROTOBUF, "schema": PROTO}), SchemaType.PROTOBUF),
    ],
)
def test_every_schema_is_a_text_that_a_registry_takes(document: Any, type_: SchemaType) -> None:
    schema = the_schema(document)

    assert schema.type is type_
    assert schema.text is not None
    assert parse(type_, schema.text).canonical


def test_what_a_json_schema_refers_to_is_in_its_text() -> None:
    line = {"type": "object", "properties": {"sku": STRING, "parent": {"$ref": "#/line"}}}
    document = message3(
        payload={"properties": {"line": {"$ref": "parts.json#/line"}, "id": {"$ref": "parts.json#/id"}}}
    )

    schema = the_schema(document, parts={"line": line, "id": {"$ref": "#/text"}, "text": STRING})
    assert json.loads(schema.text or "") == {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {"line": {"$ref": "#/definitions/line"}, "id": {"$ref": "#/definitions/text"}},
        "definitions": {
            "line": {"type": "object", "properties": {"sku": STRING, "parent": {"$ref": "#/definitions/line"}}},
            "text": STRING,
        },
    }
    assert parse(SchemaType.JSON, schema.text or "").canonical


def test_a_schema_that_refers_to_itself_is_among_its_definitions() -> None:
    node = {"properties": {"next": {"$ref": "#/components/schemas/node"}}}
    document = message2(payload={"$ref": "#/components/schemas/node"}) | {"components": {"schemas": {"node": node}}}

    text = the_schema(document).text or ""
    assert json.loads(text)["$ref"] == "#/definitions/node"
    assert parse(SchemaType.JSON, text).canonical


def test_schemas_of_one_name_in_several_files_stay_apart() -> None:
    document = message3(payload={"properties": {"a": {"$ref": "one.json#/id"}, "b": {"$ref": "two.json#/id"}}})

    definitions = json.loads(the_schema(document, one={"id": STRING}, two={"id": {"type": "integer"}}).text or "")
    assert definitions["definitions"] == {"id": STRING, "id2": {"type": "integer"}}


def test_identifiers_do_not_lead_references_astray() -> None:
    payload = {"$id": "https://example.com/order", "properties": {"id": {"$ref": "#/components/schemas/id"}}}
    document = message2(payload=payload) | {"components": {"schemas": {"id": STRING}}}

    assert parse(SchemaType.JSON, the_schema(document).text or "").canonical


def test_data_that_looks_like_a_reference_stays_as_it_is() -> None:
    payload = {"properties": {"$id": STRING}, "const": {"$ref": "#/nowhere"}, "default": {"$id": "x"}}

    written = json.loads(the_schema(message3(payload=payload)).text or "")
    assert {key: written[key] for key in payload} == payload


def test_the_dialect_that_is_named_is_in_the_text() -> None:
    payload = {"schemaFormat": "application/schema+json;version=2020-12", "schema": {"prefixItems": [STRING]}}

    assert json.loads(the_schema(message3(payload=payload)).text or "")["$schema"].endswith("/2020-12/schema")


def test_an_avro_schema_in_pieces_is_put_together() -> None:
    line = {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}
    order = {"type": "record", "name": "Order", "fields": [{"name": "line", "type": {"$ref": "line.json"}}]}

    schema = the_schema(message2(schemaFormat=AVRO, payload={"$ref": "order.json"}), order=order, line=line)
    assert parse(SchemaType.AVRO, schema.text or "").canonical == json.dumps(
        {**order, "fields": [{"name": "line", "type": line}]}, separators=(",", ":")
    )


@pytest.mark.parametrize(
    ("document", "directions"),
    [
        (channel2(subscribe={"message": {"payload": ORDER}}), (Direction.SEND,)),
        (channel2(publish={"message": {"payload": ORDER}}), (Direction.RECEIVE,)),
        (
            channel2(
                publish={"message": {"messageId": "a", "payload": ORDER}},
                subscribe={"message": {"messageId": "a", "payload": ORDER}},
            ),
            (Direction.SEND, Direction.RECEIVE),
        ),
        (operation3(action="receive"), (Direction.RECEIVE,)),
        (v3(operations={}), ()),
        (operation3(messages=[]), ()),
        (
            operation3(messages=[], reply={"messages": [{"$ref": "#/channels/orders/messages/placed"}]}),
            (Direction.RECEIVE,),
        ),
    ],
)
def test_it_is_said_whether_the_application_sends_or_receives(document: Any, directions: tuple[Direction, ...]) -> None:
    assert the_schema(document).directions == directions


KEYED = {"kafka": {"key": STRING}}


def strategy(name: str) -> Any:
    return message2(schemaFormat=AVRO, payload=RECORD, bindings={"kafka": {"schemaLookupStrategy": name}})


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        (v2(), "orders-value"),
        (v3(), "shop.orders-value"),
        (channel2(bindings={"kafka": {"topic": "t"}}, subscribe={"message": {"payload": ORDER}}), "t-value"),
        (v2(channels={"orders.{id}": {"subscribe": {"message": {"payload": ORDER}}}}), None),
        (v2(channels={"orders/placed": {"subscribe": {"message": {"payload": ORDER}}}}), None),
        (channel3(address=None, messages={"placed": {"payload": ORDER}}), None),
        (v2(servers={"a": {"url": "x", "protocol": "ws"}}), None),
        (v2(servers={}), "orders-value"),
        (strategy("TopicNameStrategy"), "orders-value"),
        (strategy("RecordNameStrategy"), "shop.Placed"),
        (strategy("io.confluent.kafka.serializers.subject.TopicRecordNameStrategy"), "orders-shop.Placed"),
    ],
)
def test_the_subject_is_the_one_that_serializers_would_use(document: Any, subject: str | None) -> None:
    assert [schema.subject for schema in schemas(document)] == [subject]


def test_a_key_has_a_subject_of_its_own_before_the_value() -> None:
    found = [(schema.part, schema.subject) for schema in schemas(message2(payload=ORDER, bindings=KEYED))]

    assert found == [(Part.KEY, "orders-key"), (Part.VALUE, "orders-value")]


def test_a_key_beside_an_avro_payload_is_avro_if_it_can_be() -> None:
    types = {}
    for kind in ("long", "object"):
        document = message2(schemaFormat=AVRO, payload=RECORD, bindings={"kafka": {"key": {"type": kind}}})
        types[kind] = schemas(document)[0].type

    assert types == {"long": SchemaType.AVRO, "object": SchemaType.JSON}


@pytest.mark.parametrize(
    "document",
    [
        message2(schemaFormat="application/raml+yaml;version=1.0", payload="#%RAML 1.0"),
        message2(schemaFormat=AVRO, payload={"$ref": "https://example.com/order.avsc"}),
        message2(payload={"$ref": "https://example.com/order.json"}),
        message3(payload={"schemaFormat": AVRO, "schema": {"$ref": "https://example.com/order.avsc"}}),
    ],
)
def test_what_is_not_understood_is_said_and_never_taken_for_a_schema(document: Any) -> None:
    schema = the_schema(document)

    assert (schema.type, schema.text, schema.subject) == (None, None, f"{schema.topic}-value")
    assert schema.note


def test_schemas_that_are_too_large_together_are_said_to_be() -> None:
    many = {f"s{index}": {"properties": {f"p{each}": STRING for each in range(100)}} for index in range(100)}
    everything = {"properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in many}}
    messages = {f"m{index}": {"payload": {**everything, "title": str(index)}} for index in range(100)}
    found = schemas(channel3(messages=messages) | {"components": {"schemas": many}})

    notes = [schema.note for schema in found]
    assert notes[0] is None
    assert "more than 500,000 values" in str(notes[-1])
    assert sum(len(schema.text or "") for schema in found) < 20_000_000
