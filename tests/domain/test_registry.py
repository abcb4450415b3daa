"""Names of subjects, and which settings and mode are in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.registry import (
    GLOBAL,
    Mode,
    Page,
    SubjectConfig,
    SubjectName,
    is_valid_subject,
    parse_subject,
)
from contracthub.domain.registry_settings import Settings, config_in_force, merged, mode_in_force


@pytest.mark.parametrize(
    ("text", "context", "subject"),
    [
        ("orders-value", ".", "orders-value"),
        (":.staging:orders-value", ".staging", "orders-value"),
        (":.:orders-value", ".", "orders-value"),
        (":.staging:", ".staging", ""),
        (":.a:b:c", ".a", "b:c"),
        (":odd", ".", ":odd"),
        (":.", ".", ":."),
        ("a:.b:c", ".", "a:.b:c"),
    ],
)
def test_names_as_clients_write_them(text: str, context: str, subject: str) -> None:
    assert parse_subject(text) == SubjectName(context, subject)


@given(st.text(min_size=1))
def test_a_qualified_name_is_read_back(text: str) -> None:
    name = parse_subject(text)
    assert parse_subject(name.qualified) == name
    there = SubjectName(".there", text)
    assert parse_subject(there.qualified) == there


def test_what_is_a_subject() -> None:
    assert is_valid_subject(parse_subject("a/b value?#%é"))
    assert not any(is_valid_subject(each) for each in (GLOBAL, SubjectName(".", "\x85"), SubjectName("x", "a")))


@given(st.lists(st.integers()), st.integers(0, 9), st.integers(-1, 9))
def test_pages_follow_each_other(items: list[int], offset: int, limit: int) -> None:
    page = Page(offset, limit).of(items)
    assert list(page) == items[offset:][: limit if limit > 0 else None]


def test_the_first_that_has_chosen_decides_field_by_field() -> None:
    own = Settings(SubjectConfig(normalize=True, alias="b"))
    every = Settings(SubjectConfig(compatibility_level="FULL", normalize=False, alias="c"))
    assert config_in_force([own, every]) == SubjectConfig(compatibility_level="FULL", normalize=True, alias="b")
    assert config_in_force([Settings(), every]).alias is None
    assert config_in_force([Settings(), Settings()]).compatibility_level == "BACKWARD"


def test_the_first_mode_decides_unless_everything_is_read_only() -> None:
    assert mode_in_force([Settings(), Settings()]) is Mode.READWRITE
    assert mode_in_force([Settings(mode=Mode.IMPORT), Settings(mode=Mode.READONLY)]) is Mode.IMPORT
    override = Settings(mode=Mode.READONLY_OVERRIDE)
    assert mode_in_force([Settings(mode=Mode.IMPORT), override]) is Mode.READONLY_OVERRIDE
    assert mode_in_force([override, Settings(mode=Mode.READWRITE)]) is Mode.READONLY_OVERRIDE


def test_later_layers_win_member_by_member_and_rules_by_name() -> None:
    default = {"properties": {"a": "1", "b": "1"}, "sensitive": ["x"], "domainRules": [{"name": "r"}, {"name": "s"}]}
    own = {"properties": {"b": "2"}, "sensitive": ["y"], "domainRules": [{"name": "s", "doc": "own"}], "tags": None}
    assert merged(default, own) == {
        "properties": {"a": "1", "b": "2"},
        "sensitive": ["y"],
        "domainRules": [{"name": "r"}, {"name": "s", "doc": "own"}],
        "tags": None,
    }
    assert merged(None, {}, None) is None
