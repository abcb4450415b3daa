import pytest

from contracthub.formats.asyncapi.model import Direction, Message
from tests.formats.asyncapi.written import (
    ORDER,
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


def message_of(document: object, channel: str = "orders") -> Message:
    (message,) = read(document).channels[channel].messages.values()
    return message


def test_version_2_is_written_from_the_outside() -> None:
    document = channel2(
        publish={"operationId": "placeOrder", "message": {"name": "Place", "payload": ORDER}},
        subscribe={"operationId": "orderPlaced", "message": {"name": "Placed", "payload": ORDER}},
    )
    found = {each.name: (each.direction, each.channel, each.messages) for each in read(document).operations}

    assert found == {
        "placeOrder": (Direction.RECEIVE, "orders", ("Place",)),
        "orderPlaced": (Direction.SEND, "orders", ("Placed",)),
    }


def test_version_3_is_written_from_the_inside() -> None:
    (operation,) = read(operation3(action="receive")).operations

    assert (operation.name, operation.direction, operation.messages) == ("sendOrder", Direction.RECEIVE, ("placed",))


def test_an_operation_without_a_name_is_told_by_what_it_does() -> None:
    (operation,) = read(channel2(publish={"message": {"payload": ORDER}})).operations

    assert operation.name == "receive orders"


def test_an_operation_that_lists_no_messages_has_none() -> None:
    (operation,) = read(operation3(messages=[])).operations

    assert operation.messages == ()


def test_a_channel_of_version_3_is_known_by_its_address_and_its_name() -> None:
    channel = read(v3()).channels["orders"]

    assert (channel.name, channel.address, channel.topic, channel.key) == (
        *("orders", "shop.orders", "shop.orders", "shop.orders"),
    )


@pytest.mark.parametrize("document", [channel2, channel3])
def test_the_topic_of_the_binding_is_the_topic(document: object) -> None:
    assert callable(document)
    channel = read(document(bindings={"kafka": {"topic": "prod.orders"}})).channels["orders"]

    assert channel.topic == "prod.orders"


def test_a_channel_is_reached_by_the_protocols_of_its_servers_and_bindings() -> None:
    servers = {"a": {"url": "x", "protocol": "Kafka"}, "b": {"url": "y", "protocol": "ws"}}
    document = v2(
        servers=servers,
        channels={"all": {}, "some": {"servers": ["b"]}, "bound": {"servers": ["a"], "bindings": {"mqtt": {}}}},
    )
    found = {name: sorted(channel.protocols) for name, channel in read(document).channels.items()}

    assert found == {"all": ["kafka", "ws"], "some": ["ws"], "bound": ["kafka", "mqtt"]}


def test_servers_of_a_channel_of_version_3_are_references() -> None:
    servers = {"a": {"host": "x", "protocol": "kafka"}, "b": {"host": "y", "protocol": "ws", "pathname": "/v1"}}
    document = channel3(servers=[{"$ref": "#/servers/b"}]) | {"servers": servers}

    assert read(document).channels["orders"].protocols == {"ws"}
    assert [server.host for server in read(document).servers] == ["x", "y/v1"]


def test_parameters_are_in_the_order_of_the_address() -> None:
    document = channel3(address="shop.{region}.{id}", parameters={"id": {}, "region": {}})

    assert [each.name for each in read(document).channels["orders"].parameters] == ["region", "id"]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ({"messageId": "placed", "name": "Placed"}, "placed"),
        ({"name": "Placed"}, "Placed"),
        ({"title": "An order was placed"}, "orders.send"),
    ],
)
def test_a_message_of_version_2_is_known_by_what_names_it(message: dict[str, str], name: str) -> None:
    assert message_of(message2(**message)).id == name


def test_a_message_of_version_2_may_be_known_by_its_component() -> None:
    document = message2(**{"$ref": "#/components/messages/orderPlaced"})

    assert message_of(document | {"components": {"messages": {"orderPlaced": {}}}}).id == "orderPlaced"


def test_a_message_of_version_3_is_known_by_its_key_in_the_channel() -> None:
    document = message3(**{"$ref": "#/components/messages/orderPlaced"})
    message = message_of(document | {"components": {"messages": {"orderPlaced": {"name": "OrderPlaced"}}}})

    assert (message.id, message.name) == ("placed", "OrderPlaced")


