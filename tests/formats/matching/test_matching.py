"""Expected values: what is wrong with them and where, the laws of holding a value against them, and what they need."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.matching import (
    MOST_MISMATCHES,
    compile_pattern,
    example,
    faults_of,
    has_example,
    identity_value,
    matches_pattern,
    mismatches,
    shapes,
)
from contracthub.formats.matching.facets import size
from tests.formats.matching.cases import CASES, m

NUMBERS = st.integers(-5, 5) | st.floats(-5, 5)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=8,
)


def _with_matchers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3)
        | st.builds(lambda value: m("type", value), inner)
        | st.builds(lambda value, least: m("type", [value], min=least), inner, st.integers(0, 3))
        | st.builds(lambda value: m("arrayContains", variants=[value]), inner)
    )


EXPECTED: st.SearchStrategy[Any] = st.recursive(
    PLAIN
    | st.integers(-5, 5).map(lambda value: m("integer", value))
    | st.sampled_from(["a", "ab"]).map(lambda value: m("regex", value, regex="ab?")),
    _with_matchers,
    max_leaves=8,
)


@given(EXPECTED)
def test_the_example_keeps_the_pattern(expected: Any) -> None:
    pattern = compile_pattern(expected)
    assert mismatches(pattern, example(pattern)) == ()


@given(EXPECTED, PLAIN)
def test_no_value_is_too_strange(expected: Any, came: Any) -> None:
    pattern = compile_pattern(expected)
    assert matches_pattern(pattern, came) is (mismatches(pattern, came) == ())


@given(PLAIN)
def test_a_plain_value_keeps_itself(value: Any) -> None:
    assert matches_pattern(compile_pattern(value), value)


@given(EXPECTED, EXPECTED, PLAIN)
def test_of_one_identity_no_value_tells_them_apart(one: Any, other: Any, came: Any) -> None:
    first, second = compile_pattern(one), compile_pattern(other)
    if identity_value(first) == identity_value(second):
        assert matches_pattern(first, came) is matches_pattern(second, came)
        assert matches_pattern(second, example(first))


@given(EXPECTED)
def test_every_pattern_has_shapes_at_distinct_places_or_conditions(expected: Any) -> None:
    found = shapes(compile_pattern(expected))
    assert found
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (m("integer", 1), m("integer", 2)),
        (m("type", {"a": 1, "b": "x"}), m("type", {"b": "y", "a": 2.5})),
        (m("type", [1], min=1), m("type", [7, 8], min=1)),
        (m("regex", "a1", regex="a."), m("regex", "a2", regex="a.")),
    ],
)
def test_examples_under_a_rule_do_not_count(one: Any, other: Any) -> None:
    assert identity_value(compile_pattern(one)) == identity_value(compile_pattern(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, m("type", 1)),
        (m("type", 1), m("type", "1")),
        (m("type", {"a": 1}), m("type", {"b": 1})),
        (m("type", [1], min=1), m("type", [1], min=2)),
        (m("regex", "a1", regex="a."), m("regex", "a1", regex="a1")),
        (m("type", {"a": m("equality", 1)}), m("type", {"a": m("equality", 2)})),
        ([1, 1], [1]),
    ],
)
def test_what_a_verification_sees_counts(one: Any, other: Any) -> None:
    assert identity_value(compile_pattern(one)) != identity_value(compile_pattern(other))


@pytest.mark.parametrize(
    ("expected", "pointer", "text"),
    [
        ({"a": m("regexp", "x")}, "/a/pact:matcher:type", "must be one of: arrayContains"),
        ({"a": m(["type"], 1)}, "/a/pact:matcher:type", "must be one of"),  # type: ignore[arg-type]
        ({"a": m("regex", "x")}, "/a/regex", "must be the pattern"),
        ({"a": m("regex", "x", regex="(")}, "/a/regex", "bounded time"),
        ({"a": m("regex", "x", regex="(?=x)x")}, "/a/regex", "Look-around"),
        ({"a": m("regex", "x", regex=r"(x)\1")}, "/a/regex", "back-references"),
        ({"a": m("regex", "x", regex="((x{1000}){1000}){1000}")}, "/a/regex", "very large repetitions"),
        ({"a": m("regex", "x", regex="x" * 2001)}, "/a/regex", "longer than 2000"),
        ({"a": m("regex", "x", regex="y")}, "/a/value", "does not keep its own matcher"),
        ({"a": m("integer", "x")}, "/a/value", "Expected an integer"),
        ({"a": m("date", "x", format="yyyy-MM-dd")}, "/a/value", "Expected a date"),
        ({"a": m("date", "x", format="yyyy-QQ")}, "/a/format", "the letter Q"),
        ({"a": m("date", "x", format="yyyy'T")}, "/a/format", "never closed"),
        ({"a": m("type", [1], min=3, max=2)}, "/a/max", "is less than min"),
        ({"a": m("type", [1], min=-1)}, "/a/min", "0 or more"),
        ({"a": m("type", "x", min=1)}, "/a", "are for lists"),
        ({"a": m("type", [], min=1)}, "/a/value", "needs an example"),
        ({"a": {"pact:matcher:type": "type"}}, "/a", "needs a value"),
        ({"a": m("integer", m("type", 1))}, "/a", "right around another matcher"),
        ({"a": m("eachKey", {"x": 1}, rules=[])}, "/a/rules", "at least one"),
        ({"a": m("eachValue", {"x": 1}, rules=[m("regex", "x", regex="(")])}, "/a/rules/0/regex", "bounded time"),
        ({"a": m("arrayContains", variants=7)}, "/a/variants", "must be a list"),
        ({"a": m("statusCode", 200, status="fine")}, "/a/status", "must be a list of status codes"),
        ({"a": [0, {"b/c": m("include", 7)}]}, "/a/1/b~1c/value", "must be the text"),
    ],
)
def test_what_is_wrong_says_where(expected: Any, pointer: str, text: str) -> None:
    (fault,) = faults_of(expected, "/steps/0")
    assert fault.pointer == f"/steps/0{pointer}"
    assert text in fault.text


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        compile_pattern({"a": m("x", 1), "b": m("regex", "x", regex="(")})
    assert [fault.pointer for fault in refused.value.faults] == ["/a/pact:matcher:type", "/b/regex"]


@pytest.mark.parametrize(
    ("expected", "came", "told"),
    [
        ({"a": {"b": 1}}, {"a": {}}, [("$.a.b", "Expected 'b', which is missing")]),
        ({"a": 1}, {"a": "1"}, [("$.a", 'Expected 1 but got "1"')]),
        ({"a": [1]}, {"a": [1, 2]}, [("$.a", "Expected a list with 1 item but got one with 2 items")]),
        (m("type", [{"n": 1}]), [{"n": 2}, {"n": "x"}], [("$[1].n", 'Expected a number like 1 but got "x"')]),
        (m("eachValue", {"k": 1}, rules=[m("integer", 1)]), {"k": 1.5}, [("$.k", "Expected an integer but got 1.5")]),
        (
            m("eachKey", {"k": 1}, rules=[m("regex", "k", regex="k+")]),
            {"q": 1},
            [("$.q", "The key: Expected a text matching 'k+' but got \"q\"")],
        ),
        (m("arrayContains", variants=[1, 2]), [1], [("$", "Expected an item like variant 2, and there is none")]),
        (m("statusCode", 200, status="success"), 404, [("$", "Expected a status of the kind success but got 404")]),
        (m("statusCode", 200, status=[200, 202]), 404, [("$", "Expected 200, 202 but got 404")]),
    ],
)
def test_a_difference_says_where_and_what(expected: Any, came: Any, told: list[tuple[str, str]]) -> None:
    assert [(each.location, each.text) for each in mismatches(compile_pattern(expected), came)] == told


def test_differences_are_bounded() -> None:
    expected: dict[str, Any] = {f"m{number}": number for number in range(MOST_MISMATCHES * 3)}
    assert len(mismatches(compile_pattern(expected), {})) == MOST_MISMATCHES


def test_a_pattern_that_would_explode_elsewhere_ends() -> None:
    pattern = compile_pattern(m("regex", "a", regex="(a+)+"))
    assert not matches_pattern(pattern, "a" * 50_000 + "!")


def test_shapes_name_the_leaves_of_lists_of_like_items_once() -> None:
    pattern = compile_pattern({"lines": m("type", [{"sku": m("regex", "a", regex="a"), "n": 1}], min=1), "at": [1, 2]})
    assert {place: shape.matcher for place, shape in shapes(pattern)} == {
        "$.lines[*].sku": "regex",
        "$.lines[*].n": "type",
        "$.at[0]": "equality",
        "$.at[1]": "equality",
    }


def test_a_matcher_may_come_without_a_value() -> None:
    pattern = compile_pattern({"pact:matcher:type": "regex", "regex": "[0-9a-f]+", "pact:generator:type": "Regex"})
    assert not has_example(pattern)
    assert matches_pattern(pattern, "1f")
    made = compile_pattern({"pact:matcher:type": "integer", "pact:generator:type": "RandomInt"})
    assert matches_pattern(made, example(made))


def test_like_something_with_a_matcher_is_that_matcher() -> None:
    assert compile_pattern(m("type", m("integer", 1))) == compile_pattern(m("integer", 1))


@pytest.mark.parametrize("expected", [expected for expected, _ in CASES])
def test_every_case_has_an_example_that_keeps_it(expected: Any) -> None:
    pattern = compile_pattern(expected)
    assert matches_pattern(pattern, example(pattern))


def _inside_of_one_another(depth: int) -> Any:
    value: Any = {"a": 1}
    for _ in range(depth):
        value = {"a": m("eachValue", value, rules=[{"pact:matcher:type": "type"}])}
    return value


# Each of them would need more memory or time than anybody has, if it was tried out.
EXPLODING: dict[str, tuple[Any, str]] = {
    "a long list": (m("type", [1], min=10**12), "/min"),
    "long lists in long lists": (m("type", [{"b": m("type", [1], min=50_000)}], min=50_000), "/min"),
    "templates of templates": (_inside_of_one_another(30), "/rules/0"),
    "rules by the thousand": (m("eachKey", {"a": 1}, rules=[m("regex", "a", regex="a")] * 10_000), "/rules"),
    "variants by the thousand": (m("arrayContains", variants=[1] * 10_000), "/variants"),
    "a comment that ends too late": (m("regex", regex="(?x)a #"), "/regex"),
}


@pytest.mark.parametrize("name", EXPLODING)
def test_what_explodes_is_refused_before_it_does(name: str) -> None:
    expected, place = EXPLODING[name]
    found = faults_of(expected)
    assert found
    assert all((each.pointer or "").endswith(place) for each in found)


def test_what_is_only_large_is_not_refused() -> None:
    assert faults_of(m("type", [{"a": 1, "b": 2}], min=10_000)) == []
    assert faults_of(_inside_of_one_another(4)) == []
    assert faults_of({f"k{at}": _inside_of_one_another(2) for at in range(1_000)}) == []


@given(EXPECTED)
def test_the_size_of_an_example_is_known_before_it_is_made(expected: Any) -> None:
    pattern = compile_pattern(expected)

    def count(value: Any) -> int:
        if isinstance(value, dict):
            return 1 + sum(map(count, value.values()))
        return 1 + sum(map(count, value)) if isinstance(value, list) else 1

    assert size(pattern) == count(example(pattern))
