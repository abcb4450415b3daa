"""Schemas that combine one another: which of them a validator could run for ever."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.jsonschema.combinations import MOST_LOOKS, looks_too_often


def ladder(rungs: int, keyword: str = "allOf", times: int = 2) -> dict[str, Any]:
    steps = {f"s{at}": {keyword: [{"$ref": f"#/$defs/s{at + 1}"}] * times} for at in range(rungs)}
    return {"$ref": "#/$defs/s0", "$defs": {**steps, f"s{rungs}": {"type": "integer"}}}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_what_doubles_with_each_level_is_too_often(keyword: str) -> None:
    assert looks_too_often(ladder(40, keyword))
    assert looks_too_often(ladder(2000, keyword))
    assert not looks_too_often(ladder(8, keyword))
    assert not looks_too_often(ladder(200, keyword, times=1))


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#"}]},
        {"$ref": "#"},
        {"$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}},
        {"$defs": {"a": {"$anchor": "x", "if": {"$ref": "#x"}}}},
        {"properties": {"p": ladder(40)["$defs"] | {"$ref": "#/properties/p/s0", "$anchor": "p"}}, **ladder(40)},
    ],
)
def test_what_never_ends_is_too_often(schema: Any) -> None:
    assert looks_too_often(schema)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"properties": {"next": {"$ref": "#"}}},
        {"items": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.org/other"},
        {"enum": [{"allOf": [{"$ref": "#"}]}]},
        {"type": "object", "patternProperties": {"^a": {"$ref": "#/$defs/b~1c"}}, "$defs": {"b/c": {"type": "string"}}},
    ],
)
def test_what_goes_on_with_the_value_ends_with_it(schema: Any) -> None:
    assert not looks_too_often(schema)


@given(st.integers(1, 30), st.integers(1, 6))
def test_the_count_is_the_number_of_ways(rungs: int, times: int) -> None:
    # Each rung is looked at, its references, and what they lead to: the ways down to each rung, summed.
    looks = sum(2 * times**at if at else 1 for at in range(rungs + 1))
    assert looks_too_often(ladder(rungs, times=times)) is (looks + 1 > MOST_LOOKS)
