import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import fastavro
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from contracthub.formats.avro.compatibility import reads
from contracthub.formats.avro.parse import parse
from contracthub.formats.compatibility import Incompatibility, Level, conflicts

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
# Reader: what it takes beside its own, by the specification's table.
PROMOTIONS = {
    "long": {"int"},
    "float": {"int", "long"},
    "double": {"int", "long", "float"},
    "string": {"bytes"},
    "bytes": {"string"},
}


def why_not(reader: object, writer: object) -> tuple[Incompatibility, ...]:
    return reads(parse(json.dumps(reader)), parse(json.dumps(writer)))


def record(name: str, **fields: Any) -> dict[str, Any]:
    made = [
        {"name": key, **(kind if isinstance(kind, dict) and "default" in kind else {"type": kind})}
        for key, kind in fields.items()
    ]
    return {"type": "record", "name": name, "fields": made}


def defaulted(kind: object, default: object, **more: object) -> dict[str, Any]:
    return {"type": kind, "default": default, **more}


def enum(*symbols: str, name: str = "E", **more: object) -> dict[str, Any]:
    return {"type": "enum", "name": name, "symbols": symbols, **more}


def fixed(size: int, name: str = "F", **more: object) -> dict[str, Any]:
    return {"type": "fixed", "name": name, "size": size, **more}


@pytest.mark.parametrize(("reader", "writer"), [*itertools.product(PRIMITIVES, repeat=2)])
def test_primitives_read_themselves_and_what_is_promoted_to_them(reader: str, writer: str) -> None:
    expected = reader == writer or writer in PROMOTIONS.get(reader, ())
    assert (not why_not(reader, writer)) == expected


NODE = record("N", v="int", next=["null", "N"])

READ: dict[str, tuple[object, object]] = {
    "a field with a default that was not written": (record("R", a=defaulted("int", 1)), record("R")),
    "a nullable field whose default is null": (record("R", a=defaulted(["null", "int"], None)), record("R")),
    "a written field that nobody reads": (record("R"), record("R", a="int")),
    "a field by its alias": (
        {"type": "record", "name": "R", "fields": [{"name": "b", "type": "int", "aliases": ["a"]}]},
        record("R", a="int"),
    ),
    "a record of another namespace": ({**record("R"), "namespace": "x"}, {**record("R"), "namespace": "y"}),
    "a record by its alias": ({**record("S"), "aliases": ["R"]}, record("R")),
    "an alias without a dot is of the reader's namespace": (
        {**record("S"), "namespace": "n", "aliases": ["R"]},
        {**record("R"), "namespace": "n"},
    ),
    "an enum that knows every symbol": (enum("A", "B"), enum("A")),
    "an enum with a default of its own": (enum("A", default="A"), enum("A", "B")),
    "symbols in another order": (enum("B", "A"), enum("A", "B")),
    "an enum by its alias": (enum("A", name="G", aliases=["E"]), enum("A")),
    "bytes of the same size": (fixed(4), fixed(4)),
    "fixed bytes by their alias": (fixed(4, name="G", aliases=["F"]), fixed(4)),
    "items that are promoted": ({"type": "array", "items": "long"}, {"type": "array", "items": "int"}),
    "values that are promoted": ({"type": "map", "values": "double"}, {"type": "map", "values": "float"}),
    "a union with the written branch": (["null", "int"], "int"),
    "a union with more branches": (["null", "int", "string"], ["null", "int"]),
    "a union in another order": (["int", "null"], ["null", "int"]),
    "a union of one for its plain type": (["int"], "int"),
    "a plain type for a union of one": ("int", ["int"]),
    "a plain type that takes every branch": ("double", ["int", "long", "float"]),
    "a union branch that is promoted": (["null", "long"], ["null", "int"]),
    "a logical type for its base": ({"type": "int", "logicalType": "date"}, "int"),
    "a type that contains itself": (NODE, NODE),
    "a type that contains itself, widened": (record("N", v="long", next=["null", "N"]), NODE),
    "another default": (record("R", a=defaulted("int", 2)), record("R", a=defaulted("int", 1))),
    "an error for a record": ({**record("R"), "type": "error"}, record("R")),
}

