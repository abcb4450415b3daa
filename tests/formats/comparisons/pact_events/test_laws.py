"""What is really written is never called incompatible, and a field that is read and goes always is."""

import io
import json
from typing import Any

import fastavro
import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.protobuf.parse import parse
from tests.formats.comparisons.pact_events.cases import three
from tests.formats.comparisons.pact_events.cases_protobuf import FILE
from tests.formats.comparisons.pact_events.offering import avro, json_schema, message, pact, protobuf, reasons

NAMES = st.text("abcdefgh_", min_size=1, max_size=4)
# The hub stores no text with U+0000.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(value: Any, *documents: OfferedDocument) -> list[str]:
    return reasons(pact(message(value, {"topic": "orders.placed"})), *documents)


def thinned(draw: Any, value: Any) -> Any:
    """A part of a value, as a consumer reads it: some members are left out, at any depth."""
    if isinstance(value, dict):
        return {name: thinned(draw, each) for name, each in value.items() if draw(st.integers(0, 3))}
    return [thinned(draw, each) for each in value] if isinstance(value, list) else value


# Avro

WHOLE = {"int": st.integers(-(2**31), 2**31 - 1), "long": st.integers(-(2**63), 2**63 - 1)}
FLAT = {
    **WHOLE,
    "boolean": st.booleans(),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "string": TEXTS,
    "bytes": st.binary(max_size=4).map(lambda data: data.replace(b"\0", b"")),
    "null": st.none(),
}


@st.composite
def avro_pairs(draw: Any, depth: int = 3) -> tuple[Any, Any]:
    """A schema and a value of it, as fastavro takes both."""
    kind = draw(st.sampled_from(["flat", "flat", "enum", "record", "array", "map", "union"] if depth else ["flat"]))
    if kind == "flat":
        name = draw(st.sampled_from(sorted(FLAT)))
        return name, draw(FLAT[name])
    if kind == "enum":
        symbols = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
        return {"type": "enum", "name": new_name(draw), "symbols": symbols}, draw(st.sampled_from(symbols))
    if kind == "record":
        names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
        pairs = {name: draw(avro_pairs(depth - 1)) for name in names}
        fields = [{"name": name, "type": schema} for name, (schema, _) in pairs.items()]
        schema = {"type": "record", "name": new_name(draw), "namespace": "a.b", "fields": fields}
        return schema, {name: value for name, (_, value) in pairs.items()}
    inner, value = draw(avro_pairs(depth - 1))
    if kind == "array":
        return {"type": "array", "items": inner}, [value] * draw(st.integers(0, 2))
    if kind == "map":
        return {"type": "map", "values": inner}, dict.fromkeys(draw(st.lists(NAMES, max_size=2)), value)
    if inner == "null" or isinstance(inner, list):
        return ["null", "string"], draw(st.none() | TEXTS)
    return ["null", inner], value if draw(st.booleans()) else None


def new_name(draw: Any) -> str:
    return f"N{draw(st.uuids(version=4)).hex}"


