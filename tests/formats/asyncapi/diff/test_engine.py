import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.asyncapi.diff.engine import changes_between
from contracthub.formats.asyncapi.diff.rules import CATALOGUE
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.safe_json import JsonValue
from tests.formats.asyncapi.written import ORDER, STRING, channel2, v2, v3
from tests.formats.catalogues import broken_promises


def compare(old: JsonValue, new: JsonValue) -> tuple[Change, ...]:
    return changes_between(parse(json.dumps(old)), parse(json.dumps(new)))


def told(old: JsonValue, new: JsonValue) -> list[tuple[str, Severity, Direction]]:
    return [(change.id, change.severity, change.direction) for change in compare(old, new)]


def test_every_rule_keeps_what_it_promises() -> None:
    assert broken_promises(CATALOGUE, compare) == []


LESS = {**ORDER, "required": [], "properties": {"amount": {"type": "integer"}}}
MORE = {**ORDER, "required": ["sku", "amount"]}


def using(payload: dict[str, Any], action: str) -> dict[str, Any]:
    return v3(
        channels={"orders": {"address": "shop.orders", "messages": {"placed": {"payload": payload}}}},
        operations={"use": {"action": action, "channel": {"$ref": "#/channels/orders"}}},
    )


def in_version_2(payload: dict[str, Any], action: str) -> dict[str, Any]:
    return channel2(**{action: {"operationId": "use", "message": {"name": "placed", "payload": payload}}})


@pytest.mark.parametrize(
    ("sends", "receives", "write"),
    [
        ("send", "receive", using),
        ("subscribe", "publish", in_version_2),
    ],
)
def test_who_reads_decides_what_breaks(sends: str, receives: str, write: Any) -> None:
    sent = told(write(ORDER, sends), write(LESS, sends))
    assert ("json-schema-required-property-removed", Severity.BREAKING, Direction.RESPONSE) in sent
    received = told(write(ORDER, receives), write(LESS, receives))
    # What is sent still, and ignored from now on, as in requests of OpenAPI.
    assert ("json-schema-required-property-removed", Severity.DANGEROUS, Direction.REQUEST) in received
    assert Severity.BREAKING not in {severity for _, severity, _ in received}
    optional = {**ORDER, "properties": {**ORDER["properties"], "note": STRING}}
    assert told(write(optional, receives), write(ORDER, receives)) == [
        ("json-schema-property-removed", Severity.DANGEROUS, Direction.REQUEST)
    ]
    demanded = [write(each, receives) for each in (ORDER, MORE)]
    assert told(*demanded) == [("json-schema-required-added", Severity.BREAKING, Direction.REQUEST)]
    promised = [write(each, sends) for each in (ORDER, MORE)]
    assert told(*promised) == [("json-schema-required-added", Severity.SAFE, Direction.RESPONSE)]


def test_a_description_is_no_payload() -> None:
    described = {**ORDER, "description": "What was ordered"}
    assert told(using(ORDER, "send"), using(described, "send")) == [
        ("json-schema-doc-changed", Severity.SAFE, Direction.NEITHER)
    ]


REFERRED = v3(
    channels={"anything": {"address": "shop.orders", "messages": {"placed": {"$ref": "#/components/messages/P"}}}},
    operations={"other": {"action": "send", "channel": {"$ref": "#/channels/anything"}}},
    components={"messages": {"P": {"payload": {"$ref": "#/components/schemas/O"}}}, "schemas": {"O": ORDER}},
)
TRAITS = v3(
    channels={
        "orders": {
            "address": "shop.orders",
            "messages": {"placed": {"payload": ORDER, "traits": [{"contentType": "application/json"}]}},
        }
    }
)
FLAT = v3(
    channels={
        "orders": {
            "address": "shop.orders",
            "messages": {"placed": {"payload": ORDER, "contentType": "application/json"}},
        }
    }
)
RENAMED = [
    v3(channels={"orders": {"address": f"shop.{{{name}}}", "parameters": {name: {}}, "messages": {"m": {}}}})
    for name in ("id", "order")
]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (v3(), REFERRED),
        (TRAITS, FLAT),
        (FLAT, v3(defaultContentType="application/json")),
        (RENAMED[0], RENAMED[1]),
        (v3(), dict(reversed([*v3().items()]))),
        (v3(), v3(info={"title": "Shop", "version": "9.0.0", "description": "x"})),
        (using(ORDER, "send"), {**using(ORDER, "send"), "asyncapi": "3.1.0"}),
    ],
)
def test_another_spelling_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert [(change.id, change.message) for change in compare(old, new)] == []
    assert compare(new, old) == ()


def test_yaml_is_json() -> None:
    import yaml

    assert changes_between(parse(json.dumps(v2())), parse(yaml.safe_dump(v2()))) == ()


