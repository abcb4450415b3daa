"""Lengths of time are read as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.durations import seconds_of, written


@pytest.mark.parametrize(("text", "seconds"), [("500ms", 0.5), ("2s", 2.0), ("1.5m", 90.0), ("0s", 0.0)])
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "-1s", "1h", "1 s", "1e3s", "٣s", "1s\n", "1.s"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        seconds_of(text)


@given(st.integers(0, 999_000))
def test_what_is_written_is_read_again(milliseconds: int) -> None:
    assert seconds_of(written(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)
