"""Which changes of AsyncAPI documents, of both major versions, a pact about messages feels."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.differences import difference
from contracthub.formats.impact.asyncapi import AsyncApiImpact
from contracthub.formats.impact.hits import Impact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Need
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload

Json = dict[str, Any]
TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
LINE: Json = {"type": "object", "properties": {"sku": {"type": "string"}, "note": {"type": "string"}}}
PLACED: Json = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["new", "paid"]},
        "unread": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    },
}
HEADERS: Json = {"type": "object", "properties": {"trace": {"type": "string"}, "other": {"type": "string"}}}
MESSAGE: Json = {
    "name": "OrderPlaced",
    "contentType": "application/json",
    "headers": HEADERS,
    "payload": {"$ref": "#/components/schemas/Placed"},
    "bindings": {"kafka": {"key": {"type": "string"}}},
}
SHIPPED: Json = {"name": "OrderShipped", "payload": {"type": "object", "properties": {"van": {"type": "string"}}}}
COMPONENTS: Json = {"schemas": {"Placed": PLACED, "Line": LINE}, "messages": {"OrderPlaced": MESSAGE}}
V2: Json = {
    "asyncapi": "2.6.0",
    "info": {"title": "Shop", "version": "1"},
    "channels": {
        "orders": {"subscribe": {"message": {"oneOf": [{"$ref": "#/components/messages/OrderPlaced"}, SHIPPED]}}},
        "asked": {"publish": {"message": {"payload": {"$ref": "#/components/schemas/Placed"}}}},
        "others": {"subscribe": {"message": {"payload": {"type": "object"}}}},
    },
    "components": COMPONENTS,
}
V3: Json = {
    "asyncapi": "3.0.0",
    "info": {"title": "Shop", "version": "1"},
    "channels": {
        "toldOrders": {
            "address": "orders",
            "messages": {"OrderPlaced": {"$ref": "#/components/messages/OrderPlaced"}, "OrderShipped": SHIPPED},
        },
        "asked": {"address": "asked", "messages": {"m": {"payload": {"$ref": "#/components/schemas/Placed"}}}},
        "others": {"address": "others", "messages": {"m": {"payload": {"type": "object"}}}},
    },
    "operations": {
        "tell": {"action": "send", "channel": {"$ref": "#/channels/toldOrders"}},
        "hear": {"action": "receive", "channel": {"$ref": "#/channels/asked"}},
        "tellOthers": {"action": "send", "channel": {"$ref": "#/channels/others"}},
    },
    "components": COMPONENTS,
}
READ: Json = {"id": "o-1", "state": "new", "lines": [{"sku": "a"}]}


def needs(
    topic: str | None = "orders", contents: Json = READ, description: str = "an order was placed", **metadata: str
) -> tuple[Need, ...]:
    said = {"contentType": "application/json", "trace": "t", "key": "o-1", **metadata}
    message = {
        "description": description,
        "contents": contents,
        "metadata": said | ({"kafka_topic": topic} if topic else {}),
        "matchingRules": {
            "body": {
                "$.id": {"matchers": [{"match": "type"}]},
                "$.lines": {"matchers": [{"match": "type", "min": 1}]},
                "$.lines[*].sku": {"matchers": [{"match": "type"}]},
            },
            "metadata": {"trace": {"matchers": [{"match": "type"}]}, "key": {"matchers": [{"match": "type"}]}},
        },
    }
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "messages": [message],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    return PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))


def impact(document: Json, edit: Callable[[Json], object], said: tuple[Need, ...]) -> Impact:
    new = deepcopy(document)
    edit(new)
    uploads = [Upload("a.json", {"a.json": json.dumps(each).encode()}) for each in (document, new)]
    found = difference("asyncapi", *uploads, today=TODAY)
    assert found.changes
    felt = AsyncApiImpact(found.old, found.new, found.changes).of(said)
    assert felt is not None
    return felt


def message(it: Json) -> Json:
    found: Json = it["components"]["messages"]["OrderPlaced"]
    return found


def placed(it: Json) -> Json:
    found: Json = it["components"]["schemas"]["Placed"]["properties"]
    return found


def line(it: Json) -> Json:
    found: Json = it["components"]["schemas"]["Line"]["properties"]
    return found


def moved(it: Json) -> None:
    channels = it["channels"]
    if it["asyncapi"].startswith("3"):
        channels["toldOrders"]["address"] = "shop.orders"
    else:
        channels["shop.orders"] = channels.pop("orders")


def no_more_sent(it: Json) -> None:
    if it["asyncapi"].startswith("3"):
        it["operations"]["tell"]["messages"] = [{"$ref": "#/channels/toldOrders/messages/OrderShipped"}]
    else:
        it["channels"]["orders"]["subscribe"]["message"] = SHIPPED


def let_be_absent(it: Json) -> None:
    it["components"]["schemas"]["Placed"]["required"] = []


BREAKS, TOUCHES, NOTHING = {True}, {False}, set[bool]()
EDITS = [
    pytest.param(lambda it: placed(it).pop("id"), BREAKS, id="a field that is read goes"),
    pytest.param(lambda it: placed(it).pop("unread"), NOTHING, id="another field goes"),
    pytest.param(lambda it: line(it).pop("sku"), BREAKS, id="one inside of a list goes"),
    pytest.param(lambda it: line(it).pop("note"), NOTHING, id="one beside it goes"),
    pytest.param(let_be_absent, BREAKS, id="what was always there need not be"),
    pytest.param(lambda it: placed(it)["id"].update(type="integer"), BREAKS, id="a field has another type"),
    pytest.param(lambda it: placed(it)["id"].update(type=["string", "null"]), BREAKS, id="a field may be null"),
    pytest.param(lambda it: placed(it)["state"].update(enum=["paid"]), BREAKS, id="the word that is read goes"),
    pytest.param(lambda it: placed(it)["state"].update(enum=["new"]), TOUCHES, id="another word goes"),
    pytest.param(lambda it: placed(it)["state"]["enum"].append("lost"), TOUCHES, id="another word comes"),
    pytest.param(lambda it: placed(it).update(more={"type": "string"}), NOTHING, id="a field comes"),
    pytest.param(lambda it: message(it)["headers"]["properties"].pop("trace"), BREAKS, id="a header that is read goes"),
    pytest.param(lambda it: message(it)["headers"]["properties"].pop("other"), NOTHING, id="another header goes"),
    pytest.param(
        lambda it: message(it)["bindings"]["kafka"]["key"].update(type="integer"), BREAKS, id="the key has another type"
    ),
    pytest.param(lambda it: message(it).update(contentType="application/xml"), BREAKS, id="it comes in another form"),
    pytest.param(lambda it: message(it).update(deprecated=True), TOUCHES, id="it is told of"),
    pytest.param(moved, BREAKS, id="the channel moves"),
    pytest.param(no_more_sent, BREAKS, id="the message is sent no more"),
]


@pytest.mark.parametrize("document", [pytest.param(V2, id="v2"), pytest.param(V3, id="v3")])
@pytest.mark.parametrize(("edit", "expected"), EDITS)
def test_a_change_is_felt_by_whom_it_concerns(
    document: Json, edit: Callable[[Json], object], expected: set[bool]
) -> None:
    felt = impact(document, edit, needs())
    assert {hit.breaks for hit in felt.hits} - (TOUCHES if expected == BREAKS else set()) == expected
    assert felt.unjudged == ()


def test_the_proof_is_the_message_and_the_field() -> None:
    [hit] = [each for each in impact(V3, lambda it: line(it).pop("sku"), needs()).hits if each.breaks]
    assert hit.where == "an order was placed: orders message body $.lines[*].sku"


def test_what_the_application_receives_is_nothing_to_readers() -> None:
    felt = impact(V3, lambda it: placed(it).pop("id"), needs("asked"))
    assert felt.hits == ()
    assert felt.unjudged == ("an order was placed: asked",)


def test_a_channel_that_is_not_described_is_said() -> None:
    assert impact(V2, lambda it: placed(it).pop("id"), needs("elsewhere")).unjudged == (
        "an order was placed: elsewhere",
    )


def test_a_message_that_does_not_say_where_it_comes_is_found_by_what_is_read() -> None:
    felt = impact(V3, lambda it: placed(it).pop("id"), needs(None))
    assert {hit.breaks for hit in felt.hits} == BREAKS
    assert impact(V3, lambda it: placed(it).pop("unread"), needs(None)).hits == ()


def test_of_several_messages_the_one_that_fits_is_meant() -> None:
    def edit(it: Json) -> None:
        it["channels"]["toldOrders"]["messages"]["OrderShipped"]["payload"]["properties"]["van"]["type"] = "integer"

    assert impact(V3, edit, needs()).hits == ()
    shipped = needs(contents={"van": "v-1"}, description="an order was shipped")
    assert {hit.breaks for hit in impact(V3, edit, shipped).hits} == BREAKS


def test_parameters_of_an_address_are_filled_in() -> None:
    document = deepcopy(V3)
    document["channels"]["toldOrders"] |= {"address": "orders/{shop}", "parameters": {"shop": {}}}
    felt = impact(document, lambda it: placed(it).pop("id"), needs("orders/berlin"))
    assert {hit.breaks for hit in felt.hits} == BREAKS


def test_requests_are_nothing_to_the_document() -> None:
    upload = Upload("a.json", {"a.json": json.dumps(V3).encode()})
    found = difference("asyncapi", upload, upload, today=TODAY)
    assert AsyncApiImpact(found.old, found.new, ()).of(()) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("string id = 1;", "", BREAKS, id="a field that is read goes"),
        pytest.param("string note = 2;", "", NOTHING, id="another field goes"),
        pytest.param("string id = 1;", "int32 id = 1;", BREAKS, id="a field has another type"),
        pytest.param("string id = 1;", "string number = 1;", BREAKS, id="a field has another name"),
        pytest.param("string note = 2;", "string remark = 2;", NOTHING, id="another field has another name"),
        pytest.param("NEW = 1; LOST = 2;", "NEW = 1;", TOUCHES, id="another word goes"),
        pytest.param("string sku = 1;", "", BREAKS, id="one inside of a list goes"),
    ],
)
def test_protobuf_in_a_document(before: str, after: str, expected: set[bool]) -> None:
    schema = """syntax = "proto3"; package shop;
    message Placed { string id = 1; string note = 2; State state = 3; repeated Line lines = 4; }
    message Line { string sku = 1; int32 count = 2; }
    enum State { NONE = 0; NEW = 1; LOST = 2; }"""
    document = deepcopy(V3)
    form = "application/vnd.google.protobuf;version=3"
    message(document)["payload"] = {"schemaFormat": form, "schema": schema}
    assert before in schema

    def edit(it: Json) -> None:
        message(it)["payload"]["schema"] = schema.replace(before, after)

    felt = impact(document, edit, needs(contents={"id": "o-1", "state": "NEW", "lines": [{"sku": "a"}]}))
    assert {hit.breaks for hit in felt.hits} - (TOUCHES if expected == BREAKS else set()) == expected


def test_a_reader_of_a_subject_is_judged_by_its_own_schema() -> None:
    document = deepcopy(V3)
    avro = {
        "type": "record",
        "name": "Placed",
        "fields": [{"name": "id", "type": "string"}, {"name": "n", "type": "int"}],
    }
    form = "application/vnd.apache.avro;version=1.9.0"
    message(document)["payload"] = {"schemaFormat": form, "schema": avro}
    document["channels"]["toldOrders"]["bindings"] = {"kafka": {"topic": "orders"}}
    reads = {**avro, "fields": avro["fields"][:1]}
    reader = EventText(SchemaType.AVRO, json.dumps(reads), (), "")
    for gone, breaks in (("id", True), ("n", False)):
        new = deepcopy(document)
        fields = message(new)["payload"]["schema"]["fields"]
        message(new)["payload"]["schema"]["fields"] = [each for each in fields if each["name"] != gone]
        uploads = [Upload("a.json", {"a.json": json.dumps(each).encode()}) for each in (document, new)]
        found = difference("asyncapi", *uploads, today=TODAY)
        judging = AsyncApiImpact(found.old, found.new, found.changes)
        felt = judging.on_reader(reader, "orders-value", None)
        assert felt is not None
        assert any(hit.breaks for hit in felt.hits) is breaks
        assert judging.on_reader(reader, "elsewhere-value", None) is None


@pytest.mark.parametrize("document", [V2, V3])
def test_messages_that_are_answered_at_once_are_not_judged_and_that_is_said(document: Json) -> None:
    contents = {"content": {"id": "a"}, "contentType": "application/json", "encoded": False}
    question = {"contents": contents, "metadata": {"topic": "asked"}}
    interaction = {
        "type": "Synchronous/Messages",
        "description": "an order",
        "request": question,
        "response": [question],
    }
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    needs = PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))
    upload = Upload("api.json", {"api.json": json.dumps(document).encode()})
    found = difference("asyncapi", upload, upload, today=TODAY)

    assert AsyncApiImpact(found.old, found.new, ()).of(needs) == Impact((), ("an order: asked with an answer",))
