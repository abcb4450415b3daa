import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from contracthub.reports.tables import markdown_table, terminal_table
from contracthub.reports.visible import columns, visible, visible_lines

TEXT = st.text(st.characters(categories=None) | st.sampled_from("\x1b\x07\x9b\u202e\u2066\n\r"), max_size=30)


@given(TEXT)
def test_no_control_or_direction_character_survives(text: str) -> None:
    assert not [one for one in visible(text) if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(visible(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_meant_line_breaks_stay() -> None:
    assert visible_lines("a\r\nb\n\tc") == ["a", "b", "\\tc"]


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert (columns("日本"), columns("e\u0301"), columns("abc")) == (4, 1, 3)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_a_row_stays_one_line(rows: list[tuple[str, str]]) -> None:
    assert len(terminal_table(("A", "B"), rows)) == len(rows) + 1
    assert all("\n" not in line for line in terminal_table(("A", "B"), rows))
    assert all("\n" not in line for line in markdown_table(("A", "B"), rows))


def test_nothing_becomes_markup_in_markdown() -> None:
    (_, _, row) = markdown_table(("A",), [("<img src=x> [a](b) |`*_ @team",)])
    assert row == "| &lt;img src=x&gt; \\[a\\](b) \\|\\`\\*\\_ @\u2060team |"
