"""Every rule: its example fires it with its severity, and swapped fires its mirror."""

import pytest

from contracthub.formats.changes import Change, Rule
from contracthub.formats.graphql.diff.engine import JUDGES, changes_between
from contracthub.formats.graphql.diff.rules import CATALOGUE, NOT_IN_SCHEMAS
from contracthub.formats.graphql.diff.side import side_of

EVERY_RULE = pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.id)


def changes_of(old: object, new: object) -> tuple[Change, ...]:
    assert isinstance(old, str)
    assert isinstance(new, str)
    return changes_between(side_of(old), side_of(new)).changes


@EVERY_RULE
def test_the_example_fires_the_rule_and_no_other(rule: Rule) -> None:
    found = {change.id: change.severity for change in changes_of(rule.example.old, rule.example.new)}
    assert found.pop(rule.id) is rule.severity
    # A deprecation that goes is also a directive in use that goes, in the anchor's list and here.
    assert all(other.startswith("DIRECTIVE_USAGE_") for other in found), found


@EVERY_RULE
def test_swapped_the_mirror_fires(rule: Rule) -> None:
    assert rule.mirror in {change.id for change in changes_of(rule.example.new, rule.example.old)}


@EVERY_RULE
def test_a_schema_is_no_change_of_itself(rule: Rule) -> None:
    assert changes_of(rule.example.old, rule.example.old) == ()


def test_every_rule_is_worded_as_a_sentence() -> None:
    assert [
        rule.id for rule in CATALOGUE.values() if not (rule.summary[:1].isupper() and rule.summary.endswith("."))
    ] == []


def test_the_catalogue_has_all_80_change_types_but_the_two_that_are_about_operations() -> None:
    assert len(CATALOGUE) + len(NOT_IN_SCHEMAS) == 80
    assert not CATALOGUE.keys() & set(NOT_IN_SCHEMAS)


def test_every_kind_of_definition_is_judged() -> None:
    assert set(JUDGES) == {"object", "interface", "union", "enum", "input", "scalar", "directive", "schema"}
