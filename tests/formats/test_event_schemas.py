"""Schemas of events in three languages: what tells them apart, how they are written back, and the laws of reading."""

import base64
import json
from typing import Any

import pytest
from google.protobuf import descriptor_pb2
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.domain.registry import CompatibilityPolicy, Reference
from contracthub.formats.compatibility import Level, conflicts
from contracthub.formats.event_schemas import Policy, Referenced, SchemaType, identity, parse, reads

AVRO, JSON, PROTOBUF = SchemaType.AVRO, SchemaType.JSON, SchemaType.PROTOBUF
NAMES = st.sampled_from(("id", "sku", "note", "count"))
AVRO_TYPES: st.SearchStrategy[Any] = st.sampled_from(
    ("int", "long", "string", "bytes", ["null", "string"], {"type": "array", "items": "int"})
)
AVRO_EXTRAS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    ({}, {"default": 1}, {"z": {"b": 1, "a": 2}, "doc": "d"})
)
JSON_TYPES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    ({"type": "integer"}, {"type": "string"}, {"type": "number"}, {"enum": ["a", "b"]}, {})
)
PROTOBUF_TYPES = st.sampled_from(("int32", "int64", "string", "bytes", "bool", "Inner"))


@st.composite
def avro_records(draw: st.DrawFn) -> str:
    fields = []
    for name in draw(st.lists(NAMES, unique=True)):
        field: dict[str, Any] = {"name": name, "type": draw(AVRO_TYPES)}
        if field["type"] == "int":
            field |= draw(AVRO_EXTRAS)
        fields.append(field)
    return json.dumps({"type": "record", "name": "R", "namespace": "n", "fields": fields})


@st.composite
def json_objects(draw: st.DrawFn) -> str:
    properties: dict[str, Any] = draw(st.dictionaries(NAMES, JSON_TYPES))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if draw(st.booleans()) and properties:
        schema["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True, min_size=1))
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(st.sampled_from((True, False, {"type": "string"})))
    return json.dumps(schema)


@st.composite
def protobuf_files(draw: st.DrawFn) -> str:
    fields = [
        f"  {draw(st.sampled_from(('', 'optional ', 'repeated ')))}{draw(PROTOBUF_TYPES)} {name} = {number};"
        for number, name in enumerate(draw(st.lists(NAMES, unique=True)), start=1)
    ]
    order = draw(st.permutations(fields))
    body = "\n".join([*order, "  message Inner { int32 x = 1; }"])
    return f'syntax = "proto3";\npackage p;\nmessage M {{\n{body}\n}}\n'


SCHEMAS = st.one_of(
    *(
        st.tuples(st.just(kind), texts, texts)
        for kind, texts in ((AVRO, avro_records()), (JSON, json_objects()), (PROTOBUF, protobuf_files()))
    )
)


@given(SCHEMAS)
def test_what_was_written_back_is_the_same_schema(drawn: tuple[SchemaType, str, str]) -> None:
    kind, text, _ = drawn
    schema = parse(kind, text)
    again = parse(kind, schema.canonical)
    assert (again.canonical, again.meaning) == (schema.canonical, schema.meaning)
    assert identity(again) == identity(schema)


@given(SCHEMAS)
def test_normalising_twice_is_normalising_once(drawn: tuple[SchemaType, str, str]) -> None:
    kind, text, _ = drawn
    normal = parse(kind, text).in_normal_form()
    again = parse(kind, normal.canonical)
    assert again.normalised == normal.canonical
    # What was registered normalised is found by its own text, normalised or not.
    assert identity(again) == identity(again.in_normal_form()) == identity(normal)


@given(SCHEMAS, st.sampled_from(tuple(Policy)))
def test_forward_is_backward_with_the_sides_changed(drawn: tuple[SchemaType, str, str], policy: Policy) -> None:
    kind, one, other = drawn
    a, b = parse(kind, one), parse(kind, other)

    def allows(level: Level, new: Any, old: Any) -> bool:
        return not conflicts(level, new, [old], lambda reader, writer: reads(reader, writer, policy))

    assert allows(Level.BACKWARD, a, b) == allows(Level.FORWARD, b, a)
    assert allows(Level.FULL, a, b) == (allows(Level.BACKWARD, a, b) and allows(Level.FORWARD, a, b))
    assert allows(Level.FULL, a, b) == allows(Level.FULL, b, a)
    assert allows(Level.NONE, a, b)
    for level in Level:
        assert allows(level, a, a)


@given(SCHEMAS)
def test_what_is_alike_when_normalised_reads_each_other(drawn: tuple[SchemaType, str, str]) -> None:
    kind, text, other = drawn
    schema, third = parse(kind, text), parse(kind, other)
    normal = parse(kind, schema.normalised)
    assert reads(schema, normal) == reads(normal, schema) == ()
    assert bool(reads(schema, third)) == bool(reads(normal, third))
    assert bool(reads(third, schema)) == bool(reads(third, normal))


@given(st.data())
def test_the_order_of_fields_is_irrelevant_to_readers(data: st.DataObject) -> None:
    text = data.draw(avro_records())
    shuffled = json.loads(text)
    shuffled["fields"] = data.draw(st.permutations(shuffled["fields"]))
    schema, same = parse(AVRO, text), parse(AVRO, json.dumps(shuffled))
    assert reads(schema, same) == reads(same, schema) == ()
    properties = json.loads(data.draw(json_objects()))
    order = data.draw(st.permutations([*properties["properties"].items()]))
    one, other = parse(JSON, json.dumps(properties)), parse(JSON, json.dumps(properties | {"properties": dict(order)}))
    assert reads(one, other) == reads(other, one) == ()


@given(SCHEMAS)
def test_a_descriptor_is_the_schema_of_its_text(drawn: tuple[SchemaType, str, str]) -> None:
    kind, text, _ = drawn
    if kind is not PROTOBUF:
        return
    schema = parse(PROTOBUF, text)
    described = parse(PROTOBUF, schema.serialized())
    assert identity(described) == identity(schema)
    assert described.normalised == schema.normalised


def test_the_same_text_is_two_schemas_in_two_languages() -> None:
    text = '{"type":"string"}'
    assert identity(parse(AVRO, text)) != identity(parse(JSON, text))
    (found,) = reads(parse(AVRO, text), parse(JSON, text))
    assert found.rule == "TYPE_CHANGED"


def test_references_metadata_and_rules_tell_schemas_apart() -> None:
    schema = parse(AVRO, '"string"')
    one, other = Reference("a", "s", 1), Reference("a", "s", 2)
    told = [
        identity(schema),
        identity(schema, (one,)),
        identity(schema, (other,)),
        identity(schema, (one, other)),
        identity(schema, (other, one)),
        identity(schema, (), {"properties": {"owner": "shop"}}),
        identity(schema, (), {"properties": {"owner": "fair"}}),
        identity(schema, (), None, {"domainRules": [{"name": "r"}]}),
    ]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("empty", [None, {}, {"properties": {}}, {"properties": None, "tags": {"a": []}}])
def test_what_is_empty_counts_as_absent(empty: Any) -> None:
    schema = parse(AVRO, '"string"')
    assert identity(schema, (), empty, empty) == identity(schema)


def test_references_are_followed_in_every_language() -> None:
    avro = parse(
        AVRO,
        '{"type":"record","name":"n.Order","fields":[{"name":"lines","type":{"type":"array","items":"n.Line"}}]}',
        [
            Referenced("Sku", '{"type":"fixed","name":"n.Sku","size":3}'),
            Referenced("Line", '{"type":"record","name":"n.Line","fields":[{"name":"sku","type":"n.Sku"}]}'),
        ],
    )
    assert json.loads(avro.canonical)["fields"][0]["type"]["items"] == "Line"
    assert json.loads(avro.resolved())["fields"][0]["type"]["items"]["fields"][0]["type"]["name"] == "Sku"
    assert parse(AVRO, avro.resolved()).canonical == avro.resolved()

    line = Referenced("https://shop.test/line.json", '{"type":"object","required":["sku"]}')
    ordered = '{"type":"array","items":{"$ref":"https://shop.test/line.json"}}'
    assert reads(parse(JSON, '{"type":"array"}'), parse(JSON, ordered, [line])) == ()
    assert reads(parse(JSON, ordered, [line]), parse(JSON, '{"type":"array"}'))

    files = [
        Referenced("sku.proto", 'syntax = "proto3"; package shop; message Sku { string code = 1; }'),
        Referenced("line.proto", 'syntax = "proto3"; package shop; import "sku.proto"; message Line { Sku sku = 1; }'),
    ]
    text = 'syntax = "proto3"; package shop; import "line.proto"; message Order { repeated Line lines = 1; }'
    protobuf = parse(PROTOBUF, text, files)
    described = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(protobuf.serialized()))
    assert described.message_type[0].field[0].type_name == ".shop.Line"
    assert [*described.dependency] == ["line.proto"]


