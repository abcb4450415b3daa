import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.asyncapi.contract import elements, identity
from contracthub.formats.elements import ElementKind
from tests.formats.asyncapi.written import AVRO, KAFKA3, ORDER, RECORD, STRING, message2, message3, read, v2, v3

BASE = v3(
    channels={
        "orders": {
            "address": "shop.orders.{region}",
            "parameters": {"region": {"enum": ["eu", "us"]}},
            "messages": {
                "placed": {
                    "payload": ORDER,
                    "contentType": "application/json",
                    "headers": {"type": "object", "properties": {"trace": STRING}},
                    "bindings": {"kafka": {"key": STRING}},
                }
            },
        }
    }
)


def changed(old: str, new: str) -> Any:
    text = json.dumps(BASE)
    assert old in text
    return json.loads(text.replace(old, new))


COMPONENT: dict[str, Any] = {
    **changed('{"payload": ', '{"description": "An order was placed.", "payload": '),
    "components": {"schemas": {"unused": STRING}},
}
SAME: Mapping[str, Any] = {
    "the same": BASE,
    "another title and version": {**BASE, "info": {"title": "Store", "version": "2.0.0", "description": "…"}},
    "descriptions, and what nobody uses": COMPONENT,
    "another version of the specification": {**BASE, "asyncapi": "3.1.0"},
    "extensions": {**BASE, "x-owner": "team"},
    "the content type as default": {
        **changed('"contentType": "application/json", ', ""),
        "defaultContentType": "application/json",
    },
    "the payload by reference": {
        **changed(json.dumps(ORDER), '{"$ref": "#/components/schemas/anything"}'),
        "components": {"schemas": {"anything": ORDER}},
    },
    "the content type from a trait": changed(
        '"contentType": "application/json"', '"traits": [{"contentType": "application/json"}]'
    ),
    "a described property": changed('"sku": {', '"sku": {"description": "Which.", '),
    "the key's binding in another version": changed('{"key": {', '{"bindingVersion": "0.5.0", "key": {'),
}
OTHER: Mapping[str, Any] = {
    "another address": changed("shop.orders", "store.orders"),
    "another direction": changed('"send"', '"receive"'),
    "another operation": changed("sendOrder", "orderPlaced"),
    "another message": changed("placed", "created"),
    "another content type": changed("application/json", "application/xml"),
    "another type in the payload": changed('"integer"', '"string"'),
    "another header": changed("trace", "span"),
    "another key": changed('"key": {"type": "string"}', '"key": {"type": "integer"}'),
    "another parameter's values": changed('["eu", "us"]', '["eu"]'),
    "another broker": {**BASE, "servers": {"broker": {**KAFKA3["broker"], "host": "other:9092"}}},
    "a topic": changed('"address"', '"bindings": {"kafka": {"topic": "t"}}, "address"'),
}


@pytest.mark.parametrize("name", SAME)
def test_identity_is_that_of_what_others_can_see(name: str) -> None:
    assert identity(read(SAME[name])) == identity(read(BASE))


@pytest.mark.parametrize("name", OTHER)
def test_another_contract_has_another_identity(name: str) -> None:
    assert identity(read(OTHER[name])) != identity(read(BASE))


def test_it_does_not_matter_in_which_file_something_stands_nor_in_which_syntax() -> None:
    document = {**BASE, "channels": {"orders": {"$ref": "elsewhere.yaml#/a"}}}
    assert identity(read(document, {"elsewhere.yaml": {"a": BASE["channels"]["orders"]}})) == identity(read(BASE))


def test_avro_payloads_count_by_their_own_identity() -> None:
    def of(schema: Any) -> str:
        return identity(read(message3(payload={"schemaFormat": AVRO, "schema": schema})))

    assert of({**RECORD, "doc": "…"}) == of(RECORD)
    assert of({**RECORD, "name": "Created"}) != of(RECORD)


def _reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed_keys(each) for key, each in reversed(value.items())}
    return [_reversed_keys(each) for each in value] if isinstance(value, list) else value


_schemas: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([STRING, {}, True, {"$ref": "#/components/schemas/one"}, {"$ref": "#/components/schemas/two"}]),
    lambda inner: (
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(lambda each: {"properties": each})
        | st.lists(inner, min_size=1, max_size=2).map(lambda each: {"anyOf": each})
        | inner.map(lambda each: {"items": each})
    ),
    max_leaves=6,
)


@given(_schemas, _schemas, _schemas, st.booleans())
def test_identity_and_elements_do_not_depend_on_the_order_of_keys(
    payload: Any, one: Any, two: Any, is_version_2: bool
) -> None:
    document = message2(payload=payload) if is_version_2 else message3(payload=payload)
    # The specification's own schema has no booleans among the components.
    document |= {"components": {"schemas": {"one": {"allOf": [one]}, "two": {"allOf": [two]}}}}
    first, second = read(document), read(_reversed_keys(document))

    assert identity(first) == identity(second)
    assert {(each.kind, each.name) for each in elements(first)} == {(each.kind, each.name) for each in elements(second)}
    assert elements(first) == elements(read(document))


def test_parts_are_told_by_channel_message_and_path() -> None:
    found = {(element.kind, element.name): element.pointer for element in elements(read(BASE))}
    message = "/channels/orders/messages/placed"

    assert found == {
        (ElementKind.SERVER, "broker"): "/servers/broker",
        (ElementKind.CHANNEL, "shop.orders.{region}"): "/channels/orders",
        (ElementKind.PARAMETER, "shop.orders.{region} {region}"): "/channels/orders",
        (ElementKind.OPERATION, "sendOrder"): "/operations/sendOrder",
        (ElementKind.MESSAGE, "shop.orders.{region} placed"): message,
        (ElementKind.HEADER, "shop.orders.{region} placed headers.trace"): f"{message}/headers/properties/trace",
        (ElementKind.FIELD, "shop.orders.{region} placed $.sku"): f"{message}/payload/properties/sku",
        (ElementKind.FIELD, "shop.orders.{region} placed $.amount"): f"{message}/payload/properties/amount",
    }


def test_a_field_in_another_file_is_told_with_the_file() -> None:
    document = message3(payload={"$ref": "schemas/order.json"})
    found = {each.name: each.pointer for each in elements(read(document, {"schemas/order.json": ORDER}))}

    assert found["shop.orders placed $.sku"] == "schemas/order.json#/properties/sku"


def test_fields_of_avro_are_told_as_those_of_json() -> None:
    document = message2(messageId="placed", schemaFormat=AVRO, payload=RECORD)

    found = {each.name: each.pointer for each in elements(read(document))}
    assert found["orders placed $.sku"] == "/channels/orders/subscribe/message/payload/fields/0"


def test_fields_of_avro_in_pieces_are_told_with_the_place_of_the_schema() -> None:
    document = message3(payload={"schemaFormat": AVRO, "schema": {"$ref": "a.json"}})
    pieces = {"a.json": {"type": "array", "items": {"$ref": "b.json"}}, "b.json": RECORD}

    assert [each.pointer for each in elements(read(document, pieces)) if each.name.endswith("sku")] == ["a.json#"]


def test_what_is_deprecated_is_said_to_be() -> None:
    document = v2(
        channels={"orders": {"deprecated": True, "subscribe": {"message": {"deprecated": True}}}}, version="2.6.0"
    )

    assert [each.name for each in elements(read(document)) if each.deprecated] == ["orders", "orders orders.send"]
