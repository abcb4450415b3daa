"""A breaking change of a Protobuf file comes with bytes, and the bytes do what is said of them."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.changes import Change, Proven
from contracthub.formats.differences import difference
from contracthub.formats.protobuf import binary
from contracthub.formats.protobuf.contract import read
from contracthub.formats.protobuf.diff.rules import CATALOGUE
from contracthub.formats.uploads import Upload

HEAD = 'syntax = "proto3"; package shop; '
OF_NAMES = {"package-changed", "message-removed", "message-added"}


def upload(text: str) -> Upload:
    return Upload("it.proto", {"it.proto": text.encode()})


def breaking(old: str, new: str) -> list[Change]:
    found = difference("protobuf", upload(old), upload(new), today=date(2026, 11, 21))
    return [each for each in found.changes if each.severity == "breaking" and each.direction != "neither"]


def the_proof(old: str, new: str) -> dict[str, Any]:
    (change,) = breaking(old, new)
    assert change.proof is not None
    assert change.proof.verdict is Proven.INCOMPATIBLE
    assert change.proof.counterexample is not None
    found: dict[str, Any] = json.loads(change.proof.counterexample)
    return found


def is_misread(proof: dict[str, Any], sides: tuple[str, str], index: int) -> bool:
    """Whether one side takes the bytes for what is said to be written, and the other for something else, or nothing."""
    data = bytes.fromhex(proof["bytes"])
    writes = []
    for side in sides:
        try:
            writes.append(binary.decoded(data, read(upload(side)), (index,)))
        except binary.NotProtobuf:
            writes.append(None)
    return writes[0] != writes[1]


@pytest.mark.parametrize("rule", [each.id for each in CATALOGUE.values() if each.severity == "breaking"])
def test_the_example_of_every_breaking_rule_is_proven_or_about_names(rule: str) -> None:
    example = CATALOGUE[rule].example
    found = breaking(str(example.old), str(example.new))
    if CATALOGUE[rule].direction == "neither":
        assert not found
        return
    (change,) = found
    # Two messages that hold the same are read from the same bytes: what breaks is their name.
    is_of_names = rule in OF_NAMES or rule == "field-message-changed"
    assert change.proof is not None
    assert (change.proof.verdict is Proven.NOT_PROVEN) is is_of_names


def test_what_is_required_now_is_refused_without_it() -> None:
    old = "package shop; message Order { optional string note = 2; }"
    new = "package shop; message Order { optional string note = 2; required string id = 1; }"

    assert the_proof(old, new) == {
        "message": "Order",
        "bytes": "",
        "written": {},
        "refused": "required and not there: id",
    }


def test_what_was_required_is_refused_by_old_readers() -> None:
    old = "package shop; message Order { required string id = 1; }"

    assert "required" in the_proof(old, "package shop; message Order { }")["refused"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("int32 v", "sint32 v", {"read": {"v": -1}}),
        ("int64 v", "fixed64 v", {"read": {}}),
        ("float v", "fixed32 v", {"read": {"v": 1069547520}}),
        ("string v", "int32 v", {"read": {}}),
        ("string v", "Inner v", {"refused": "the bytes are no such message"}),
        ("repeated string v", "repeated int32 v", {}),
        ("map<string, int32> v", "map<string, string> v", {}),
        ("map<string, Inner> v", "string v", {}),
    ],
)
def test_another_type_reads_something_else(old: str, new: str, told: dict[str, Any]) -> None:
    sides = [HEAD + f"message Order {{ {each} = 1; }} message Inner {{ string a = 1; }}" for each in (old, new)]

    proof = the_proof(sides[0], sides[1])

    assert is_misread(proof, (sides[0], sides[1]), 0)
    assert told.items() <= proof.items()


def test_what_is_inside_of_a_message_is_found_by_its_name() -> None:
    old = HEAD + "message Order { message Line { string sku = 1; } Line line = 1; }"

    assert the_proof(old, old.replace("string sku", "int32 sku"))["message"] == "Order.Line"


def test_messages_that_need_themselves_for_ever_are_not_written() -> None:
    old = "package shop; message Order { required Order inner = 1; required string id = 2; optional string v = 3; }"

    (change,) = breaking(old, old.replace("optional string v", "optional int32 v"))

    assert change.proof is not None
    assert change.proof.verdict is Proven.NOT_PROVEN


def test_required_parts_are_written_so_that_only_the_change_is_refused() -> None:
    old = """package shop; message Order { required Line line = 1; optional string v = 2; }
             message Line { required string sku = 1; }"""

    proof = the_proof(old, old.replace("optional string v", "optional int32 v"))

    assert proof["written"]["line"] == {"sku": "a"}
    assert "refused" not in proof


def test_the_fingerprint_knows_which_fields_became_alternatives() -> None:
    def order(inside: str, outside: str) -> str:
        return HEAD + f"message Order {{ oneof how {{ {inside} }} {outside} }}"

    card, cash, note = "string card = 1;", "string cash = 2;", "string note = 3;"
    old = HEAD + f"message Order {{ {card} {cash} {note} }}"
    first, second = (
        breaking(old, order(inside, outside)) for inside, outside in ((card + cash, note), (card + note, cash))
    )

    assert first[0].id == second[0].id == "fields-moved-into-oneof"
    assert first[0].location == second[0].location
    assert first[0].fingerprint != second[0].fingerprint
    turned = [
        breaking(order(inside, outside), old)[0] for inside, outside in ((card + cash, note), (card + note, cash))
    ]
    assert turned[0].fingerprint != turned[1].fingerprint


def test_of_very_many_changes_the_first_are_proven() -> None:
    old = HEAD + "message Order { " + " ".join(f"string f{n} = {n};" for n in range(1, 1_501)) + "}"

    changes = breaking(old, old.replace("string", "int32"))

    proven = sum(each.proof is not None and each.proof.verdict is Proven.INCOMPATIBLE for each in changes)
    assert len(changes) == 1_500
    assert proven == 1_000


TYPES = ("int32", "int64", "uint32", "bool", "sint32", "fixed32", "fixed64", "float", "double", "string", "bytes")
FIELDS = st.sampled_from([*TYPES, "State", "Inner", *(f"repeated {each}" for each in (*TYPES, "State", "Inner"))])


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=4))
def test_whatever_is_proven_is_seen_by_another_reader(pairs: list[tuple[str, str]]) -> None:
    tail = " message Inner { string a = 1; } enum State { NONE = 0; OPEN = 1; }"
    sides = tuple(
        HEAD
        + "message Order { "
        + " ".join(f"{pair[side]} f{number} = {number};" for number, pair in enumerate(pairs, 1))
        + "}"
        + tail
        for side in (0, 1)
    )

    for change in breaking(sides[0], sides[1]):
        if change.proof is not None and change.proof.counterexample is not None:
            proof = json.loads(change.proof.counterexample)
            if "refused" in proof or "read" in proof:
                assert is_misread(proof, (sides[0], sides[1]), 0), (change, proof)
