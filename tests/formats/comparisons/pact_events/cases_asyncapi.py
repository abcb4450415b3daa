"""AsyncAPI 2 and 3: finding the message, its payload, headers and key (AsyncAPI 2.6 and 3.0; bidirectional §8)."""

from typing import Any

from tests.formats.comparisons.pact_events.cases import (
    LINE,
    NUMBER,
    ORDER,
    SEND,
    TEXT,
    TOPIC,
    WHOLE,
    Case,
    objects,
    three,
)
from tests.formats.comparisons.pact_events.offering import asyncapi, avro, contents, matchers, message, pact

CANCELLED = objects(id=TEXT, reason=TEXT)
BOTH = {"OrderPlaced": {"payload": ORDER}, "OrderCancelled": {"payload": CANCELLED}}
RECEIVE = {**SEND, "action": "receive"}


def refers(operation: str) -> dict[str, Any]:
    return {"references": {"AsyncAPI": {"operationId": operation}}}


def one(payload: Any, **more: Any) -> Any:
    return {"OrderPlaced": {"payload": payload, **more}}


def key(schema: Any) -> Any:
    return one(ORDER, bindings={"kafka": {"key": schema}})


AVRO = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}]}
MULTI = "application/vnd.apache.avro;version=1.9.0"
PROTO = 'syntax = "proto3"; message Order { string id = 1; }'
TREE = {"type": "object", "properties": {"name": TEXT, "child": {"$ref": "#/components/schemas/Tree"}}}

