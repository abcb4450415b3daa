"""confluent-kafka's serializers and deserializers, unchanged, with a Kafka broker between them and the hub beside."""

import json
import struct
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import (
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    SchemaRegistryError,
    header_schema_id_serializer,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from tests.clients.shop_messages import basket_type, order_type, other_order_type
from tests.clients.test_confluent_registry_client import forget
from tests.kafka_broker import KafkaBroker
from tests.registry_process import RegistryProcess, registry_process
from tests.web.schema_registry.samples import as_text, record

Json: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[Any]
ORDER = as_text(record("sku"))
WIDER = as_text(record("sku", "note="))
BREAKING = as_text(record("sku", "price"))
JSON_ORDER: Json = {
    "title": "Order",
    "type": "object",
    "properties": {"sku": {"type": "string"}},
    "required": ["sku"],
    "additionalProperties": False,
}
WIDER_JSON_ORDER: Json = JSON_ORDER | {"properties": {"sku": {"type": "string"}, "note": {"type": "string"}}}
IN_HEADER: Json = {"schema.id.serializer": header_schema_id_serializer}
PATIENCE = 60


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """One hub for all of these tests, on two ports: each test has topics of its own."""
    path = tmp_path_factory.mktemp("serializers") / "hub.sqlite3"
    with registry_process(f"sqlite:///{path}") as running:
        yield running


@pytest.fixture(params=["below a path", "on its own port"])
def client(request: pytest.FixtureRequest, hub: RegistryProcess) -> Iterator[SchemaRegistryClient]:
    url = hub.registry if request.param == "on its own port" else f"{hub.hub}/schema-registry"
    with SchemaRegistryClient({"url": url, "max.retries": 0}) as client:
        yield client


class Topic:
    """A topic of a test's own, written and read as any application would."""

    def __init__(self, broker: KafkaBroker) -> None:
        self.name = f"orders-{uuid.uuid4().hex[:12]}"
        self._bootstrap = broker.bootstrap

    @property
    def subject(self) -> str:
        return f"{self.name}-value"

    def context(self, headers: Headers) -> SerializationContext:
        """What a serializer is told; it may add to the headers."""
        return SerializationContext(self.name, MessageField.VALUE, headers)

    def produce(self, serializer: Callable[[Any, SerializationContext], bytes | None], *values: object) -> None:
        with Producer({"bootstrap.servers": self._bootstrap}) as producer:
            for value in values:
                headers: Headers = []
                sent = serializer(value, self.context(headers))
                producer.produce(self.name, key=b"all", value=sent, headers=headers)
            assert producer.flush(PATIENCE) == 0

    def records(self, count: int) -> list[tuple[bytes, Headers]]:
        """The values that are in the topic, from its beginning, each with its headers."""
        settings = {"bootstrap.servers": self._bootstrap, "group.id": uuid.uuid4().hex}
        consumer = Consumer(settings | {"auto.offset.reset": "earliest"})
        try:
            consumer.subscribe([self.name])
            found: list[tuple[bytes, Headers]] = []
            while len(found) < count:
                message = consumer.poll(PATIENCE)
                assert message is not None, f"{len(found)} of {count} messages"
                if message.error() is None:
                    value = message.value()
                    assert isinstance(value, bytes)
                    found.append((value, list(message.headers() or ())))
            return found
        finally:
            consumer.close()

    def messages(self, count: int) -> list[bytes]:
        """The values alone."""
        return [value for value, _ in self.records(count)]

    def consume(self, deserializer: Callable[[bytes, SerializationContext], Any], count: int) -> list[Any]:
        return [deserializer(value, self.context(headers)) for value, headers in self.records(count)]


@pytest.fixture
def topic(kafka: KafkaBroker) -> Topic:
    return Topic(kafka)


def id_in(message: bytes) -> int:
    """The id of the schema with which a message was written."""
    magic, number = struct.unpack(">bI", message[:5])
    assert magic == 0
    return int(number)


class TestAvro:
    def test_producing_consuming_evolving(self, client: SchemaRegistryClient, topic: Topic) -> None:
        topic.produce(AvroSerializer(client, ORDER), {"sku": "a"}, {"sku": "b"})
        topic.produce(AvroSerializer(client, WIDER), {"sku": "c", "note": "soon"})
        forget(client)
        as_written = topic.consume(AvroDeserializer(client), 3)
        assert as_written == [{"sku": "a"}, {"sku": "b"}, {"sku": "c", "note": "soon"}]
        as_new = topic.consume(AvroDeserializer(client, WIDER), 3)
        assert as_new == [{"sku": "a", "note": ""}, {"sku": "b", "note": ""}, {"sku": "c", "note": "soon"}]
        assert topic.consume(AvroDeserializer(client, ORDER), 3) == [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]
        numbers = [id_in(message) for message in topic.messages(3)]
        assert numbers[0] == numbers[1] != numbers[2]
        assert client.get_versions(topic.subject) == [1, 2]

    def test_what_breaks_consumers_is_refused(self, client: SchemaRegistryClient, topic: Topic) -> None:
        topic.produce(AvroSerializer(client, ORDER), {"sku": "a"})
        with pytest.raises(SchemaRegistryError, match=r"incompatible with an earlier schema.*price") as told:
            topic.produce(AvroSerializer(client, BREAKING), {"sku": "a", "price": "1"})
        assert told.value.http_status_code == 409
        assert client.get_versions(topic.subject) == [1]

    def test_without_registering(self, client: SchemaRegistryClient, topic: Topic) -> None:
        settings = {"auto.register.schemas": False}
        with pytest.raises(SchemaRegistryError) as told:
            topic.produce(AvroSerializer(client, ORDER, conf=settings), {"sku": "a"})
        assert (told.value.http_status_code, told.value.error_code) == (404, 40401)
        client.register_schema(topic.subject, Schema(ORDER, "AVRO"))
        topic.produce(AvroSerializer(client, ORDER, conf=settings), {"sku": "a"})
        assert topic.consume(AvroDeserializer(client), 1) == [{"sku": "a"}]
        with pytest.raises(SchemaRegistryError) as told:
            topic.produce(AvroSerializer(client, WIDER, conf=settings), {"sku": "a", "note": ""})
        assert (told.value.http_status_code, told.value.error_code) == (404, 40403)

    def test_with_the_latest_version(self, client: SchemaRegistryClient, topic: Topic) -> None:
        client.register_schema(topic.subject, Schema(ORDER, "AVRO"))
        number = client.register_schema(topic.subject, Schema(WIDER, "AVRO"))
        settings = {"auto.register.schemas": False, "use.latest.version": True}
        topic.produce(AvroSerializer(client, ORDER, conf=settings), {"sku": "a", "note": "b"})
        assert id_in(topic.messages(1)[0]) == number
        reader = AvroDeserializer(client, conf={"use.latest.version": True})
        assert topic.consume(reader, 1) == [{"sku": "a", "note": "b"}]

    def test_normalised(self, client: SchemaRegistryClient, topic: Topic) -> None:
        settings = {"normalize.schemas": True}
        for schema in (record("sku", name="shop.Order"), record("sku", namespace="shop")):
            topic.produce(AvroSerializer(client, as_text(schema), conf=settings), {"sku": "a"})
        assert client.get_versions(topic.subject) == [1]
        assert len({id_in(message) for message in topic.messages(2)}) == 1

    def test_with_references(self, client: SchemaRegistryClient, topic: Topic) -> None:
        line = f"{topic.name}-line"
        client.register_schema(line, Schema(as_text(record("amount", name="shop.Line")), "AVRO"))
        text = '{"type":"record","name":"Basket","fields":[{"name":"line","type":"shop.Line"}]}'
        schema = Schema(text, "AVRO", [SchemaReference("shop.Line", line, -1)])
        topic.produce(AvroSerializer(client, schema), {"line": {"amount": "2"}})
        forget(client)
        assert topic.consume(AvroDeserializer(client), 1) == [{"line": {"amount": "2"}}]

    def test_messages_of_a_deleted_schema_can_still_be_read(self, client: SchemaRegistryClient, topic: Topic) -> None:
        topic.produce(AvroSerializer(client, ORDER), {"sku": "a"})
        client.delete_subject(topic.subject)
        forget(client)
        assert topic.consume(AvroDeserializer(client), 1) == [{"sku": "a"}]

    def test_with_the_schema_named_in_a_header(self, client: SchemaRegistryClient, topic: Topic) -> None:
        # This client takes fewer than six bytes for no message at all.
        topic.produce(AvroSerializer(client, ORDER, conf=IN_HEADER), {"sku": "yellow"})
        forget(client)
        assert topic.consume(AvroDeserializer(client), 1) == [{"sku": "yellow"}]
        ((value, headers),) = topic.records(1)
        assert (value, [name for name, _ in headers]) == (b"\x0cyellow", ["__value_schema_id"])

    def test_in_a_context(self, hub: RegistryProcess, topic: Topic) -> None:
        context = f".{topic.name}"
        with SchemaRegistryClient({"url": f"{hub.registry}/contexts/{context}", "max.retries": 0}) as client:
            topic.produce(AvroSerializer(client, ORDER), {"sku": "a"})
            forget(client)
            assert id_in(topic.messages(1)[0]) == 1
            assert topic.consume(AvroDeserializer(client), 1) == [{"sku": "a"}]
            assert context in client.get_contexts()


class TestJson:
    def test_producing_consuming_evolving(self, client: SchemaRegistryClient, topic: Topic) -> None:
        topic.produce(JSONSerializer(json.dumps(JSON_ORDER), client), {"sku": "a"})
        topic.produce(JSONSerializer(json.dumps(WIDER_JSON_ORDER), client), {"sku": "b", "note": "c"})
        forget(client)
        reader = JSONDeserializer(json.dumps(WIDER_JSON_ORDER), schema_registry_client=client)
        assert topic.consume(reader, 2) == [{"sku": "a"}, {"sku": "b", "note": "c"}]
        assert client.get_versions(topic.subject) == [1, 2]
        assert client.get_latest_version(topic.subject).schema.schema_type == "JSON"

    def test_what_breaks_consumers_is_refused(self, client: SchemaRegistryClient, topic: Topic) -> None:
        topic.produce(JSONSerializer(json.dumps(JSON_ORDER), client), {"sku": "a"})
        breaking = JSON_ORDER | {"required": ["sku", "price"], "properties": {"sku": {"type": "string"}, "price": {}}}
        with pytest.raises(SchemaRegistryError, match=r"incompatible with an earlier schema.*price") as told:
            topic.produce(JSONSerializer(json.dumps(breaking), client), {"sku": "a", "price": 1})
        assert told.value.http_status_code == 409

    def test_what_is_no_order_is_not_produced(self, client: SchemaRegistryClient, topic: Topic) -> None:
        with pytest.raises(SerializationError):
            topic.produce(JSONSerializer(json.dumps(JSON_ORDER), client), {"sku": 5})

    def test_with_references(self, client: SchemaRegistryClient, topic: Topic) -> None:
        line = f"{topic.name}-line"
        client.register_schema(line, Schema('{"type":"object","properties":{"amount":{"type":"integer"}}}', "JSON"))
        basket = {"title": "Basket", "type": "object", "properties": {"line": {"$ref": "line.json"}}}
        schema = Schema(json.dumps(basket), "JSON", [SchemaReference("line.json", line, 1)])
        topic.produce(JSONSerializer(schema, client), {"line": {"amount": 2}})
        forget(client)
        reader = JSONDeserializer(schema, schema_registry_client=client)
        assert topic.consume(reader, 1) == [{"line": {"amount": 2}}]
        with pytest.raises(SerializationError):
            topic.produce(JSONSerializer(schema, client), {"line": {"amount": "two"}})


PLAIN = {"use.deprecated.format": False}


def as_json(messages: list[Message]) -> list[Json]:
    return [MessageToDict(message, preserving_proto_field_name=True) for message in messages]


class TestProtobuf:
    def test_producing_consuming_evolving(self, client: SchemaRegistryClient, topic: Topic) -> None:
        order, wider = order_type(), order_type(("note", 2))
        topic.produce(ProtobufSerializer(order, client, PLAIN), order(sku="a"))
        topic.produce(ProtobufSerializer(wider, client, PLAIN), wider(sku="b", note="c"))
        forget(client)
        reader = ProtobufDeserializer(wider, PLAIN, client)
        assert as_json(topic.consume(reader, 2)) == [{"sku": "a"}, {"sku": "b", "note": "c"}]
        assert client.get_versions(topic.subject) == [1, 2]

    def test_what_breaks_consumers_is_refused(self, client: SchemaRegistryClient, topic: Topic) -> None:
        order, other = order_type(), other_order_type()
        topic.produce(ProtobufSerializer(order, client, PLAIN), order(sku="a"))
        with pytest.raises(SchemaRegistryError, match=r"incompatible with an earlier schema.*sku") as told:
            topic.produce(ProtobufSerializer(other, client, PLAIN), other(sku=1.0))
        assert told.value.http_status_code == 409

    def test_with_imports(self, client: SchemaRegistryClient, topic: Topic) -> None:
        part = basket_type()
        sent = ParseDict({"lines": [{"amount": 2}], "moments": ["2026-11-21T12:00:00Z"]}, part())
        settings = PLAIN | {"reference.subject.name.strategy": lambda _context, name: f"{topic.name}/{name.name}"}
        topic.produce(ProtobufSerializer(part, client, settings), sent)
        latest = client.get_latest_version(topic.subject)
        # What comes with every Protobuf needs no reference.
        assert [each.name for each in latest.schema.references or ()] == ["shop/line.proto"]
        forget(client)
        reader = ProtobufDeserializer(part, PLAIN, client)
        assert as_json(topic.consume(reader, 1)) == [MessageToDict(sent)]
        # The second message inside the first one of the file.
        assert topic.messages(1)[0][5:8] == b"\x04\x00\x02"

    def test_with_the_schema_named_in_a_header(self, client: SchemaRegistryClient, topic: Topic) -> None:
        order = order_type()
        topic.produce(ProtobufSerializer(order, client, PLAIN | IN_HEADER), order(sku="yellow"))
        forget(client)
        assert as_json(topic.consume(ProtobufDeserializer(order, PLAIN, client), 1)) == [{"sku": "yellow"}]
        assert topic.messages(1) == [order(sku="yellow").SerializeToString()]

    def test_without_registering(self, client: SchemaRegistryClient, topic: Topic) -> None:
        order = order_type()
        writer = ProtobufSerializer(order, client, PLAIN | {"auto.register.schemas": False})
        with pytest.raises(SchemaRegistryError) as told:
            topic.produce(writer, order(sku="a"))
        assert told.value.http_status_code == 404
        text = 'syntax = "proto3";\npackage shop;\nmessage Order {\n  string sku = 1;\n}\n'
        number = client.register_schema(topic.subject, Schema(text, "PROTOBUF"))
        # Registered as text by somebody else, found by the descriptor of the generated module.
        topic.produce(writer, order(sku="a"))
        assert id_in(topic.messages(1)[0]) == number
        assert as_json(topic.consume(ProtobufDeserializer(order, PLAIN, client), 1)) == [{"sku": "a"}]

    def test_with_the_latest_version(self, client: SchemaRegistryClient, topic: Topic) -> None:
        order, wider = order_type(), order_type(("note", 2))
        topic.produce(ProtobufSerializer(order, client, PLAIN), order(sku="a"))
        text = 'syntax = "proto3";\npackage shop;\nmessage Order {\n  string sku = 1;\n  string note = 2;\n}\n'
        number = client.register_schema(topic.subject, Schema(text, "PROTOBUF"))
        settings = PLAIN | {"auto.register.schemas": False, "use.latest.version": True}
        topic.produce(ProtobufSerializer(wider, client, settings), wider(sku="b", note="c"))
        assert id_in(topic.messages(2)[1]) == number
        # It keeps what it registered, which was text, and takes it for what the registry serialized.
        forget(client)
        reader = ProtobufDeserializer(wider, PLAIN | {"use.latest.version": True}, client)
        assert as_json(topic.consume(reader, 2)) == [{"sku": "a"}, {"sku": "b", "note": "c"}]


def test_associations_are_not_found(hub: RegistryProcess) -> None:
    """Which lets every serializer above fall back to the name of the topic."""
    with SchemaRegistryClient({"url": hub.registry, "max.retries": 0}) as client:
        with pytest.raises(SchemaRegistryError) as told:
            client.get_associations_by_resource_name("orders", "-", "topic", ["value"])
        assert (told.value.http_status_code, told.value.error_code) == (404, 404)
