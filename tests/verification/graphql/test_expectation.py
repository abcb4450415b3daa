"""What of an answer is not as expected: the matching rules one by one, and laws that hold for any JSON."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.verification.graphql.expectation import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)


def rule(expression: str, *matchers: tuple[str, dict[str, Any]], combine: str = "AND") -> MatchingRule:
    return MatchingRule("body", expression, combine, tuple(Matcher(kind, facts) for kind, facts in matchers))


def told(expected: Any, actual: Any, *rules: MatchingRule) -> list[tuple[str, str]]:
    return [(each.place, each.text) for each in differences(expected, actual, rules)]


@given(JSON)
def test_what_is_expected_is_as_expected(value: Any) -> None:
    assert differences(value, value, ()) == ()
    assert differences(value, value, (rule("$", ("type", {})),)) == ()


@given(st.dictionaries(st.text(max_size=2), JSON, min_size=1, max_size=3), JSON)
def test_more_members_hurt_nobody(value: dict[str, Any], more: Any) -> None:
    assert differences(value, {**value, "added later": more}, ()) == ()


@given(st.dictionaries(st.text(max_size=2), JSON, min_size=1, max_size=3), st.data())
def test_a_member_that_is_gone_is_named_once(value: dict[str, Any], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(value)))
    (found,) = differences(value, {name: each for name, each in value.items() if name != gone}, ())
    assert (found.text, gone in found.place or not gone) == ("is missing", True)


@pytest.mark.parametrize(
    ("kind", "facts", "good", "bad"),
    [
        ("type", {}, "other", 3),
        ("regex", {"regex": r"^\d+$"}, "12", "x"),
        ("integer", {}, 3, 3.5),
        ("integer", {}, 3, True),
        ("decimal", {}, 3.5, 3),
        ("number", {}, 3.5, "3.5"),
        ("boolean", {}, False, "false"),
        ("null", {}, None, 0),
        ("include", {"value": "ell"}, "hello", "help"),
        ("equality", {}, "sample", "other"),
        ("uuid", {}, "936DA01f-9abd-4d9d-80c7-02af85c822a8", "x"),
        ("semver", {}, "1.2.3-rc.1", "1.2"),
        ("notEmpty", {}, "x", ""),
        ("somethingNew", {}, "other", 3),
    ],
)
def test_a_matcher_accepts_and_refuses(kind: str, facts: dict[str, Any], good: Any, bad: Any) -> None:
    with_rule = rule("$.a", (kind, facts))
    assert told({"a": "sample"}, {"a": good}, with_rule) == []
    assert [place for place, _ in told({"a": "sample"}, {"a": bad}, with_rule)] == ["$.a"]


@pytest.mark.parametrize(
    ("facts", "actual", "text"),
    [
        ({"min": 2}, [1], "has 1 item, not at least 2"),
        ({"max": 1}, [1, 2], "has 2 items, not at most 1"),
        ({"min": 1}, {}, "is an object, not an array"),
        ({"min": 1}, [1, "x"], "is a string, not a number"),
    ],
)
def test_arrays_of_like_items(facts: dict[str, Any], actual: Any, text: str) -> None:
    assert [words for _, words in told({"a": [7]}, {"a": actual}, rule("$.a", ("type", facts)))] == [text]


def test_without_a_rule_arrays_are_of_one_length() -> None:
    assert told([1, 2], [1, 2, 3]) == [("$", "has 3 items, not 2")]
    assert told([1, 2], [1]) == [("$", "has 1 item, not 2")]
    assert told([], [1]) == [("$", "has 1 item, not 0")]


def test_one_of_several_conditions_may_do() -> None:
    either = rule("$.a", ("integer", {}), ("null", {}), combine="OR")
    assert [told({"a": 1}, {"a": each}, either) for each in (None, 4)] == [[], []]
    assert len(told({"a": 1}, {"a": "x"}, either)) == 1


def test_an_array_may_have_to_hold_something() -> None:
    variants = [{"index": 0, "rules": {"$.id": {"matchers": [{"match": "integer"}]}}}]
    holds = rule("$", ("arrayContains", {"variants": variants}))
    assert told([{"id": 1}], [{"x": 1}, {"id": 5}], holds) == []
    assert told([{"id": 1}], [{"id": "x"}], holds) == [("$", "holds no item as expected")]


def test_values_of_a_map_are_like_the_example() -> None:
    each = rule("$.a", ("values", {}))
    value = rule("$.a.*", ("integer", {}))
    assert told({"a": {"k": 1}}, {"a": {"other": 2}}, each, value) == []
    assert told({"a": {"k": 1}}, {"a": {"other": "x"}}, each, value) == [("$.a.other", 'is "x", no integer')]


def test_a_pattern_of_another_language_is_left_to_the_replay() -> None:
    assert told({"a": "b"}, {"a": "x"}, rule("$.a", ("regex", {"regex": r"\A[[:alpha:]]+\z("}))) == []


def test_no_more_than_a_hundred_are_told() -> None:
    assert len(differences(list(range(500)), [-1] * 500, ())) == 100