def test_a_schema_that_many_messages_use_is_one_change() -> None:
    def document(kind: str) -> dict[str, Any]:
        money = {"type": "object", "properties": {"amount": {"type": kind}}}
        payload = {"type": "object", "properties": {"price": {"$ref": "#/components/schemas/Money"}}}
        channels = {
            name: {"address": name, "messages": {"m": {"payload": payload}}}
            for name in ("orders", "returns", "refunds")
        }
        operations = {name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in channels}
        return v3(channels=channels, operations=operations, components={"schemas": {"Money": money}})

    (change,) = compare(document("integer"), document("string"))
    assert change.id == "json-schema-type-changed"
    assert change.operations == ("send orders", "send refunds", "send returns")
    assert change.location == "send orders m $.price.amount"
    assert change.pointer_new == "/components/schemas/Money/properties/amount"


def test_the_only_server_is_missed() -> None:
    assert told(v3(), v3(servers={})) == [("server-removed", Severity.BREAKING, Direction.NEITHER)]


def test_a_message_more_surprises_readers_alone() -> None:
    def document(action: str, *names: str) -> dict[str, Any]:
        messages = {name: {"payload": STRING} for name in names}
        operations = {"use": {"action": action, "channel": {"$ref": "#/channels/orders"}}}
        return v3(channels={"orders": {"address": "orders", "messages": messages}}, operations=operations)

    for action, severity in (("send", Severity.DANGEROUS), ("receive", Severity.SAFE)):
        (change,) = compare(document(action, "a"), document(action, "a", "b"))
        assert (change.id, change.severity) == ("message-added", severity)


AVRO = "application/vnd.apache.avro;version=1.9.0"
PAYLOADS = st.sampled_from(
    [
        STRING,
        ORDER,
        LESS,
        MORE,
        {**ORDER, "additionalProperties": False},
        {**ORDER, "description": "x"},
        {"schemaFormat": AVRO, "schema": "string"},
        {"schemaFormat": AVRO, "schema": "int"},
        {"schemaFormat": "application/raml+yaml;version=1.0", "schema": "type: string"},
    ]
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Placed", "Gone"]),
        "payload": PAYLOADS,
        "headers": st.sampled_from([{"type": "object"}, ORDER]),
        "contentType": st.sampled_from(["application/json", "application/avro"]),
        "correlationId": st.sampled_from([{"location": f"$message.header#/{name}"} for name in "ab"]),
        "deprecated": st.booleans(),
        "bindings": st.sampled_from([{"kafka": {"key": STRING}}, {"mqtt": {"contentType": "x"}}]),
    },
)
CHANNELS = st.fixed_dictionaries(
    {
        "address": st.sampled_from(["orders", "shop.orders", "shop.{id}", None]),
        "messages": st.dictionaries(st.sampled_from(["a", "b"]), MESSAGES, max_size=2),
    },
    optional={"bindings": st.sampled_from([{"kafka": {"topic": "t"}}, {"kafka": {"partitions": 3}}])},
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    channels = draw(st.dictionaries(st.sampled_from(["one", "two"]), CHANNELS, max_size=2))
    for channel in channels.values():
        if channel["address"] == "shop.{id}":
            channel["parameters"] = {"id": draw(st.sampled_from([{}, {"enum": ["a"]}, {"default": "a"}]))}
    operations = {}
    for index in range(draw(st.integers(0, 3)) if channels else 0):
        name = draw(st.sampled_from(sorted(channels)))
        made: dict[str, Any] = {
            "action": draw(st.sampled_from(["send", "receive"])),
            "channel": {"$ref": f"#/channels/{name}"},
        }
        if draw(st.booleans()):
            made["reply"] = {"channel": {"$ref": f"#/channels/{draw(st.sampled_from(sorted(channels)))}"}}
        if draw(st.booleans()):
            made["security"] = [{"type": draw(st.sampled_from(["plain", "X509"]))}]
        operations[f"op{index}"] = made
    server = {"host": draw(st.sampled_from(["a", "b"])), "protocol": "kafka"}
    servers = draw(st.sampled_from([{}, {"x": server}, {"x": server, "y": {"host": "c", "protocol": "mqtt"}}]))
    return v3(channels=channels, operations=operations, servers=servers)


@settings(max_examples=150, deadline=None)
@given(documents(), documents())
def test_no_pair_raises_and_a_document_is_no_change_of_itself(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = compare(old, new), compare(new, old)
    assert there == compare(old, new)
    assert compare(old, old) == () == compare(new, new)
    assert bool(there) == bool(back)
    assert {CATALOGUE[change.id].mirror for change in there} == {change.id for change in back}


def test_what_breaks_readers_of_a_payload_comes_with_a_value() -> None:
    for write in (using, in_version_2):
        action = "receive" if write is using else "publish"
        (change,) = compare(write(ORDER, action), write(MORE, action))
        assert change.proof is not None
        value = json.loads(change.proof.counterexample or "")
        assert jsonschema_rs.is_valid(ORDER, value)
        assert not jsonschema_rs.is_valid(MORE, value)
    # What another language's schema means is not asked of this one's.
    newest = "application/schema+json;version=2020-12"
    old, new = (
        {"schemaFormat": newest, "schema": {"type": "array", "prefixItems": [{"type": each}]}}
        for each in ("string", "integer")
    )
    for change in compare(using(old, "receive"), using(new, "receive")):
        assert change.proof is None or change.proof.counterexample is None
