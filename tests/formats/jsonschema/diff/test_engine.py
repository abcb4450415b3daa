import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.jsonschema.compatibility import Policy, reads
from contracthub.formats.jsonschema.diff.engine import changes_between
from contracthub.formats.jsonschema.diff.rules import CATALOGUE
from contracthub.formats.jsonschema.parse import parse
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.safe_json import JsonValue
from tests.formats.catalogues import breaks, broken_promises


def schema(value: JsonValue) -> JsonSchema:
    return parse(json.dumps(value))


def compare(old: JsonValue, new: JsonValue, policy: Policy = Policy.STRICT) -> tuple[Change, ...]:
    return changes_between(schema(old), schema(new), policy)


def told(old: JsonValue, new: JsonValue) -> list[tuple[str, str]]:
    return [(change.id, change.location) for change in compare(old, new)]


def an_object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **more}


STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}


def test_every_rule_keeps_what_it_promises() -> None:
    assert broken_promises(CATALOGUE, compare) == []


MONEY = an_object({"amount": INTEGER})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            an_object({"price": MONEY}),
            {**an_object({"price": {"$ref": "#/definitions/Money"}}), "definitions": {"Money": MONEY}},
        ),
        (an_object({"a": STRING, "b": INTEGER}), an_object({"b": INTEGER, "a": STRING})),
        ({"anyOf": [STRING]}, STRING),
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
        ({"enum": ["a"]}, {"const": "a"}),
        ({**INTEGER, "minimum": 1}, {**INTEGER, "minimum": 1.0}),
        ({**STRING, "$id": "https://example.test/a"}, STRING),
        ({**STRING, "$schema": "http://json-schema.org/draft-07/schema#"}, STRING),
        ({"allOf": [{**STRING, "description": "x"}]}, {**STRING, "description": "x"}),
        (
            an_object({"a": STRING, "b": INTEGER}, required=["a"]),
            {"allOf": [an_object({"a": STRING}, required=["a"]), {"properties": {"b": INTEGER}}]},
        ),
        (
            an_object({"a": {**STRING, "maxLength": 3}}),
            an_object({"a": STRING}, allOf=[{"properties": {"a": {"maxLength": 3}}}]),
        ),
        ({"enum": ["a", "b"]}, {"oneOf": [{"const": "a"}, {"const": "b"}]}),
        ({"enum": ["a", "b"]}, {**STRING, "enum": ["a", "b"]}),
        ({"type": ["string", "integer"]}, {"oneOf": [STRING, INTEGER]}),
        ({**STRING, "minLength": 0}, STRING),
        ({**INTEGER, "exclusiveMinimum": 3}, {**INTEGER, "minimum": 4}),
        ({"oneOf": [MONEY, INTEGER]}, {"oneOf": [INTEGER, MONEY]}),
    ],
)
def test_another_spelling_is_no_change(old: JsonValue, new: JsonValue) -> None:
    assert compare(old, new) == ()
    assert compare(new, old) == ()


def test_a_definition_that_is_used_twice_is_one_change() -> None:
    def order(amount: dict[str, Any]) -> dict[str, Any]:
        money = {"$ref": "#/definitions/Money"}
        return {**an_object({"price": money, "tax": money}), "definitions": {"Money": an_object({"amount": amount})}}

    assert told(order(INTEGER), order(STRING)) == [("type-changed", "$.price.amount")]
    assert told(order(INTEGER), order({**INTEGER, "description": "Cents"})) == [("doc-changed", "$.price.amount")]


def test_who_is_lenient_is_told_what_the_strict_policy_refuses() -> None:
    old, new = an_object({"a": STRING}), an_object({"b": STRING})
    strict = {(change.id, change.severity) for change in compare(old, new)}
    lenient = {(change.id, change.severity) for change in compare(old, new, Policy.LENIENT)}
    assert strict == {
        ("property-added-to-open-model", Severity.BREAKING),
        ("property-removed-from-open-model", Severity.BREAKING),
    }
    assert lenient == {("property-added", Severity.SAFE), ("property-removed", Severity.DANGEROUS)}
    closed = {**old, "additionalProperties": False}
    assert {(change.id, change.severity) for change in compare(old, closed, Policy.LENIENT)} == {
        ("additional-properties-removed", Severity.BREAKING)
    }


def test_what_is_required_of_readers_breaks_the_lenient_too() -> None:
    old, new = an_object({"a": STRING}, required=["a"]), an_object({})
    found = {(change.id, change.direction) for change in compare(old, new, Policy.LENIENT)}
    assert ("required-property-removed", Direction.RESPONSE) in found


def test_a_schema_that_contains_itself_is_compared() -> None:
    def tree(value: dict[str, Any]) -> dict[str, Any]:
        return an_object({"value": value, "next": {"$ref": "#"}})

    assert told(tree(INTEGER), tree(STRING)) == [("type-changed", "$.value")]
    assert told(tree(INTEGER), tree({**INTEGER, "default": 1})) == [("default-added", "$.value")]


