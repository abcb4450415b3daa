"""Pairs of a pact's message and documents of events, with what the specifications ask for."""

import pytest

from contracthub.domain.comparisons import Level
from tests.formats.comparisons.pact_events import cases_asyncapi, cases_exchanges, cases_protobuf, cases_schemas
from tests.formats.comparisons.pact_events.cases import Case
from tests.formats.comparisons.pact_events.offering import found, told

CASES = [*cases_asyncapi.CASES, *cases_exchanges.CASES, *cases_schemas.CASES, *cases_protobuf.CASES]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.what}: {case.why}") for case in CASES])
def test_what_is_found(case: Case) -> None:
    findings = [each for each in found(case.consumer, *case.documents) if each.level is not Level.INFORMATION]
    assert [told(each) for each in findings] == list(case.expected), [each.message for each in findings]
    if case.at:
        assert [each.provider_pointer for each in findings if each.level is Level.ERROR] == list(case.at)


def test_there_are_enough() -> None:
    assert len({(case.what, case.why) for case in CASES}) == len(CASES) >= 150