NOT_READ: dict[str, tuple[object, object, str, str]] = {
    "a field without a default": (record("R", a="int"), record("R"), "READER_FIELD_MISSING_DEFAULT_VALUE", "$.a"),
    "a nullable field without a default": (
        record("R", a=["null", "int"]),
        record("R"),
        "READER_FIELD_MISSING_DEFAULT_VALUE",
        "$.a",
    ),
    "an alias on the writer's side": (
        record("R", b="int"),
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "aliases": ["b"]}]},
        "READER_FIELD_MISSING_DEFAULT_VALUE",
        "$.b",
    ),
    "another name": (record("S"), record("R"), "NAME_MISMATCH", "$"),
    "an alias of another namespace": (
        {**record("S"), "namespace": "n", "aliases": ["R"]},
        {**record("R"), "namespace": "m"},
        "NAME_MISMATCH",
        "$",
    ),
    "an unknown symbol": (enum("A"), enum("A", "B"), "MISSING_ENUM_SYMBOLS", "$"),
    "an unknown symbol, and a default of the field alone": (
        record("R", e=defaulted(enum("A"), "A")),
        record("R", e=enum("A", "B")),
        "MISSING_ENUM_SYMBOLS",
        "$.e",
    ),
    "an enum of another name": (enum("A", name="G"), enum("A"), "NAME_MISMATCH", "$"),
    "another size": (fixed(4), fixed(8), "FIXED_SIZE_MISMATCH", "$"),
    "fixed bytes of another name": (fixed(4, name="G"), fixed(4), "NAME_MISMATCH", "$"),
    "fixed for bytes": (fixed(4), "bytes", "TYPE_MISMATCH", "$"),
    "a record for a map": (record("R"), {"type": "map", "values": "int"}, "TYPE_MISMATCH", "$"),
    "an array for its items": ({"type": "array", "items": "int"}, "int", "TYPE_MISMATCH", "$"),
    "items that are narrowed": (
        {"type": "array", "items": "int"},
        {"type": "array", "items": "long"},
        "TYPE_MISMATCH",
        "$[*]",
    ),
    "values that are narrowed": (
        {"type": "map", "values": "int"},
        {"type": "map", "values": "long"},
        "TYPE_MISMATCH",
        "$.*",
    ),
    "a union without the written branch": (["null", "int"], "string", "MISSING_UNION_BRANCH", "$"),
    "a union with fewer branches": (["null", "int"], ["null", "int", "string"], "MISSING_UNION_BRANCH", "$"),
    "a plain type for a nullable one": ("int", ["null", "int"], "TYPE_MISMATCH", "$"),
    "a record in a union, changed inside": (
        ["null", record("R", a="int")],
        ["null", record("R")],
        "READER_FIELD_MISSING_DEFAULT_VALUE",
        "$.a",
    ),
    "deep inside": (
        record("R", a={"type": "array", "items": record("S", b="int")}),
        record("R", a={"type": "array", "items": record("S", b="string")}),
        "TYPE_MISMATCH",
        "$.a[*].b",
    ),
    "a type that contains itself, narrowed": (NODE, record("N", v="long", next=["null", "N"]), "TYPE_MISMATCH", "$.v"),
}


@pytest.mark.parametrize("case", READ)
def test_reads(case: str) -> None:
    reader, writer = READ[case]
    assert why_not(reader, writer) == ()


@pytest.mark.parametrize("case", NOT_READ)
def test_does_not_read_and_says_by_which_rule_and_where(case: str) -> None:
    reader, writer, rule, path = NOT_READ[case]
    found = why_not(reader, writer)
    assert (rule, path) in {(each.rule, each.path) for each in found}
    assert all(each.message and each.remedy.endswith(".") for each in found)


def test_both_places_are_named() -> None:
    (found,) = why_not(record("R", a="int"), record("R", b="int", a="string"))
    assert (found.reader_pointer, found.writer_pointer) == ("/fields/0/type", "/fields/1/type")


def test_a_difference_behind_a_cycle_is_found_in_whatever_order_it_is_met() -> None:
    def graph(leaf: str, first: str, second: str) -> dict[str, Any]:
        inner = record("B", a=["null", "A"], leaf=leaf)
        return {
            "type": "record",
            "name": "A",
            "fields": [{"name": first, "type": ["null", "A"]}, {"name": second, "type": ["null", inner]}],
        }

    assert why_not(graph("int", "x", "y"), graph("string", "x", "y"))
    assert not why_not(graph("long", "x", "y"), graph("int", "x", "y"))


def test_a_chain_of_thousands_of_types_is_followed_to_its_end() -> None:
    def chain(leaf: str) -> list[Any]:
        types: list[Any] = [record("R0", v=leaf)]
        types += [record(f"R{index}", n=f"R{index - 1}") for index in range(1, 3_000)]
        return types

    assert why_not(chain("int"), chain("string"))
    assert not why_not(chain("long"), chain("int"))


# Schemas and data, for the laws.

_names = st.sampled_from(["a", "b", "c"])


def _records(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(_names, children, max_size=3).map(lambda fields: ("record", fields))


_shapes: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(PRIMITIVES)
    | st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True).map(lambda s: ("enum", s)),
    lambda children: (
        children.map(lambda each: ("array", each))
        | children.map(lambda each: ("map", each))
        | children.map(lambda each: ("nullable", each))
        | _records(children)
    ),
    max_leaves=6,
)


def _schema(shape: Any, numbers: Iterator[int]) -> Any:
    """The schema of a shape. Named types are numbered by their place, so that counterparts share their name."""
    if isinstance(shape, str):
        return shape
    kind, inner = shape
    if kind == "enum":
        return enum(*inner, name=f"E{next(numbers)}")
    if kind in {"array", "map"}:
        return {"type": kind, "items" if kind == "array" else "values": _schema(inner, numbers)}
    if kind == "nullable":
        branch = _schema(inner, numbers)
        return ["null", branch] if branch != "null" and not isinstance(branch, list) else branch
    name = f"R{next(numbers)}"
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": key, "type": _schema(each, numbers)} for key, each in inner.items()],
    }


