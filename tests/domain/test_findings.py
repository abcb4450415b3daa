"""Where a finding stands: a law, told as a table and as properties."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.findings import (
    Finding,
    FindingState,
    KnownFinding,
    each_once,
    finding_fields,
    finding_in,
    fingerprint_of,
    standing,
)

NEW, ACCEPTED, FIXED, CAME_BACK = FindingState
TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SEEN = Finding(
    fingerprint="f" * 64,
    operation="GET /orders/{id}",
    check="not_a_server_error",
    code="ST101",
    title="Server error",
    message="answered 500",
    curl="curl http://localhost/orders/0",
    status_code=500,
    consumers=("Shop",),
    request={"method": "GET", "path": "/orders/0", "query": {}, "headers": {}, "body": None},
)
KNOWN = KnownFinding(
    number=1,
    provider="Orders",
    finding=SEEN,
    state=NEW,
    first_seen_version="1",
    first_seen_at=NOON,
    last_seen_version="1",
    last_seen_at=NOON,
)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
texts = st.text(max_size=8)
known_findings = st.builds(
    lambda state, until: replace(KNOWN, state=state, accepted_until=until), st.sampled_from(FindingState), days
)


@pytest.mark.parametrize(
    ("state", "until", "seen", "listed"),
    [
        (NEW, None, NEW, NEW),
        (ACCEPTED, TODAY + timedelta(days=1), ACCEPTED, ACCEPTED),
        (ACCEPTED, TODAY, ACCEPTED, ACCEPTED),
        (ACCEPTED, TODAY - timedelta(days=1), NEW, NEW),
        (ACCEPTED, None, NEW, NEW),
        (FIXED, None, CAME_BACK, FIXED),
        (FIXED, TODAY + timedelta(days=1), CAME_BACK, FIXED),
        (CAME_BACK, None, CAME_BACK, CAME_BACK),
        (CAME_BACK, TODAY + timedelta(days=1), CAME_BACK, CAME_BACK),
    ],
)
def test_the_table_of_states(state: FindingState, until: date | None, seen: FindingState, listed: FindingState) -> None:
    known = replace(KNOWN, state=state, accepted_until=until)
    assert standing(known, TODAY) is seen
    assert known.state_on(TODAY) is listed


def test_what_nobody_knew_is_new() -> None:
    assert standing(None, TODAY) is NEW


@given(days)
def test_an_acceptance_counts_on_its_last_day_and_not_on_the_next(until: date) -> None:
    known = replace(KNOWN, state=ACCEPTED, accepted_until=until)
    assert standing(known, until) is ACCEPTED
    assert standing(known, until + timedelta(days=1)) is NEW


@given(known_findings, days, days)
def test_an_acceptance_that_has_run_out_never_counts_again(known: KnownFinding, first: date, second: date) -> None:
    earlier, later = sorted((first, second))
    if standing(known, earlier) is not ACCEPTED:
        assert standing(known, later) is not ACCEPTED


@given(known_findings, days)
def test_what_a_run_sees_is_never_fixed(known: KnownFinding, today: date) -> None:
    assert standing(known, today) is not FIXED


@given(known_findings, days)
def test_listing_differs_from_seeing_for_what_is_fixed_alone(known: KnownFinding, today: date) -> None:
    assert (known.state_on(today) is standing(known, today)) == (known.state is not FIXED)


@given(st.lists(texts, min_size=4, max_size=4), st.lists(texts, min_size=4, max_size=4))
def test_fingerprints_are_those_of_their_parts(one: list[str], other: list[str]) -> None:
    if any("\x00" in each for each in one + other):
        return
    assert (fingerprint_of(*one) == fingerprint_of(*other)) == (one == other)


def test_of_the_same_fault_the_first_is_kept() -> None:
    again, another = replace(SEEN, message="answered 502"), replace(SEEN, fingerprint="0" * 64)
    assert each_once([SEEN, again, another]) == (SEEN, another)


@pytest.mark.parametrize("finding", [SEEN, replace(SEEN, status_code=None, consumers=(), request=None)])
def test_a_finding_reads_as_it_was_written(finding: Finding) -> None:
    assert finding_in(finding_fields(finding)) == finding
