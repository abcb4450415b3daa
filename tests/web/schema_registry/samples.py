"""Schemas for tests of the registry."""

import base64
import json
from typing import Any

from google.protobuf import descriptor_pb2

Json = dict[str, Any]


def record(*fields: str, name: str = "Order", **more: object) -> Json:
    """An Avro record; ``a`` is a text without default, ``a=`` one with."""
    made = [{"name": each.rstrip("="), "type": "string"} | _default(each) for each in fields]
    return {"type": "record", "name": name, "fields": made, **more}


def _default(field: str) -> Json:
    return {"default": ""} if field.endswith("=") else {}


def as_text(schema: object) -> str:
    """As the registry gives it back."""
    return json.dumps(schema, separators=(",", ":"), ensure_ascii=False)


ORDER = record("sku")
ORDER_2 = record("sku", "note=")
INCOMPATIBLE = record("sku", "price")
CLOSED: Json = {"type": "object", "properties": {"sku": {"type": "string"}}, "additionalProperties": False}
OPEN: Json = {"type": "object", "properties": {"sku": {"type": "string"}}}
PROTO = 'syntax = "proto3";\npackage shop;\n\nmessage Order {\n  string sku = 1;\n}\n'
PROTO_LINE = 'syntax = "proto3";\npackage shop;\n\nmessage Line {\n  int32 amount = 1;\n}\n'
PROTO_WITH_IMPORT = (
    'syntax = "proto3";\npackage shop;\n\nimport "line.proto";\n\nmessage Basket {\n  repeated Line lines = 1;\n}\n'
)


def file_descriptor(encoded: str) -> descriptor_pb2.FileDescriptorProto:
    """What a schema in base64 says."""
    return descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(encoded, validate=True))


def order_descriptor() -> str:
    """The file of ``PROTO``, as generated Python modules carry it."""
    file = descriptor_pb2.FileDescriptorProto(name="order.proto", package="shop", syntax="proto3")
    kinds = descriptor_pb2.FieldDescriptorProto
    field = kinds(name="sku", number=1, type=kinds.TYPE_STRING, label=kinds.LABEL_OPTIONAL)
    file.message_type.add(name="Order").field.append(field)
    return base64.b64encode(file.SerializeToString()).decode()