FINDING = [
    Case("by the topic", "the metadata names the address", [three()], pact(message({"id": "1"}, TOPIC))),
    Case("by nothing", "it fits what is sent", [three()], pact(message({"id": "1"}))),
    Case("by reference", "the pact names it", [three()], pact(message({"id": "1"}, comments=refers("sendOrder")))),
    Case(
        "by an unknown reference",
        "others are there, and this is not",
        [three()],
        pact(message({"id": "1"}, comments=refers("sendOrders"))),
        ["message.operation.unknown"],
    ),
    Case(
        "by an unknown topic",
        "others are there, and this is not",
        [three()],
        pact(message({"id": "1"}, {"topic": "orders.placed.v2"})),
        ["message.operation.unknown"],
    ),
    Case(
        "by the name of the channel",
        "an address that is only known at run time has another name",
        [three(address=None)],
        pact(message({"id": "1"}, {"channel": "orders"})),
    ),
    Case(
        "by an address with a parameter",
        "a parameter may have any value",
        [three(address="orders/{region}/placed", operations={"sendOrder": SEND})],
        pact(message({"id": "1"}, {"topic": "orders/eu/placed"})),
    ),
    Case(
        "by an address with a parameter that is not filled in",
        "a parameter ends at a slash",
        [three(address="orders/{region}/placed")],
        pact(message({"id": "1"}, {"topic": "orders/eu/de/placed"})),
        ["message.operation.unknown"],
    ),
    Case(
        "by the topic of the binding",
        "what the Kafka binding says is the topic",
        [
            asyncapi(
                {
                    "asyncapi": "3.0.0",
                    "info": {"title": "shop", "version": "1"},
                    "channels": {
                        "orders": {
                            "address": "orders",
                            "messages": one(ORDER),
                            "bindings": {"kafka": {"topic": "shop-orders"}},
                        }
                    },
                    "operations": {"sendOrder": SEND},
                }
            )
        ],
        pact(message({"id": "1"}, {"kafka_topic": "shop-orders"})),
    ),
    Case(
        "the second of two messages",
        "an operation without a list has all of its channel",
        [three(BOTH)],
        pact(message({"reason": "late"}, TOPIC)),
    ),
    Case(
        "none of two messages",
        "the nearest one's reasons are told",
        [three(BOTH)],
        pact(message({"id": "1", "total": 5, "reasn": "late"}, TOPIC)),
        ["message.no.match contents.reasn"],
        ["/channels/orders/messages/OrderPlaced/payload"],
    ),
    Case(
        "the message that the metadata names",
        "it says its type, so another one that fits is not meant",
        [three(BOTH)],
        pact(message({"id": "1", "total": 5}, {**TOPIC, "type": "OrderCancelled"})),
        ["message.payload.incompatible contents.total"],
    ),
    Case(
        "the message that the description names",
        "an order was cancelled is OrderCancelled",
        [three(BOTH)],
        pact(message({"id": "1", "total": 5}, TOPIC, description="an order was cancelled")),
        ["message.payload.incompatible contents.total"],
    ),
    Case(
        "a description with the name of another in it",
        "words that are shared settle nothing",
        [three({"Order": {"payload": ORDER}, "OrderCancelled": {"payload": CANCELLED}})],
        pact(message({"reason": "late"}, TOPIC, description="order 5 of a customer who is sorry")),
    ),
    Case(
        "what is only received",
        "receive is not send in version 3",
        [three(operations={"takeOrder": RECEIVE})],
        pact(message({"id": "1"}, TOPIC)),
        ["message.operation.unknown"],
    ),
    Case(
        "what is only received, and referred to",
        "whoever names the operation means it; the direction is told",
        [three(operations={"takeOrder": RECEIVE})],
        pact(message({"id": "1"}, comments=refers("takeOrder"))),
        ["message.direction.opposite (warning)"],
    ),
    Case(
        "by the routing key",
        "of several names of channels the one that is there is meant",
        [three()],
        pact(message({"id": 1}, {"exchange": "shop", "routing_key": "orders.placed"})),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "by reference, with the topic's schema",
        "what is said of a topic holds for what is sent there",
        [three(), avro(AVRO, "orders.placed-value")],
        pact(message({"id": "1"}, comments=refers("sendOrder"))),
        ["message.payload.incompatible contents.id"],
        ["/fields/0/type"],
    ),
    Case(
        "what no operation names",
        "the document does not say who sends it",
        [three(operations={})],
        pact(message({"id": 1}, TOPIC)),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "no document",
        "nothing speaks of messages",
        [],
        pact(message({"id": "1"})),
        ["message.spec.missing (unanswered)"],
    ),
    Case(
        "a document without messages that are sent",
        "nothing speaks of what is received",
        [three(operations={"takeOrder": RECEIVE})],
        pact(message({"id": "1"})),
        ["message.spec.missing (unanswered)"],
    ),
    Case(
        "a document that can't be read",
        "what it may say is not known",
        [asyncapi("asyncapi: 3.0.0\nchannels: [")],
        pact(message({"id": "1"}, TOPIC)),
        ["comparison.impossible (unanswered)"],
    ),
    Case(
        "a message of version 3 of Pact",
        "they stand in a list of their own",
        [three()],
        b'{"messages": [{"description": "m", "contents": {"id": 1}, "metaData": {"kafka_topic": "orders.placed"}}]}',
        ["message.payload.incompatible contents.id"],
    ),
]
PAYLOADS = [
    Case("all of it", "as it is described", [three()], pact(message({"id": "1", "total": 2.5, "lines": []}))),
    Case("a part of it", "a consumer needs not read all", [three()], pact(message({"lines": [{"sku": "a"}]}))),
    Case(
        "a field that is not there",
        "a consumer may only use what is named",
        [three()],
        pact(message({"id": "1", "discount": 1})),
        ["message.payload.incompatible contents.discount"],
        ["/channels/orders/messages/OrderPlaced/payload"],
    ),
    Case(
        "a wrong kind",
        "total is a number",
        [three()],
        pact(message({"total": "5"})),
        ["message.payload.incompatible contents.total"],
        ["/channels/orders/messages/OrderPlaced/payload/properties/total/type"],
    ),
    Case(
        "a field of an item",
        "items are closed as well",
        [three()],
        pact(message({"lines": [{"sku": "a"}, {"colour": "red"}]})),
        ["message.payload.incompatible contents.lines[1].colour"],
        ["/channels/orders/messages/OrderPlaced/payload/properties/lines/items"],
    ),
    Case(
        "in a circle",
        "what refers to itself is closed at every turn",
        [three(one({"$ref": "#/components/schemas/Tree"}), components={"schemas": {"Tree": TREE}})],
        pact(message({"child": {"child": {"nmae": "x"}}})),
        ["message.payload.incompatible contents.child.child.nmae"],
        ["/components/schemas/Tree"],
    ),
    Case(
        "allOf",
        "the parts are closed together",
        [three(one({"allOf": [objects(id=TEXT), objects(total=NUMBER)]}))],
        pact(message({"id": "1", "total": 1})),
    ),
    Case(
        "what two alternatives share",
        "a part of a message may be one of several",
        [three(one({"oneOf": [objects(id=TEXT, a=TEXT), objects(id=TEXT, b=TEXT)]}))],
        pact(message({"id": "1"})),
    ),
    Case(
        "a map",
        "additionalProperties with a schema names all there may be",
        [three(one({"type": "object", "additionalProperties": WHOLE}))],
        pact(message({"a": 1})),
    ),
    Case(
        "a map with a wrong value",
        "additionalProperties with a schema names all there may be",
        [three(one({"type": "object", "additionalProperties": WHOLE}))],
        pact(message({"a": "1"})),
        ["message.payload.incompatible contents.a"],
    ),
    Case(
        "others may come",
        "that others may come promises none of them",
        [three(one({**LINE, "additionalProperties": True}))],
        pact(message({"colour": "red"})),
        ["message.payload.incompatible contents.colour"],
    ),
    Case(
        "an enumeration under a rule of type",
        "the consumer takes any text",
        [three(one(objects(state={"enum": ["OPEN", "DONE"]})))],
        pact(message({"state": "ANY"}, rules={"body": {"$.state": matchers({"match": "type"})}})),
    ),
    Case(
        "an enumeration without a rule",
        "the consumer waits for this value",
        [three(one(objects(state={"enum": ["OPEN", "DONE"]})))],
        pact(message({"state": "ANY"})),
        ["message.payload.incompatible contents.state"],
    ),
    Case(
        "an enumeration under a pattern",
        "the pattern lets in one that is sent",
        [three(one(objects(state={"enum": ["OPEN", "DONE"]})))],
        pact(message({"state": "ANY"}, rules={"body": {"$.state": matchers({"match": "regex", "regex": "^[A-Z]+$"})}})),
    ),
    Case(
        "an enumeration under a pattern of others",
        "the pattern lets in none that is sent",
        [three(one(objects(state={"enum": ["OPEN", "DONE"]})))],
        pact(message({"state": "any"}, rules={"body": {"$.state": matchers({"match": "regex", "regex": "^[a-z]+$"})}})),
        ["message.payload.incompatible contents.state"],
    ),
    Case(
        "an enumeration under another condition",
        "nothing that is sent has it",
        [three(one(objects(state={"enum": ["OPEN", "DONE"]})))],
        pact(message({"state": "ANY"}, rules={"body": {"$.state": matchers({"match": "include", "value": "AN"})}})),
        ["message.payload.incompatible contents.state"],
    ),
    Case(
        "each value of a map",
        "what is said of each value is said of all",
        [three(one({"type": "object", "additionalProperties": {"enum": ["OPEN", "DONE"]}}))],
        pact(
            message(
                {"a": "ANY"},
                rules={"body": {"$": matchers({"match": "eachValue", "rules": [{"match": "type"}], "value": ""})}},
            )
        ),
    ),
    Case(
        "some of what is listed",
        "other values may come, and the document says so",
        [three(one({**objects(state={"enum": ["OPEN", "DONE"]}), "required": ["state"]}))],
        pact(message({"state": "OPEN"}, rules={"body": {"$.state": matchers({"match": "regex", "regex": "^OPEN$"})}})),
        ["message.payload.narrower contents.state (warning)"],
    ),
    Case(
        "any integer of a text",
        "the rule asks for integers, though the example is a text",
        [three()],
        pact(message({"id": "5"}, rules={"body": {"$.id": matchers({"match": "integer"})}})),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "any decimal of an integer",
        "21.0 is an integer, and not all decimals are",
        [three()],
        pact(
            message(
                {"lines": [{"quantity": 21.0}]}, rules={"body": {"$.lines[*].quantity": matchers({"match": "decimal"})}}
            )
        ),
        ["message.payload.incompatible contents.lines[0].quantity"],
    ),
    Case(
        "no content",
        "the pact says nothing of it",
        [three()],
        pact({"type": "Asynchronous/Messages", "description": "m", "metadata": TOPIC}),
    ),
    Case(
        "null where nothing may be null",
        "falsy content is content",
        [three()],
        pact(message(None, TOPIC)),
        ["message.payload.incompatible contents"],
    ),
    Case(
        "JSON in base64",
        "it is decoded before it is judged",
        [three()],
        pact(message(None) | {"contents": contents("eyJpZCI6IDF9", encoded="base64")}),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "Avro beside its format",
        "a multi-format schema is read in its language",
        [three(one({"schemaFormat": MULTI, "schema": AVRO}))],
        pact(message({"id": "x"})),
        ["message.payload.incompatible contents.id"],
        ["/channels/orders/messages/OrderPlaced/payload/schema/fields/0/type"],
    ),
    Case(
        "JSON Schema of a later draft",
        "a multi-format schema is read in its dialect",
        [
            three(
                one(
                    {
                        "schemaFormat": "application/schema+json;version=2020-12",
                        "schema": {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
                    }
                )
            )
        ],
        pact(message(["a", "b"])),
        ["message.payload.incompatible contents[1]"],
    ),
    Case(
        "Protobuf beside its format",
        "a multi-format schema is read in its language",
        [three(one({"schemaFormat": "application/vnd.google.protobuf;version=3", "schema": PROTO}))],
        pact(message({"id": "x", "sku": "y"})),
        ["message.payload.incompatible contents.sku"],
        ["/channels/orders/messages/OrderPlaced/payload/schema"],
    ),
    Case(
        "a format that is not read",
        "nothing is known of it, and that is no yes",
        [three(one({"schemaFormat": "application/raml+yaml;version=1.0", "schema": "x"}))],
        pact(message({"id": "x"})),
        ["message.payload.unknown contents (unanswered)"],
    ),
    Case(
        "a schema of a registry",
        "nothing is fetched, and what is not known is no yes",
        [three(one(objects(id=TEXT, line={"$ref": "https://registry.example/line.json"})))],
        pact(message({"id": "x", "line": {}})),
        ["document.unusable contents.line (unanswered)"],
    ),
    Case(
        "a schema of a registry that is not read",
        "who does not read it does not miss it",
        [three(one(objects(id=TEXT, line={"$ref": "https://registry.example/line.json"})))],
        pact(message({"id": "x"})),
    ),
    Case(
        "no payload",
        "the message declares none",
        [three({"OrderPlaced": {"title": "placed"}})],
        pact(message({"id": "x"})),
        ["message.payload.unknown contents (warning)"],
    ),
    Case(
        "a format that is not read, and the topic's schema",
        "another document speaks of the same topic",
        [three({"OrderPlaced": {"title": "placed"}}), avro(AVRO, "orders.placed-value")],
        pact(message({"id": "x"}, TOPIC)),
        ["message.payload.incompatible contents.id"],
        ["/fields/0/type"],
    ),
    Case(
        "XML for JSON",
        "who reads XML can't read JSON",
        [three(one(ORDER, contentType="application/json"))],
        pact(message(None) | {"contents": contents("<order/>", "application/xml")}),
        ["message.content-type.incompatible contents"],
    ),
    Case(
        "JSON for what is written in Avro",
        "tests write in JSON what travels in Avro",
        [three(one({"schemaFormat": MULTI, "schema": AVRO}), defaultContentType="avro/binary")],
        pact(message({"id": 5})),
    ),
    Case(
        "text",
        "a schema of JSON says nothing of text, so that there is no yes",
        [three()],
        pact(message(None) | {"contents": contents("plain", "text/plain")}),
        ["message.payload.unvalidatable contents (unanswered)"],
    ),
    Case(
        "a kind that is promised",
        "the content type is the promised one, which is all that can be told",
        [three(one(ORDER, contentType="image/png"))],
        pact(message(None) | {"contents": contents("plain", "image/PNG; q=1")}),
        ["message.payload.unvalidatable contents (warning)"],
    ),
]
TRACE = objects(trace=WHOLE)
METADATA = [
    Case(
        "a header of a trait",
        "what traits say counts",
        [three(one(ORDER, traits=[{"headers": TRACE}]))],
        pact(message({"id": "1"}, {"trace": "x"})),
        ["message.headers.incompatible metadata.trace"],
        ["/channels/orders/messages/OrderPlaced/traits/0/headers/properties/trace/type"],
    ),
    Case(
        "a number as text",
        "headers travel as text",
        [three(one(ORDER, headers=TRACE))],
        pact(message({"id": "1"}, {"trace": "42"})),
    ),
    Case(
        "what libraries write",
        "content type, topic and key are no headers",
        [three(one(ORDER, headers={**TRACE, "additionalProperties": False}))],
        pact(message({"id": "1"}, {"contentType": "application/json", "key": "1", "trace": 42, **TOPIC})),
    ),
    Case(
        "a header that is not there",
        "a consumer may only use what is named",
        [three(one(ORDER, headers=TRACE))],
        pact(message({"id": "1"}, {"tenant": "x"})),
        ["message.headers.incompatible metadata.tenant"],
    ),
    Case(
        "a header under a rule of type",
        "the consumer takes any text",
        [three(one(ORDER, headers=objects(state={"enum": ["A", "B"]})))],
        pact(message({}, {"state": "C"}, {"metadata": {"state": matchers({"match": "type"})}})),
    ),
    Case(
        "a header under a rule with a path",
        "rules of metadata may be written as paths",
        [three(one(ORDER, headers=objects(state={"enum": ["A", "B"]})))],
        pact(message({}, {"state": "C", "it's": "x"}, {"metadata": {"$.state": matchers({"match": "type"})}})),
        ['message.headers.incompatible metadata["it\'s"]'],
    ),
    Case("a key", "it is a text", [three(key(TEXT))], pact(message({"id": "1"}, {"key": "a"}))),
    Case("a number as key", "keys are written as text", [three(key(WHOLE))], pact(message({"id": "1"}, {"key": "42"}))),
    Case(
        "a key of a wrong kind",
        "the binding says what keys are",
        [three(key(WHOLE))],
        pact(message({"id": "1"}, {"key": "a"})),
        ["message.key.incompatible metadata.key"],
        ["/channels/orders/messages/OrderPlaced/bindings/kafka/key/type"],
    ),
    Case(
        "a key of a topic's subject",
        "its schema is a document of its own",
        [three(), avro("long", "orders.placed-key")],
        pact(message({"id": "1"}, {"key": "a", **TOPIC})),
        ["message.key.incompatible metadata.key"],
    ),
]
CASES = [*FINDING, *PAYLOADS, *METADATA]
