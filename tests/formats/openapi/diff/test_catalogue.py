"""Every rule: its example fires it with its severity, and swapped fires its mirror, or the rule says why not."""

from datetime import date

import pytest

from contracthub.formats.changes import Change, Rule
from contracthub.formats.openapi.diff.catalogue import CATALOGUE
from contracthub.formats.openapi.diff.engine import changes_between
from contracthub.formats.openapi.diff.examples import documents_of, notice_of
from contracthub.formats.openapi.diff.options import Options

TODAY = date(2026, 11, 21)


def changes_of(rule: Rule, *, is_swapped: bool = False) -> tuple[Change, ...]:
    old, new = documents_of(rule)
    notice = notice_of(rule)
    options = Options(
        TODAY,
        days_beta=notice,
        days_stable=notice,
        flattens_all_of=not rule.id.endswith("annotation-only"),
        tells_all=True,
    )
    return changes_between(*((new, old) if is_swapped else (old, new)), options).changes


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.id)
def test_the_example_fires_the_rule(rule: Rule) -> None:
    found = {change.id: change.severity for change in changes_of(rule)}
    assert found.get(rule.id) is rule.severity, found


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.id)
def test_swapped_the_mirror_fires_or_the_rule_says_why_not(rule: Rule) -> None:
    if rule.mirror is None:
        assert rule.waiver
        return
    assert rule.mirror in CATALOGUE
    assert rule.mirror in {change.id for change in changes_of(rule, is_swapped=True)}


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.id)
def test_a_document_is_no_change_of_itself(rule: Rule) -> None:
    for document in documents_of(rule):
        assert changes_between(document, document, Options(TODAY)).changes == ()


def test_every_rule_is_worded_as_a_sentence() -> None:
    assert [
        rule.id for rule in CATALOGUE.values() if not (rule.summary[:1].isupper() and rule.summary.endswith("."))
    ] == []


def test_the_catalogue_has_the_509_ids_of_the_established_tool_and_those_of_its_later_shape() -> None:
    assert len(CATALOGUE) >= 509
