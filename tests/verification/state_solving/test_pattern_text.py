"""Texts that a pattern accepts."""

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.verification.state_solving.pattern_text import text_like

PATTERNS = (
    r"^\d{5}$",
    r"^[A-Z]{2}$",
    r"^97[89]\d{10}$",
    r"^[A-Z]{3}-\d{4}$",
    r"^(EUR|USD)$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
    r"^ord_[a-z0-9]{8,12}$",
    r"^\+?[1-9]\d{1,14}$",
    r"\S",
    r"^(?:v)?\d+\.\d+(\.\d+)?$",
    r"^#[0-9a-fA-F]{6}$",
    r"^[\w.-]+$",
    r"^.{3,}$",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("index", [0, 1, 25])
def test_the_pattern_accepts_it(pattern: str, index: int) -> None:
    text = text_like(pattern, index=index)

    assert text is not None
    assert jsonschema_rs.validator_for({"pattern": pattern}).is_valid(text)


def test_several_differ() -> None:
    assert len({text_like(r"^[A-Z]{3}-\d{4}$", index=index) for index in range(100)}) == 100


def test_it_is_as_long_as_it_must_be() -> None:
    text = text_like("^[a-z]+$", least=12, most=15)

    assert text is not None
    assert 12 <= len(text) <= 15


@pytest.mark.parametrize(
    "pattern",
    ["(", r"^\p{Lu}$", "(?=a)b", "(" * 5_000, "(" * 400 + ")" * 400, "(a{1000}){1000}", "(){999999999}", "[^\\s\\S]"],
)
def test_what_is_not_understood_is_no_text(pattern: str) -> None:
    assert text_like(pattern) in (None, "")


@given(st.text(max_size=30))
def test_any_text_is_a_pattern(pattern: str) -> None:
    text = text_like(pattern)

    assert text is None or len(text) <= 2_000