@pytest.mark.parametrize("kind", ["string", "bytes"])
@pytest.mark.parametrize("written", [r"\000", r"\n\t", "é", r"a\"b\'\\", r"\177\001"])
def test_a_default_of_any_characters_is_kept_and_can_be_stored(kind: str, written: str) -> None:
    text = f'syntax = "proto2"; message M {{ optional {kind} a = 1 [default = "{written}"]; }}'
    schema = parse(PROTOBUF, text)
    assert "\x00" not in schema.canonical
    assert parse(PROTOBUF, schema.canonical).document.resolved == schema.document.resolved
    assert identity(parse(PROTOBUF, schema.serialized())) == identity(schema)


def test_a_descriptor_that_no_file_could_say_is_refused() -> None:
    file = descriptor_pb2.FileDescriptorProto(name="x", syntax="proto3")
    option = file.message_type.add(name="M").options.uninterpreted_option.add(identifier_value="x; } message Evil {")
    option.name.add(name_part="mine", is_extension=True)
    with pytest.raises(Invalid, match=r"no \.proto file can say"):
        parse(PROTOBUF, base64.b64encode(file.SerializeToString()).decode())


def test_the_lenient_policy_is_for_json_schema() -> None:
    open_model, more = (
        parse(JSON, '{"type":"object"}'),
        parse(JSON, '{"type":"object","properties":{"a":{"type":"string"}}}'),
    )
    assert reads(more, open_model)
    assert reads(more, open_model, CompatibilityPolicy.LENIENT) == ()
    assert reads(parse(AVRO, '"int"'), parse(AVRO, '"string"'), CompatibilityPolicy.LENIENT)


def test_schemas_of_old_are_read_again() -> None:
    text = '{"type":"record","name":"R-1","fields":[{"name":"a","type":"int","default":"x"}]}'
    with pytest.raises(Invalid):
        parse(AVRO, text)
    assert parse(AVRO, text, lenient=True).canonical
