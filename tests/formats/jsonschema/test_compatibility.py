import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import TooLarge
from contracthub.formats.compatibility import Incompatibility, Level, conflicts
from contracthub.formats.jsonschema.compatibility import Policy, reads
from contracthub.formats.jsonschema.parse import parse

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}


def why_not(old: Any, new: Any, policy: Policy = Policy.STRICT) -> tuple[Incompatibility, ...]:
    return reads(parse(json.dumps(new)), parse(json.dumps(old)), policy)


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def opened(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def partly(rest: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": rest}


def array(**more: Any) -> dict[str, Any]:
    return {"type": "array", **more}


def any_of(*members: Any) -> dict[str, Any]:
    return {"anyOf": [*members]}


def one_of(*members: Any) -> dict[str, Any]:
    return {"oneOf": [*members]}


def all_of(*members: Any) -> dict[str, Any]:
    return {"allOf": [*members]}


def modern(**schema: Any) -> dict[str, Any]:
    return {"$schema": DRAFT_2020, **schema}


ACCEPTED: dict[str, tuple[Any, Any]] = {
    "nothing to anything": (False, STRING),
    "a type to anything": (STRING, True),
    "a type to the empty schema": (STRING, {}),
    "an annotation": (STRING, {**STRING, "title": "t", "description": "d", "default": "x", "format": "email"}),
    "integer to number": (INTEGER, NUMBER),
    "a type to a list with it": (STRING, {"type": ["string", "null"]}),
    "a list in another order": ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
    "maxLength raised": ({**STRING, "maxLength": 1}, {**STRING, "maxLength": 2}),
    "maxLength removed": ({**STRING, "maxLength": 1}, STRING),
    "minLength lowered": ({**STRING, "minLength": 2}, {**STRING, "minLength": 1}),
    "pattern removed": ({**STRING, "pattern": "a"}, STRING),
    "maximum raised": ({**NUMBER, "maximum": 1}, {**NUMBER, "maximum": 1.5}),
    "minimum lowered": ({**NUMBER, "minimum": 1}, {**NUMBER, "minimum": -1}),
    "exclusiveMaximum removed": ({**NUMBER, "exclusiveMaximum": 1}, NUMBER),
    "multipleOf to a divisor": ({**NUMBER, "multipleOf": 10}, {**NUMBER, "multipleOf": 2.5}),
    "multipleOf removed": ({**NUMBER, "multipleOf": 10}, NUMBER),
    "enum widened": ({"enum": ["a"]}, {"enum": ["b", "a"]}),
    "enum with an equal number": ({"enum": [1]}, {"enum": [1.0]}),
    "an enum to its type, beside which it stood": ({**STRING, "enum": ["a"]}, STRING),
    "const unchanged": ({"const": {"a": 1, "b": 2}}, {"const": {"b": 2, "a": 1}}),
    "optional property added, closed": (closed(a=STRING), closed(a=STRING, b=STRING)),
    "required property with default added, closed": (
        closed(),
        {**closed(b={**STRING, "default": "x"}), "required": ["b"]},
    ),
    "anything added, open": (opened(), opened(b={})),
    "property removed, open": (opened(a=STRING, b=STRING), opened(a=STRING)),
    "property that was refused removed, closed": (closed(a=False), closed()),
    "property added that was covered": (partly(STRING), partly(STRING, b=STRING)),
    "property added that is wider than its cover": (partly(INTEGER), partly(INTEGER, b=NUMBER)),
    "property removed that is covered": (partly(NUMBER, b=INTEGER), partly(NUMBER)),
    "property removed that a pattern covers": (
        {**closed(xa=STRING), "patternProperties": {"^x": STRING}},
        {**closed(), "patternProperties": {"^x": STRING}},
    ),
    "required removed": ({**opened(a=STRING), "required": ["a"]}, opened(a=STRING)),
    "required added, with a default": (
        opened(a={**STRING, "default": ""}),
        {**opened(a={**STRING, "default": ""}), "required": ["a"]},
    ),
    "closed to open": (closed(a=STRING), opened(a=STRING)),
    "closed to partly open": (closed(a=STRING), partly(STRING, a=STRING)),
    "partly open to open": (partly(STRING), opened()),
    "additional properties widened": (partly(INTEGER), partly(NUMBER)),
    "maxProperties raised": ({"type": "object", "maxProperties": 1}, {"type": "object", "maxProperties": 2}),
    "dependency removed": ({**opened(), "dependencies": {"a": ["b"]}}, opened()),
    "dependency narrowed": (
        {**opened(), "dependencies": {"a": ["b", "c"]}},
        {**opened(), "dependencies": {"a": ["b"]}},
    ),
    "dependency on a schema removed": ({**opened(), "dependencies": {"a": STRING}}, opened()),
    "items widened": (array(items=INTEGER), array(items=NUMBER)),
    "items removed": (array(items=INTEGER), array()),
    "maxItems removed": (array(maxItems=1), array()),
    "uniqueItems removed": (array(uniqueItems=True), array()),
    "tuple item removed, open": (array(items=[STRING, INTEGER]), array(items=[STRING])),
    "tuple item added, closed": (
        array(items=[STRING], additionalItems=False),
        array(items=[STRING, INTEGER], additionalItems=False),
    ),
    "anything added to an open tuple": (array(items=[STRING]), array(items=[STRING, {}])),
    "prefixItems item added that was covered": (
        modern(**array(prefixItems=[STRING], items=INTEGER)),
        modern(**array(prefixItems=[STRING, INTEGER], items=INTEGER)),
    ),
    "contains removed": (array(contains=STRING), array()),
    "anyOf member added": (any_of(STRING, INTEGER), any_of(INTEGER, STRING, {"type": "null"})),
    "oneOf member widened": (one_of(STRING, INTEGER), one_of(NUMBER, STRING)),
    "oneOf to anyOf": (one_of(STRING, INTEGER), any_of(STRING, INTEGER)),
    "allOf member removed": (all_of({"minLength": 1}, {"maxLength": 2}), all_of({"maxLength": 2})),
    "a type to anyOf with it": (STRING, any_of(INTEGER, STRING)),
    "allOf to one of its members": (
        all_of({**STRING, "minLength": 1}, {**STRING, "maxLength": 2}),
        {**STRING, "maxLength": 2},
    ),
    "a combination of one to its member": (one_of(STRING), STRING),
    "a member to a combination of one": (STRING, all_of(STRING)),
    "less forbidden": ({"not": {"enum": [1, 2]}}, {"not": {"enum": [1]}}),
    "inline to reference": (
        opened(a=STRING),
        {**opened(a={"$ref": "#/definitions/s"}), "definitions": {"s": STRING}},
    ),
    "reference by anchor": (
        opened(a=STRING),
        {**opened(a={"$ref": "#s"}), "definitions": {"s": {"$id": "#s", **STRING}}},
    ),
    "what stands beside a reference does not count in draft 7": (
        opened(a={"$ref": "#/definitions/s"}) | {"definitions": {"s": STRING}},
        opened(a={"$ref": "#/definitions/s", "maxLength": 1}) | {"definitions": {"s": STRING}},
    ),
    "exclusiveMaximum of draft 4, unchanged": (
        {"$schema": DRAFT_4, **NUMBER, "maximum": 1, "exclusiveMaximum": True},
        {"$schema": DRAFT_4, **NUMBER, "maximum": 1, "exclusiveMaximum": True},
    ),
    "then widened": (
        {"if": {"const": 1}, "then": INTEGER},
        {"if": {"const": 1}, "then": NUMBER},
    ),
    "closed by unevaluatedProperties, property added": (
        modern(type="object", properties={"a": STRING}, unevaluatedProperties=False),
        modern(type="object", properties={"a": STRING, "b": STRING}, unevaluatedProperties=False),
    ),
}

REFUSED: dict[str, tuple[Any, Any, str, str]] = {
    "another type": (STRING, INTEGER, "TYPE_CHANGED", "$"),
    "anything to a type": (True, STRING, "TYPE_CHANGED", "$"),
    "a type to nothing": (STRING, False, "TYPE_CHANGED", "$"),
    "number to integer": (NUMBER, INTEGER, "TYPE_NARROWED", "$"),
    "a list to one of it": ({"type": ["string", "null"]}, STRING, "TYPE_CHANGED", "$"),
    "maxLength added": (STRING, {**STRING, "maxLength": 1}, "MAX_LENGTH_ADDED", "$"),
    "maxLength lowered": ({**STRING, "maxLength": 2}, {**STRING, "maxLength": 1}, "MAX_LENGTH_DECREASED", "$"),
    "minLength added": (STRING, {**STRING, "minLength": 1}, "MIN_LENGTH_ADDED", "$"),
    "minLength raised": ({**STRING, "minLength": 1}, {**STRING, "minLength": 2}, "MIN_LENGTH_INCREASED", "$"),
    "pattern added": (STRING, {**STRING, "pattern": "a"}, "PATTERN_ADDED", "$"),
    "pattern changed": ({**STRING, "pattern": "a"}, {**STRING, "pattern": "b"}, "PATTERN_CHANGED", "$"),
    "maximum lowered": ({**NUMBER, "maximum": 2}, {**NUMBER, "maximum": 1}, "MAXIMUM_DECREASED", "$"),
    "minimum added": (NUMBER, {**NUMBER, "minimum": 0}, "MINIMUM_ADDED", "$"),
    "exclusiveMinimum raised": (
        {**NUMBER, "exclusiveMinimum": 0},
        {**NUMBER, "exclusiveMinimum": 1},
        "EXCLUSIVE_MINIMUM_INCREASED",
        "$",
    ),
    "maximum made exclusive in draft 4": (
        {"$schema": DRAFT_4, **NUMBER, "maximum": 1},
        {"$schema": DRAFT_4, **NUMBER, "maximum": 1, "exclusiveMaximum": True},
        "EXCLUSIVE_MAXIMUM_ADDED",
        "$",
    ),
    "multipleOf added": (NUMBER, {**NUMBER, "multipleOf": 2}, "MULTIPLE_OF_ADDED", "$"),
    "multipleOf to a multiple": ({**NUMBER, "multipleOf": 2}, {**NUMBER, "multipleOf": 4}, "MULTIPLE_OF_EXPANDED", "$"),
    "multipleOf unrelated": ({**NUMBER, "multipleOf": 4}, {**NUMBER, "multipleOf": 6}, "MULTIPLE_OF_CHANGED", "$"),
    "enum narrowed": ({"enum": ["a", "b"]}, {"enum": ["a"]}, "ENUM_ARRAY_NARROWED", "$"),
    "enum changed": ({"enum": ["a"]}, {"enum": ["b"]}, "ENUM_ARRAY_CHANGED", "$"),
    "const changed": ({"const": 1}, {"const": 2}, "ENUM_ARRAY_CHANGED", "$"),
    "a type to an enum": (STRING, {**STRING, "enum": ["a"]}, "TYPE_CHANGED", "$"),
    "optional property added, open": (opened(), opened(b=STRING), "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", "$.b"),
    "required property added, closed": (
        closed(),
        {**closed(b=STRING), "required": ["b"]},
        "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "$.b",
    ),
    "property removed, closed": (closed(b=STRING), closed(), "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", "$.b"),
    "property added that is narrower than its cover": (
        partly(NUMBER),
        partly(NUMBER, b=INTEGER),
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "$.b",
    ),
    "property removed that is not covered": (
        partly(STRING, b=INTEGER),
        partly(STRING),
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "$.b",
    ),
    "required added": (opened(a=STRING), {**opened(a=STRING), "required": ["a"]}, "REQUIRED_ATTRIBUTE_ADDED", "$"),
    "required added for what is not listed": (
        opened(),
        {**opened(), "required": ["z"]},
        "REQUIRED_ATTRIBUTE_ADDED",
        "$",
    ),
    "open to closed": (opened(a=STRING), closed(a=STRING), "ADDITIONAL_PROPERTIES_REMOVED", "$"),
    "open to partly open": (opened(), partly(STRING), "ADDITIONAL_PROPERTIES_NARROWED", "$"),
    "additional properties narrowed": (partly(NUMBER), partly(INTEGER), "ADDITIONAL_PROPERTIES_NARROWED", "$"),
    "minProperties added": ({"type": "object"}, {"type": "object", "minProperties": 1}, "MIN_PROPERTIES_ADDED", "$"),
    "dependency added": (opened(), {**opened(), "dependencies": {"a": ["b"]}}, "DEPENDENCY_ARRAY_EXTENDED", "$"),
    "dependency changed": (
        modern(**opened(), dependentRequired={"a": ["b"]}),
        modern(**opened(), dependentRequired={"a": ["c"]}),
        "DEPENDENCY_ARRAY_EXTENDED",
        "$",
    ),
    "dependency on a schema added": (
        opened(),
        {**opened(), "dependencies": {"a": {"required": ["b"]}}},
        "DEPENDENCY_SCHEMA_ADDED",
        "$",
    ),
    "items added": (array(), array(items=STRING), "TYPE_CHANGED", "$[*]"),
    "items narrowed": (array(items=NUMBER), array(items=INTEGER), "TYPE_NARROWED", "$[*]"),
    "maxItems lowered": (array(maxItems=2), array(maxItems=1), "MAX_ITEMS_DECREASED", "$"),
    "uniqueItems added": (array(), array(uniqueItems=True), "UNIQUE_ITEMS_ADDED", "$"),
    "tuple item added, open": (
        array(items=[STRING]),
        array(items=[STRING, INTEGER]),
        "ITEM_ADDED_TO_OPEN_CONTENT_MODEL",
        "$[1]",
    ),
    "tuple item removed, closed": (
        array(items=[STRING, INTEGER], additionalItems=False),
        array(items=[STRING], additionalItems=False),
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "$[1]",
    ),
    "tuple item changed": (array(items=[STRING]), array(items=[INTEGER]), "TYPE_CHANGED", "$[0]"),
    "tuple closed": (
        array(items=[STRING]),
        array(items=[STRING], additionalItems=False),
        "ADDITIONAL_ITEMS_REMOVED",
        "$",
    ),
    "contains added": (array(), array(contains=STRING), "CONTAINS_ADDED", "$"),
    "anyOf member removed": (
        any_of(STRING, INTEGER, {"type": "null"}),
        any_of(STRING, INTEGER),
        "SUM_TYPE_NARROWED",
        "$",
    ),
    "oneOf member swapped": (
        one_of(STRING, INTEGER),
        one_of(STRING, {"type": "boolean"}),
        "COMBINED_TYPE_SUBSCHEMAS_CHANGED",
        "$",
    ),
    "two members that only one fits": (
        any_of({**STRING, "maxLength": 1}, {**STRING, "maxLength": 2}),
        any_of({**STRING, "maxLength": 1}, INTEGER),
        "COMBINED_TYPE_SUBSCHEMAS_CHANGED",
        "$",
    ),
    "anyOf to oneOf": (any_of(STRING, INTEGER), one_of(STRING, INTEGER), "COMBINED_TYPE_CHANGED", "$"),
    "allOf member added": (
        all_of({"minLength": 1}, {"maxLength": 2}),
        all_of({"minLength": 1}, {"maxLength": 2}, STRING),
        "PRODUCT_TYPE_EXTENDED",
        "$",
    ),
    "a type to anyOf without it": (STRING, any_of(INTEGER, {"type": "null"}), "TYPE_CHANGED", "$"),
    "more forbidden": ({"not": {"enum": [1]}}, {"not": {"enum": [1, 2]}}, "NOT_TYPE_NARROWED", "$"),
    "the target of a reference narrowed": (
        opened(a={"$ref": "#/definitions/s"}) | {"definitions": {"s": NUMBER}},
        opened(a={"$ref": "#/definitions/s"}) | {"definitions": {"s": INTEGER}},
        "TYPE_NARROWED",
        "$.a",
    ),
    "what stands beside a reference counts in 2020-12": (
        modern(**opened(a={"$ref": "#/$defs/s"}), **{"$defs": {"s": STRING}}),
        modern(**opened(a={"$ref": "#/$defs/s", "maxLength": 1}), **{"$defs": {"s": STRING}}),
        "TYPE_CHANGED",
        "$.a",
    ),
    "the condition changed": (
        {"if": {"const": 1}, "then": INTEGER},
        {"if": {"const": 2}, "then": INTEGER},
        "CONDITION_CHANGED",
        "$",
    ),
    "deep inside": (
        opened(a=array(items=opened(b=array(items=NUMBER)))),
        opened(a=array(items=opened(b=array(items=INTEGER)))),
        "TYPE_NARROWED",
        "$.a[*].b[*]",
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_may_follow(case: str) -> None:
    old, new = ACCEPTED[case]
    assert why_not(old, new) == ()


@pytest.mark.parametrize("case", REFUSED)
def test_may_not_follow_and_says_by_which_rule_and_where(case: str) -> None:
    old, new, rule, path = REFUSED[case]
    found = why_not(old, new)
    assert (rule, path) in {(each.rule, each.path) for each in found}
    assert all(each.message and each.remedy.endswith(".") for each in found)


def test_there_are_more_than_a_hundred_cases() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (opened(), opened(b=STRING)),
        (closed(b=STRING), closed()),
        (opened(a=STRING), closed(a=STRING)),
        (partly(NUMBER), partly(INTEGER)),
        (partly(NUMBER), partly(NUMBER, b=INTEGER)),
    ],
)
def test_the_lenient_policy_lets_optional_properties_come_and_go(old: Any, new: Any) -> None:
    assert why_not(old, new)
    assert why_not(old, new, Policy.LENIENT) == ()


def test_the_lenient_policy_is_not_lenient_with_types() -> None:
    assert why_not(opened(a=STRING), opened(a=INTEGER), Policy.LENIENT)


def tree(leaf: Any) -> dict[str, Any]:
    node = {**closed(v=leaf, left={"$ref": "#/definitions/n"}, right={"$ref": "#/definitions/n"})}
    return {**opened(root={"$ref": "#/definitions/n"}), "definitions": {"n": node}}


def test_a_schema_that_contains_itself_is_compared_and_ends() -> None:
    assert why_not(tree(INTEGER), tree(NUMBER)) == ()
    assert [each.rule for each in why_not(tree(NUMBER), tree(INTEGER))] == ["TYPE_NARROWED"]


def test_a_reference_to_another_document() -> None:
    shared: dict[str, Any] = {"address.json": {"definitions": {"city": STRING}}}
    old = parse(json.dumps(opened(a=STRING)))
    new = parse(json.dumps(opened(a={"$ref": "address.json#/definitions/city"})), shared)
    assert reads(new, old) == ()


def test_references_that_only_lead_to_one_another_end() -> None:
    looping = {
        **opened(a={"$ref": "#/definitions/x"}),
        "definitions": {"x": {"$ref": "#/definitions/y"}, "y": {"$ref": "#/definitions/x"}},
    }
    assert why_not(looping, looping) == ()


def test_combinations_inside_of_combinations_are_refused_before_they_take_forever() -> None:
    def wide(kind: str) -> Any:
        return {"anyOf": [{**opened(**{f"p{index}": {"type": kind}})} for index in range(400)]}

    with pytest.raises(TooLarge):
        why_not(wide("string"), wide("integer"))


_leaves = st.sampled_from(
    [True, STRING, INTEGER, NUMBER, {"type": "null"}, {"enum": ["a", "b"]}, {**STRING, "maxLength": 3}]
)
_schemas: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: (
        st.dictionaries(st.sampled_from("ab"), inner, max_size=2).map(lambda some: closed(**some))
        | st.dictionaries(st.sampled_from("ab"), inner, max_size=2).map(lambda some: opened(**some))
        | inner.map(lambda each: array(items=each))
        | st.lists(inner, min_size=1, max_size=3).map(lambda some: any_of(*some))
    ),
    max_leaves=6,
)


@given(_schemas)
def test_a_schema_may_follow_itself(schema: Any) -> None:
    assert why_not(schema, schema) == ()


@given(_schemas, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(schema: Any, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            pairs = [(key, shuffled(each)) for key, each in value.items()]
            random.shuffle(pairs)
            return dict(pairs)
        if isinstance(value, list):
            items = [shuffled(item) for item in value]
            random.shuffle(items)
            return items
        return value

    assert why_not(schema, shuffled(schema)) == ()


@given(_schemas, _schemas)
def test_forward_is_backward_seen_from_the_other_side_and_full_is_both(one: Any, other: Any) -> None:
    old, new = parse(json.dumps(one)), parse(json.dumps(other))
    answers = {level: not conflicts(level, new, [old], reads) for level in Level}
    assert answers[Level.FORWARD] == (not conflicts(Level.BACKWARD, old, [new], reads))
    assert answers[Level.FULL] == (answers[Level.BACKWARD] and answers[Level.FORWARD])


@given(_schemas, _schemas)
def test_what_may_follow_accepts_every_value_that_was_accepted(one: Any, other: Any) -> None:
    """The rules are stricter than the question of values, and never laxer."""
    import jsonschema_rs

    if not why_not(one, other):
        covered = jsonschema_rs.canonicalize(other).covers(jsonschema_rs.canonicalize(one))
        assert covered.value != "no"
