from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats import safe_json
from contracthub.formats.diff import LONGEST_LINE, MOST_SHOWN, text_diff

objects = st.dictionaries(st.text("ab", min_size=1, max_size=2), st.integers(0, 3) | st.booleans(), max_size=4)


def test_shows_what_was_removed_and_added() -> None:
    diff = text_diff({"a": 1, "b": {"c": "x"}}, {"b": {"c": "y"}, "a": 1}, old_name="stored", new_name="sent")
    assert diff.splitlines()[:2] == ["--- stored", "+++ sent"]
    assert '-    "c": "x"' in diff
    assert '+    "c": "y"' in diff
    assert '-  "a"' not in diff


@given(objects, objects)
def test_is_empty_exactly_for_equal_values(old: safe_json.JsonObject, new: safe_json.JsonObject) -> None:
    assert (text_diff(old, new) == "") == (safe_json.canonical(old) == safe_json.canonical(new))


def test_counts_lines_from_the_beginning_of_the_document() -> None:
    old: list[safe_json.JsonValue] = [*range(100)]
    new: list[safe_json.JsonValue] = [*range(99), 500]
    assert "@@ -98," in text_diff(old, new)


def test_is_bounded_for_long_documents() -> None:
    old: list[safe_json.JsonValue] = [*range(30_000)]
    new: list[safe_json.JsonValue] = [*range(1, 30_001)][::-1]
    diff = text_diff(old, new).splitlines()
    assert len(diff) == MOST_SHOWN + 1
    assert diff[-1] == "... and more differences, which are not shown."


def test_is_bounded_for_repeated_lines() -> None:
    old: list[safe_json.JsonValue] = [index % 40 for index in range(30_000)]
    new: list[safe_json.JsonValue] = [index * 7 % 41 for index in range(30_000)]
    assert len(text_diff(old, new).splitlines()) <= MOST_SHOWN + 1


def test_cuts_long_lines() -> None:
    assert max(map(len, text_diff("a" * 10_000, "b" * 10_000).splitlines())) == LONGEST_LINE + len("...")


def test_differs_in_kind_of_number() -> None:
    assert text_diff(1, 1.0)
