"""The tables of pairs: what our own judge has to find, and what the peer says where it says something else."""

import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.results import LEVELS, Result
from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER
from contracthub.formats.comparisons.pact_openapi.telling import finding_from
from tests.formats.comparisons.pact_openapi import (
    cases_bodies,
    cases_messages,
    cases_requests,
    cases_rules,
    cases_schemas,
)
from tests.formats.comparisons.pact_openapi.cases import REFUSED, Case, ids

TABLES = (cases_requests, cases_bodies, cases_schemas, cases_messages, cases_rules)
CASES: list[Case] = [case for table in TABLES for case in table.CASES]
# Only ever among the reasons why no message fits.
CAUSES = {"message.payload.incompatible", "message.headers.incompatible"}


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_our_judge_finds_what_the_specifications_say(case: Case) -> None:
    assert case.found(OURS) == case.expected()


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_the_peers_answer_is_the_peers(case: Case) -> None:
    if case.peers() == [*REFUSED]:
        with pytest.raises(Invalid):
            case.results(PEER)
        return
    assert {each.code for each in case.results(PEER)} == {*case.peers()}


def test_where_the_peer_differs_the_reason_is_told() -> None:
    assert [each.what for each in CASES if (each.peer is not None) is not bool(each.why)] == []
    assert len({each.what for each in CASES}) == len(CASES)


def test_every_code_is_in_the_table() -> None:
    told = {code for case in CASES for code, *_ in case.expected()}
    assert told | CAUSES >= set(LEVELS)
    assert len(CASES) >= 150


def test_reasons_why_no_message_fits_are_told_with_it() -> None:
    causes = {cause.code for case in CASES if case.is_async for each in case.results(OURS) for cause in each.causes}
    assert causes >= CAUSES


def test_every_code_has_a_remedy() -> None:
    remedies = {code: finding_from(Result(code=code, message="", interaction=0), "d", "d").remedy for code in LEVELS}
    assert all(remedies.values())
    assert remedies["response.body.optional"] != remedies["response.body.incompatible"]
