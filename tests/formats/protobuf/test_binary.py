"""Protobuf's binary encoding: values as in its JSON, under the names of the file."""

from typing import Any

import pytest

from contracthub.formats.protobuf.binary import NotProtobuf, decoded, encoded
from contracthub.formats.protobuf.parse import ProtobufSchema, parse

TEXT = """
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
message First { string a = 1; }
message Order {
  string order_id = 1;
  int64 cents = 2;
  repeated Line lines = 3;
  optional string note = 4;
  Kind kind = 5;
  google.protobuf.Timestamp at = 6;
  message Line { string sku = 1; uint32 count = 2; }
  enum Kind { UNKNOWN = 0; PAID = 1; }
}
"""
ORDER: dict[str, Any] = {
    "order_id": "o-1",
    "cents": "1200",
    "lines": [{"sku": "s", "count": 2}],
    "kind": "PAID",
    "at": "2026-11-21T10:00:00Z",
}


@pytest.fixture(scope="module")
def schema() -> ProtobufSchema:
    return parse(TEXT)


def test_a_value_is_what_was_written(schema: ProtobufSchema) -> None:
    assert decoded(encoded(ORDER, schema, (1,)), schema, (1,)) == ORDER


def test_a_message_inside_of_another_is_chosen_by_its_indexes(schema: ProtobufSchema) -> None:
    assert decoded(b"\x0a\x01s\x10\x02", schema, (1, 0)) == {"sku": "s", "count": 2}


def test_fields_that_are_not_on_the_wire_have_their_defaults(schema: ProtobufSchema) -> None:
    assert decoded(b"", schema, (1,)) == {"order_id": "", "cents": "0", "lines": [], "kind": "UNKNOWN"}


@pytest.mark.parametrize("indexes", [(2,), (0, 0), (-1,)])
def test_a_message_that_is_not_there_is_told(schema: ProtobufSchema, indexes: tuple[int, ...]) -> None:
    with pytest.raises(NotProtobuf, match="has no message at"):
        decoded(b"", schema, indexes)


def test_bytes_that_are_no_message_are_refused(schema: ProtobufSchema) -> None:
    with pytest.raises(NotProtobuf, match=r"no shop\.Order"):
        decoded(b"\xff\xff", schema, (1,))


@pytest.mark.parametrize("value", [{"order_id": 1}, {"unknown": 1}, [], {"kind": "LOST"}])
def test_a_value_that_is_no_message_is_refused(schema: ProtobufSchema, value: Any) -> None:
    with pytest.raises(NotProtobuf):
        encoded(value, schema, (1,))
