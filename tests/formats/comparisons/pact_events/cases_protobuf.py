"""Protobuf: its JSON mapping, and the bytes and descriptors that its plugin for Pact keeps (its language guide)."""

import base64
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from contracthub.formats.protobuf.binary import encoded
from contracthub.formats.protobuf.parse import parse
from tests.formats.comparisons.pact_events.cases import Case
from tests.formats.comparisons.pact_events.offering import contents, matchers, message, pact, protobuf

FILE = """
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
message Order {
  string order_id = 1;
  int64 total_cents = 2;
  int32 count = 3;
  State state = 4;
  bytes data = 5;
  google.protobuf.Timestamp placed_at = 6;
  google.protobuf.Duration took = 7;
  oneof pay { string card = 8; string cash = 9; }
  map<string, int32> stock = 10;
  repeated Line lines = 11;
  google.protobuf.StringValue note = 12;
  google.protobuf.Struct extra = 13;
  double price = 14;
  bool paid = 15;
  uint32 weight = 16;
  optional string first = 17;
  optional string second = 18;
  map<bool, Line> chosen = 19;
  message Line { string sku = 1; Order whole = 2; }
  enum State { UNKNOWN = 0; OPEN = 1; DONE = 2; }
}
"""


def judged(value: Any, *expected: str, rules: Any = None) -> tuple[Any, bytes, tuple[str, ...]]:
    consumer = pact(message(value, {"topic": "orders"}, {"body": rules} if rules else None))
    return [protobuf(FILE)], consumer, tuple(f"message.payload.incompatible {each}" for each in expected)


MAPPED = [
    Case("by the JSON name", "lowerCamelCase", *judged({"orderId": "1", "totalCents": "5"})),
    Case("by the original name", "both are read", *judged({"order_id": "1", "total_cents": 5})),
    Case("no such field", "the message has none", *judged({"orderIdd": "1"}, "contents.orderIdd")),
    Case("a long as text", "64 bits are written as text", *judged({"totalCents": "9223372036854775807"})),
    Case("too large an int64", "it has 64 bits", *judged({"totalCents": "9223372036854775808"}, "contents.totalCents")),
    Case("no number as text", "nothing else is a number", *judged({"totalCents": "five"}, "contents.totalCents")),
    Case("too large an int32", "it has 32 bits", *judged({"count": 2**31}, "contents.count")),
    Case("a negative where none is", "it has no sign", *judged({"weight": -1}, "contents.weight")),
    Case("a fraction as int32", "it is whole", *judged({"count": 1.5}, "contents.count")),
    Case("an enum by name", "as it is written", *judged({"state": "OPEN"})),
    Case("an enum by number", "both are read", *judged({"state": 2})),
    Case("no name of the enum", "there is none", *judged({"state": "OPENED"}, "contents.state")),
    Case("no number of the enum", "there is none", *judged({"state": 7}, "contents.state")),
    Case(
        "any name of the enum",
        "a rule of type",
        *judged({"state": "X"}, rules={"$.state": matchers({"match": "type"})}),
    ),
    Case("bytes", "they are base64", *judged({"data": "aGVsbG8="})),
    Case("no bytes", "they are base64", *judged({"data": "hé"}, "contents.data")),
    Case("a moment", "it is a text of RFC 3339", *judged({"placedAt": "2026-01-02T03:04:05.5Z"})),
    Case("no moment", "it is no object", *judged({"placedAt": {"seconds": 1}}, "contents.placedAt")),
    Case("a duration", "it is a text in seconds", *judged({"took": "1.5s"})),
    Case("no duration", "it is a text in seconds", *judged({"took": "1 minute"}, "contents.took")),
    Case("one of a group", "one may be there", *judged({"card": "1"})),
    Case("two of a group", "only one may be there", *judged({"card": "1", "cash": "2"}, "contents.cash")),
    Case("two that are optional", "they are no group", *judged({"first": "1", "second": "2"})),
    Case("a map of int32", "any keys", *judged({"stock": {"a": 1}})),
    Case("a value of a map", "they are of one type", *judged({"stock": {"a": "x"}}, "contents.stock.a")),
    Case("a map's key", "keys have a type, too", *judged({"chosen": {"perhaps": {}}}, "contents.chosen.perhaps")),
    Case("a list", "it is repeated", *judged({"lines": [{"sku": "a"}]})),
    Case("one for a list", "it is repeated", *judged({"lines": {"sku": "a"}}, "contents.lines")),
    Case("a list for one", "it is not repeated", *judged({"orderId": ["1"]}, "contents.orderId")),
    Case("a field inside", "messages inside are messages", *judged({"lines": [{"sk": "a"}]}, "contents.lines[0].sk")),
    Case(
        "a circle",
        "it is followed as far as the value goes",
        *judged(
            {"lines": [{"whole": {"lines": [{"whole": {"ordr": 1}}]}}]}, "contents.lines[0].whole.lines[0].whole.ordr"
        ),
    ),
    Case("a wrapped text", "it is told plainly", *judged({"note": "x"})),
    Case("a wrapped text that is none", "it is told plainly", *judged({"note": {"value": "x"}}, "contents.note")),
    Case("anything", "a Struct is any object", *judged({"extra": {"a": [1, {"b": None}]}})),
    Case("null", "it is as if it were not there", *judged({"orderId": None})),
    Case("no number of a double", "it is told as text", *judged({"price": "NaN"})),
    Case("a text for a flag", "it is true or false", *judged({"paid": "true"}, "contents.paid")),
    Case(
        "any integer of a text",
        "the rule asks for integers",
        *judged({"orderId": "5"}, "contents.orderId", rules={"$.orderId": matchers({"match": "integer"})}),
    ),
]

