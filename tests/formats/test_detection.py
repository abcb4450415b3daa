import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.detection import NAMES, detect, detected
from contracthub.formats.limits import Limits

LOOKS: list[tuple[str, bytes, str | None]] = [
    ("a.graphql", b"", "graphql"),
    ("a.GQL", b"anything", "graphql"),
    ("a.proto", b"", "protobuf"),
    ("a.avsc", b"{}", "avro"),
    ("a.json", b'{"openapi": "3.1.0"}', "openapi"),
    ("a.json", b'\xef\xbb\xbf {"components": {}, "openapi": "3.1.0"}', "openapi"),
    ("a.json", b'{"swagger": "2.0"}', "openapi"),
    ("a.yaml", b"swagger: '2.0'\n", "openapi"),
    ("a.yaml", b"# told\n---\ninfo:\n  title: t\nopenapi: 3.1.0\n", "openapi"),
    ("a.yaml", b"'openapi': 3.1.0\n", "openapi"),
    ("a.yaml", b"{openapi: 3.1.0}", "openapi"),
    ("a.yaml", b"info:\n  openapi: 3.1.0\n", None),
    ("a.yaml", b"asyncapi: 3.0.0\nchannels: {}\n", "asyncapi"),
    ("a.json", b'{"asyncapi": "2.6.0"}', "asyncapi"),
    ("a.json", b'{"data": {"__schema": {}}}', "graphql"),
    ("a.json", b'{"__schema": {}}', "graphql"),
    ("a", b'"""Told."""\ntype Query { a: Int }', "graphql"),
    ("a", b"# told\nschema { query: Q }", "graphql"),
    ("a", b"directive @a on FIELD", "graphql"),
    ("a", b"enum A { B }", "graphql"),
    ("a", b"// told\n/* more */ syntax = 'proto3';", "protobuf"),
    ("a", b'edition = "2023";', "protobuf"),
    ("a", b"message A { int32 b = 1; }", "protobuf"),
    ("a", b"enum A { B = 0; }", "protobuf"),
    ("a.json", b'{"type": "record", "name": "A", "fields": []}', "avro"),
    ("a.json", b'["null", {"type": "enum", "name": "A", "symbols": []}]', "avro"),
    ("a.json", b'{"type": "map", "values": "string"}', "avro"),
    ("a.json", b'{"$schema": "http://json-schema.org/draft-07/schema#"}', "json-schema"),
    ("a.json", b'{"type": "object", "properties": {"name": {}}}', "json-schema"),
    ("a.yaml", b"type: object\nproperties: {}\n", "json-schema"),
    ("a.json", b'{"type": "string"}', "json-schema"),
    ("a.json", b'{"enum": [1]}', "json-schema"),
    ("a.json", b'{"type": ["record"], "name": "A"}', None),
    ("a.json", b'{"some": "thing"}', None),
    ("a.json", b'{"openapi": ', "openapi"),
    ("a.json", b'{"info": {}, "openapi": ', None),
    ("a.json", b"[1]", None),
    ("a.json", b"[]", None),
    ("a", b"", None),
    ("a", b"\xff\xfe\x00", None),
    ("a.json", b"[" * 100_000, None),
    ("a.txt", b"a text", None),
    ("a.html", b"<html>", None),
]


@pytest.mark.parametrize(("name", "data", "expected"), LOOKS)
def test_a_file_is_what_it_looks_like(name: str, data: bytes, expected: str | None) -> None:
    assert detected(name, data) == expected


def test_what_looks_like_nothing_is_refused_with_the_formats_there_are() -> None:
    with pytest.raises(Invalid, match=r"notes\.txt") as refused:
        detect("notes.txt", b"a text")
    assert all(name in refused.value.message for name in NAMES)
    assert detect("a.proto", b"") == "protobuf"


def test_what_is_too_large_to_be_read_looks_like_nothing() -> None:
    assert detected("a.json", b'{"a": 1, "openapi": "3.1.0"}', Limits(max_bytes=10)) is None


@pytest.mark.parametrize(
    "text",
    [
        b'"' * 60_000,
        b'"""' * 20_000,
        b"/*" * 30_000,
        b"# a\n" * 15_000,
        b" " * 60_000,
        b'""' * 30_000,
        b"a" * 10_000_000,
    ],
)
def test_looking_takes_no_longer_than_the_text_is_long(text: bytes) -> None:
    assert detected("a", text) is None
