"""Protobuf's binary encoding: the value in some bytes, and the bytes of a value, by the file that defines the message.

Values are as in Protobuf's JSON, under the names of the file: 64-bit numbers and bytes are text. Fields that are not
on the wire have their defaults where the language gives them one.
"""

from collections.abc import Sequence
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, EncodeError
from google.protobuf.message_factory import GetMessageClass

from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonValue

_DEEPEST = 100


class NotProtobuf(Exception):
    """The bytes are not what the file says, or the value is none of the message; the text says why."""


def decoded(data: bytes, schema: ProtobufSchema, indexes: Sequence[int] = (0,)) -> JsonValue:
    """The value of the message that the indexes lead to (schema-registry-api §20). Raises NotProtobuf."""
    message = _message(schema, indexes)
    try:
        message.ParseFromString(data)
        found: JsonValue = json_format.MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
    except (DecodeError, json_format.Error, ValueError, TypeError, RecursionError) as error:
        raise NotProtobuf(f"the bytes are no {message.DESCRIPTOR.full_name}: {error}") from error
    return found


def encoded(value: JsonValue, schema: ProtobufSchema, indexes: Sequence[int] = (0,)) -> bytes:
    """The bytes of a value of that message. Raises NotProtobuf."""
    message = _message(schema, indexes)
    if not isinstance(value, dict):
        raise NotProtobuf(f"a {message.DESCRIPTOR.full_name} is an object")
    try:
        json_format.ParseDict(value, message, max_recursion_depth=_DEEPEST)
        found: bytes = message.SerializeToString(deterministic=True)
    except (EncodeError, json_format.Error, ValueError, TypeError, RecursionError) as error:
        raise NotProtobuf(str(error)) from error
    return found


def _message(schema: ProtobufSchema, indexes: Sequence[int]) -> Any:
    pool = DescriptorPool()
    for file in schema.imports.values():
        pool.AddSerializedFile(file.SerializeToString())
    pool.AddSerializedFile(schema.resolved.SerializeToString())
    known: Sequence[Descriptor] = list(pool.FindFileByName(schema.resolved.name).message_types_by_name.values())
    path: list[Descriptor] = []
    for index in indexes or (0,):
        if not 0 <= index < len(known):
            told = ", ".join(map(str, indexes))
            raise NotProtobuf(f"the file has no message at {told}")
        path.append(known[index])
        known = path[-1].nested_types
    return GetMessageClass(path[-1])()
