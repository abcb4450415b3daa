"""When an approval lets a change pass: a law, told as a table and as properties."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.approvals import Approval, ApprovalState, faults_of_fingerprint, honoured
from contracthub.domain.deadlines import MOST_DAYS, day_in, faults_of_until, is_over

NONE, VALID, EXPIRED = ApprovalState
ONE, OTHER = "a" * 32, "b" * 32
TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
APPROVAL = Approval(
    provider="Orders", fingerprint=ONE, by="Ada", reason="why not", until=TODAY, created_at=NOON, updated_at=NOON
)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    ("approval", "fingerprint", "today", "state"),
    [
        (None, ONE, TODAY, NONE),
        (APPROVAL, OTHER, TODAY, NONE),
        (APPROVAL, ONE, TODAY - timedelta(days=1), VALID),
        (APPROVAL, ONE, TODAY, VALID),
        (APPROVAL, ONE, TODAY + timedelta(days=1), EXPIRED),
        (APPROVAL, OTHER, TODAY + timedelta(days=1), NONE),
    ],
)
def test_the_table_of_approvals(approval: Approval | None, fingerprint: str, today: date, state: ApprovalState) -> None:
    assert honoured(approval, fingerprint, today) is state


@given(days, days, days)
def test_what_is_over_stays_over(until: date, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    approval = replace(APPROVAL, until=until)
    if honoured(approval, ONE, earlier) is EXPIRED:
        assert honoured(approval, ONE, later) is EXPIRED
    assert honoured(approval, ONE, until) is VALID
    assert is_over(until, earlier) <= is_over(until, later)


@given(days, days, st.text("0123456789abcdef", min_size=32, max_size=64))
def test_another_change_is_never_covered(until: date, today: date, fingerprint: str) -> None:
    covered = honoured(replace(APPROVAL, until=until), fingerprint, today) is not NONE
    assert covered == (fingerprint == ONE)


@given(days, days)
def test_a_last_day_is_taken_exactly_from_today_for_a_year(until: date, today: date) -> None:
    taken = not faults_of_until(until.isoformat(), today)
    assert taken == (0 <= (until - today).days <= MOST_DAYS)


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_what_is_no_day_is_refused_and_never_raises(value: object) -> None:
    if day_in(value) is None:
        assert faults_of_until(value, TODAY)


@pytest.mark.parametrize(
    "value", ["2026-1-1", "2026-02-30", "20261121", "2026-W47-6", "２０２６-11-21", "2026-11-21\n", ""]
)
def test_days_are_written_in_one_way(value: str) -> None:
    assert day_in(value) is None


@pytest.mark.parametrize(("value", "good"), [(ONE, True), ("0" * 64, True), ("A" * 32, False), ("a" * 31, False)])
def test_fingerprints_are_hex(value: str, good: bool) -> None:
    assert (faults_of_fingerprint(value) == []) == good
