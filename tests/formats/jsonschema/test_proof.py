"""Proofs: which schema takes what another one does, and the value that tells them apart."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.changes import Proven
from contracthub.formats.jsonschema.proof import MOST_BYTES, proof_of

STATUS = {"type": "object", "properties": {"s": {"enum": ["open", "void"]}}, "required": ["s"]}


@pytest.mark.parametrize(
    ("taker", "given_"),
    [
        ({"type": "string"}, {"type": "string", "maxLength": 3}),
        ({"type": "number"}, {"type": "integer"}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": ["string", "integer"]}),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a", "b"]}),
        (True, STATUS),
    ],
)
def test_what_takes_all_is_proven_to(taker: Any, given_: Any) -> None:
    proof = proof_of(taker, given_)
    assert (proof.verdict, proof.counterexample) == (Proven.COMPATIBLE, None)


@pytest.mark.parametrize(
    ("taker", "given_", "value"),
    [
        ({**STATUS, "properties": {"s": {"enum": ["open"]}}}, STATUS, {"s": "void"}),
        ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 5}, "aaaa"),
        ({"type": "integer"}, {"type": ["integer", "null"]}, None),
        ({"type": "object", "required": ["a"]}, {"type": "object"}, {}),
        ({"type": "integer", "multipleOf": 4}, {"type": "integer", "multipleOf": 2}, 2),
        ({"not": {"const": 1}}, {"type": "integer"}, 1),
    ],
)
def test_what_does_not_is_shown_by_a_value(taker: Any, given_: Any, value: Any) -> None:
    proof = proof_of(taker, given_)
    assert proof.verdict is Proven.INCOMPATIBLE
    assert proof.counterexample is not None
    assert json.loads(proof.counterexample) == value


@pytest.mark.parametrize(
    "large",
    [{"enum": [f"{number:09}" for number in range(MOST_BYTES // 10)]}, {"$ref": "https://example.org/schema.json"}],
)
def test_what_is_too_large_or_elsewhere_is_not_proven(large: Any) -> None:
    assert proof_of({"type": "integer"}, large).verdict is Proven.NOT_PROVEN


SCHEMAS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")}, optional={"minLength": st.integers(0, 2), "maxLength": st.integers(0, 3)}
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"])}, optional={"minimum": st.integers(0, 3)}),
    st.builds(lambda values: {"enum": values}, st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, unique=True)),
)


@given(SCHEMAS, SCHEMAS, st.one_of(st.text("ab", max_size=4), st.integers(-1, 5), st.none()))
@settings(max_examples=200)
def test_no_value_contradicts_a_proof(taker: Any, given_: Any, value: Any) -> None:
    takes, gives = jsonschema_rs.Draft202012Validator(taker), jsonschema_rs.Draft202012Validator(given_)
    proof = proof_of(taker, given_)
    if proof.verdict is Proven.COMPATIBLE:
        assert takes.is_valid(value) or not gives.is_valid(value)
    if proof.counterexample is not None:
        shown = json.loads(proof.counterexample)
        assert gives.is_valid(shown)
        assert not takes.is_valid(shown)
