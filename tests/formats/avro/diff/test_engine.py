import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.avro.compatibility import reads
from contracthub.formats.avro.diff.engine import changes_between
from contracthub.formats.avro.diff.rules import CATALOGUE
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.avro.parse import parse
from contracthub.formats.changes import Change, Direction
from contracthub.formats.safe_json import JsonValue
from tests.formats.catalogues import breaks, broken_promises


def schema(value: JsonValue) -> AvroSchema:
    return parse(json.dumps(value))


def compare(old: JsonValue, new: JsonValue) -> tuple[Change, ...]:
    return changes_between(schema(old), schema(new))


def told(old: JsonValue, new: JsonValue) -> list[tuple[str, str]]:
    return [(change.id, change.location) for change in compare(old, new)]


def record(name: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [*fields], **more}


def field(name: str, kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def test_every_rule_keeps_what_it_promises() -> None:
    assert broken_promises(CATALOGUE, compare) == []


MONEY = record("Money", field("amount", "long"))
TWICE = [field("price", MONEY), field("tax", "Money")]


def test_a_type_that_is_used_twice_is_one_change() -> None:
    new = record("Order", field("price", record("Money", field("amount", "string"))), field("tax", "Money"))
    assert told(record("Order", *TWICE), new) == [("type-changed", "$.price.amount")]


def test_types_that_use_one_another_twice_each_are_compared_without_doubling() -> None:
    def chain(leaf: str) -> dict[str, Any]:
        inner = record("R0", field("v", leaf))
        for index in range(1, 25):
            inner = record(f"R{index}", field("a", inner), field("b", f"R{index - 1}"))
        return inner

    assert len(compare(chain("int"), chain("string"))) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (record("Order", *TWICE), record("Order", field("price", MONEY), field("tax", {"type": "Money"}))),
        (record("shop.Order", *TWICE), {**record("Order", *TWICE), "namespace": "shop"}),
        ({"type": "string"}, "string"),
        ({"name": "F", "size": 2, "type": "fixed"}, {"type": "fixed", "size": 2, "name": "F"}),
        (record("N", field("next", ["null", "N"])), record("N", field("next", ["null", {"type": "N"}]))),
    ],
)
def test_another_spelling_is_no_change(old: JsonValue, new: JsonValue) -> None:
    assert compare(old, new) == ()


def test_a_rename_with_an_alias_is_told_as_one() -> None:
    old = record("Order", field("note", "string", default=""), field("total", "int"))
    new = record("Order", field("remark", "string", default="", aliases=["note"]), field("total", "long"))
    assert told(old, new) == [("type-widened", "$.total"), ("field-renamed", "$.remark")]


def test_a_symbol_that_comes_while_another_goes_is_two_changes() -> None:
    def state(*symbols: str) -> dict[str, Any]:
        return {"type": "enum", "name": "State", "symbols": [*symbols]}

    found = {change.id: change.direction for change in compare(state("A", "B"), state("A", "C"))}
    assert found == {"enum-symbol-removed": Direction.REQUEST, "enum-symbol-added": Direction.RESPONSE}


def test_the_message_names_who_reads_what() -> None:
    (change,) = compare(record("R"), record("R", field("a", "int")))
    assert change.message.startswith("$.a: A field without a default came")
    assert "reading with the new schema what was written with the old one" in change.message
    assert (change.pointer_old, change.pointer_new) == ("", "/fields/0")


PRIMITIVES = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
LOGICAL = st.builds(
    lambda kind, logical: {"type": kind, "logicalType": logical}, PRIMITIVES, st.sampled_from(["date", "uuid"])
)
NAMES = st.sampled_from(["A", "B", "x.A", "y.B"])


@st.composite
def types(draw: st.DrawFn, depth: int = 2) -> JsonValue:
    """A schema whose named types are each defined once: a definition that comes again is a reference."""
    made: JsonValue = _once(draw(_loose(depth)), set())
    return made


