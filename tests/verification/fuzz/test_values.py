"""What is tried instead of a consumer's value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.verification.fuzz.values import alternatives, text_alternatives

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def tried(schema: dict[str, Any], value: Any) -> list[Any]:
    return [each.value for each in alternatives(schema, value)]


@given(JSON)
def test_never_the_same_value_again_and_the_value_itself_is_left_as_it_was(value: Any) -> None:
    before = json.dumps(value)
    for each in tried({}, value):
        assert type(each) is not type(value) or each != value
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    ("schema", "value", "wanted"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 100}, 5, [1, 100, 0, 101]),
        ({"type": "string", "enum": ["card", "voucher"]}, "card", ["voucher"]),
        ({"type": "string", "maxLength": 4}, "ab", ["abaa", "aaaaa", ""]),
        ({"type": "array"}, [1], [[], [1, 1]]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "ada", [None]),
        ({"type": "boolean"}, True, [False, "perhaps"]),
    ],
)
def test_bounds_and_what_lies_beyond(schema: dict[str, Any], value: Any, wanted: list[Any]) -> None:
    assert [each for each in wanted if each not in tried(schema, value)] == []


def test_of_an_object_one_thing_is_changed_at_a_time() -> None:
    schema = {"properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}}}
    found = tried(schema, {"a": 1, "c": [2]})
    assert {"c": [2]} in found
    assert {"a": 1} in found
    assert {"a": 1, "c": [2], "b": "y"} in found
    assert {"a": 1, "c": []} in found
    for each in found:
        if isinstance(each, dict):
            same = sum(name in each and each[name] == member for name, member in {"a": 1, "c": [2]}.items())
            assert same >= 1


def test_what_a_schema_allows_comes_before_what_it_refuses() -> None:
    found = [each.what for each in alternatives({"type": "integer", "maximum": 3}, 1)]
    assert found.index("at its maximum") < found.index("no integer")


def test_texts_are_read_as_what_the_schema_says() -> None:
    found = dict(text_alternatives({"type": "integer", "maximum": 50}, "20"))
    assert "50" in found.values()
    assert "51" in found.values()
    assert "20" not in found.values()


@given(st.text(max_size=10))
def test_a_text_is_never_tried_again(value: str) -> None:
    assert value not in [text for _, text in text_alternatives({}, value)]
