import base64
from collections.abc import Mapping

import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.elements import Element, ElementKind
from contracthub.formats.protobuf.contract import ProtobufSchema, elements, identity, read, version
from contracthub.formats.uploads import Upload

ORDER = """
syntax = "proto3";
package shop.v1;
import "money.proto";
// What somebody bought.
message Order {
  message Line { string sku = 1; int32 amount = 2 [deprecated = true]; }
  repeated Line lines = 1;
  Status status = 2;
  map<string, string> labels = 3;
  shop.v1.Money total = 4;
}
enum Status { OPEN = 0; PAID = 1; }
service Orders { rpc Place(Order) returns (Order); }
"""
MONEY = 'syntax = "proto3"; package shop.v1; message Money { int64 cents = 1; }'


def of(text: str, root: str = "order.proto", **others: str) -> ProtobufSchema:
    files = {root: text, **{f"{name.replace('__', '/')}.proto": each for name, each in others.items()}}
    return read(Upload(root, {name: each.encode() for name, each in files.items()}))


def test_parts_are_told_by_their_message() -> None:
    assert [(element.kind, element.name) for element in elements(of(ORDER, money=MONEY))] == [
        (ElementKind.TYPE, "Order"),
        (ElementKind.FIELD, "Order.lines"),
        (ElementKind.FIELD, "Order.status"),
        (ElementKind.FIELD, "Order.labels"),
        (ElementKind.FIELD, "Order.total"),
        (ElementKind.TYPE, "Order.Line"),
        (ElementKind.FIELD, "Order.Line.sku"),
        (ElementKind.FIELD, "Order.Line.amount"),
        (ElementKind.TYPE, "Status"),
        (ElementKind.ENUM_VALUE, "Status.OPEN"),
        (ElementKind.ENUM_VALUE, "Status.PAID"),
        (ElementKind.SERVICE, "Orders"),
        (ElementKind.OPERATION, "Orders/Place"),
    ]


def test_a_part_says_its_name_in_full_and_whether_it_is_deprecated() -> None:
    found = {element.name: element for element in elements(of(ORDER, money=MONEY))}

    assert found["Order.Line.amount"] == Element(
        ElementKind.FIELD, "Order.Line.amount", "shop.v1.Order.Line.amount", None, deprecated=True
    )


def test_imports_are_found_by_their_path_from_the_root_or_beside_the_file() -> None:
    root = 'syntax = "proto3"; import "money.proto"; message A { shop.v1.Money m = 1; }'
    nested = 'syntax = "proto3"; import "common/a.proto"; message B { A a = 1; }'

    assert elements(of(root, root="shop/order.proto", shop__money=MONEY))
    assert elements(of(nested, common__a=root, money=MONEY))


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({}, "imports 'money.proto'"),
        ({"money": 'syntax = "proto3"; import "order.proto";'}, "imports itself"),
        ({"money": 'syntax = "proto3"; import "a.proto";', "a": 'import "money.proto";'}, "imports itself"),
        ({"money": 'syntax = "proto3"; message Money { Nowhere n = 1; }'}, "In 'money.proto': "),
        ({"money": "message {"}, "In 'money.proto': "),
    ],
)
def test_imports_that_lead_nowhere_or_in_a_circle_are_told(others: Mapping[str, str], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        of(ORDER, **others)


def test_the_version_is_the_syntax() -> None:
    assert version(of(MONEY)) == "proto3"
    assert version(of("message A {}")) == "proto2"
    assert version(of('edition = "2023"; message A {}')) == "2023"


SAME = {
    "no comments": ORDER.replace("// What somebody bought.\n", ""),
    "fields in another order": ORDER.replace(
        "  repeated Line lines = 1;\n  Status status = 2;\n", "  Status status = 2;\n  repeated Line lines = 1;\n"
    ),
    "names in full": ORDER.replace("repeated Line", "repeated .shop.v1.Order.Line"),
    "an option for generators": ORDER.replace("import", 'option java_package = "com.shop"; import'),
}
OTHER = {
    "another number": ORDER.replace("total = 4", "total = 5"),
    "another name": ORDER.replace("total", "sum"),
    "another package": ORDER.replace("package shop.v1", "package shop.v2"),
    "messages in another order": ORDER.replace("// What", "message First {} // What"),
    "no longer deprecated": ORDER.replace("[deprecated = true]", ""),
}


@pytest.mark.parametrize("name", SAME)
def test_identity_is_that_of_what_readers_and_writers_can_see(name: str) -> None:
    assert identity(of(SAME[name], money=MONEY)) == identity(of(ORDER, money=MONEY))


@pytest.mark.parametrize("name", OTHER)
def test_another_file_has_another_identity(name: str) -> None:
    assert identity(of(OTHER[name], money=MONEY)) != identity(of(ORDER, money=MONEY))


def test_identity_sees_what_is_imported_and_not_by_which_path() -> None:
    moved = ORDER.replace("money.proto", "common/money.proto")

    assert identity(of(moved, common__money=MONEY)) == identity(of(ORDER, money=MONEY))
    assert identity(of(ORDER, money=MONEY.replace("cents", "pence"))) != identity(of(ORDER, money=MONEY))


def test_a_descriptor_has_the_identity_of_its_text() -> None:
    descriptor = base64.b64encode(of(MONEY).resolved.SerializeToString()).decode()

    assert identity(of(descriptor)) == identity(of(MONEY))
