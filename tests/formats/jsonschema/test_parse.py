import json
from typing import Any

import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.jsonschema.parse import parse

FAULTY: dict[str, tuple[Any, list[str]]] = {
    "no schema": ([1], [""]),
    "an unknown type": ({"type": "text"}, ["/type"]),
    "two faults": (
        {"properties": {"a": {"type": "x"}, "b": {"minLength": -1}}},
        ["/properties/a/type", "/properties/b/minLength"],
    ),
    "an unknown dialect": ({"$schema": "https://example.org/mine"}, ["/$schema"]),
    "a dialect that is no text": ({"$schema": 7}, ["/$schema"]),
    "a reference to nothing": ({"properties": {"a": {"$ref": "#/definitions/x"}}}, ["/properties/a/$ref"]),
    "a reference to elsewhere": ({"$ref": "http://127.0.0.1:1/schema.json"}, ["/$ref"]),
    "an unreadable pattern": ({"pattern": "(("}, ["/pattern"]),
}


@pytest.mark.parametrize("case", FAULTY)
def test_every_fault_is_told_with_its_place(case: str) -> None:
    schema, pointers = FAULTY[case]
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(schema))
    assert sorted(str(fault.pointer) for fault in refused.value.faults) == pointers


@pytest.mark.parametrize(
    "dialect",
    [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ],
)
def test_all_dialects_are_read_each_by_its_own_rules(dialect: str) -> None:
    parse(json.dumps({"$schema": dialect, "type": "object"}))
    with pytest.raises(Invalid):
        parse(json.dumps({"$schema": dialect, "type": "text"}))


def test_what_looks_like_a_reference_in_data_is_none() -> None:
    parse(json.dumps({"enum": [{"$ref": "#/nowhere"}], "default": {"$ref": "#/nowhere"}}))


def test_a_schema_may_refer_to_its_own_dialect() -> None:
    parse(json.dumps({"properties": {"schema": {"$ref": "http://json-schema.org/draft-07/schema#"}}}))


def test_depth_is_bounded() -> None:
    with pytest.raises(Invalid, match="nested deeper"):
        parse('{"not":' * 100_000)


@pytest.mark.parametrize("keyword", ["items", "not", "additionalProperties"])
def test_a_fault_deep_inside_is_told_where_it_is_and_not_for_every_level_above(keyword: str) -> None:
    schema: Any = {"type": "strng", "enum": ["x" * 100_000]}
    for _ in range(40):
        schema = {keyword: schema}

    with pytest.raises(Invalid) as refused:
        parse(json.dumps(schema))
    assert [fault.pointer for fault in refused.value.faults] == [f"/{keyword}" * 40 + "/type"]


def test_patterns_that_nobody_can_read_are_told_however_many() -> None:
    with pytest.raises(Invalid) as refused:
        parse(json.dumps({"patternProperties": {f"^{number}(": {} for number in range(10_000)}}))
    assert len(refused.value.faults) == 50
    assert {fault.pointer for fault in refused.value.faults} == {"/patternProperties"}