@FEW
@given(st.data(), avro_pairs())
def test_what_fastavro_writes_is_compatible(data: st.DataObject, pair: tuple[Any, Any]) -> None:
    schema, value = pair
    parsed, written, tagged = fastavro.parse_schema(schema), io.BytesIO(), io.StringIO()
    fastavro.schemaless_writer(written, parsed, value)
    written.seek(0)
    plain = told(fastavro.schemaless_reader(written, parsed, None))
    fastavro.json_writer(tagged, parsed, [value])
    document = avro(schema, "orders.placed-value")
    assert judged(plain, document) == []
    assert judged(json.loads(tagged.getvalue()), document) == []
    assert judged(thinned(data.draw, plain), document) == []
    multi = {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": schema}
    assert judged(plain, three({"m": {"payload": multi}})) == []


def told(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    return [told(each) for each in value] if isinstance(value, list) else value


# JSON Schema


@st.composite
def json_pairs(draw: Any, depth: int = 3) -> tuple[Any, Any]:
    """A schema that names all that there is, and a value of it."""
    flat = ["text", "whole", "number", "flag", "null", "enum"]
    kind = draw(st.sampled_from([*flat, "object", "object", "array", "map", "any", "all"] if depth else flat))
    if kind == "object":
        pairs = draw(st.dictionaries(NAMES, json_pairs(depth - 1), min_size=1, max_size=4))
        schema = {"type": "object", "properties": {name: each for name, (each, _) in pairs.items()}}
        return {**schema, "required": sorted(pairs)}, {name: value for name, (_, value) in pairs.items()}
    if kind == "all":
        one, other = draw(st.dictionaries(NAMES, json_pairs(0), min_size=1)), draw(json_pairs(0))
        parts = [{"properties": {name: each for name, (each, _) in one.items()}}, {"properties": {"z": other[0]}}]
        return {"allOf": parts}, {**{name: value for name, (_, value) in one.items()}, "z": other[1]}
    if depth and kind in {"array", "map", "any"}:
        inner, value = draw(json_pairs(depth - 1))
        if kind == "array":
            return {"type": "array", "items": inner}, [value]
        if kind == "map":
            return {"type": "object", "additionalProperties": inner}, {draw(NAMES): value}
        return {"anyOf": [draw(json_pairs(0))[0], inner]}, value
    found: tuple[Any, Any] = draw(st.sampled_from(flat_pairs(draw)))
    return found


def flat_pairs(draw: Any) -> list[tuple[Any, Any]]:
    number, word = draw(st.integers(-5, 5)), draw(TEXTS)
    return [
        ({"type": "string", "maxLength": 5}, word),
        ({"type": "integer", "minimum": -5}, number),
        ({"type": "number", "maximum": 5}, number + 0.5 if number < 5 else 0.5),
        ({"type": "boolean"}, draw(st.booleans())),
        ({"type": "null"}, None),
        ({"enum": [word, number, None]}, number),
        ({"const": word}, word),
    ]


@FEW
@given(st.data(), json_pairs())
def test_what_a_json_schema_allows_is_compatible(data: st.DataObject, pair: tuple[Any, Any]) -> None:
    schema, value = pair
    part = thinned(data.draw, value)
    for document in (json_schema(schema, "orders.placed-value"), three({"m": {"payload": schema}})):
        assert judged(value, document) == []
        assert judged(part, document) == []


# Protobuf

SCHEMA = parse(FILE)


def pool_of_file() -> Any:
    from google.protobuf.descriptor_pool import DescriptorPool

    pool = DescriptorPool()
    for each in (*SCHEMA.imports.values(), SCHEMA.resolved):
        pool.AddSerializedFile(each.SerializeToString())
    return pool.FindMessageTypeByName("shop.Order")


ORDER = GetMessageClass(pool_of_file())


@st.composite
def orders(draw: Any, depth: int = 2) -> Any:
    """A message with any of its fields."""
    made: Any = ORDER()
    for name, kind in {
        "order_id": TEXTS,
        "total_cents": WHOLE["long"],
        "count": WHOLE["int"],
        "state": st.integers(0, 2),
        "data": st.binary(max_size=5),
        "price": st.floats(),
        "paid": st.booleans(),
        "weight": st.integers(0, 2**32 - 1),
        "first": TEXTS,
        "second": TEXTS,
    }.items():
        if draw(st.booleans()):
            setattr(made, name, draw(kind))
    if draw(st.booleans()):
        setattr(made, draw(st.sampled_from(["card", "cash"])), draw(TEXTS))
    if draw(st.booleans()):
        made.placed_at.FromSeconds(draw(st.integers(0, 2**32)))
        made.took.FromMilliseconds(draw(st.integers(-(10**9), 10**9)))
        made.note.value = draw(TEXTS)
        made.extra.update({"a": [1, {"b": None}], "c": draw(TEXTS)})
    for key in draw(st.lists(TEXTS, max_size=2)):
        made.stock[key] = draw(WHOLE["int"])
    if depth:
        for _ in range(draw(st.integers(0, 2))):
            line = made.lines.add(sku=draw(TEXTS))
            line.whole.CopyFrom(draw(orders(depth - 1)))
        made.chosen[draw(st.booleans())].sku = "x"
    return made


@FEW
@given(st.data(), orders())
def test_what_protobuf_writes_is_compatible(data: st.DataObject, made: Any) -> None:
    value = json_format.MessageToDict(
        made,
        preserving_proto_field_name=data.draw(st.booleans()),
        use_integers_for_enums=data.draw(st.booleans()),
        always_print_fields_with_no_presence=data.draw(st.booleans()),
    )
    document = protobuf(FILE, "orders.placed-value")
    assert judged(value, document) == []
    # A Struct may hold anything, and so may what is left of it.
    assert judged(thinned(data.draw, value), document) == []


# What goes

LEAVES = {"id": "1", "total": 5, "line": {"sku": "a", "tags": ["x"]}}
PATHS = [("id",), ("total",), ("line",), ("line", "sku"), ("line", "tags")]


def json_without(path: tuple[str, ...]) -> Any:
    line = {"sku": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}, "other": {}}
    whole: dict[str, Any] = {"id": {"type": "string"}, "total": {"type": "integer"}, "other": {}}
    if len(path) == 2:
        del line[path[1]]
    whole["line"] = {"type": "object", "properties": line}
    if len(path) == 1:
        del whole[path[0]]
    return {"type": "object", "properties": whole}


def avro_without(path: tuple[str, ...]) -> Any:
    line = {"sku": "string", "tags": {"type": "array", "items": "string"}, "other": "int"}
    whole: dict[str, Any] = {"id": "string", "total": "int", "other": "int"}
    if len(path) == 2:
        del line[path[1]]
    whole["line"] = {"type": "record", "name": "L", "fields": [{"name": k, "type": v} for k, v in line.items()]}
    if len(path) == 1:
        del whole[path[0]]
    return {"type": "record", "name": "O", "fields": [{"name": k, "type": v} for k, v in whole.items()]}


def protobuf_without(path: tuple[str, ...]) -> str:
    line = {"sku": "string sku = 1;", "tags": "repeated string tags = 2;", "other": "int32 other = 3;"}
    whole = {"id": "string id = 1;", "total": "int32 total = 2;", "line": "L line = 3;", "other": "L other = 4;"}
    del (line if len(path) == 2 else whole)[path[-1]]
    return f'syntax = "proto3"; message O {{ {" ".join(whole.values())} }} message L {{ {" ".join(line.values())} }}'


def all_without(path: tuple[str, ...]) -> list[OfferedDocument]:
    """One document for each language, with all but one field."""
    subject = "orders.placed-value"
    multi = {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": avro_without(path)}
    return [
        three({"m": {"payload": json_without(path)}}),
        three({"m": {"payload": multi}}),
        avro(avro_without(path), subject),
        json_schema(json_without(path), subject),
        protobuf(protobuf_without(path), subject),
    ]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("path", PATHS)
def test_a_field_that_is_read_and_goes_is_told(path: tuple[str, ...], at: int) -> None:
    found = judged(LEAVES, all_without(path)[at])
    assert found == [f"message.payload.incompatible contents.{'.'.join(path)}"]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("path", [("other",), ("line", "other")])
def test_a_field_that_is_not_read_may_go(path: tuple[str, ...], at: int) -> None:
    assert judged(LEAVES, all_without(path)[at]) == []
