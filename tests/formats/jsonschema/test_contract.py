import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.elements import MOST_ELEMENTS
from contracthub.formats.jsonschema.contract import elements, identity, read, version
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.uploads import Upload

STRING = {"type": "string"}
ORDER: dict[str, Any] = {
    "type": "object",
    "title": "Order",
    "required": ["id", "lines"],
    "properties": {
        "id": STRING,
        "lines": {"type": "array", "items": {"$ref": "#/definitions/line"}},
        "status": {"enum": ["open", "paid"]},
        "note": {**STRING, "deprecated": True},
        "before": {"$ref": "#"},
    },
    "definitions": {"line": {"type": "object", "properties": {"sku": STRING, "amount": {"type": "integer"}}}},
}


def of(schema: Any, others: Mapping[str, Any] | None = None, root: str = "order.json") -> JsonSchema:
    files = {root: schema, **(others or {})}
    return read(Upload(root, {name: json.dumps(each).encode() for name, each in files.items()}))


def names(schema: Any, others: Mapping[str, Any] | None = None) -> list[str]:
    return [element.name for element in elements(of(schema, others))]


def test_properties_are_told_by_their_path_in_the_data() -> None:
    assert names(ORDER) == [
        *("$.id", "$.lines", "$.status", "$.note", "$.before"),
        *('$.status="open"', '$.status="paid"', "$.lines[*].sku", "$.lines[*].amount"),
    ]


def test_a_property_says_where_it_is_written_and_whether_it_is_deprecated() -> None:
    found = {element.name: element for element in elements(of(ORDER))}

    assert found["$.lines[*].sku"].pointer == "/definitions/line/properties/sku"
    assert [name for name, element in found.items() if element.deprecated] == ["$.note"]


def test_alternatives_name_properties_of_the_same_value() -> None:
    schema = {
        "allOf": [{"properties": {"a": STRING}}, {"anyOf": [{"properties": {"b": STRING}}, {"required": ["a"]}]}],
        "oneOf": [{"properties": {"a": STRING, "c": STRING}}],
        "if": {"required": ["c"]},
        "then": {"properties": {"d": STRING}},
        "dependencies": {"a": {"properties": {"e": STRING}}},
    }
    assert sorted(names(schema)) == ["$.a", "$.b", "$.c", "$.d", "$.e"]


def test_alternatives_that_multiply_are_looked_at_once_each() -> None:
    definitions: dict[str, Any] = {
        f"d{level}": {"allOf": [{"$ref": f"#/definitions/d{level + 1}"}] * 5} for level in range(60)
    }
    definitions["d60"] = {"properties": {"end": STRING}}
    schema = {"$ref": "#/definitions/d0", "definitions": definitions}

    assert names(schema) == ["$.end"]


def test_places_without_end_are_cut() -> None:
    definitions = {
        f"d{level}": {"properties": {f"p{index}": {"$ref": f"#/definitions/d{level + 1}"} for index in range(10)}}
        for level in range(20)
    }
    schema = {"$ref": "#/definitions/d0", "definitions": {**definitions, "d20": STRING}}

    found = names(schema)
    assert 1_000 < len(found) <= MOST_ELEMENTS
    assert found[:2] == ["$.p0", "$.p1"]


def test_a_schema_may_refer_to_itself_through_three_files() -> None:
    files = {
        "parts/a.json": {"properties": {"b": {"$ref": "./b.json"}}},
        "parts/b.json": {"properties": {"back": {"$ref": "../order.json#/definitions/x"}}},
    }
    root = {"$ref": "parts/a.json", "definitions": {"x": {"properties": {"again": {"$ref": "#"}}}}}

    assert names(root, files) == ["$.b", "$.b.back", "$.b.back.again"]


