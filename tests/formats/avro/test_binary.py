"""Avro's binary encoding, as the library that the field uses reads and writes it; hostile bytes end in a refusal."""

import io
import json
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.avro.binary import NotAvro, decoded, encoded
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.avro.parse import parse

LONGS = st.integers(-(2**63), 2**63 - 1)
SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "test.Order",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "count", "type": "long"},
        {"name": "small", "type": "int"},
        {"name": "price", "type": "double"},
        {"name": "paid", "type": "boolean"},
        {"name": "note", "type": ["null", "string", "long"]},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {"name": "again", "type": "Kind"},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "by_name", "type": {"type": "map", "values": {"type": "array", "items": "int"}}},
        {"name": "next", "type": ["null", "Order"], "default": None},
    ],
}
SMALL = st.integers(-(2**31), 2**31 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def orders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "id": TEXTS,
            "count": LONGS,
            "small": SMALL,
            "price": st.floats(allow_nan=False, allow_infinity=False),
            "paid": st.booleans(),
            "note": st.none() | TEXTS | LONGS,
            "kind": st.sampled_from("AB"),
            "again": st.sampled_from("AB"),
            "tags": st.lists(TEXTS, max_size=3),
            "by_name": st.dictionaries(TEXTS, st.lists(SMALL, max_size=2), max_size=3),
            "next": inner,
        }
    )


ORDERS = orders(st.none() | orders(st.none()))


def read(schema: Any) -> AvroSchema:
    return parse(json.dumps(schema))


@given(order=ORDERS)
def test_what_fastavro_writes_is_read(order: dict[str, Any]) -> None:
    data = io.BytesIO()
    schemaless_writer(data, parse_schema(SCHEMA), order)
    assert decoded(data.getvalue(), read(SCHEMA)) == order


@given(order=ORDERS)
def test_what_is_written_fastavro_reads(order: dict[str, Any]) -> None:
    data = encoded(order, read(SCHEMA))
    assert schemaless_reader(io.BytesIO(data), parse_schema(SCHEMA), None) == order


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        value = decoded(data, read(SCHEMA))
    except NotAvro:
        return
    assert isinstance(value, dict)


def test_bytes_and_fixed_are_latin_text_and_defaults_are_written() -> None:
    schema = read(
        {
            "type": "record",
            "name": "R",
            "fields": [
                {"name": "raw", "type": "bytes"},
                {"name": "four", "type": {"type": "fixed", "name": "F", "size": 4}},
                {"name": "more", "type": "int", "default": 7},
            ],
        }
    )
    data = encoded({"raw": "\xff\x00", "four": "abcd"}, schema)
    assert decoded(data, schema) == {"raw": "\xff\x00", "four": "abcd", "more": 7}


@pytest.mark.parametrize(
    ("schema", "data", "told"),
    [
        ("int", b"", "the bytes end inside of the value"),
        ("int", b"\x02\x02", "1 bytes are left over"),
        ("string", b"\x08ab", "the bytes end"),
        ("string", b"\x02\xff", "no UTF-8"),
        ("string", b"\x01", "the bytes end"),
        ("boolean", b"\x02", "neither true nor false"),
        ("long", b"\xff" * 20, "too long"),
        (["null", "int"], b"\x04", "names branch 2 of 2"),
        ({"type": "enum", "name": "E", "symbols": ["A"]}, b"\x02", "names symbol 1 of 1"),
        ({"type": "array", "items": "null"}, b"\xfe\xff\xff\xff\xff\xff\xff\x7f\x00", "larger than is read"),
    ],
)
def test_bytes_that_are_no_value_are_refused(schema: Any, data: bytes, told: str) -> None:
    with pytest.raises(NotAvro, match=told):
        decoded(data, read(schema))


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ("int", 2**31, "the value is a number, which int can't be"),
        ("int", True, "the value is a boolean"),
        (["null", "int"], "x", "the value is a string"),
        ({"type": "array", "items": "string"}, ["a", 1], "/1 is a number"),
        ({"type": "map", "values": "int"}, {"a": None}, "/a is null"),
        ({"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}, {"b": 1}, "the value is an object"),
    ],
)
def test_a_value_that_is_none_of_the_schema_is_refused(schema: Any, value: Any, told: str) -> None:
    with pytest.raises(NotAvro, match=told):
        encoded(value, read(schema))