def _loose(depth: int) -> st.SearchStrategy[Any]:
    leaves = PRIMITIVES | LOGICAL | _enums() | _fixed()
    if depth == 0:
        return leaves
    inner = _loose(depth - 1)
    fields = st.lists(
        st.builds(
            lambda name, kind, more: {"name": name, "type": kind, **more},
            st.sampled_from(["a", "b", "c"]),
            inner,
            st.fixed_dictionaries(
                {},
                optional={
                    "doc": st.sampled_from(["x", "y"]),
                    "order": st.sampled_from(["descending", "ignore"]),
                    "aliases": st.sampled_from([["a"], ["b"], ["z"]]),
                    "null": st.just(True),
                },
            ),
        ),
        max_size=3,
        unique_by=lambda each: each["name"],
    )
    records = st.builds(
        lambda name, each, aliases: {"type": "record", "name": name, "fields": each, **aliases},
        NAMES,
        fields.map(lambda some: [_defaulted(each) for each in some]),
        st.sampled_from([{}, {"aliases": ["A"]}, {"aliases": ["x.A", "y.B"]}]),
    )
    arrays = inner.map(lambda each: {"type": "array", "items": each})
    maps = inner.map(lambda each: {"type": "map", "values": each})
    unions = st.lists(inner, max_size=3).map(_union)
    return st.one_of(leaves, arrays, maps, records, unions)


def _defaulted(each: dict[str, Any]) -> dict[str, Any]:
    if each.pop("null", False):
        return {**each, "type": ["null", *[kind for kind in _union([each["type"]]) if kind != "null"]], "default": None}
    return each


def _enums() -> st.SearchStrategy[Any]:
    symbols = st.lists(st.sampled_from("PQR"), min_size=1, max_size=3, unique=True)
    return st.builds(
        lambda name, some, default: {
            "type": "enum",
            "name": name,
            "symbols": some,
            **({"default": some[0]} if default else {}),
        },
        NAMES,
        symbols,
        st.booleans(),
    )


def _fixed() -> st.SearchStrategy[Any]:
    return st.builds(lambda name, size: {"type": "fixed", "name": name, "size": size}, NAMES, st.integers(1, 2))


def _key(kind: Any) -> str:
    if isinstance(kind, str):
        return kind
    return str(kind.get("name", kind["type"]))


def _union(kinds: list[Any]) -> list[Any]:
    flat = [branch for kind in kinds for branch in (kind if isinstance(kind, list) else [kind])]
    return list({_key(kind): kind for kind in flat}.values())


def _once(kind: Any, seen: set[str]) -> Any:
    if isinstance(kind, list):
        return [_once(each, seen) for each in kind]
    if not isinstance(kind, dict):
        return kind
    name = kind.get("name")
    if name is not None:
        if name in seen:
            return name
        seen.add(name)
    made = dict(kind)
    for key in ("items", "values"):
        if key in made:
            made[key] = _once(made[key], seen)
    if "fields" in made:
        made["fields"] = [{**each, "type": _once(each["type"], seen)} for each in made["fields"]]
    return made


def readable(value: JsonValue) -> AvroSchema | None:
    try:
        return schema(value)
    except Exception:  # noqa: BLE001 - a name without a namespace inside of another one is another name
        return None


PAIRS = st.tuples(types(), types()) | types().map(lambda each: (each, each))


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_a_direction_breaks_exactly_where_the_relation_says_so(pair: tuple[JsonValue, JsonValue]) -> None:
    old, new = map(readable, pair)
    if old is None or new is None:
        return
    changes = changes_between(old, new)
    assert breaks(changes, Direction.REQUEST) == bool(reads(new, old))
    assert breaks(changes, Direction.RESPONSE) == bool(reads(old, new))


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_backwards_every_change_has_its_mirror(pair: tuple[JsonValue, JsonValue]) -> None:
    old, new = map(readable, pair)
    if old is None or new is None:
        return
    there, back = changes_between(old, new), changes_between(new, old)
    assert {CATALOGUE[change.id].mirror for change in there} == {change.id for change in back}
    assert there == changes_between(old, new)
    assert changes_between(old, old) == () == changes_between(new, new)
