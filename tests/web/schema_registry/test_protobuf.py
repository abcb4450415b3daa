"""Protobuf as its clients send and read it: descriptors in base64 (schema-registry-api §3, §11, §21, §23)."""

import base64

from google.protobuf import descriptor_pb2

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import (
    PROTO,
    PROTO_LINE,
    PROTO_WITH_IMPORT,
    file_descriptor,
    order_descriptor,
)

PROTOBUF = {"schemaType": "PROTOBUF"}


def test_a_schema_in_text_is_read_as_a_descriptor(registry: Registry) -> None:
    registered = registry.register("a", PROTO, **PROTOBUF)
    for path in (f"/schemas/ids/{registered['id']}", "/subjects/a/versions/1", "/subjects/a/versions/latest"):
        file = file_descriptor(registry.get(f"{path}?format=serialized")["schema"])
        assert (file.package, file.syntax, [each.name for each in file.message_type]) == ("shop", "proto3", ["Order"])
        assert "message Order" in registry.get(path)["schema"]
    alone = registry.call("GET", "/schemas/ids/1/schema?format=serialized").text
    assert file_descriptor(alone).message_type[0].field[0].name == "sku"


def test_so_is_one_with_imports(registry: Registry) -> None:
    registry.register("line.proto", PROTO_LINE, **PROTOBUF)
    references = [{"name": "line.proto", "subject": "line.proto", "version": 1}]
    registered = registry.register("b", PROTO_WITH_IMPORT, references=references, **PROTOBUF)
    for path in (f"/schemas/ids/{registered['id']}", "/subjects/b/versions/1"):
        found = registry.get(f"{path}?format=serialized")
        assert found["references"] == references
        file = file_descriptor(found["schema"])
        assert list(file.dependency) == ["line.proto"]
        assert file.message_type[0].field[0].type_name == ".shop.Line"


def test_a_descriptor_and_the_text_of_a_file_are_one_schema(registry: Registry) -> None:
    by_text = registry.register("a", PROTO, **PROTOBUF)
    by_descriptor = registry.register("a", order_descriptor(), **PROTOBUF)
    assert by_descriptor == by_text
    found = registry.call("POST", "/subjects/a", schema_body(order_descriptor(), **PROTOBUF))
    assert found.json()["version"] == 1
    other = registry.register("b", order_descriptor(), **PROTOBUF)
    assert (other["id"], "message Order" in other["schema"]) == (by_text["id"], True)


def test_the_answer_to_a_descriptor_can_be_one(registry: Registry) -> None:
    registered = registry.register("a", order_descriptor(), "?format=serialized", **PROTOBUF)
    assert file_descriptor(registered["schema"]).message_type[0].name == "Order"
    body = schema_body(order_descriptor(), **PROTOBUF)
    found = registry.call("POST", "/subjects/a?format=serialized", body).json()
    assert found["schema"] == registered["schema"]


def test_extensions_can_be_left_out(registry: Registry) -> None:
    text = (
        'syntax = "proto2";\npackage shop;\n\nimport "google/protobuf/descriptor.proto";\n\n'
        "extend google.protobuf.FieldOptions {\n  optional string label = 50000;\n}\n"
        "message Order {\n  optional string sku = 1;\n}\n"
    )
    registry.register("a", text, **PROTOBUF)
    assert "50000" in registry.get("/schemas/ids/1")["schema"]
    left = registry.get("/schemas/ids/1?format=ignore_extensions")["schema"]
    assert ("50000" in left, "message Order" in left) == (False, True)


def test_base64_that_is_no_descriptor(registry: Registry) -> None:
    for text in (base64.b64encode(b"\x0a\xff" * 20).decode(), "bm90aGluZw==", "AAAA"):
        status, code, _ = registry.refused("POST", "/subjects/a/versions", schema_body(text, **PROTOBUF))
        assert (status, code) == (422, 42201)


def test_a_descriptor_that_uses_what_is_not_there(registry: Registry) -> None:
    file = descriptor_pb2.FileDescriptorProto(name="a.proto", syntax="proto3", dependency=["nowhere.proto"])
    body = schema_body(base64.b64encode(file.SerializeToString()).decode(), **PROTOBUF)
    status, code, told = registry.refused("POST", "/subjects/a/versions", body)
    assert (status, code, "nowhere.proto" in told) == (422, 42201, True)
