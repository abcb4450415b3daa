"""What documents of every format call deprecated, under the names by which consumers use it."""

import json
from datetime import date
from typing import Any

import pytest

from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.contract import read as read_asyncapi
from contracthub.formats.comparisons.reader_writer import read as read_event
from contracthub.formats.graphql.contract import read as read_graphql
from contracthub.formats.openapi.contract import read as read_openapi
from contracthub.formats.uploads import Upload
from contracthub.formats.usage.deprecated import (
    DeprecatedParts,
    day_of,
    deprecated_in_asyncapi,
    deprecated_in_events,
    deprecated_in_graphql,
    deprecated_in_openapi,
)
from tests.formats.usage.test_http_uses import SPEC

Json = Any


def upload(name: str, text: str) -> Upload:
    return Upload(name, {name: text.encode()})


def told(found: DeprecatedParts) -> dict[tuple[str, ...], tuple[str | None, str | None]]:
    assert not found.is_cut
    return {tuple(map(str, each.elements)): (each.sunset, each.reason) for each in found.parts}


def test_openapi() -> None:
    spec = json.loads(json.dumps(SPEC))
    get = spec["paths"]["/orders/{id}"]["get"]
    get |= {"deprecated": True, "x-sunset": "2027-01-31"}
    get["parameters"][1] |= {"deprecated": True}
    get["responses"]["200"]["headers"]["ETag"] |= {"deprecated": True, "x-sunset": "2027-02-28"}
    sku = spec["components"]["schemas"]["Item"]["properties"]["sku"]
    sku |= {"deprecated": True, "x-sunset": "soon"}
    found = told(deprecated_in_openapi(read_openapi(upload("o.json", json.dumps(spec)))))
    assert found.pop(("GET /orders/{id}",)) == ("2027-01-31", None)
    assert found.pop(("GET /orders/{id}?currency",)) == (None, None)
    assert found.pop(("GET /orders/{id} 200#header/etag",)) == ("2027-02-28", None)
    # A property of a component is one deprecation, wherever it is used.
    ((names, (sunset, _)),) = found.items()
    assert sunset == "soon"
    assert {"GET /orders/{id} 200#/lines/*/sku", "POST /orders#request/lines/*/sku"} <= set(names)


def test_what_a_reference_leads_to_is_deprecated_with_it() -> None:
    spec = json.loads(json.dumps(SPEC))
    spec["components"]["schemas"]["Item"] |= {"deprecated": True, "x-sunset": "2027-01-31"}
    spec["components"]["schemas"]["Order"]["properties"]["item"] = {"$ref": "#/components/schemas/Item"}
    found = told(deprecated_in_openapi(read_openapi(upload("o.json", json.dumps(spec)))))
    assert {sunset for sunset, _ in found.values()} == {"2027-01-31"}
    assert any("GET /orders/{id} 200#/item" in names for names in found)


def test_graphql() -> None:
    schema = """
    type Query { orders(first: Int @deprecated(reason: "use page"), page: Int): [Int] old: Int @deprecated }
    enum State { OPEN DONE @deprecated(reason: "never sent") }
    input Filter { by: String @deprecated(reason: "use where") where: String }
    """
    found = told(deprecated_in_graphql(read_graphql(upload("s.graphql", schema))))
    assert found == {
        ("Query.orders(first:)",): (None, "use page"),
        ("Query.old",): (None, "No longer supported"),
        ("State.DONE",): (None, "never sent"),
        ("Filter.by",): (None, "use where"),
    }


def test_asyncapi() -> None:
    payload = {
        "type": "object",
        "properties": {
            "old": {"type": "string", "deprecated": True, "x-sunset": "2027-01-31"},
            "id": {"type": "string"},
        },
    }
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "orders", "version": "1"},
        "channels": {"placed": {"address": "orders.placed", "messages": {"Placed": {"payload": payload}}}},
        "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/placed"}}},
    }
    found = told(deprecated_in_asyncapi(read_asyncapi(upload("a.json", json.dumps(document)))))
    assert found == {("orders.placed#/old",): ("2027-01-31", None)}


AVRO = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "old", "type": "string", "deprecated": True, "x-sunset": "2027-01-31"},
        {"name": "older", "type": "string", "deprecated": "use id"},
        {"name": "kept", "type": "string", "deprecated": False},
    ],
}
JSON = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "lines": {"type": "array", "items": {"properties": {"old": {"deprecated": True, "x-sunset": "2027-01-31"}}}},
    },
}
PROTOBUF = """
syntax = "proto3";
message Order { string id = 1; repeated Line lines = 2; map<string, Line> named = 3; }
message Line { string old = 1 [deprecated = true]; Order of = 2; }
"""


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (SchemaType.AVRO, json.dumps(AVRO), {("t#/old",): ("2027-01-31", None), ("t#/older",): (None, "use id")}),
        (SchemaType.JSON, json.dumps(JSON), {("t#/lines/*/old",): ("2027-01-31", None)}),
    ],
)
def test_schemas_of_events(kind: SchemaType, text: str, expected: Json) -> None:
    assert told(deprecated_in_events(read_event(EventText(kind, text)), text, "t")) == expected


def test_protobuf() -> None:
    schema = read_event(EventText(SchemaType.PROTOBUF, PROTOBUF))
    found = {name for names in told(deprecated_in_events(schema, PROTOBUF, "t")) for name in names}
    assert {"t#/lines/*/old", "t#/named/*/old"} <= found


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-01-31T10:00:00Z", date(2027, 1, 31)),
        ("soon", None),
        ("", None),
        (None, None),
        ("2027-13-01", None),
    ],
)
def test_days(said: str | None, day: date | None) -> None:
    assert day_of(said) == day
