"""JSON Schemas in conversations: those that a validator could run for ever are refused when they are published."""

import pytest

from contracthub.formats.conversation.schemas import NotASchema, broken_rules, is_kept
from tests.formats.jsonschema.test_combinations import ladder


def test_a_schema_that_doubles_with_each_level_is_refused() -> None:
    ((place, text),) = broken_rules(ladder(40))
    assert place == ""
    assert "combines schemas so often" in text
    with pytest.raises(NotASchema):
        is_kept(ladder(40), 1)


def test_one_that_combines_a_little_is_kept() -> None:
    assert list(broken_rules(ladder(5))) == []
    assert is_kept(ladder(5), 1)
    assert not is_kept(ladder(5), "1")
