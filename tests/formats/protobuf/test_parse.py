import base64

import pytest
from google.protobuf import descriptor_pb2

from contracthub.domain.errors import Invalid, Malformed, TooLarge
from contracthub.formats.limits import Limits
from contracthub.formats.protobuf.parse import ProtobufSchema, parse
from contracthub.formats.protobuf.text import canonical_text, normalised_text

EVERYTHING = """
// A comment.
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import public "google/protobuf/any.proto";
option java_package = "org.shop";
option (my.file) = { a: 1 b: "x" };

message Order {
  option deprecated = true;
  reserved 10 to 12, 20, 100 to max;
  reserved "old";
  string id = 1;
  optional int32 count = 2 [json_name = "n", deprecated = true];
  repeated Line lines = 3 [(my.field).x = "y"];
  map<string, .shop.v1.Order.Line> by_name = 4;
  oneof paid { string card = 5; Money cash = 6; }
  google.protobuf.Timestamp at = 7;
  State state = 8;
  message Line { string sku = 1; }
  enum Kind { NONE = 0; SOME = 1 [(my.value) = 3]; }
}
message Money { sint64 amount = 1; bytes raw = 2; }
enum State { option allow_alias = true; UNKNOWN = 0; OPEN = 1; ALSO_OPEN = 1; reserved 5, 7 to max; }
service Orders {
  rpc Get(Order) returns (Order);
  rpc Watch(stream Order) returns (stream Order) { option deprecated = true; }
}
"""

OLD_STYLE = """
message Order {
  required string id = 1 [default = "a\\"b"];
  optional int32 n = 2 [default = -7, packed = false];
  repeated group Line = 3 { optional string sku = 1; }
  extensions 100 to 199;
}
extend Order { optional string note = 100; }
"""


def serialized(schema: ProtobufSchema) -> str:
    return base64.b64encode(schema.resolved.SerializeToString()).decode()


@pytest.mark.parametrize("text", [EVERYTHING, OLD_STYLE])
def test_what_was_written_back_reads_as_the_same(text: str) -> None:
    first = parse(text)
    written = canonical_text(first)
    again = parse(written)
    assert canonical_text(again) == written
    assert again.resolved == first.resolved
    assert parse(normalised_text(first)) is not None
    assert normalised_text(parse(normalised_text(first))) == normalised_text(first)


@pytest.mark.parametrize("text", [EVERYTHING, OLD_STYLE])
def test_a_descriptor_in_base64_is_the_same_schema_as_its_text(text: str) -> None:
    schema = parse(text)
    bare = parse(serialized(schema))
    assert bare.resolved == schema.resolved


def test_comments_and_layout_do_not_count() -> None:
    one = parse('syntax = "proto3"; message A { string a = 1; /* here */ }')
    other = parse("syntax='proto3';\n// there\nmessage A\n{\n\tstring a=1;;\n}")
    assert canonical_text(one) == canonical_text(other)


def test_normalised_the_order_of_fields_and_the_spelling_of_types_do_not_count() -> None:
    one = parse('syntax = "proto3"; package p; message A { B b = 2; string a = 1; } message B {}')
    other = parse('syntax = "proto3"; package p; message A { string a = 1; .p.B b = 2; } message B {}')
    assert canonical_text(one) != canonical_text(other)
    assert normalised_text(one) == normalised_text(other)


def test_words_of_the_language_are_names_too() -> None:
    text = 'syntax = "proto3"; message message { message message = 1; string option = 2; int32 reserved = 3; } '
    assert [field.name for field in parse(text).resolved.message_type[0].field] == ["message", "option", "reserved"]


def test_imports_come_from_the_references() -> None:
    money = parse('syntax = "proto3"; package m; message Money { int64 amount = 1; }', name="money.proto")
    order = 'syntax = "proto3"; import "money.proto"; message Order { m.Money total = 1; }'
    assert parse(order, {"money.proto": money}).resolved.message_type[0].field[0].type_name == ".m.Money"
    with pytest.raises(Invalid, match=r"money\.proto"):
        parse(order)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('syntax = "proto4";', "1:10"),
        ('syntax = "proto3"; message A { string a = 0; }', "1:43"),
        ('syntax = "proto3";\nmessage A {\n  string a 1;\n}', "3:12"),
        ('syntax = "proto3"; message A {', "1:31"),
        ('syntax = "proto3"; message A { required string a = 1; }', "1:32"),
        ("message A { string a = 1; }", "1:13"),
        ('syntax = "proto3"; message A { B b = 1; C c = 2; }', "A.b"),
        ('syntax = "proto3"; message A { string a = 1; string b = 1; }', None),
        ('syntax = "proto3"; message A {} message A {}', None),
        ('syntax = "proto3"; import "nowhere.proto";', "import"),
        ('syntax = "proto3"; option nonsense = 1;', "1:27"),
        ('syntax = "proto3"; option deprecated = 7;', "1:40"),
        ('syntax = "proto3"; message A { string a = 99999999999999999999999999999; }', "1:43"),
        ('syntax = "proto3"; message A { string a = 1 [json_name = "\\q"]; }', "1:58"),
        ('syntax = "proto3"; ' + "message A { " * 100, "1:414"),
        ('syntax = "proto3"; §', "1:20"),
    ],
)
def test_faults_are_told_with_their_place(text: str, place: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.faults[0].pointer == place
    assert refused.value.message


def test_all_unknown_types_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        parse('syntax = "proto3"; package p; message A { B b = 1; C c = 2; }')
    assert [fault.pointer for fault in refused.value.faults] == ["p.A.b", "p.A.c"]


@pytest.mark.parametrize("text", ["AAAA", "CgE=", base64.b64encode(b"\x0b" * 40).decode(), "====", "abc"])
def test_base64_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="The Protobuf file is not valid"):
        parse(text)


def test_a_deep_descriptor_is_refused() -> None:
    file = descriptor_pb2.FileDescriptorProto(name="x")
    message = file.message_type.add(name="M")
    for _ in range(60):
        message = message.nested_type.add(name="M")
    with pytest.raises(Malformed):
        parse(base64.b64encode(file.SerializeToString()).decode())


def test_size_is_bounded() -> None:
    with pytest.raises(TooLarge):
        parse(EVERYTHING, limits=Limits(max_bytes=100))
