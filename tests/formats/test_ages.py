"""How old something may be, as people write it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.durations import age_of, age_written


@given(st.sampled_from([(99_999, "m"), (87_840, "h"), (3660, "d"), (522, "w")]), st.data())
def test_what_is_written_means_the_same(most: tuple[int, str], data: st.DataObject) -> None:
    age = age_of(f"{data.draw(st.integers(1, most[0]))}{most[1]}")
    assert age_of(age_written(age)) == age


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "1.5d", "14", "d", "3661d", "523w", "1y", " 1d", "1d ", "٣d", 14, None, ["1d"]]
)
def test_what_is_no_age(text: object) -> None:
    with pytest.raises(ValueError, match="90m, 12h, 14d or 4w"):
        age_of(text)


def test_weeks_are_days() -> None:
    assert age_of("2w") == timedelta(days=14)
