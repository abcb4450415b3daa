"""Waivers in a run: what they let pass is known, what is over fails loudly, and what nobody needs is told."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracthub.domain.verification_runs import CheckStatus
from tests.seeded_bugs.office import create_office
from tests.seeded_bugs.office_tokens import token
from tests.verification.policies.serving import failed, held_against, serving

TODAY = datetime.now(UTC).date()
WAIVER = {
    "rule": "errors.content-type",
    "operation": "GET /contracthub/there-is-nothing-here",
    "owner": "team edge",
    "reason": "the gateway answers",
    "until": (TODAY + timedelta(days=30)).isoformat(),
}


@pytest.fixture(scope="module")
def office() -> Iterator[str]:
    with serving(create_office(["page-for-404"])) as url:
        yield url


def settings(*waivers: Mapping[str, str], **more: Any) -> Mapping[str, Any]:
    ann = {"headers": {"Authorization": f"Bearer {token('ann', 'north', 'clerk')}"}}
    return {"only": ["errors.content-type"], "principals": {"ann": ann}, "waivers": list(waivers), **more}


def test_what_is_waived_is_known_and_says_by_whom_until_when_and_why(office: str) -> None:
    found = held_against(office, settings(WAIVER))
    (known,) = (each for each in found.checks if each.status is CheckStatus.KNOWN)
    assert known.name == "errors.content-type GET /contracthub/there-is-nothing-here"
    assert known.notes[-1] == f"Waived by team edge until {WAIVER['until']}: the gateway answers"
    assert failed(found) == {}
    assert found.notices == ()


def test_a_waiver_that_is_over_fails_by_itself_and_lets_nothing_pass(office: str) -> None:
    over = {**WAIVER, "until": "2020-01-31"}
    assert list(failed(held_against(office, settings(over)))) == [
        "errors.content-type GET /contracthub/there-is-nothing-here",
        "waiver errors.content-type GET /contracthub/there-is-nothing-here",
    ]
    (loud,) = failed(held_against(office, settings(over, only=["errors.unknown-path"]))).values()
    assert "team edge is over since 2020-01-31" in loud.error


def test_a_waiver_that_lets_nothing_pass_is_told_where_its_rule_was_run(office: str) -> None:
    idle = {**WAIVER, "operation": "GET /members"}
    assert held_against(office, settings(WAIVER, idle)).notices == (
        "The waiver of errors.content-type for GET /members by team edge lets nothing pass.",
    )
    assert held_against(office, settings(idle, only=["errors.unknown-path"])).notices == ()


def test_what_is_less_severe_than_what_counts_is_shown_and_fails_nothing(office: str) -> None:
    found = held_against(office, settings(least_severity="high"))
    assert failed(found) == {}
    assert found.count(CheckStatus.PENDING) == 1
