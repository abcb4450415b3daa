"""What graphql-inspector answers for 281 pairs of schemas, and every disagreement with its reason.

A disagreement that goes away has to leave the table, so that it is noticed.
"""

import json
from functools import cache
from typing import Any

import pytest

from contracthub.formats.changes import Change, Severity
from contracthub.formats.graphql.diff.engine import changes_between
from contracthub.formats.graphql.diff.options import Options
from contracthub.formats.graphql.diff.side import side_of
from tests.formats.conformance import CASES

FOLDER = CASES / "graphql-diff"
if not FOLDER.is_dir():
    reason = "no ../shared/conformance beside this checkout: conformance cases left out"
    pytest.skip(reason, allow_module_level=True)

_REQUIRED = (
    "an argument or input field that loses its default and takes no null is required now: who leaves it out breaks"
)
_REPEATED = "an operation, or a schema, that repeats the directive is refused now; graphql-core says so, too"
_REPEATABLE = "uses of a repeated directive that say the same are the same, wherever they stand in the list"
_NESTED = "only what is inside of something new is left out; the simplified list drops changes of what is old, too"
# Breaking for us and dangerous for the tool; none is the other way round.
STRICTER = {
    "input_input_fields_default_value_removed": _REQUIRED,
    "directive_directive_default_value__swap": _REQUIRED,
    "st_arg_required_gets_default__rev": _REQUIRED,
    "directive_directive_repeatable_removed": _REPEATED,
    "core_should_detect_if_a_directive_becomes_repeatable__swap": _REPEATED,
    "core_should_detect_removal_of_repeatable_flag": _REPEATED,
}
OTHER_TYPES = {
    "directive_usage_directive_usage_repeatable_directives_removing_in_from_beginning_and_end": _REPEATABLE,
    "directive_directive_repeatable_complex_remove__swap": _REPEATABLE,
    "schema_huge_test": _NESTED,
}


@cache
def cases() -> dict[str, Any]:
    lines = (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


@cache
def changes_of(name: str, options: Options) -> tuple[Change, ...]:
    old, new = (side_of((FOLDER / cases()[name][side]).read_bytes()) for side in ("old", "new"))
    return changes_between(old, new, options).changes


def has_the_types(name: str) -> bool:
    found = {change.id for change in changes_of(name, Options())}
    case = cases()[name]
    lists = (case["changes"], case.get("simplified", case["changes"]))
    return any(found == {kind for kind, _, _ in expected} for expected in lists)


def verdicts(options: Options) -> dict[str, bool]:
    return {name: any(each.severity is Severity.BREAKING for each in changes_of(name, options)) for name in cases()}


def test_breaking_or_not_is_the_same_in_every_case_without_corrections() -> None:
    assert verdicts(Options(corrects=False)) == {name: case["worst"] == "breaking" for name, case in cases().items()}


def test_with_corrections_more_breaks_and_every_case_is_argued() -> None:
    blunt = verdicts(Options(corrects=False))
    assert {name for name, is_breaking in verdicts(Options()).items() if is_breaking != blunt[name]} == STRICTER.keys()
    assert not any(blunt[name] for name in STRICTER)


def test_the_change_types_are_the_same_in_95_of_100_cases_and_the_others_are_argued() -> None:
    wrong = {name for name in cases() if not has_the_types(name)}
    assert wrong == OTHER_TYPES.keys()
    assert 1 - len(wrong) / len(cases()) >= 0.95