def test_the_default_content_type_is_that_of_messages_without_one() -> None:
    document = message2(payload=ORDER) | {"defaultContentType": "application/json"}

    assert message_of(document).content_type == "application/json"
    assert message_of(message2(contentType="text/plain") | document.get("x", {})).content_type == "text/plain"


def headers(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties}


TRAIT = {"contentType": "application/xml", "headers": headers(trace=STRING), "name": "FromTrait"}


def test_a_trait_of_version_2_is_merged_over_the_message() -> None:
    message = message_of(message2(contentType="text/plain", headers=headers(id=STRING), traits=[TRAIT]))

    assert message.content_type == "application/xml"
    assert message.headers is not None
    assert message.headers.place.value == headers(id=STRING, trace=STRING)


def test_a_trait_of_version_3_never_overrides_the_message() -> None:
    message = message_of(
        message3(contentType="text/plain", headers=headers(id=STRING, trace={"type": "integer"}), traits=[TRAIT])
    )

    assert (message.content_type, message.name) == ("text/plain", "FromTrait")
    assert message.headers is not None
    assert message.headers.place.value == headers(id=STRING, trace={"type": "integer"})


def test_a_later_trait_goes_before_an_earlier_one() -> None:
    traits = [{"contentType": "a/a", "name": "One"}, {"contentType": "b/b"}]

    message = message_of(message3(traits=traits))
    assert (message.content_type, message.name) == ("b/b", "One")


def test_headers_of_a_trait_in_another_file_keep_what_they_refer_to() -> None:
    document = message3(
        headers=headers(id={"$ref": "#/components/schemas/id"}), traits=[{"$ref": "traits.json#/traced"}]
    )
    document |= {"components": {"schemas": {"id": STRING}}}
    traits = {"traced": {"headers": headers(trace={"$ref": "#/schemas/trace"})}, "schemas": {"trace": STRING}}

    message = read(document, {"traits.json": traits}).channels["orders"].messages["placed"]
    assert message.headers is not None
    assert message.headers.place.value == headers(
        trace={"$ref": "traits.json#/schemas/trace"}, id={"$ref": "asyncapi.json#/components/schemas/id"}
    )


def test_a_reply_names_its_channel_messages_and_address() -> None:
    document = v3(
        channels={
            "orders": {"address": "orders", "messages": {"place": {"payload": ORDER}}},
            "replies": {"address": None, "messages": {"ok": {"payload": STRING}, "no": {"payload": STRING}}},
        },
        operations={
            "place": {
                "action": "receive",
                "channel": {"$ref": "#/channels/orders"},
                "reply": {
                    "address": {"location": "$message.header#/replyTo"},
                    "channel": {"$ref": "#/channels/replies"},
                    "messages": [{"$ref": "#/channels/replies/messages/ok"}],
                },
            }
        },
    )
    (operation,) = read(document).operations
    assert operation.reply is not None
    assert (operation.reply.channel, operation.reply.messages) == ("replies", ("ok",))
    assert operation.reply.address == "$message.header#/replyTo"


def test_an_operation_may_refer_to_a_channel_and_its_messages_where_they_really_stand() -> None:
    document = v3(
        channels={"orders": {"$ref": "#/components/channels/o"}},
        operations={
            "send": {
                "action": "send",
                "channel": {"$ref": "#/components/channels/o"},
                "messages": [{"$ref": "#/components/messages/m"}],
            }
        },
        components={
            "channels": {"o": {"address": "a", "messages": {"placed": {"$ref": "#/components/messages/m"}}}},
            "messages": {"m": {"payload": ORDER}},
        },
    )
    (operation,) = read(document).operations
    assert (operation.channel, operation.messages) == ("orders", ("placed",))


def test_what_a_key_a_correlation_and_a_strategy_are_is_said_by_the_message() -> None:
    kafka = {"key": STRING, "schemaLookupStrategy": "RecordNameStrategy"}
    message = message_of(
        message3(payload=ORDER, correlationId={"location": "$message.header#/id"}, bindings={"kafka": kafka})
    )

    assert message.key is not None
    assert message.key.place.value == STRING
    assert (message.correlation, message.lookup) == ("$message.header#/id", "RecordNameStrategy")
