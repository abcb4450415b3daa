"""Avro and JSON Schema as documents of their own, by subject and topic (avro specification 1.12; JSON Schema)."""

import base64
import json
from typing import Any

from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.avro.binary import encoded
from contracthub.formats.avro.parse import parse
from contracthub.formats.comparisons.offered import OfferedDocument
from tests.formats.comparisons.pact_events.cases import NUMBER, TEXT, WHOLE, Case, objects
from tests.formats.comparisons.pact_events.offering import avro, contents, json_schema, matchers, message, pact, text


def record(*fields: Any, name: str = "shop.Order") -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": each, "type": kind} for each, kind in fields]}


def logical(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "logicalType": name, **more}


STATE = {"type": "enum", "name": "State", "symbols": ["OPEN", "DONE"]}
CARD, CASH = record(("number", "string"), name="shop.Card"), record(("amount", "int"), name="shop.Cash")
LIST = record(("value", "int"), ("next", ["null", "Node"]), name="Node")


def judged(schema: Any, value: Any, *expected: str, rules: Any = None) -> tuple[Any, bytes, tuple[str, ...]]:
    consumer = pact(message(value, {"topic": "orders"}, {"body": rules} if rules else None))
    return [avro(schema)], consumer, tuple(f"message.payload.incompatible {each}" for each in expected)


TYPE, INTEGER = matchers({"match": "type"}), matchers({"match": "integer"})
AVRO = [
    Case("a part of a record", "fields may be left out", *judged(record(("id", "int"), ("sku", "string")), {"id": 1})),
    Case("no such field", "the writer has none", *judged(record(("sku", "string")), {"sky": "x"}, "contents.sky")),
    Case("too large an int", "it has 32 bits", *judged(record(("n", "int")), {"n": 2**31}, "contents.n")),
    Case("a long", "it has 64 bits", *judged(record(("n", "long")), {"n": 2**31})),
    Case("too large a long", "it has 64 bits", *judged(record(("n", "long")), {"n": 2**63}, "contents.n")),
    Case("a fraction as int", "it is whole", *judged(record(("n", "int")), {"n": 1.5}, "contents.n")),
    Case("a number for a double", "whole ones are numbers too", *judged(record(("n", "double")), {"n": 1})),
    Case("no number", "it is told as text", *judged(record(("n", "double")), {"n": "NaN"})),
    Case("a text for an int", "nothing makes a number of it", *judged(record(("n", "int")), {"n": "1"}, "contents.n")),
    Case("a symbol", "it is one", *judged(record(("state", STATE)), {"state": "OPEN"})),
    Case("no symbol", "the writer has none", *judged(record(("state", STATE)), {"state": "OPENED"}, "contents.state")),
    Case("any symbol", "a rule of type", *judged(record(("state", STATE)), {"state": "X"}, rules={"$.state": TYPE})),
    Case(
        "any integer of a string",
        "the rule asks for integers",
        *judged(record(("id", "string")), {"id": "5"}, "contents.id", rules={"$.id": INTEGER}),
    ),
    Case("null of a union", "null is a branch", *judged(record(("n", ["null", "int"])), {"n": None})),
    Case("null of another type", "null is no branch", *judged(record(("n", "int")), {"n": None}, "contents.n")),
    Case("untagged", "plain JSON has no tags", *judged(record(("n", ["null", "int"])), {"n": 5})),
    Case("tagged", "Avro's own JSON has tags", *judged(record(("n", ["null", "int"])), {"n": {"int": 5}})),
    Case("tagged by name", "records by full name", *judged([CARD, CASH], {"shop.Cash": {"amount": 1}})),
    Case(
        "tagged, and wrong inside",
        "the tag says which branch is meant",
        *judged([CARD, CASH], {"shop.Cash": {"amount": "1"}}, "contents['shop.Cash'].amount"),
    ),
    Case(
        "no branch",
        "the nearest branch is told",
        *judged(record(("pay", ["null", CARD, CASH])), {"pay": {"amnt": 1}}, "contents.pay.amnt"),
    ),
    Case(
        "a kind that no branch has",
        "all branches are told",
        *judged(record(("n", ["null", "int"])), {"n": [1]}, "contents.n"),
    ),
    Case("bytes", "they are told as text", *judged(record(("data", "bytes")), {"data": "\u00ff"})),
    Case(
        "fixed of another size",
        "its size is fixed",
        *judged(record(("data", {"type": "fixed", "name": "F", "size": 4})), {"data": "abc"}, "contents.data"),
    ),
    Case("a map", "any keys", *judged(record(("m", {"type": "map", "values": "int"})), {"m": {"a": 1}})),
    Case(
        "a map's value",
        "they are of one type",
        *judged(record(("m", {"type": "map", "values": "int"})), {"m": {"a b": "1"}}, "contents.m['a b']"),
    ),
    Case(
        "an item's field",
        "records in arrays are records",
        *judged(record(("l", {"type": "array", "items": CARD})), {"l": [{"nr": "1"}]}, "contents.l[0].nr"),
    ),
    Case(
        "a list that refers to itself",
        "names are followed",
        *judged(LIST, {"value": 1, "next": {"value": 2, "next": {"valu": 3}}}, "contents.next.next.valu"),
    ),
    Case(
        "a moment as text",
        "programs make texts of it",
        *judged(logical("long", "timestamp-millis"), "2026-01-02T03:04:05Z"),
    ),
    Case("a moment as number", "Avro writes numbers", *judged(logical("long", "timestamp-millis"), 1_700_000_000_000)),
    Case("no moment", "it is neither", *judged(logical("long", "timestamp-millis"), "yesterday", "contents")),
    Case("a date as text", "programs make texts of it", *judged(logical("int", "date"), "2026-01-02")),
    Case("a decimal as number", "programs make numbers of it", *judged(logical("bytes", "decimal", precision=4), 1.5)),
    Case("no UUID", "the type says what it is", *judged(logical("string", "uuid"), "x", "contents")),
    Case("any text for a UUID", "a rule of type", *judged(logical("string", "uuid"), "x", rules={"$": TYPE})),
]
WRITER = record(("id", "int"), ("note", "string"), name="Order")
READER = record(("id", "int"), name="Order")
OTHER_READER = record(("id", "int"), ("sku", "string"), name="Order")


