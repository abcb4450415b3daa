import gc
import json
import math
import threading
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid, Malformed, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.json_scan import has_integer_longer_than
from contracthub.formats.limits import Limits

SMALL = Limits(max_bytes=2_000, max_depth=5, max_nodes=50, max_digits=30)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='ab:"\\[{', max_size=3), inner),
    max_leaves=20,
)


def refusal(data: bytes | str, limits: Limits = Limits()) -> Invalid:  # noqa: B008 - frozen
    with pytest.raises(Invalid) as caught:
        safe_json.loads(data, limits)
    return caught.value


class _StrictlyRefused(Exception):
    pass


def strict_loads(data: bytes) -> Any:
    """The slow, obvious model: the standard library with every hole closed by a hook."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise _StrictlyRefused
        return dict(pairs)

    def constant(_: str) -> None:
        raise _StrictlyRefused

    def decimal(text: str) -> float:
        if math.isinf(float(text)):
            raise _StrictlyRefused
        return float(text)

    text = data.decode()
    value = json.loads(text, object_pairs_hook=members, parse_constant=constant, parse_float=decimal)
    dumped = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in dumped.replace("\\\\", "") or any("\ud800" <= char <= "\udfff" for char in dumped):
        raise _StrictlyRefused
    return value


def typed(value: Any) -> Any:
    """A value in which 1, 1.0 and true differ."""
    if isinstance(value, dict):
        return {name: typed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value), repr(value)


_PIECES = [
    *("{", "}", "[", "]", ",", ":", " ", '"', "\\", "\ufeff"),
    *('"a"', '"b"', '"a:b"', '"[[["', '"\\u0000"', '"\\ud800"', '"\\u003a"', '"\\\\u0000"', '{"a":1', '"a":2}'),
    *("1", "1.0", "-0", "-0.0", "NaN", "1e400", "12345678901234567890", "0.1234567890123456789", "null", "true"),
]
json_like = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(st.binary(max_size=60) | json_like.map(str.encode) | values.map(lambda value: json.dumps(value).encode()))
@example(b'{"a":1,"a":2}')
@example(b'{"\\u003a":1,"b":2,"b":3}')
@example(b'{"a":"::","a":1}')
@example(b"[18446744073709551616, 1e5]")
@example(b"\xef\xbb\xbf1")
@example(b'"\xed\xa0\x80"')
def test_reads_what_the_standard_library_reads_strictly_and_refuses_the_rest(data: bytes) -> None:
    try:
        expected = strict_loads(data)
    except (ValueError, _StrictlyRefused):
        assert refusal(data).message
    else:
        assert typed(safe_json.loads(data)) == typed(expected)


@given(st.binary(max_size=3_000) | json_like.map(str.encode) | st.text(max_size=50))
def test_never_raises_anything_but_its_own_errors(data: bytes | str) -> None:
    with suppress(Malformed, TooLarge):
        value = safe_json.loads(data, SMALL)
        assert safe_json.loads(safe_json.dumps(value)) == value


@given(values)
def test_writes_what_it_reads(value: Any) -> None:
    assert typed(safe_json.loads(safe_json.dumps(value))) == typed(value)
    assert typed(safe_json.loads(safe_json.pretty(value))) == typed(value)
    assert safe_json.canonical(safe_json.loads(safe_json.pretty_sorted(value))) == safe_json.canonical(value)


def depth(value: Any) -> int:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0)
    return 0


def count(value: Any) -> int:
    if isinstance(value, dict | list):
        return 1 + sum(map(count, value.values() if isinstance(value, dict) else value))
    return 1


@given(values, st.integers(1, 6))
def test_holds_exactly_to_the_depth(value: Any, limit: int) -> None:
    data = json.dumps(value)
    if depth(value) > limit:
        assert refusal(data, Limits(max_depth=limit)).code == "nested-too-deeply"
    else:
        assert safe_json.loads(data, Limits(max_depth=limit)) == value


@given(values, st.integers(1, 30))
def test_holds_to_the_number_of_values(value: Any, limit: int) -> None:
    data = json.dumps(value)
    if count(value) > limit:
        assert refusal(data, Limits(max_nodes=limit)).code == "too-many-values"
    else:
        # Empty containers count double, strings never.
        assert safe_json.loads(data, Limits(max_nodes=2 * limit)) == value


def test_takes_commas_and_brackets_in_strings_for_text() -> None:
    text = ',[{:"\\' * 100
    data = json.dumps({text: text})
    assert safe_json.loads(data, Limits(max_nodes=2, max_depth=1)) == {text: text}


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b'[["]]]]",'])
def test_refuses_a_hundred_thousand_levels_before_any_parser_descends(opening: bytes) -> None:
    assert refusal(opening * 100_000).code == "nested-too-deeply"


@pytest.mark.parametrize("levels", [201, 254, 255, 1_023, 1_024, 1_025])
@pytest.mark.parametrize("limit", [1, 100, 200])
@pytest.mark.parametrize("ends", [("[", "]"), ('{"a":', "}"), ('[{"\\u0000":', "}]")])
def test_what_orjson_still_reads_is_refused_as_well(levels: int, limit: int, ends: tuple[str, str]) -> None:
    data = ends[0] * levels + "1" + ends[1] * levels

    refused = refusal(data, Limits(max_depth=limit))

    assert refused.code == "nested-too-deeply"
    assert refused.faults[0].pointer is not None


def test_accepts_the_deepest_document_that_is_allowed() -> None:
    data = b"[" * 100 + b"]" * 100
    assert safe_json.dumps(safe_json.loads(data)) == data
    assert refusal(b"[" + data + b"]").code == "nested-too-deeply"


def test_says_which_character_is_not_utf8() -> None:
    # Characters before it are counted, not their bytes (pact-broker-api §1).
    error = refusal('{"näme": "caf'.encode() + b'\xe9"}')
    told = "The document has a non UTF-8 character at char 14. Send it as UTF-8."
    assert (error.code, error.message) == ("not-utf-8", told)


def test_says_line_and_column_of_a_syntax_error() -> None:
    error = refusal(b'{\n  "a": 1,\n  "b": oops\n}')
    assert error.code == "not-json"
    assert (error.facts["line"], error.facts["column"]) == (3, 8)
    assert error.faults[0].pointer == "3:8"
    assert "line 3, column 8" in error.message


@pytest.mark.parametrize(
    ("data", "pointer", "words"),
    [
        ('{"provider": {"name": "A", "name": "B"}}', "/provider", 'names the key "name" more than once'),
        ('{"a/b": [1, NaN]}', "/a~1b/1", "is NaN"),
        ('{"a": -Infinity}', "/a", "is -Infinity"),
        ('{"a": [{"~": 1e400}]}', "/a/0/~0", "beyond the range"),
        ('{"a": "x\\u0000"}', "/a", "U+0000"),
        ('{"a": {"\\u0000": 1}}', "/a", "has a key with the character U+0000"),
        ('["\\ud800"]', "/0", "lone surrogate U+D800"),
        ("[%s]" % ("9" * 1_001), "/0", "more than 1000 digits"),
        ('"\\u0000"', "", "U+0000"),
    ],
)
def test_points_at_what_it_refuses(data: str, pointer: str, words: str) -> None:
    error = refusal(data)
    assert error.faults[0].pointer == pointer
    assert words in error.faults[0].text
    assert words in error.message


def test_lists_several_faults_but_at_most_fifty() -> None:
    error = refusal("[" + ",".join(["NaN"] * 200) + "]")
    assert [fault.pointer for fault in error.faults] == [f"/{index}" for index in range(50)]
    assert "(and 47 more)" in error.message
    assert len(error.message) < 500


def test_refuses_a_byte_order_mark_by_name() -> None:
    assert refusal(b"\xef\xbb\xbf{}").code == "byte-order-mark"


def test_refuses_text_with_a_lone_surrogate() -> None:
    assert refusal('"\ud800"').code == "not-utf-8"


def test_refuses_large_documents_before_parsing() -> None:
    with pytest.raises(TooLarge) as caught:
        safe_json.loads(b"x" * 2_001, SMALL)
    assert caught.value.facts == {"size": 2_001, "limit": 2_000}


def test_keeps_every_digit_of_long_integers() -> None:
    digits = "9" * 1_000
    data = b'{"n":%s,"f":1.0}' % digits.encode()
    value = safe_json.loads(data)
    assert value == {"n": int(digits), "f": 1.0}
    assert safe_json.dumps(value) == data


def test_tells_integers_from_decimals() -> None:
    assert safe_json.canonical([1, 1.0, True]) == b"[1,1.0,true]"


@pytest.mark.parametrize("limits", [{"max_depth": 0}, {"max_depth": 201}, {"max_digits": 0}, {"max_digits": 10**6}])
def test_limits_that_could_not_be_held_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be between"):
        Limits(**limits)


def test_leaves_the_collector_as_it_was() -> None:
    threads = [threading.Thread(target=safe_json.loads, args=(b"[1]",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.isenabled()
    gc.disable()
    try:
        safe_json.loads(b"[1]")
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("value", "kind"), [(None, "null"), (True, "a boolean"), (1, "a number"), ("", "a string"), ([], "an array")]
)
def test_names_kinds_of_values(value: safe_json.JsonValue, kind: str) -> None:
    assert safe_json.kind_of(value) == kind


def test_long_numbers_keep_their_digits_and_are_told_from_digits_in_texts() -> None:
    long = 123_456_789_012_345_678_901_234_567_890
    assert safe_json.loads(f'{{"a":[{long}, -{long},\n {long}],"b":"{long}"}}') == {
        "a": [long, -long, long],
        "b": str(long),
    }
    assert safe_json.loads(f" {long}") == long
    assert not has_integer_longer_than(f'{{"log": "entry {long}"}}'.encode(), 18)
