import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid, Malformed, TooLarge
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.limits import Limits
from tests.formats.asyncapi.written import (
    AVRO,
    KAFKA2,
    ORDER,
    PROTO,
    PROTOBUF,
    RECORD,
    STRING,
    channel2,
    channel3,
    faults_of,
    message2,
    message3,
    operation3,
    read,
    v2,
    v3,
    warnings_of,
)

ACCEPTED: dict[str, Any] = {
    **{f"version 2.{minor}": v2(f"2.{minor}.0") for minor in range(7)},
    "version 3.0": v3(),
    "version 3.1": v3("3.1.0"),
    "no channels": v2(channels={}),
    "a channel without anything": v2(channels={"orders": {}}),
    "3: a document without channels": {"asyncapi": "3.0.0", "info": {"title": "x", "version": "1"}},
    "3: a channel whose address is known at run time": channel3(address=None),
    "extensions everywhere": {**v2(channels={"orders": {"x-topic": {"a": 1}}}), "x-owner": "team"},
    "3: extensions everywhere": operation3(**{"x-scs-function-name": "process"}),
    "a message by reference": {
        **message2(**{"$ref": "#/components/messages/placed"}),
        "components": {"messages": {"placed": {"payload": ORDER}}},
    },
    "several messages": message2(oneOf=[{"payload": ORDER}, {"payload": STRING}]),
    "a payload that refers to itself": message2(payload={"properties": {"next": {"$ref": "#/components/schemas/n"}}})
    | {"components": {"schemas": {"n": {"properties": {"next": {"$ref": "#/components/schemas/n"}}}}}},
    "a payload that accepts anything": message2(payload=True),
    "a payload with a discriminator": message2(payload={**ORDER, "discriminator": "sku"}),
    "an Avro payload": message2(schemaFormat=AVRO, payload=RECORD),
    "an Avro payload as text": message2(schemaFormat=AVRO, payload=json.dumps(RECORD)),
    "an Avro primitive": message2(schemaFormat=AVRO, payload="string"),
    "a Protobuf payload": message2(schemaFormat=PROTOBUF, payload=PROTO),
    "a payload of JSON Schema": message2(schemaFormat="application/schema+json;version=draft-07", payload=ORDER),
    "3: an Avro payload": message3(payload={"schemaFormat": AVRO, "schema": RECORD}),
    "3: a Protobuf payload": message3(payload={"schemaFormat": PROTOBUF, "schema": PROTO}),
    "3: an own payload with its format": message3(
        payload={"schemaFormat": "application/vnd.aai.asyncapi+json;version=3.0.0", "schema": ORDER}
    ),
    "headers": message2(headers={"type": "object", "properties": {"trace": STRING}}, payload=ORDER),
    "a key": message2(payload=ORDER, bindings={"kafka": {"key": STRING}}),
    "an Avro key": message2(schemaFormat=AVRO, payload=RECORD, bindings={"kafka": {"key": {"type": "long"}}}),
    "a topic": channel2(bindings={"kafka": {"topic": "shop.orders"}}),
    "a correlation": message3(payload=ORDER, correlationId={"location": "$message.header#/id"}),
    "a reply": operation3(reply={"channel": {"$ref": "#/channels/orders"}}),
    "a channel of some servers": channel2(servers=["broker"]),
    "3: a channel of some servers": channel3(servers=[{"$ref": "#/servers/broker"}]),
    "traits": message2(traits=[{"headers": {"type": "object"}}], payload=ORDER),
    "parameters": v2(channels={"orders/{id}": {"parameters": {"id": {"schema": STRING}}}}),
    "3: parameters": channel3(address="orders/{id}", parameters={"id": {"enum": ["a", "b"]}}),
    "security": v2(
        servers={"broker": {**KAFKA2["broker"], "security": [{"plain": []}]}},
        components={"securitySchemes": {"plain": {"type": "userPassword"}}},
    ),
    "an operation of a name that is not used twice": channel2(
        publish={"operationId": "a", "message": {}}, subscribe={"operationId": "b", "message": {}}
    ),
    "3: messages that are listed": operation3(messages=[{"$ref": "#/channels/orders/messages/placed"}]),
    "3: no messages at all": operation3(messages=[]),
}