def in_bytes(schema: Any, value: Any, *, keeps: bool = True) -> bytes:
    data = base64.b64encode(encoded(value, parse(json.dumps(schema)))).decode()
    said = {"avro": {"record": "Order", "schemaKey": "k"}}
    plugin = {"name": "avro", "configuration": {"k": {"avroSchema": json.dumps(schema)}} if keeps else {}}
    body = contents(data, "avro/binary;record=Order", "base64")
    return pact(message(None, {"topic": "orders"}) | {"contents": body, "pluginConfiguration": said}, plugins=[plugin])


BINARY = [
    Case("bytes of the consumer's schema", "it reads a part", [avro(WRITER)], in_bytes(READER, {"id": 1})),
    Case(
        "bytes of a schema with another field",
        "the writer has none, and there is no default",
        [avro(WRITER)],
        in_bytes(OTHER_READER, {"id": 1, "sku": "x"}),
        ["message.payload.incompatible contents.sku"],
    ),
    Case("bytes alone", "the provider's schema reads them", [avro(READER)], in_bytes(READER, {"id": 1}, keeps=False)),
    Case(
        "bytes alone of another schema",
        "the provider's schema can't read them",
        [avro(READER)],
        in_bytes(OTHER_READER, {"id": 1, "sku": "x"}, keeps=False),
        ["message.payload.incompatible contents"],
    ),
    Case(
        "the record that the content type names",
        "of several records on a topic one is meant",
        [
            avro(record(("id", "int"), name="shop.Order"), "orders-shop.Order", "orders"),
            avro(record(("id", "int"), ("no", "int"), name="shop.Bill"), "orders-shop.Bill", "orders"),
        ],
        pact(
            message(None, {"topic": "orders"})
            | {"contents": contents({"no": 1}, "application/vnd.shop+json;record=shop.Order")}
        ),
        ["message.payload.incompatible contents.no"],
    ),
    Case(
        "one of several records of a topic",
        "subjects by record say what may be on it",
        [
            avro(record(("id", "int"), name="shop.Order"), "orders-shop.Order", "orders"),
            avro(record(("no", "int"), name="shop.Bill"), "orders-shop.Bill", "orders"),
        ],
        pact(message({"no": 1}, {"topic": "orders"})),
    ),
    Case(
        "a topic among others",
        "each topic has its own schema",
        [avro(record(("id", "int"))), avro(record(("no", "int"), name="Bill"), "bills-value")],
        pact(message({"no": 1}, {"topic": "orders"})),
        ["message.payload.incompatible contents.no"],
    ),
    Case(
        "a key that is a record",
        "it is written as JSON",
        [avro(WRITER), avro(record(("id", "int"), name="Key"), "orders-key")],
        pact(message({"id": 1}, {"topic": "orders", "key": '{"id": "x"}'})),
        ["message.key.incompatible metadata.key"],
    ),
]


