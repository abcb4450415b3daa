"""Bodies that are made of schemas: the schema accepts them, and what is wanted of them is in them."""

import json
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.bundle import Bundle, Place
from contracthub.verification.state_solving.api import Api
from contracthub.verification.state_solving.values import Wishes, body_for

SCALARS = st.one_of(
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.builds(
        lambda least, more: {"type": "integer", "minimum": least, "maximum": least + more},
        st.integers(-50, 50),
        st.integers(0, 50),
    ),
    st.builds(lambda above: {"type": "number", "exclusiveMinimum": above}, st.integers(-50, 50)),
    st.builds(lambda step: {"type": "integer", "multipleOf": step}, st.integers(1, 9)),
    st.builds(
        lambda least, more: {"type": "string", "minLength": least, "maxLength": least + more},
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    st.sampled_from(
        [{"type": "string", "format": name} for name in ("date", "date-time", "uuid", "email", "uri", "ipv4")]
    ),
    st.builds(lambda choices: {"enum": choices}, st.lists(st.text(max_size=4), min_size=1, max_size=3)),
    st.builds(lambda value: {"const": value}, st.integers() | st.text(max_size=4)),
)
NAMES = st.sampled_from(["name", "status", "amount", "when", "inner"])


def _object(members: dict[str, Any], needed: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": [name for name in needed if name in members]}


SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(_object, st.dictionaries(NAMES, inner, max_size=4), st.lists(NAMES, unique=True)),
        st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 3)),
        st.builds(lambda one: {"oneOf": [{"type": "null"}, one]}, SCALARS.filter(lambda one: one != {"type": "null"})),
        st.builds(lambda one: {"anyOf": [one, {"type": "null"}]}, inner),
    ),
    max_leaves=8,
)


def made(schema: Any, wishes: Wishes | None = None) -> Any:
    bundle = Bundle("api.json", {"api.json": {"schema": schema}})
    return body_for(Api((), bundle), Place("api.json", "/schema", schema), wishes or Wishes())


@given(SCHEMAS, st.integers(0, 3))
def test_the_schema_accepts_what_is_made_of_it(schema: Any, index: int) -> None:
    value = made(schema, Wishes(index=index))
    assert jsonschema_rs.validator_for(schema).is_valid(value), json.dumps([schema, value])


@given(SCHEMAS, st.dictionaries(NAMES, st.integers(-99, 99) | st.text(max_size=3) | st.booleans()))
def test_wishes_that_do_not_fit_are_passed_over(schema: Any, wished: dict[str, Any]) -> None:
    value = made(schema, Wishes(values=wished))
    # Lengths of texts are the provider's to refuse; everything else is looked at.
    lenient = json.loads(json.dumps(schema).replace('"minLength"', '"x-min"').replace('"maxLength"', '"x-max"'))
    loose = json.loads(json.dumps(lenient).replace('"exclusiveMinimum"', '"x"').replace('"multipleOf"', '"x"'))
    assert jsonschema_rs.validator_for(loose).is_valid(value), json.dumps([schema, wished, value])


ORDER = {
    "type": "object",
    "required": ["sku", "customer_id"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "sku": {"type": "string"},
        "customer_id": {"type": "integer"},
        "note": {"type": "string"},
        "kind": {"enum": ["a", "b"]},
    },
}


def test_what_is_wanted_is_in_it_and_what_is_not_needed_is_not() -> None:
    assert made(ORDER, Wishes({"sku": "nut", "note": "hi"}, {"customer_id": 7})) == {
        "sku": "nut",
        "note": "hi",
        "customer_id": 7,
    }


def test_a_body_like_a_consumers_is_kept_but_for_what_is_known() -> None:
    like: dict[str, Any] = {"sku": "bolt", "customer_id": 1, "more": True}
    assert made(ORDER, Wishes({}, {"customer_id": 7}, like)) == {"sku": "bolt", "customer_id": 7, "more": True}


def test_several_things_differ() -> None:
    values = [made(ORDER, Wishes({"sku": "nut"}, {"customer_id": 7}, {}, index)) for index in range(3)]
    assert len({json.dumps(each) for each in values}) == 3


def test_a_schema_that_holds_itself_many_times_comes_to_an_end() -> None:
    names = [f"m{number}" for number in range(30)]
    me = {"$ref": "#/schema"}
    schema = {"type": "object", "required": names, "properties": dict.fromkeys(names, me), "allOf": [me] * 30}
    assert isinstance(made(schema), dict)


def test_a_text_is_like_its_pattern_and_a_wish_that_is_not_is_passed_over() -> None:
    schema = {"type": "object", "required": ["zip"], "properties": {"zip": {"type": "string", "pattern": r"^\d{5}$"}}}

    assert made(schema, Wishes({"zip": "somewhere"})) == {"zip": "00000"}
    assert made(schema, Wishes({"zip": "12345"})) == {"zip": "12345"}
    assert made(schema, Wishes({"zip": "12345"}, index=3)) != {"zip": "12345"}
