import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Malformed, TooLarge
from contracthub.formats.limits import Limits
from contracthub.formats.safe_yaml import loads

READ: dict[str, tuple[str, Any]] = {
    "nothing": ("", None),
    "text": ("a: b", {"a": "b"}),
    "json": ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
    "a flow mapping that is no JSON": ("{a: 1, b: [x, y]}", {"a": 1, "b": ["x", "y"]}),
    "words that other versions take for truth": ("[yes, no, on, off, y]", ["yes", "no", "on", "off", "y"]),
    "truth": ("[true, True, false]", [True, True, False]),
    "nulls": ("a:\nb: ~\nc: null", {"a": None, "b": None, "c": None}),
    "numbers": ("[0, -1, 012, 0o17, 0x1F, 1.5, .5, 1e3]", [0, -1, 12, 15, 31, 1.5, 0.5, 1000.0]),
    "what is no number": ("[1_000, 1:30, 1.2.3, +, '1']", ["1_000", "1:30", "1.2.3", "+", "1"]),
    "a date is text": ("d: 2026-11-20", {"d": "2026-11-20"}),
    "keys are text": ("200: ok\ntrue: x\n~: y", {"200": "ok", "true": "x", "~": "y"}),
    "quoted": ("\"a\": '1'", {"a": "1"}),
    "a block": ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
    "an alias": ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    "an alias of a text as key": ("a: &x k\n*x : 1", {"a": "k", "k": 1}),
    "merged": ("base: &b {x: 1, y: 2}\nhere:\n  <<: *b\n  y: 3", {"base": {"x": 1, "y": 2}, "here": {"x": 1, "y": 3}}),
    "the first of several merged wins": (
        "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}",
        {"a": {"x": 1}, "b": {"x": 2, "y": 2}, "c": {"x": 1, "y": 2}},
    ),
    "a tag of the core": ("a: !!str 12", {"a": "12"}),
    "an anchor that is given again": ("- &a 1\n- *a\n- &a 2\n- *a", [1, 1, 2, 2]),
}


@pytest.mark.parametrize("case", READ)
def test_reads(case: str) -> None:
    text, value = READ[case]
    assert loads(text) == value
    assert loads(text.encode()) == value


REFUSED: dict[str, tuple[str | bytes, str, str]] = {
    "a repeated key": ("a: 1\nb: 2\na: 3", "repeated-key", "3:1"),
    "a repeated key of JSON": ('{"a": 1, "a": 2}', "unacceptable-json", ""),
    "not closed": ("a: [1, 2", "not-yaml", "2:1"),
    "a tab": ("a:\n\tb: 1", "not-yaml", "2:1"),
    "a tag of Python's": ("!!python/object/apply:os.system ['x']", "unknown-tag", "1:1"),
    "another tag": ("a: !mine 1", "unknown-tag", "1:4"),
    "a cycle": ("a: &a [*a]", "cyclic-alias", "1:8"),
    "an alias of nothing": ("a: *x", "unknown-alias", "1:4"),
    "two documents": ("a: 1\n---\nb: 2", "more-than-one-document", "2:1"),
    "infinity": ("a: .inf", "not-finite", "1:4"),
    "a huge number": ("a: 1e999", "out-of-range", "1:4"),
    "a list as key": ("? [a]\n: 1", "key-not-text", "1:3"),
    "a merge of a text": ("a: {<<: x}", "merge-of-no-mapping", "1:9"),
    "no UTF-8": (b"a: \xff", "not-utf-8", ""),
    "a control character": ("a: \x07", "not-yaml", ""),
    "many digits": ("a: " + "1" * 5_000, "too-many-digits", "1:4"),
    "deep": ("[" * 100_000, "nested-too-deeply", ""),
    "deep in blocks": ("\n".join("  " * depth + "a:" for depth in range(150)), "nested-too-deeply", "101:201"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_and_says_where(case: str) -> None:
    text, code, place = REFUSED[case]
    with pytest.raises(Malformed) as refused:
        loads(text)
    assert refused.value.code == code
    if place:
        assert refused.value.faults[0].pointer == place


def test_a_small_text_can_not_stand_for_a_large_value() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(Malformed) as refused:
        loads("\n".join(lines))
    assert refused.value.code == "too-many-values"


def test_aliases_nest_no_deeper_than_brackets_may() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 120)]
    with pytest.raises(Malformed) as refused:
        loads("\n".join(lines))
    assert refused.value.code == "nested-too-deeply"


def test_size_is_bounded_before_anything_is_read() -> None:
    with pytest.raises(TooLarge):
        loads("a: b", Limits(max_bytes=3))


_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff\u2028\u2029\x85"),
        max_size=8,
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(categories=["L", "N"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(_values)
def test_json_written_as_yaml_or_as_json_is_the_same_value(value: Any) -> None:
    container = {"value": value}
    assert _same(loads(json.dumps(container)), container)
    assert _same(loads(yaml.safe_dump(container, allow_unicode=True)), container)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other) and isinstance(one, bool) == isinstance(other, bool)
    return bool(one == other) and type(one) is type(other)