REFUSED: dict[str, tuple[Any, str | None]] = {
    "a list": ([], ""),
    "a number": (3, ""),
    "no version": ({"info": {}, "channels": {}}, ""),
    "a version that is none": (v2("two"), ""),
    "version 1": ({"asyncapi": "1.2.0", "info": {"title": "x", "version": "1"}}, ""),
    "a version of the future": (v3("4.0.0"), ""),
    "an OpenAPI document": ({"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {}}, ""),
    "no info": ({"asyncapi": "2.6.0", "channels": {}}, ""),
    "no title": (v2(info={"version": "1"}), "/info"),
    "no channels in version 2": ({"asyncapi": "2.6.0", "info": {"title": "x", "version": "1"}}, ""),
    "channels that are a list": (v2(channels=[]), "/channels"),
    "a member that nothing has": (v2(paths={}), ""),
    "3: a member that nothing has": (v3(paths={}), ""),
    "a server without protocol": (v2(servers={"broker": {"url": "a"}}), "/servers/broker"),
    "3: a server without host": (v3(servers={"broker": {"protocol": "kafka"}}), "/servers/broker"),
    "an unknown member of a channel": (channel2(messages={}), "/channels/orders"),
    "3: operations of version 2": (channel3(subscribe={}), "/channels/orders"),
    "3: channels of version 2": (v3(channels={"orders": {"publish": {"message": {}}}}), "/channels/orders"),
    "a message that is a number": (channel2(subscribe={"message": 3}), "/channels/orders/subscribe/message"),
    "a reference that is a number": (
        channel2(subscribe={"message": {"$ref": 3}}),
        "/channels/orders/subscribe/message/$ref",
    ),
    "a payload of a type that is none": (
        message2(payload={"type": "strng"}),
        "/channels/orders/subscribe/message/payload/type",
    ),
    "a payload with a broken pattern": (
        message2(payload={"type": "string", "pattern": "("}),
        "/channels/orders/subscribe/message/payload/pattern",
    ),
    "a key of a type that is none": (
        message2(payload=ORDER, bindings={"kafka": {"key": {"type": "long"}}}),
        "/channels/orders/subscribe/message/bindings/kafka/key/type",
    ),
    "headers that are no object": (
        message2(headers={"type": "string"}),
        "/channels/orders/subscribe/message/headers/type",
    ),
    "an Avro payload without fields": (
        message2(schemaFormat=AVRO, payload={"type": "record", "name": "R"}),
        "/channels/orders/subscribe/message/payload",
    ),
    "an Avro payload with an unknown type": (
        message2(schemaFormat=AVRO, payload={**RECORD, "fields": [{"name": "x", "type": "Nowhere"}]}),
        "/channels/orders/subscribe/message/payload/fields/0/type",
    ),
    "an Avro text that is no JSON": (
        message2(schemaFormat=AVRO, payload="{"),
        "/channels/orders/subscribe/message/payload",
    ),
    "a Protobuf payload with a fault": (
        message2(schemaFormat=PROTOBUF, payload="message {"),
        "/channels/orders/subscribe/message/payload",
    ),
    "3: an Avro payload with a fault": (
        message3(payload={"schemaFormat": AVRO, "schema": {**RECORD, "name": "a b"}}),
        "/channels/orders/messages/placed/payload/schema/name",
    ),
    "a reference to nothing": (
        message2(**{"$ref": "#/components/messages/nothing"}),
        "/channels/orders/subscribe/message/$ref",
    ),
    "a reference to a file that was not sent": (
        message2(payload={"$ref": "order.json"}),
        "/channels/orders/subscribe/message/payload/$ref",
    ),
    "a message from elsewhere": (
        message2(**{"$ref": "https://example.com/messages.json#/placed"}),
        "/channels/orders/subscribe/message/$ref",
    ),
    "a file of the machine": (message2(payload={"$ref": "file:///etc/passwd"}), None),
    "a file above the folder": (message2(payload={"$ref": "../../etc/passwd"}), None),
    "an operation that is there twice": (
        channel2(publish={"operationId": "a", "message": {}}, subscribe={"operationId": "a", "message": {}}),
        "/channels/orders/subscribe/operationId",
    ),
    "a server that nobody declared": (channel2(servers=["broker", "other"]), "/channels/orders/servers/1"),
    "3: an operation without action": (
        v3(operations={"a": {"channel": {"$ref": "#/channels/orders"}}}),
        "/operations/a",
    ),
    "3: an action that is none": (operation3(action="subscribe"), "/operations/sendOrder/action"),
    "3: an operation without channel": (v3(operations={"a": {"action": "send"}}), "/operations/a"),
    "3: an operation of a channel that is none": (
        {**operation3(channel={"$ref": "#/components/channels/o"}), "components": {"channels": {"o": {}}}},
        "/operations/sendOrder/channel",
    ),
    "3: an operation with a message of another channel": (
        {
            **operation3(messages=[{"$ref": "#/components/messages/other"}]),
            "components": {"messages": {"other": {"payload": STRING}}},
        },
        "/operations/sendOrder/messages/0",
    ),
    "3: a reply into a channel that is none": (
        {**operation3(reply={"channel": {"$ref": "#/components/channels/o"}}), "components": {"channels": {"o": {}}}},
        "/operations/sendOrder/reply/channel",
    ),
    "3: a correlation without location": (
        message3(payload=ORDER, correlationId={"description": "x"}),
        "/channels/orders/messages/placed/correlationId",
    ),
    "3: a location that is no expression": (
        message3(payload=ORDER, correlationId={"location": "header.id"}),
        "/channels/orders/messages/placed/correlationId/location",
    ),
    "3: an address that is a number": (channel3(address=3), "/channels/orders/address"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_the_specification_allows_is_read(name: str) -> None:
    assert faults_of(ACCEPTED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_does_not_is_refused_with_the_place(name: str) -> None:
    document, pointer = REFUSED[name]
    places = [place for place, _ in faults_of(document)]
    assert places
    assert pointer is None or pointer in places


WARNED: dict[str, tuple[Any, str]] = {
    "a format that is none that is read": (
        message2(schemaFormat="application/raml+yaml;version=1.0", payload="#%RAML 1.0"),
        "/channels/orders/subscribe/message/payload",
    ),
    "a dialect that is none that is read": (
        message3(payload={"schemaFormat": "application/schema+json;version=draft-99", "schema": {}}),
        "/channels/orders/messages/placed/payload/schema",
    ),
    "OpenAPI's schemas": (
        message2(schemaFormat="application/vnd.oai.openapi;version=3.0.0", payload={"nullable": True}),
        "/channels/orders/subscribe/message/payload",
    ),
    "a payload from elsewhere": (
        message2(schemaFormat=AVRO, payload={"$ref": "https://example.com/order.avsc"}),
        "/channels/orders/subscribe/message/payload/$ref",
    ),
    "a Protobuf payload that is no text": (
        message2(schemaFormat=PROTOBUF, payload={"message": {}}),
        "/channels/orders/subscribe/message/payload",
    ),
    "a parameter that is not declared": (v2(channels={"orders/{id}": {}}), "/channels/orders~1{id}"),
    "a parameter that is not used": (
        channel3(parameters={"id": {}}),
        "/channels/orders/parameters/id",
    ),
    "a variable that is not declared": (v3(servers={"a": {"host": "{x}.example.com", "protocol": "ws"}}), "/servers/a"),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_does_no_harm_is_a_warning_with_its_place(name: str) -> None:
    document, pointer = WARNED[name]
    assert pointer in [place for place, _ in warnings_of(document)]


def test_all_faults_are_told_at_once() -> None:
    document = v2(
        info={"title": "x"},
        servers={"a": {"url": "b"}},
        channels={
            "one": {"subscribe": {"message": {"payload": {"type": "no"}}}},
            "two": {"publish": {"message": {"$ref": "#/components/messages/gone"}}},
            "three": {"publish": {"message": {"schemaFormat": AVRO, "payload": {"type": "enum", "name": "E"}}}},
        },
    )
    assert {place for place, _ in faults_of(document)} >= {
        "/info",
        "/servers/a",
        "/channels/one/subscribe/message/payload/type",
        "/channels/two/publish/message/$ref",
        "/channels/three/publish/message/payload",
    }


def test_a_fault_is_told_where_it_is_whatever_stands_beside_it() -> None:
    document = message3(payload={"type": "string", "enum": ["x" * 100_000]}, contentType=3, examples=[{"payload": "x"}])
    channels = {f"c{number}": {"messages": {"a": {"title": 1}}} for number in range(2_000)}

    assert faults_of(document) == [("/channels/orders/messages/placed/contentType", '3 is not of type "string"')]
    assert {place for place, _ in faults_of(v3(channels=channels))} == {
        f"/channels/c{number}/messages/a/title" for number in range(50)
    }


def test_a_fault_names_the_alternative_that_was_meant() -> None:
    (place, text), *_ = faults_of(message3(payload=ORDER, contentType=3))

    assert place == "/channels/orders/messages/placed/contentType"
    assert "string" in text


def test_files_that_were_sent_together_may_refer_to_one_another() -> None:
    document = v3(
        channels={"orders": {"$ref": "channels/orders.yaml#/orders"}},
        operations={"sendOrder": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
    )
    files = {
        "channels/orders.yaml": "orders:\n  address: shop.orders\n  messages:\n    placed:\n"
        "      $ref: ../messages.json#/placed\n",
        "messages.json": {"placed": {"payload": {"schemaFormat": AVRO, "schema": {"$ref": "./placed.avsc"}}}},
        "placed.avsc": RECORD,
    }
    assert read(document, files).channels["orders"].messages["placed"].payload is not None


def test_a_proto_file_is_referred_to_as_a_text() -> None:
    document = message2(schemaFormat=PROTOBUF, payload={"$ref": "placed.proto"})
    message = read(document, {"placed.proto": PROTO}).channels["orders"].messages["orders.send"]

    assert message.payload is not None
    assert message.payload.document is not None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ({"address": 3}, "channels.json#/address"),
        ({"messages": {"a": {"payload": {"type": "no"}}}}, "channels.json#/messages/a/payload/type"),
        ({"messages": {"a": {"$ref": "#/gone"}}}, "channels.json#/messages/a/$ref"),
        ("{\n  address", "channels.json:3:1"),
        (b"\xff".decode("latin-1"), None),
    ],
)
def test_a_fault_in_another_file_is_told_with_its_name(text: Any, place: str | None) -> None:
    places = [
        each for each, _ in faults_of(v3(channels={"orders": {"$ref": "channels.json"}}), {"channels.json": text})
    ]
    assert place in places or place is None


def test_syntax_faults_are_told_by_line_and_column() -> None:
    with pytest.raises(Malformed) as refused:
        parse("asyncapi: 3.0.0\ninfo: [\n")
    assert [fault.pointer for fault in refused.value.faults] == ["3:1"]


def test_a_version_without_quotes_is_a_number_in_yaml() -> None:
    assert parse("asyncapi: 3.0\ninfo: {title: x, version: '1'}").version == "3.0"


def test_nothing_is_told_twice_that_is_used_twice() -> None:
    message = {"$ref": "#/components/messages/m"}
    channels = {name: {"subscribe": {"message": message}} for name in "abc"}
    broken = {"payload": {"type": "record", "name": "R"}, "schemaFormat": AVRO}

    assert len(faults_of(v2(channels=channels, components={"messages": {"m": broken}}))) == 1


def test_the_files_together_may_not_be_larger_than_one() -> None:
    limits = Limits(max_bytes=1_000)
    with pytest.raises(TooLarge):
        parse(json.dumps(v2(channels={})), {"a.json": " " * 900}, limits=limits)


_keys = st.sampled_from(
    [
        *(
            "$ref",
            "oneOf",
            "message",
            "messages",
            "payload",
            "headers",
            "schema",
            "schemaFormat",
            "publish",
            "subscribe",
        ),
        *("bindings", "kafka", "key", "topic", "traits", "parameters", "servers", "channel", "reply", "type", "name"),
        *("address", "orders", "components", "properties", "definitions", "action", "correlationId"),
    ]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4) | st.just("#/channels/orders"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["2.0.0", "2.6.0", "3.0.0", "3.1.0"]), _json, _json, _json)
def test_nothing_but_the_documented_refusals_is_raised(version: str, channel: Any, other: Any, components: Any) -> None:
    document = {
        "asyncapi": version,
        "info": {"title": "x", "version": "1"},
        "channels": {"orders": channel},
        "operations": {"orders": other},
        "components": components,
    }
    with suppress(Invalid, TooLarge):
        read(document, {"other.json": other})


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(Invalid, TooLarge):
        parse(b"asyncapi: 3.0.0\n" + data, {"b.json": data})