def test_yaml_is_read_as_json_is() -> None:
    text = b"type: object\nproperties:\n  sku: {type: string}\n"

    assert [element.name for element in elements(read(Upload("a.yaml", {"a.yaml": text})))] == ["$.sku"]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"line.json": {"type": "strng"}}, "line.json#/type"),
        ({"line.json": {"properties": {"a": {"$ref": "nowhere.json"}}}}, "line.json#/properties/a/$ref"),
    ],
)
def test_faults_of_other_files_are_told_with_their_name(files: Mapping[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        of({"$ref": "line.json"}, files)
    assert [fault.pointer for fault in refused.value.faults] == [place]


def test_a_syntax_fault_of_another_file_is_told_with_line_and_column() -> None:
    with pytest.raises(Invalid) as refused:
        read(Upload("a.json", {"a.json": b"{}", "b.json": b'{\n "a": ]'}))
    assert [fault.pointer for fault in refused.value.faults] == ["b.json:2:7"]


def test_the_version_is_the_dialect_that_is_named() -> None:
    assert version(of({"$schema": "http://json-schema.org/draft-07/schema#"})) == (
        "http://json-schema.org/draft-07/schema"
    )
    assert version(of({})) is None


SAME: Mapping[str, Any] = {
    "another order of keys": dict(reversed(ORDER.items())),
    "another title": {**ORDER, "title": "Bestellung", "description": "…", "$comment": "…", "examples": [1]},
    "required in another order": {**ORDER, "required": ["lines", "id"]},
    "the dialect that is assumed anyway": {**ORDER, "$schema": "http://json-schema.org/draft-07/schema#"},
    "a described property": {**ORDER, "properties": {**ORDER["properties"], "id": {**STRING, "description": "It."}}},
}
OTHER: Mapping[str, Any] = {
    "another dialect": {**ORDER, "$schema": "https://json-schema.org/draft/2020-12/schema"},
    "nothing required": {**ORDER, "required": []},
    "a property called description": {**ORDER, "properties": {**ORDER["properties"], "description": STRING}},
    "a default": {**ORDER, "properties": {**ORDER["properties"], "id": {**STRING, "default": ""}}},
    "a format": {**ORDER, "properties": {**ORDER["properties"], "id": {**STRING, "format": "uuid"}}},
    "a bound": {**ORDER, "minProperties": 1},
}


@pytest.mark.parametrize("name", SAME)
def test_identity_is_that_of_what_readers_and_writers_can_see(name: str) -> None:
    assert identity(of(SAME[name])) == identity(of(ORDER))


@pytest.mark.parametrize("name", OTHER)
def test_another_schema_has_another_identity(name: str) -> None:
    assert identity(of(OTHER[name])) != identity(of(ORDER))


def test_one_and_one_point_zero_are_the_same_number() -> None:
    assert identity(of({"enum": [1, 2], "minimum": 1})) == identity(of({"enum": [2.0, 1.0], "minimum": 1.0}))


def test_identity_sees_the_files_that_came_along() -> None:
    root = {"$ref": "line.json"}

    assert identity(of(root, {"line.json": STRING})) != identity(of(root, {"line.json": {"type": "integer"}}))
    assert identity(of(root, {"line.json": STRING})) == identity(of(root, {"line.json": {**STRING, "title": "x"}}))


_schemas: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([True, {}, STRING, {"type": ["integer", "null"]}, {"const": 1}, {"$ref": "#"}]),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc/~"), inner, max_size=3),
            "items": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "title": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
            "required": st.lists(st.sampled_from("abc"), unique=True),
        },
    ),
    max_leaves=10,
)


def _reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed_keys(each) for key, each in reversed(value.items())}
    return [_reversed_keys(each) for each in value] if isinstance(value, list) else value


@given(_schemas)
def test_identity_and_elements_do_not_depend_on_the_order_of_keys(schema: Any) -> None:
    one, other = of(schema), of(_reversed_keys(schema))

    assert identity(one) == identity(other)
    assert {each.name for each in elements(one)} == {each.name for each in elements(other)}
    assert elements(one) == elements(one)


@pytest.mark.parametrize(
    "text",
    [
        b"type Query { orders: Int }",
        b'{"openapi": "3.1.0", "paths": {}}',
        b'{"swagger": "2.0", "info": {}, "paths": {}}',
    ],
)
def test_a_document_of_another_format_is_no_schema(text: bytes) -> None:
    with pytest.raises(Invalid, match="another format"):
        read(Upload("a.json", {"a.json": text}))


def test_many_files_that_refer_to_all_others_are_read_each_once() -> None:
    names = [f"f{number}.json" for number in range(150)]
    files = {name: {"properties": {each: {"$ref": each} for each in names}} for name in names}

    assert len(elements(of(files["f0.json"], files, root="f0.json"))) == MOST_ELEMENTS
