"""Values that are told with changes of JSON Schemas, held against whole documents by a validator."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats import safe_json
from contracthub.formats.changes import Change, Direction, Proven, Severity
from contracthub.formats.jsonschema.diff.rules import CATALOGUE
from contracthub.formats.safe_json import JsonObject, JsonValue
from tests.formats.jsonschema.diff.test_engine import SCHEMAS, compare

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def takes(document: JsonValue, pointer: str | None, value: JsonValue) -> bool:
    """Whether the schema at a place of a document takes a value; references are the validator's own matter."""
    assert pointer is not None
    if not isinstance(document, dict):
        return document is not False
    dialect = document.get("$schema", DRAFT_7)
    registry = jsonschema_rs.Registry([("urn:whole", {"$schema": dialect, **document})])
    schema: JsonObject = {"$schema": dialect, "$ref": f"urn:whole#{pointer}"}
    return jsonschema_rs.validator_for(schema, registry=registry).is_valid(value)


def is_true(change: Change, old: JsonValue, new: JsonValue) -> bool:
    """Whether the value of a change is what it is said to be."""
    assert change.proof is not None
    assert change.proof.counterexample is not None
    value = safe_json.loads(change.proof.counterexample)
    before, after = takes(old, change.pointer_old, value), takes(new, change.pointer_new, value)
    expected = {Direction.REQUEST: [(True, False)], Direction.RESPONSE: [(False, True)]}
    return (before, after) in expected.get(change.direction, [(True, False), (False, True)])


def breaking(old: JsonValue, new: JsonValue) -> list[Change]:
    return [each for each in compare(old, new) if each.severity is Severity.BREAKING]


def test_what_breaks_comes_with_a_value_that_a_validator_confirms() -> None:
    proven = 0
    for rule in CATALOGUE.values():
        old, new = rule.example.old, rule.example.new
        for change in breaking(old, new):
            assert change.proof is not None, change.id
            if change.proof.counterexample is not None:
                proven += 1
                assert is_true(change, old, new), change
    assert proven > 80


@settings(max_examples=60, deadline=None)
@given(st.tuples(SCHEMAS, SCHEMAS))
def test_no_value_is_told_that_proves_nothing(pair: tuple[Any, Any]) -> None:
    old, new = pair
    for change in breaking(old, new):
        assert change.proof is not None
        if change.proof.counterexample is not None:
            assert is_true(change, old, new), change


def test_a_value_of_what_is_referred_to_is_told() -> None:
    def order(most: int) -> JsonValue:
        return {
            "properties": {"amount": {"$ref": "#/definitions/amount"}},
            "definitions": {"amount": {"maximum": most}},
        }

    (change,) = breaking(order(9), order(5))
    assert is_true(change, order(9), order(5))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"type": "object", "properties": {"a": {"$ref": "#"}}},
            {"type": "object", "properties": {"a": {}}, "minProperties": 1},
        ),
        ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 4, "description": "x" * 2_000}),
        (
            {"type": "number", "unevaluatedProperties": False},
            {"type": "number", "maximum": 5, "unevaluatedProperties": False},
        ),
    ],
)
def test_what_is_not_known_is_said_to_be_not_proven(old: JsonValue, new: JsonValue) -> None:
    for change in breaking(old, new):
        assert change.proof is not None
        assert (change.proof.verdict, change.proof.counterexample) == (Proven.NOT_PROVEN, None)


def test_an_identifier_changes_where_references_start() -> None:
    def order(amount: JsonValue) -> JsonValue:
        inner: JsonValue = {
            "$id": "urn:inner",
            "properties": {"amount": {"$ref": "#/definitions/amount"}},
            "definitions": {"amount": amount},
        }
        return {"properties": {"line": inner}, "definitions": {"amount": {"type": "boolean"}}}

    (change,) = breaking(order({"type": "string"}), order({"type": "integer"}))
    assert change.proof is not None
    assert change.proof.verdict is Proven.NOT_PROVEN
