"""What stands for the templates of a segment."""

import re

from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.path_segments import gaps_in

literals = st.lists(st.text("ab-", max_size=2), min_size=1, max_size=5)


@given(literals, st.text("ab-", max_size=9), st.data())
def test_the_gaps_are_those_of_the_regular_expression(parts: list[str], text: str, data: st.DataObject) -> None:
    least = data.draw(st.lists(st.integers(0, 1), min_size=len(parts) - 1, max_size=len(parts) - 1))
    signs = ["(.+?)" if each else "(.*?)" for each in least]
    pattern = "".join(sign + re.escape(part) for sign, part in zip(["", *signs], parts, strict=True))
    found = re.fullmatch(pattern, text)
    expected = [found.span(number + 1) for number in range(len(least))] if found else None
    assert gaps_in(parts, text, least) == expected


def test_the_time_does_not_grow_with_the_number_of_ways() -> None:
    assert gaps_in(["", *["a"] * 500, "b"], "a" * 5_000) is None