OWN = 'syntax = "proto3"; package shop; message Order { string id = 1; int32 count = 2; repeated string tags = 3; %s }'
STATES = "enum State { UNKNOWN = 0; OPEN = 1; DONE = 2; } State state = 4;"


def kept(file: str, value: Any, content_type: str = "application/protobuf;message=.shop.Order") -> bytes:
    """A pact of the plugin: the bytes of a value, and the consumer's descriptors."""
    schema = parse(file)
    files = FileDescriptorSet(file=[schema.resolved])
    config = {"k": {"protoDescriptors": base64.b64encode(files.SerializeToString()).decode(), "protoFile": file}}
    data = base64.b64encode(encoded(value, schema)).decode()
    said = {"protobuf": {"message": ".shop.Order", "descriptorKey": "k"}}
    made = message(None, {"topic": "orders"})
    made |= {"contents": contents(data, content_type, "base64"), "pluginConfiguration": said}
    return pact(made, plugins=[{"name": "protobuf", "version": "0.5.4", "configuration": config}])


def provider(*lines: str) -> Any:
    return [protobuf('syntax = "proto3"; package shop; message Order { ' + " ".join(lines) + " }")]


WHOLE = kept(OWN % STATES, {"id": "1", "count": 5, "tags": ["a"], "state": "DONE"})
ALL = ("string id = 1;", "int32 count = 2;", "repeated string tags = 3;", STATES)
AT = "message.payload.incompatible contents"
BYTES = [
    Case("the same numbers", "they are what is on the wire", provider(*ALL), WHOLE),
    Case("other names", "names are nothing on the wire", provider("string nr = 1;", *ALL[1:]), WHOLE),
    Case("a wider number", "both are varints", provider(ALL[0], "int64 count = 2;", *ALL[2:]), WHOLE),
    Case("another number", "the field is not there", provider("string id = 9;", *ALL[1:]), WHOLE, [f"{AT}.id"]),
    Case(
        "another type on the wire",
        "it can't be read",
        provider(ALL[0], "string count = 2;", *ALL[2:]),
        WHOLE,
        [f"{AT}.count"],
    ),
    Case(
        "a zigzag",
        "it is read as another number",
        provider(ALL[0], "sint32 count = 2;", *ALL[2:]),
        WHOLE,
        [f"{AT}.count"],
    ),
    Case("a list no more", "it is one value", provider(*ALL[:2], "string tags = 3;", STATES), WHOLE, [f"{AT}.tags"]),
    Case(
        "a value of an enum that is gone",
        "the number is not there",
        provider(*ALL[:3], "enum State { UNKNOWN = 0; OPEN = 1; } State state = 4;"),
        WHOLE,
        [f"{AT}.state"],
    ),
    Case(
        "two of what is a group now",
        "only one of them is written",
        provider("oneof one { string id = 1; int32 count = 2; }", *ALL[2:]),
        WHOLE,
        [f"{AT}.count"],
    ),
    Case(
        "a field that is not used",
        "who does not read it does not miss it",
        provider(*ALL[:1], *ALL[2:]),
        kept(OWN % "", {"id": "1"}),
    ),
    Case(
        "a field that is not used, of another type",
        "when it comes it can't be read",
        provider(ALL[0], "double count = 2;", ALL[2]),
        kept(OWN % "", {"id": "1"}),
        [f"{AT}.count"],
    ),
    Case(
        "bytes without descriptors",
        "fields that the provider has not are told",
        provider("string id = 1;"),
        WHOLE.replace(b"protoDescriptors", b"other"),
        [AT, AT, AT],
    ),
]
SERVICE = """
syntax = "proto3"; package shop;
service Orders { rpc Place (Order) returns (Receipt); }
message Order { string id = 1; } message Receipt { int32 number = 1; }
"""


def called(method: str, request: Any, answer: Any) -> bytes:
    kind = "application/protobuf;message=Order"
    schema = parse(SERVICE)
    data = [base64.b64encode(encoded(each, schema, [at])).decode() for at, each in enumerate((request, answer))]
    return pact(
        {
            "type": "Synchronous/Messages",
            "description": "an order is placed",
            "request": {"contents": contents(data[0], kind, "base64")},
            "response": [{"contents": contents(data[1], "application/protobuf;message=Receipt", "base64")}],
            "pluginConfiguration": {"protobuf": {"service": method}},
        }
    )


CALLS = [
    Case(
        "a method",
        "a service is asked and answers",
        [protobuf(SERVICE, None)],
        called("Orders/Place", {"id": "1"}, {"number": 1}),
    ),
    Case(
        "a method that is gone",
        "others are there, and this is not",
        [protobuf(SERVICE.replace("Place", "Put"), None)],
        called(".shop.Orders/Place", {"id": "1"}, {"number": 1}),
        ["message.operation.unknown"],
    ),
    Case(
        "a method whose answer has another field",
        "the field is not there",
        [protobuf(SERVICE.replace("int32 number = 1", "int32 number = 2"), None)],
        called(".shop.Orders/Place", {"id": "1"}, {"number": 1}),
        ["message.payload.incompatible response[0].contents"],
    ),
    Case(
        "one of a file's messages",
        "those that no other has a field of may be meant",
        [protobuf('syntax = "proto3"; message A { string a = 1; } message B { C c = 1; } message C { string c = 1; }')],
        pact(message({"c": {"c": "x"}}, {"topic": "orders"})),
    ),
    Case(
        "none of a file's messages",
        "those that no other has a field of may be meant",
        [protobuf('syntax = "proto3"; message A { string a = 1; } message B { C c = 1; } message C { string c = 1; }')],
        pact(message({"c": "x"}, {"topic": "orders"})),
        ["message.no.match contents.c"],
    ),
]
CASES = [*MAPPED, *BYTES, *CALLS]
