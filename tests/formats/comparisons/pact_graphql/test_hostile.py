"""Documents that are made to cost: each comes to an end by a count of its own, and says that it did."""

import json
from typing import Any

import pytest

from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.pact_graphql import operations
from contracthub.formats.comparisons.pact_graphql.comparing import compare_operations, compile_schema
from tests.formats.comparisons.pact_graphql.pairs import NOTHING, found_in, posting

_SDL = "type Query { a: Query b: Query c(x: Int): Query many: [Query] id: ID }"
_MANY = 2_500
_UNION = "\n".join(
    [
        "type Query { u: [U] }",
        f"union U = {' | '.join(f'T{at}' for at in range(_MANY))}",
        *(f"type T{at} {{ f{at}: ID u: U }}" for at in range(_MANY)),
    ]
)
_FRAGMENTS = " ".join(f"... on T{at} {{ f{at} }}" for at in range(1_000))


def _told(query: str, answer: Any = NOTHING, sdl: str = _SDL, **more: Any) -> set[tuple[Level, str]]:
    return {(each.level, each.rule) for each in found_in(posting({"query": query, **more}, answer), sdl)}


_TOO_COMPLEX = {(Level.UNANSWERED, "graphql.operation.too-complex")}


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("{a" * 5_000 + "}" * 5_000, id="deep"),
        pytest.param("{id}" + "#" * (1024 * 1024), id="long"),
        pytest.param(f"{{ {'id ' * 30_000} }}", id="tokens"),
        pytest.param(f"{{ {'a{id} ' * 2_000} }}", id="fields of one name"),
        pytest.param(f"{{ {'a{b{a{b{id}}}} ' * 500} }}", id="fields of one name at every level"),
        pytest.param(
            "{...F0}"
            + "".join(f"fragment F{at} on Query{{...F{at + 1}}}" for at in range(2_000))
            + "fragment F2000 on Query{id}",
            id="fragments in one another",
        ),
    ],
)
def test_what_is_too_complex_is_no_answer(query: str) -> None:
    assert _told(query, {"data": {}}) == _TOO_COMPLEX


def test_a_fragment_about_all_types_for_all_types_is_too_complex() -> None:
    assert _told(f"{{ u {{ {_FRAGMENTS} }} }}", sdl=_UNION) == _TOO_COMPLEX


def test_fragments_that_double_at_every_step_are_looked_at_once() -> None:
    parts = "".join(f"fragment F{at} on Query{{...F{at + 1} ...F{at + 1} a{{...F{at + 1}}}}}" for at in range(40))
    query = f"{{...F0}} {parts} fragment F40 on Query{{id}}"
    assert _told(query, {"data": {"id": "1", "a": {"a": {"id": "1"}}}}) == set()
    assert _told(query, {"data": {"a": {"b": None}}}) == {(Level.ERROR, "graphql.response.unselected")}


def test_fragments_that_lead_to_one_another_end() -> None:
    spreads = " ".join(f"...F{at}" for at in range(5))
    query = "{...F0} " + " ".join(f"fragment F{at} on Query{{id {spreads}}}" for at in range(5))
    found = _told(query, {"data": {"id": 5}})
    assert (Level.ERROR, "graphql.operation.invalid") in found
    assert (Level.ERROR, "graphql.response.type") in found


def test_thousands_of_aliases_are_no_problem() -> None:
    query = f"{{ {' '.join(f'a{at}: id' for at in range(3_000))} }}"
    assert _told(query, {"data": {f"a{at}": "1" for at in range(3_000)}}) == set()


def test_an_answer_with_more_values_than_are_compared_is_no_answer() -> None:
    rows = [{"id": "1"}] * 60_000
    assert _told("{ many { id } }", {"data": {"many": rows}}) == {(Level.UNANSWERED, "graphql.response.too-large")}


def test_an_object_that_may_be_of_thousands_of_types_ends() -> None:
    query = "{u{...on T0{u{...on T1{u{...on T2{u{__typename}}}}}}}}"
    answer = {"data": {"u": [{"u": {"u": {"u": {"no": 1}}}}] * 5}}
    assert _told(query, answer, _UNION) == {(Level.UNANSWERED, "graphql.response.too-large")}


def test_what_is_wrong_a_thousand_times_is_told_a_hundred_times() -> None:
    query = f"{{ {' '.join(f'no{at}' for at in range(1_000))} }}"
    findings = found_in(posting({"query": query}, {"data": {f"x{at}": 1 for at in range(1_000)}}), _SDL)
    assert [each.rule for each in findings] == ["graphql.field.unknown"] * operations.MOST_FLAWS
    findings = found_in(posting({"query": "{ id }"}, {"data": {f"x{at}": 1 for at in range(1_000)}}), _SDL)
    assert [each.rule for each in findings] == ["graphql.response.unselected"] * operations.MOST_FLAWS


def test_fragments_that_are_wrong_and_in_one_another_without_end_are_told() -> None:
    parts = " ".join(f"fragment F{at} on Query {{ no{at} ...F{at + 1} }}" for at in range(1_500))
    assert _told(f"{parts} fragment F1500 on Query {{ id }} {{ ...F0 }}") <= {
        (Level.ERROR, "graphql.field.unknown"),
        *_TOO_COMPLEX,
    }


def test_variables_as_deep_as_a_pact_may_be_are_followed() -> None:
    deep: Any = json.loads('{"w":' * 70 + "5" + "}" * 70)
    query = "query ($w: W) { id(w: $w) }"
    (found,) = found_in(
        posting({"query": query, "variables": {"w": deep}}), "input W { w: W } type Query { id(w: W): ID }"
    )
    assert found.rule == "graphql.variable.incompatible"
    assert found.path == "request.body.variables" + ".w" * 71


def test_a_regular_expression_that_takes_for_ever_elsewhere_does_not_here() -> None:
    sdl = f"enum E {{ {'a' * 40} }} type Query {{ e: E }}"
    read = {"$.data.e": {"match": "regex", "regex": "^(a+)+$|^(a|aa)+b$"}}
    assert found_in(posting({"query": "{ e }"}, {"data": {"e": "a" * 40}}, read=read), sdl) == ()


def test_a_document_of_operations_is_bounded_as_well() -> None:
    schema = compile_schema(_SDL)
    assert {each.rule for each in compare_operations("{a" * 500 + "}" * 500, schema)} == {
        "graphql.operation.too-complex"
    }