@pytest.mark.parametrize(("kind", "values"), [("string", ["a", "b"]), ("integer", [1, 2]), ("number", [1, 2.5])])
def test_a_type_that_becomes_a_list_of_its_values_only_narrows(kind: str, values: list[JsonValue]) -> None:
    plain: dict[str, Any] = {"type": kind}
    listed: dict[str, Any] = {"type": kind, "enum": values}
    for policy in Policy:
        narrowed, widened = compare(plain, listed, policy), compare(listed, plain, policy)
        assert (breaks(narrowed, Direction.REQUEST), breaks(narrowed, Direction.RESPONSE)) == (True, False)
        assert (breaks(widened, Direction.REQUEST), breaks(widened, Direction.RESPONSE)) == (False, True)
    other = compare({"type": "boolean"}, listed)
    assert breaks(other, Direction.REQUEST)
    assert breaks(other, Direction.RESPONSE)


@pytest.mark.parametrize(
    "circular",
    [
        {"$ref": "#", "title": "itself"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"title": "a", "$ref": "#/$defs/b"}, "b": {"title": "b", "$ref": "#"}}},
        {"$dynamicRef": "#", "properties": {"a": {"$ref": "#"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"anyOf": [{"$ref": "#"}, {}]}]}}},
    ],
)
def test_a_schema_that_is_made_of_itself_is_compared_in_bounded_work(circular: JsonValue) -> None:
    assert compare(circular, circular) == ()
    assert compare({"type": "string"}, circular) != ()
    assert compare(circular, {"type": "string"}) != ()


def test_a_long_chain_of_references_is_walked_without_recursion() -> None:
    names = range(3_000)
    chain: dict[str, Any] = {f"a{each}": {"title": "x", "$ref": f"#/$defs/a{(each + 1) % 3_000}"} for each in names}
    assert compare({"$ref": "#/$defs/a0", "title": "x", "$defs": chain}, {"type": "string"}) != ()


def schemas(depth: int) -> st.SearchStrategy[Any]:
    bounds = st.integers(0, 3)
    notes = {"description": st.sampled_from("xy"), "default": st.just(1), "deprecated": st.booleans()}
    strings = st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={"maxLength": bounds, "minLength": bounds, "pattern": st.sampled_from(["^a", "b$"]), **notes},
    )
    numbers = st.fixed_dictionaries(
        {"type": st.sampled_from(["number", "integer"])},
        optional={"maximum": bounds, "multipleOf": st.integers(1, 4), **notes},
    )
    enums = st.lists(st.sampled_from(["a", "b", 1]), min_size=1, unique=True).map(lambda some: {"enum": some})
    types = st.lists(st.sampled_from(["string", "integer", "null"]), min_size=1, max_size=3, unique=True)
    leaves = st.one_of(strings, numbers, enums, types.map(lambda some: {"type": some}), st.booleans(), st.just({}))
    if depth == 0:
        return leaves
    inner = schemas(depth - 1)
    objects = st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "required": st.lists(st.sampled_from("abc"), unique=True),
            "additionalProperties": inner,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "^z"]), inner, max_size=1),
            "dependencies": st.dictionaries(st.sampled_from("ab"), st.sampled_from([["c"], ["b", "c"]]), max_size=2),
            "maxProperties": bounds,
            "propertyNames": st.sampled_from([{"maxLength": 1}, {"maxLength": 2}]),
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": inner | st.lists(inner, min_size=1, max_size=2),
            "additionalItems": inner,
            "uniqueItems": st.booleans(),
            "contains": inner,
            "minItems": bounds,
        },
    )
    several = st.lists(inner, min_size=1, max_size=3)
    combined = st.sampled_from(["allOf", "anyOf", "oneOf"]).flatmap(
        lambda keyword: several.map(lambda some: {keyword: some})
    )
    conditions = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    return st.one_of(leaves, objects, arrays, combined, conditions, inner.map(lambda each: {"not": each}))


SCHEMAS = schemas(2)
PAIRS = st.tuples(SCHEMAS, SCHEMAS)


@settings(max_examples=150, deadline=None)
@given(PAIRS, st.sampled_from(Policy))
def test_a_direction_breaks_exactly_where_the_relation_says_so(pair: tuple[JsonValue, JsonValue], how: Policy) -> None:
    old, new = map(schema, pair)
    changes = changes_between(old, new, how)
    # Spellings of one schema are no change here, and may be one for a registry, which looks at what is written.
    one, other = old.merging(), new.merging()
    assert breaks(changes, Direction.REQUEST) == bool(reads(other, one, how))
    assert breaks(changes, Direction.RESPONSE) == bool(reads(one, other, how))


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_backwards_every_change_has_its_mirror(pair: tuple[JsonValue, JsonValue]) -> None:
    old, new = map(schema, pair)
    there, back = changes_between(old, new), changes_between(new, old)
    assert {CATALOGUE[change.id].mirror for change in there} == {change.id for change in back}
    assert there == changes_between(old, new)


@settings(max_examples=100, deadline=None)
@given(SCHEMAS)
def test_a_schema_is_no_change_of_itself(value: JsonValue) -> None:
    assert compare(value, value) == ()
