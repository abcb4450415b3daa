import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.compatibility import Incompatibility, Level, conflicts
from contracthub.formats.protobuf.compatibility import reads
from contracthub.formats.protobuf.parse import parse

GROUPS = (
    {"int32", "int64", "uint32", "uint64", "bool", "E"},
    {"sint32", "sint64"},
    {"string", "bytes"},
    {"fixed32", "sfixed32"},
    {"fixed64", "sfixed64"},
    {"float"},
    {"double"},
    {"M"},
)
TYPES = sorted(set().union(*GROUPS))


def file(body: str, head: str = 'syntax = "proto3"; package p;') -> str:
    return f"{head}\n{body}"


def holding(kind: str) -> str:
    return file(f"message A {{ {kind} v = 1; }} message M {{ string x = 1; }} enum E {{ NONE = 0; }}")


def message(fields: str) -> str:
    return file(f"message A {{ {fields} }} message B {{ string x = 1; }} message C {{ string x = 1; }}")


def old_style(fields: str) -> str:
    return f"message A {{ {fields} }}"


def why_not(old: str, new: str) -> tuple[Incompatibility, ...]:
    return reads(parse(new), parse(old))


@pytest.mark.parametrize(("old", "new"), [*itertools.product(TYPES, repeat=2)])
def test_a_field_keeps_to_its_group_of_types(old: str, new: str) -> None:
    expected = any({old, new} <= group for group in GROUPS)
    assert (not why_not(holding(old), holding(new))) == expected


ACCEPTED = {
    "a field added": ("", "string a = 1;"),
    "a field removed": ("string a = 1;", ""),
    "a field renamed": ("string a = 1;", "string b = 1;"),
    "a field renumbered": ("string a = 1;", "string a = 2;"),
    "fields in another order": ("string a = 1; int32 b = 2;", "int32 b = 2; string a = 1;"),
    "a text that may repeat": ("optional string a = 1;", "repeated string a = 1;"),
    "a message that may repeat": ("B a = 1;", "repeated B a = 1;"),
    "a label that was not written": ("int32 a = 1;", "repeated int32 a = 1;"),
    "another name for the same type": ("B a = 1;", ".p.B a = 1;"),
    "map values of the same group": ("map<string, int32> a = 1;", "map<string, int64> a = 1;"),
    "a oneof added": ("", "oneof o { string a = 1; int32 b = 2; }"),
    "a whole oneof removed": ("oneof o { string a = 1; int32 b = 2; }", ""),
    "a oneof renamed": ("oneof o { string a = 1; int32 b = 2; }", "oneof q { string a = 1; int32 b = 2; }"),
    "a member added to a oneof": ("oneof o { string a = 1; }", "oneof o { string a = 1; int32 b = 2; }"),
    "one field into a new oneof": ("string a = 1;", "oneof o { string a = 1; int32 b = 2; }"),
    "a member moved out": ("oneof o { string a = 1; int32 b = 2; }", "oneof o { string a = 1; } int32 b = 2;"),
    "an optional field made plain": ("optional string a = 1;", "string a = 1;"),
    "options": ("string a = 1;", "string a = 1 [deprecated = true];"),
    "reserved numbers": ("string a = 1;", "string a = 1; reserved 7;"),
    "a nested message added": ("string a = 1;", "string a = 1; message N {}"),
    "a nested enum removed": ("enum N { NONE = 0; }", ""),
}

