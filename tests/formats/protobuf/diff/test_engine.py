import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.protobuf.compatibility import reads
from contracthub.formats.protobuf.diff.engine import changes_between
from contracthub.formats.protobuf.diff.rules import CATALOGUE
from contracthub.formats.protobuf.parse import ProtobufSchema, parse
from contracthub.formats.safe_json import JsonValue
from tests.formats.catalogues import breaks, broken_promises


def compare(old: JsonValue, new: JsonValue) -> tuple[Change, ...]:
    return changes_between(parse(str(old)), parse(str(new)))


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(change.id, change.location) for change in compare(old, new)]


def file(body: str) -> str:
    return f'syntax = "proto3"; package shop; {body}'


def test_every_rule_keeps_what_it_promises() -> None:
    assert broken_promises(CATALOGUE, compare) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message A { string x = 1; int32 y = 2; }", "message A { int32 y = 2; string x = 1; }"),
        ("message A { B b = 1; } message B {}", "message A { .shop.B b = 1; } message B {}"),
        ("message A { string x = 1; }", "// Words\nmessage A { /* more */ string x = 1; }"),
        ("message A { string x = 1; }", 'message A { string x = 1 [json_name = "x"]; }'),
    ],
)
def test_another_spelling_is_no_change(old: str, new: str) -> None:
    assert told(file(old), file(new)) == []


def test_a_message_that_is_used_twice_is_one_change() -> None:
    order = "message Order {{ Money price = 1; Money tax = 2; }} message Money {{ {} amount = 1; }}"
    assert told(file(order.format("int64")), file(order.format("string"))) == [("field-type-changed", "Money.amount")]


def test_a_field_with_another_name_and_type_breaks_both_in_one_change() -> None:
    found = compare(file("message A { string x = 1; }"), file("message A { int32 y = 1; }"))
    assert [(each.id, each.location, each.direction) for each in found] == [
        ("field-type-changed", "A.y", Direction.BOTH),
        ("field-renamed", "A.y", Direction.NEITHER),
    ]


def test_what_is_imported_is_compared_too() -> None:
    def order(money: str) -> ProtobufSchema:
        imported = parse(file(f"message Money {{ {money} }}"), name="money.proto")
        text = 'syntax = "proto3"; package shop; import "money.proto"; message Order { Money price = 1; }'
        return parse(text, {"money.proto": imported})

    found = changes_between(order("int64 amount = 1;"), order("int64 amount = 1; string unit = 2;"))
    assert [(each.id, each.location) for each in found] == [("field-added", "Money.unit")]


def test_services_break_their_callers_and_no_reader() -> None:
    old = file("message A {} service Shop { rpc Get(A) returns (A); }")
    (change,) = compare(old, file("message A {} service Shop {}"))
    assert (change.id, change.severity, change.direction) == ("method-removed", Severity.BREAKING, Direction.NEITHER)


SCALARS = ("int32", "int64", "bool", "sint32", "string", "bytes", "double", "E", "M", "N", "map<string, int32>")


@st.composite
def files(draw: st.DrawFn) -> str:
    syntax = draw(st.sampled_from(["proto2", "proto3"]))
    package = draw(st.sampled_from(["shop", "shop", "shop", "trade"]))
    kept = draw(st.lists(st.sampled_from(["N", "O"]), unique=True))
    messages = ["M", *kept]
    bodies = []
    for name in messages:
        plain, grouped = [], []
        for number in draw(st.lists(st.integers(1, 4), unique=True)):
            kind = draw(st.sampled_from([each for each in SCALARS if each != "N" or "N" in messages]))
            label = draw(st.sampled_from(["optional ", "repeated ", "required " if syntax == "proto2" else ""]))
            named = draw(st.sampled_from([f"f{number}", f"g{number}"]))
            is_map = kind.startswith("map")
            if draw(st.booleans()) and not is_map:
                grouped.append(f"{kind} {named} = {number};")
            else:
                plain.append(f"{'' if is_map else label}{kind} {named} = {number};")
        oneof = draw(st.sampled_from(["how", "what"]))
        group = f"oneof {oneof} {{ {' '.join(grouped)} }}" if grouped else ""
        bodies.append(f"message {name} {{ {' '.join(plain)} {group} }}")
    values = draw(st.sampled_from(["", "ONE = 1;", "TWO = 2;", "ONE = 2;"]))
    return f'syntax = "{syntax}"; package {package}; {" ".join(bodies)} enum E {{ NONE = 0; {values} }}'


PAIRS = st.tuples(files(), files())


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_a_direction_breaks_exactly_where_the_relation_says_so(pair: tuple[str, str]) -> None:
    old, new = map(parse, pair)
    changes = changes_between(old, new)
    assert breaks(changes, Direction.REQUEST) == bool(reads(new, old))
    assert breaks(changes, Direction.RESPONSE) == bool(reads(old, new))


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_backwards_every_change_has_its_mirror(pair: tuple[str, str]) -> None:
    old, new = map(parse, pair)
    there, back = changes_between(old, new), changes_between(new, old)
    assert {CATALOGUE[change.id].mirror for change in there} == {change.id for change in back}
    assert changes_between(old, old) == () == changes_between(new, new)
