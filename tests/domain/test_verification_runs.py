"""The evidence document: what is written is read back, and what is no run report is refused with its place."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.findings import Finding
from contracthub.domain.latency_digests import LatencyDigest
from contracthub.domain.typed_documents import NotOfType
from contracthub.domain.verification_reports import Mismatch, Outcome, PactResult, PublicationStatus
from contracthub.domain.verification_runs import (
    Check,
    CheckStatus,
    RunReport,
    Suite,
    SuiteRun,
    run_from_document,
    run_from_json,
)

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
TEXT = st.text(max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NUMBERS = st.floats(0, 1e9, allow_nan=False)
CODES = st.integers(100, 599)
MISMATCHES = st.builds(Mismatch, TEXT, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT)
FINDINGS = st.builds(
    Finding,
    fingerprint=TEXT,
    operation=TEXT,
    check=TEXT,
    code=TEXT,
    title=TEXT,
    message=TEXT,
    curl=TEXT,
    status_code=st.none() | CODES,
    consumers=TEXTS,
    request=st.none() | st.dictionaries(TEXT, st.none() | TEXT | st.lists(TEXT, max_size=2), max_size=2),
)
CHECKS = st.builds(
    Check,
    suite=st.sampled_from(Suite),
    name=TEXT,
    status=st.sampled_from(CheckStatus),
    consumer=TEXT,
    consumer_version=TEXT,
    operation=TEXT,
    status_code=st.none() | CODES,
    provider_states=TEXTS,
    mismatches=st.lists(MISMATCHES, max_size=2).map(tuple),
    error=TEXT,
    milliseconds=st.none() | NUMBERS,
    finding=st.none() | FINDINGS,
    uses=TEXTS,
    notes=TEXTS,
)
PACTS = st.builds(
    PactResult,
    url=TEXT,
    consumer=TEXT,
    announced=TEXTS,
    result=st.dictionaries(TEXT, TEXT, max_size=2),
    published=st.booleans(),
)
DIGESTS = st.builds(
    LatencyDigest,
    operation=TEXT,
    load=TEXT,
    load_sha=TEXT,
    machine=TEXT,
    requests=st.integers(0, 10**6),
    errors=st.integers(0, 10**6),
    seconds=NUMBERS,
    buckets=st.lists(st.integers(-695, 1410), max_size=3).map(tuple),
    counts=st.lists(st.integers(1, 10**6), max_size=3).map(tuple),
    share=NUMBERS,
    batches=st.lists(NUMBERS, max_size=3).map(tuple),
)
RUNS = st.builds(
    SuiteRun,
    suite=st.sampled_from(Suite),
    checks=st.lists(CHECKS, max_size=3).map(tuple),
    problems=TEXTS,
    seconds=NUMBERS,
    tool=TEXT,
    seed=st.none() | st.integers(0, 2**62),
    budget_seconds=st.none() | NUMBERS,
    examples=st.none() | st.integers(0, 10**6),
    latencies=st.dictionaries(TEXT, st.lists(NUMBERS, max_size=3).map(tuple), max_size=2),
    exercised=st.dictionaries(TEXT, st.lists(CODES, max_size=3).map(tuple), max_size=2),
    pacts=st.lists(PACTS, max_size=2).map(tuple),
    digests=st.lists(DIGESTS, max_size=2).map(tuple),
)
REPORTS = st.builds(
    RunReport,
    provider=TEXT,
    provider_version=st.none() | TEXT,
    provider_branch=st.none() | TEXT,
    source=TEXT,
    started_at=st.datetimes(timezones=st.just(UTC)),
    seconds=NUMBERS,
    suites=st.lists(RUNS, max_size=3).map(tuple),
    environment=st.dictionaries(TEXT, TEXT, max_size=2),
    publication=st.sampled_from(PublicationStatus),
    notices=TEXTS,
)


@given(REPORTS)
def test_what_is_written_is_read_back(report: RunReport) -> None:
    assert run_from_json(report.to_json()) == report


def report(*checks: CheckStatus, problems: tuple[str, ...] = (), published: str = "not-asked") -> RunReport:
    run = SuiteRun(
        suite=Suite.CONTRACTS,
        checks=tuple(Check(suite=Suite.CONTRACTS, name="n", status=status) for status in checks),
        problems=problems,
    )
    return RunReport(
        provider="orders",
        provider_version="1",
        provider_branch=None,
        source="here",
        started_at=NOW,
        seconds=1.0,
        suites=(run,),
        publication=PublicationStatus(published),
    )


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (report(CheckStatus.PASSED), Outcome.VERIFIED),
        (report(CheckStatus.PASSED, CheckStatus.PENDING, CheckStatus.KNOWN, CheckStatus.SKIPPED), Outcome.VERIFIED),
        (report(CheckStatus.MISSING_STATE, CheckStatus.FAILED), Outcome.FAILED),
        (report(CheckStatus.PASSED, CheckStatus.MISSING_STATE), Outcome.MISSING_STATE),
        (report(), Outcome.NOTHING_VERIFIED),
        (report(CheckStatus.SKIPPED), Outcome.NOTHING_VERIFIED),
        (report(CheckStatus.COULD_NOT_RUN), Outcome.NOTHING_VERIFIED),
        (report(CheckStatus.PASSED, CheckStatus.COULD_NOT_RUN), Outcome.COULD_NOT_RUN),
        (report(CheckStatus.PASSED, problems=("gone",)), Outcome.COULD_NOT_RUN),
        (report(CheckStatus.PASSED, problems=("gone",), published="failed"), Outcome.NOT_PUBLISHED),
        (report(CheckStatus.FAILED, published="failed"), Outcome.FAILED),
    ],
)
def test_the_outcome_is_the_worst_that_is_known(made: RunReport, outcome: Outcome) -> None:
    assert made.outcome is outcome


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda it: it.pop("provider"), "/provider"),
        (lambda it: it.update(startedAt="yesterday"), "/startedAt"),
        (lambda it: it.update(seconds="long"), "/seconds"),
        (lambda it: it.update(suites={}), "/suites"),
        (lambda it: it["suites"].__setitem__(0, 7), "/suites/0"),
        (lambda it: it["suites"][0]["checks"][0].update(status="perhaps"), "/suites/0/checks/0/status"),
        (lambda it: it["suites"][0].update(latencies={"GET /a": ["x"]}), "/suites/0/latencies/GET ~1a/0"),
    ],
)
def test_what_is_no_run_report_is_refused_with_its_place(change: object, pointer: str) -> None:
    document = json.loads(report(CheckStatus.PASSED).to_json())
    change(document)  # type: ignore[operator]
    with pytest.raises(NotOfType) as refused:
        run_from_document(document)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_what_is_not_known_is_passed_over() -> None:
    document = json.loads(report(CheckStatus.PASSED).to_json()) | {"ofTomorrow": [1]}
    assert run_from_document(document) == report(CheckStatus.PASSED)