def _schema_of(shape: Any) -> Any:
    return _schema(shape, itertools.count())


_OF_PRIMITIVES: dict[str, list[Any]] = {
    "null": [None],
    "boolean": [True],
    "int": [7],
    "long": [2**40],
    "float": [1.5],
    "double": [2.5],
    "bytes": [b"x"],
    "string": ["x"],
}


def _data(schema: Any) -> list[Any]:
    """Data that together take every branch, symbol and member of a schema."""
    if isinstance(schema, list):
        return [each for branch in schema for each in _data(branch)]
    if isinstance(schema, str):
        return _OF_PRIMITIVES[schema]
    if schema["type"] == "enum":
        return list(schema["symbols"])
    if schema["type"] == "array":
        return [[], *([each] for each in _data(schema["items"]))]
    if schema["type"] == "map":
        return [{}, *({"k": each} for each in _data(schema["values"]))]
    choices = {field["name"]: _data(field["type"]) for field in schema["fields"]}
    plain = {name: each[0] for name, each in choices.items()}
    return [plain, *({**plain, name: each} for name, some in choices.items() for each in some)]


def _is_read(reader: Any, writer: Any, datum: Any) -> bool:
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, fastavro.parse_schema(writer), datum)
    buffer.seek(0)
    try:
        fastavro.schemaless_reader(buffer, fastavro.parse_schema(writer), fastavro.parse_schema(reader))
    except Exception:  # noqa: BLE001 - the oracle has many ways to say no
        return False
    return True


@given(_shapes, _shapes)
def test_what_is_called_compatible_can_be_read_and_what_is_not_can_not(one: Any, other: Any) -> None:
    reader, writer = _schema_of(one), _schema_of(other)
    data = _data(writer)
    outcomes = {_is_read(reader, writer, each) for each in data}
    if why_not(reader, writer):
        assert False in outcomes
    else:
        assert outcomes == {True}


@given(_shapes, _shapes)
def test_forward_is_backward_seen_from_the_other_side_and_full_is_both(one: Any, other: Any) -> None:
    old, new = (parse(json.dumps(_schema_of(each))) for each in (one, other))
    answers = {level: not conflicts(level, new, [old], reads) for level in Level}
    assert answers[Level.FORWARD] == (not conflicts(Level.BACKWARD, old, [new], reads))
    assert answers[Level.FULL] == (answers[Level.BACKWARD] and answers[Level.FORWARD])
    assert answers[Level.NONE]


@given(_shapes)
def test_a_schema_reads_itself(shape: Any) -> None:
    assert why_not(_schema_of(shape), _schema_of(shape)) == ()


# Two shapes that were drawn apart are hardly ever compatible; schemas that grew out of one another often are.


@st.composite
def _grown(draw: st.DrawFn, schema: Any) -> Any:
    """The schema after somebody worked on it: types widened, fields and symbols added and removed, defaults given."""
    if isinstance(schema, list):
        inner = draw(_grown(schema[1]))
        return inner if draw(st.integers(0, 3)) == 0 or inner == "null" or isinstance(inner, list) else ["null", inner]
    if isinstance(schema, str):
        kind = draw(st.sampled_from([schema, schema, schema, *PRIMITIVES]))
        return ["null", kind] if kind != "null" and draw(st.integers(0, 4)) == 0 else kind
    if schema["type"] == "enum":
        symbols = draw(
            st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True) | st.just(schema["symbols"])
        )
        return {**schema, "symbols": symbols, **({"default": symbols[0]} if draw(st.booleans()) else {})}
    if schema["type"] in {"array", "map"}:
        key = "items" if schema["type"] == "array" else "values"
        return {**schema, key: draw(_grown(schema[key]))}
    return {**schema, "fields": draw(_grown_fields(schema["fields"]))}


@st.composite
def _grown_fields(draw: st.DrawFn, fields: Any) -> Any:
    kept = [field for field in fields if draw(st.integers(0, 4))]
    grown = [{**field, "type": draw(_grown(field["type"]))} for field in kept]
    if draw(st.booleans()):
        default = {"default": 0} if draw(st.booleans()) else {}
        grown.append({"name": "added", "type": "long", **default})
    for field in grown:
        if field["name"] != "added" and draw(st.integers(0, 5)) == 0:
            field.update(name=f"{field['name']}2", aliases=[field["name"]])
    return grown


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    writer = _schema_of(draw(_shapes))
    reader = draw(_grown(writer))
    return (reader, writer) if draw(st.booleans()) else (writer, reader)


@given(_pairs())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_schemas_that_grew_out_of_one_another_are_read_exactly_when_they_are_called_compatible(
    pair: tuple[Any, Any],
) -> None:
    reader, writer = pair
    found = why_not(reader, writer)
    outcomes = {_is_read(reader, writer, each) for each in _data(writer)}
    event("compatible" if not found else "incompatible")
    assert outcomes == {True} if not found else False in outcomes
