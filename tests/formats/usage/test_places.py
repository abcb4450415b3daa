"""Where a place of a contract is, seen from one that is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.pact.expressions import ANY, steps
from contracthub.formats.usage.places import (
    Relation,
    Steps,
    relation,
    relies_on,
    steps_in,
    written_as_path,
    written_as_pointer,
)

INSIDE, AROUND, ELSEWHERE = Relation.INSIDE, Relation.AROUND, Relation.ELSEWHERE


@pytest.mark.parametrize(
    ("place", "asked", "expected"),
    [
        ("$.total", "/total", INSIDE),
        ("$.total", "", INSIDE),
        ("$", "", INSIDE),
        ("$.payer.name", "/payer", INSIDE),
        ("$.payer", "/payer/name", AROUND),
        ("$.total", "/totals", ELSEWHERE),
        ("$.lines[*].sku", "/lines/*/sku", INSIDE),
        ("$.lines[*].sku", "/lines/0/sku", INSIDE),
        ("$.lines[2].sku", "/lines/*/sku", INSIDE),
        ("$.lines[2].sku", "/lines/2/sku", INSIDE),
        ("$.lines[2].sku", "/lines/1/sku", ELSEWHERE),
        ("$.lines[*].sku", "/lines/sku", INSIDE),
        ("$[*].sku", "/sku", INSIDE),
        ("$[*][*].sku", "/*/*/sku", INSIDE),
        ("$.lines[*].sku", "/lines/*", INSIDE),
        ("$.lines[*].sku", "/lines/*/note", ELSEWHERE),
        ("$.lines", "/lines/*/sku", AROUND),
        ("$.prices.eur", "/prices/*", INSIDE),
        ("$.prices.eur.net", "/prices/*/net", INSIDE),
        ("$.2", "/2", INSIDE),
        ("$['a/b']", "/a~1b", INSIDE),
        ("$.Total", "/total", ELSEWHERE),
    ],
)
def test_a_place_is_inside_around_or_elsewhere(place: str, asked: str, expected: Relation) -> None:
    assert relation(steps(place), steps_in(asked)) is expected


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
places: st.SearchStrategy[Steps] = st.lists(names | st.integers(0, 9) | st.just(ANY), max_size=5).map(tuple)


@given(places)
def test_a_place_is_inside_of_itself_and_of_all_that_is_around_it(place: Steps) -> None:
    for end in range(len(place) + 1):
        assert relation(place, place[:end]) is INSIDE


@given(places)
def test_a_place_that_is_written_as_a_pointer_is_the_same_place(place: Steps) -> None:
    assert relation(place, steps_in(written_as_pointer(place))) is INSIDE


@given(st.lists(st.from_regex(r"[a-z][a-z0-9 ]{0,5}", fullmatch=True) | st.integers(0, 9) | st.just(ANY)).map(tuple))
def test_both_ways_of_writing_name_the_same_place(place: Steps) -> None:
    assert relation(steps_in(written_as_path(place)), steps_in(written_as_pointer(place))) is INSIDE


@pytest.mark.parametrize(
    ("kind", "example", "expected"),
    [
        (JsonType.OBJECT, "{}", False),
        (JsonType.ARRAY, "[]", False),
        # Too much to be told leaf by leaf, so it counts as a whole.
        (JsonType.OBJECT, None, True),
        (JsonType.ARRAY, '[{"sku":1}]', True),
        (JsonType.BINARY, None, True),
        (JsonType.STRING, '"x"', False),
        (JsonType.STRING, '"<order><total>1</total></order>"', True),
        (JsonType.NULL, "null", False),
    ],
)
def test_what_is_around_counts_where_it_stands_for_all_that_is_inside(
    kind: JsonType, example: str | None, expected: bool
) -> None:
    need = Need("GET /a", Direction.RESPONSE, "body", "$", Shape(kind, "equality", example, example), "a request")
    assert relies_on(need, ("total",)) is expected