REFUSED = {
    "a message for another": ("B a = 1;", "C a = 1;", "FIELD_NAMED_TYPE_CHANGED", "A.a"),
    "a number that may repeat": (
        "optional int32 a = 1;",
        "repeated int32 a = 1;",
        "FIELD_NUMERIC_LABEL_CHANGED",
        "A.a",
    ),
    "a scalar for a message": ("B a = 1;", "string a = 1;", "FIELD_KIND_CHANGED", "A.a"),
    "a scalar of another group": ("int32 a = 1;", "string a = 1;", "FIELD_SCALAR_KIND_CHANGED", "A.a"),
    "a map for a message": ("B a = 1;", "map<string, string> a = 1;", "FIELD_KIND_CHANGED", "A.a"),
    "map keys of another group": (
        "map<string, int32> a = 1;",
        "map<int32, int32> a = 1;",
        "FIELD_SCALAR_KIND_CHANGED",
        "A.a.key",
    ),
    "a number used for another type": ("int32 a = 1;", "string b = 1;", "FIELD_SCALAR_KIND_CHANGED", "A.b"),
    "a nested message removed": ("message N {}", "", "MESSAGE_REMOVED", "A.N"),
    "a member removed from a oneof": (
        "oneof o { string a = 1; int32 b = 2; }",
        "oneof o { string a = 1; }",
        "ONEOF_FIELD_REMOVED",
        "A.o",
    ),
    "a member removed while another moved out": (
        "oneof o { string a = 1; int32 b = 2; }",
        "string a = 1;",
        "ONEOF_FIELD_REMOVED",
        "A.o",
    ),
    "two fields into one oneof": (
        "string a = 1; int32 b = 2;",
        "oneof o { string a = 1; int32 b = 2; }",
        "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
        "A.o",
    ),
    "a field into a oneof that was there": (
        "string a = 1; oneof o { int32 b = 2; }",
        "oneof o { string a = 1; int32 b = 2; }",
        "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
        "A.o",
    ),
    "two oneofs made one": (
        "oneof o { string a = 1; } oneof q { int32 b = 2; }",
        "oneof o { string a = 1; int32 b = 2; }",
        "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
        "A.o",
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_may_follow(case: str) -> None:
    old, new = ACCEPTED[case]
    assert why_not(message(old), message(new)) == ()


@pytest.mark.parametrize("case", REFUSED)
def test_may_not_follow_and_says_by_which_rule_and_where(case: str) -> None:
    old, new, rule, path = REFUSED[case]
    found = why_not(message(old), message(new))
    assert (rule, path) in {(each.rule, each.path) for each in found}
    assert all(each.message and each.remedy for each in found)


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("optional string a = 1;", "optional string a = 1; required string b = 2;", ["REQUIRED_FIELD_ADDED"]),
        ("required string a = 1;", "", ["REQUIRED_FIELD_REMOVED"]),
        ("optional int32 a = 1;", "repeated int32 a = 1;", ["FIELD_NUMERIC_LABEL_CHANGED"]),
        ("required string a = 1;", "optional string a = 1;", []),
        ("optional group G = 1 { optional int32 x = 1; }", "optional group G = 1 { optional int64 x = 1; }", []),
    ],
)
def test_labels_and_groups_of_proto2(old: str, new: str, rules: list[str]) -> None:
    assert [each.rule for each in why_not(old_style(old), old_style(new))] == rules


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (file("message A {}"), file("message A {} message B {}"), []),
        (file("message A {} message B {}"), file("message B {} message A {}"), []),
        (file("message A {} message B {}"), file("message A {}"), ["MESSAGE_REMOVED"]),
        (file("message A {}"), file("message A {}", 'syntax = "proto3"; package q;'), ["PACKAGE_CHANGED"]),
        (file("message A {}"), file("message A {}", 'syntax = "proto3";'), ["PACKAGE_CHANGED"]),
        (file("message A {} enum E { X = 0; }"), file("message A {}"), []),
        (file("message A {}"), file("message A {} service S { rpc Do(A) returns (A); }"), []),
    ],
)
def test_whole_files(old: str, new: str, rules: list[str]) -> None:
    assert [each.rule for each in why_not(old, new)] == rules


def test_a_message_of_another_file_is_looked_into() -> None:
    def order(amount: str) -> tuple[Incompatibility, ...]:
        text = 'syntax = "proto3"; import "m.proto"; message Order { Money total = 1; }'
        before, after = (
            parse(f'syntax = "proto3"; message Money {{ {kind} amount = 1; }}', name="m.proto")
            for kind in ("int64", amount)
        )
        return reads(parse(text, {"m.proto": after}), parse(text, {"m.proto": before}))

    assert order("int32") == ()
    assert [each.path for each in order("string")] == ["Money.amount"]


def test_messages_that_contain_themselves_end() -> None:
    def tree(kind: str) -> str:
        return file(f"message T {{ T left = 1; T right = 2; {kind} v = 3; }}")

    assert why_not(tree("int32"), tree("int64")) == ()
    assert len(why_not(tree("int32"), tree("string"))) == 1


_fields = st.dictionaries(st.integers(1, 5), st.sampled_from(TYPES), max_size=4)


def _file(fields: dict[int, str]) -> str:
    body = " ".join(f"{kind} f{number} = {number};" for number, kind in fields.items())
    return file(f"message A {{ {body} }} message M {{ string x = 1; }} enum E {{ NONE = 0; }}")


@given(_fields, _fields)
def test_forward_is_backward_seen_from_the_other_side_and_full_is_both(
    one: dict[int, str], other: dict[int, str]
) -> None:
    old, new = parse(_file(one)), parse(_file(other))
    answers = {level: not conflicts(level, new, [old], reads) for level in Level}
    assert answers[Level.FORWARD] == (not conflicts(Level.BACKWARD, old, [new], reads))
    assert answers[Level.FULL] == (answers[Level.BACKWARD] and answers[Level.FORWARD])


@given(_fields)
def test_a_file_may_follow_itself(fields: dict[int, str]) -> None:
    assert why_not(_file(fields), _file(dict(reversed(fields.items())))) == ()