def held(schema: Any, value: Any, *expected: str) -> tuple[Any, bytes, tuple[str, ...]]:
    consumer = pact(message(value, {"topic": "orders"}))
    return [json_schema(schema)], consumer, tuple(f"message.payload.incompatible {each}" for each in expected)


_2020, _7, _4 = (
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema#",
    ("http://json-schema.org/draft-04/schema#"),
)
NESTED = {"$ref": "#/$defs/Id", "maxLength": 2, "$defs": {"Id": TEXT}}
FILES = {
    "e.json": text({"$schema": _2020, **objects(line={"$ref": "line.json"})}),
    "line.json": text({"$schema": _2020, **objects(sku={"type": "string"})}),
}
JSON = [
    Case("what is required and left out", "a consumer reads a part", *held({**objects(a=TEXT), "required": ["a"]}, {})),
    Case("no such property", "the schema names all", *held(objects(a=TEXT), {"b": 1}, "contents.b")),
    Case("beside a reference today", "both hold", *held({"$schema": _2020, **NESTED}, "abc", "contents")),
    Case("beside a reference in draft 7", "it is hidden", *held({"$schema": _7, **NESTED}, "abc")),
    Case(
        "a bound that is left out in draft 4",
        "it is a keyword of its own",
        *held({"$schema": _4, **objects(n={**NUMBER, "minimum": 1, "exclusiveMinimum": True})}, {"n": 1}, "contents.n"),
    ),
    Case(
        "a tuple of draft 7",
        "items are told one by one",
        *held({"$schema": _7, "items": [TEXT, WHOLE], "additionalItems": False}, ["a", 1, 2], "contents[2]"),
    ),
    Case(
        "a tuple's item",
        "items are told one by one",
        *held({"$schema": _7, "items": [TEXT, WHOLE]}, ["a", "b"], "contents[1]"),
    ),
    Case(
        "names by a pattern",
        "they are named as well",
        *held({"type": "object", "patternProperties": {"^x-": TEXT}}, {"x-a": "1", "y": 1}, "contents.y"),
    ),
    Case(
        "what has to come together",
        "a consumer reads a part",
        *held({"$schema": _7, **objects(a=TEXT, b=TEXT), "dependencies": {"a": ["b"]}}, {"a": "1"}),
    ),
    Case(
        "another file",
        "it came along",
        [OfferedDocument("orders-value", ContractFormat.JSON_SCHEMA, "1", FILES, "e.json", "orders-value")],
        pact(message({"line": {"sku": 1}}, {"topic": "orders"})),
        ["message.payload.incompatible contents.line.sku"],
    ),
    Case(
        "an anchor",
        "it names a place",
        *held(
            {"$schema": _2020, **objects(a={"$ref": "#word"}), "$defs": {"w": {"$anchor": "word", **TEXT}}},
            {"a": 1},
            "contents.a",
        ),
    ),
    Case(
        "by title",
        "it is the name of the message",
        [
            json_schema({"title": "OrderPlaced", **objects(id=TEXT)}, "orders-OrderPlaced", "orders"),
            json_schema({"title": "OrderLost", **objects(id=TEXT, by=TEXT)}, "orders-OrderLost", "orders"),
        ],
        pact(message({"by": "x"}, {"topic": "orders"}, description="OrderPlaced")),
        ["message.payload.incompatible contents.by"],
    ),
    Case(
        "by a constant",
        "a value that is fixed tells alternatives apart",
        *held({"oneOf": [objects(t={"const": "a"}, x=TEXT), objects(t={"const": "b"}, y=TEXT)]}, {"t": "b", "y": "1"}),
    ),
    Case(
        "a pattern that goes back and forth",
        "it ends",
        *held(objects(a={"type": "string", "pattern": "^(a+)+$"}), {"a": "a" * 40}),
    ),
]
CASES = [*AVRO, *BINARY, *JSON]
