"""Lines of places: the same for JSON and YAML, whatever stands before them."""

import json
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.json_places import values_along
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.source_lines import SourceLines, lines_of

TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def test_the_line_of_a_member_is_that_of_its_key() -> None:
    source = b'{\n  "a": {\n    "b/c": [\n      1,\n      2\n    ]\n  }\n}'

    assert lines_of(source, ["", "/a", "/a/b~1c", "/a/b~1c/1"]) == {"": 1, "/a": 2, "/a/b~1c": 3, "/a/b~1c/1": 5}


@pytest.mark.parametrize("asked", [lines_of, lambda source, pointers: SourceLines(source).of(pointers)])
def test_yaml_counts_as_json_does(asked: Callable[[bytes, list[str]], Mapping[str, int]]) -> None:
    source = b"# said before\na:\n  b/c:\n    - 1\n    - {d: 2}\n"

    found = asked(source, ["/a", "/a/b~1c", "/a/b~1c/1", "/a/b~1c/1/d"])

    assert found == {"/a": 2, "/a/b~1c": 3, "/a/b~1c/1": 5, "/a/b~1c/1/d": 5}


def test_what_an_alias_puts_there_has_the_line_of_the_alias() -> None:
    source = b"base: &base\n  x: 1\nother:\n  inner: *base\n  <<: *base\n"

    assert lines_of(source, ["/other/inner/x", "/other/x"]) == {"/other/inner/x": 4, "/other/x": 3}


def test_what_is_not_there_has_the_line_of_what_stands_around_it() -> None:
    assert lines_of(b'{\n"a": {\n"b": 1}}', ["/a/c/d", "/a/b/x"]) == {"/a/c/d": 2, "/a/b/x": 3}


@pytest.mark.parametrize("source", [b"", b"{", b"a: [", b"\xff\xfe", b"[" * 5000, b"{}}", b'{"a"'])
def test_a_text_that_is_neither_is_no_trouble(source: bytes) -> None:
    assert set(lines_of(source, ["/a/b"])) <= {"/a/b"}


@given(st.lists(VALUES) | st.dictionaries(TEXTS, VALUES), st.booleans())
def test_every_place_of_every_document_is_found_where_its_key_is_written(value: JsonValue, is_escaped: bool) -> None:
    source = json.dumps(value, indent=1, ensure_ascii=is_escaped)
    pointers = [*_pointers(value)]

    found = lines_of(source.encode(), pointers)

    lines = source.split("\n")
    assert set(found) == set(pointers)
    for pointer in pointers:
        key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        line = lines[found[pointer] - 1].strip()
        parent = values_along(value, pointer.rpartition("/")[0])[-1] if pointer else None
        if isinstance(parent, dict):
            assert line.startswith(json.dumps(key, ensure_ascii=is_escaped))


@given(st.data(), st.lists(VALUES, min_size=1) | st.dictionaries(TEXTS, VALUES, min_size=1))
def test_a_place_has_the_same_line_whatever_else_is_asked_for(data: st.DataObject, value: JsonValue) -> None:
    source = json.dumps(value, indent=2).encode()
    pointers = [*_pointers(value)]
    some = data.draw(st.lists(st.sampled_from(pointers), min_size=1, unique=True))

    found = lines_of(source, pointers)

    assert lines_of(source, some) == {pointer: found[pointer] for pointer in some}
    lines = SourceLines(source)
    assert [lines.of([pointer]) for pointer in some] == [{pointer: found[pointer]} for pointer in some]


def test_a_byte_order_mark_and_other_letters_are_no_trouble() -> None:
    source = '\ufeff{\n"é": {\n"\\u00fc😀": 1,\n"b": 2}}'.encode()

    assert lines_of(source, ["/é/b", "/é/ü😀", "/é"]) == {"/é": 2, "/é/ü😀": 3, "/é/b": 4}


def _pointers(value: JsonValue, here: str = "") -> Iterator[str]:
    yield here
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _pointers(member, child(here, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pointers(item, child(here, index))


def test_formats_of_another_language_say_the_line_themselves() -> None:
    assert lines_of(b"type Query {\n  a: Int\n}\n", ["2:3", "1:6"]) == {"2:3": 2, "1:6": 1}


def test_lines_of_a_large_text_are_remembered_and_stay_right() -> None:
    value = {f"é{number}": {"text": "x" * 200, "inner": [number]} for number in range(2_000)}
    source = json.dumps(value, indent=1, ensure_ascii=False).encode()
    lines = SourceLines(source)
    asked = ["/é0", "/é1999/inner/0", "/é1000/text", "/é7/nothing", ""]

    assert [lines.of([each])[each] for each in asked * 2] == [lines_of(source, [each])[each] for each in asked * 2]
