"""The tables of small pairs."""

import pytest

from contracthub.domain.comparisons import Finding
from contracthub.formats.comparisons.pact_graphql.rules import RULES
from tests.formats.comparisons.pact_graphql import cases_of_answers as answers
from tests.formats.comparisons.pact_graphql import cases_of_requests as requests
from tests.formats.comparisons.pact_graphql.cases import Case
from tests.formats.comparisons.pact_graphql.pairs import found_in

_TABLES = (
    requests.OPERATIONS,
    requests.TRANSPORTS,
    requests.VARIABLES,
    answers.SHAPES,
    answers.VALUES,
    answers.TYPES,
    answers.RULES,
    answers.ENVELOPES,
)
_CASES = [case for table in _TABLES for case in table]


def _told(finding: Finding, case: Case) -> str:
    """A finding as the tables have it."""
    pointer = (finding.consumer_pointer or "").removeprefix("/interactions/0/")
    told = f"{finding.level.value[0].upper()} {finding.rule} {pointer}"
    return f"{told} @{_name_at(finding.provider_pointer, case.sdl)}" if finding.provider_pointer else told


def _name_at(place: str, sdl: str) -> str:
    kind, line, column = place.split(":")
    assert kind == "sdl"
    rest = sdl.splitlines()[int(line) - 1][int(column) - 1 :]
    return "".join(character if character.isalnum() else " " for character in rest).split()[0]


@pytest.mark.parametrize("case", _CASES, ids=repr)
def test_what_is_expected_is_found_and_nothing_else(case: Case) -> None:
    findings = found_in(case.interaction, case.sdl)
    told = sorted(_told(each, case) for each in findings)
    expected = sorted(case.expected)
    # What a finding points to in the schema is only said where the table is about it.
    assert [
        each if "@" in want else each.partition(" @")[0] for each, want in zip(told, expected, strict=False)
    ] == expected
    assert len(told) == len(expected), told
    for finding in findings:
        assert finding.message
        assert finding.remedy
        assert finding.path.startswith(("request", "response", "query", "mutation", "subscription", "fragment"))
        assert (finding.interaction, finding.document) == (0, "shop")


def test_the_table_is_about_every_rule() -> None:
    about = {expected.split(" ")[1] for case in _CASES for expected in case.expected}
    # These take large documents; tests of hostile input have them.
    assert about == RULES.keys() - {"graphql.operation.too-complex", "graphql.response.too-large"}
    assert len(_CASES) >= 60
