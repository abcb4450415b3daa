"""The peer's compatibility switches, as a document sets them."""

import pytest

from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, PEER_HOSTED, Judge, Rules, Switch
from tests.formats.comparisons.pact_openapi.cases import Case, answering, api, at, reading
from tests.formats.comparisons.pact_openapi.cases_switches import CASES, Switched

NAMES = [f"{each.switch}-{number}" for number, each in enumerate(CASES)]


def codes(case: Case, rules: Rules) -> set[str]:
    return {each.code for each in case.results(rules)}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_switch_decides(case: Switched) -> None:
    assert codes(case.case(None), PEER) == {*case.off}
    assert codes(case.case(False), Rules(Judge.PEER, frozenset({case.switch}))) == {*case.off}
    assert codes(case.case(True), PEER) == {*case.on}


def test_all_switches_are_in_the_table() -> None:
    assert {each.switch for each in CASES} == set(Switch)
    assert {each.switch for each in CASES if each.on != each.off} >= set(Switch) - {
        Switch.NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA
    }


def test_the_hosted_service_has_all_switches_on_but_for_case() -> None:
    on = {each.switch for each in CASES if each.on != each.off and codes(each.case(None), PEER_HOSTED) == {*each.on}}
    assert Switch.CASE_INSENSITIVE not in on
    assert on >= set(Switch) - {Switch.CASE_INSENSITIVE, Switch.NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA}


def test_a_prefix_of_all_paths() -> None:
    document = {**api(), "info": {"title": "t", "version": "1", "x-opc-config-base-path": "/v1"}}
    for rules in (OURS, PEER, PEER_HOSTED):
        assert codes(Case("", document, at("/v1/x")), rules) == set()
        assert codes(Case("", document, at("/x")), rules) == {"request.path-or-method.unknown"}


def test_what_is_no_switch_is_left_alone() -> None:
    document = {**answering({"type": "integer"}), "info": {"x-opc-config-legacy-parser": "yes"}}
    assert codes(Case("", document, reading(1)), PEER) == set()
