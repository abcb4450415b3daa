"""Lives of resources and jobs, found in a provider's own document: what is sound passes, each fault is named."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.journeys.own_document import PUBLIC
from contracthub.verification.journeys.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.verification.journeys.crud_provider import OPENAPI, library

STEPS = (
    *("create", "read what was made", "find it in the list", "change it", "see the change"),
    *("remove it", "find it gone", "find it in no list"),
)
LIFE, JOB = "life cycle of /books", "job of POST /books/{book_id}/print"


def looked(url: str, *, seconds: float = 60.0, **settings: Any) -> SuiteRun:
    target = Target(provider="library", base_url=url, settings={"journeys": settings}, request_timeout_ms=2000)
    return run(target, Unwatched(), time.monotonic() + seconds)


def by_name(found: SuiteRun) -> dict[str, Check]:
    return {each.name: each for each in found.checks}


def test_a_provider_that_is_sound_passes_and_nothing_stays_behind() -> None:
    with library() as (url, kept):
        found = looked(url)
        assert kept.books == {}
    checks = by_name(found)
    assert {name: each.status for name, each in checks.items()} == dict.fromkeys((LIFE, JOB), CheckStatus.PASSED)
    assert checks[LIFE].notes == (f"taken: {', '.join(STEPS)}",)
    assert found.exercised["GET /books/{book_id}"] == (200, 404)
    assert (found.problems, found.notices) == ((), ())


@pytest.mark.parametrize(
    ("fault", "step", "operation", "words"),
    [
        ("breaks", "Step 1 'create'", "POST /books", "answered 500"),
        ("cannot-be-read", "Step 2 'read what was made'", "GET /books/{book_id}", "404 for 'b1', which had just been"),
        ("another", "Step 2 'read what was made'", "GET /books/{book_id}", "the answer is about 'other'"),
        ("forgets-in-list", "Step 3 'find it in the list'", "GET /books", "'b1' had just been made"),
        ("cannot-change", "Step 4 'change it'", "PUT /books/{book_id}", "the answer was 500"),
        ("loses-changes", "Step 5 'see the change'", "PUT /books/{book_id}", "title still is 'title', not 'title 2'"),
        ("cannot-delete", "Step 6 'remove it'", "DELETE /books/{book_id}", "the answer was 405"),
        ("keeps-what-is-gone", "Step 7 'find it gone'", "GET /books/{book_id}", "the answer was 200 for 'b1'"),
        ("lists-what-is-gone", "Step 8 'find it in no list'", "GET /books", "the list still has it"),
    ],
)
def test_each_fault_of_a_life_is_named_by_its_step(fault: str, step: str, operation: str, words: str) -> None:
    with library(fault) as (url, _):
        check = by_name(looked(url, jobs=False))[LIFE]
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith(f"{step} ({operation}): ")
    assert words in check.error
    assert check.operation == operation
    assert check.mismatches


@pytest.mark.parametrize(
    ("fault", "notes"),
    [
        ("pages", "GET /books has more than one page"),
        ("conflict", "PUT /books/{book_id} answered 409"),
        ("in-use", "DELETE /books/{book_id} answered 409"),
        ("marks-what-is-gone", "marked as removed (deleted_at is '2026-01-01')"),
        ("archives", "marked as removed (condition is 'archived')"),
        ("lists-with-marks", "taken: "),
    ],
)
def test_what_nobody_can_tell_is_a_note_and_no_fault(fault: str, notes: str) -> None:
    with library(fault) as (url, _):
        check = by_name(looked(url, jobs=False))[LIFE]
    assert check.status is CheckStatus.PASSED
    assert [each for each in check.notes if notes in each]


def test_what_can_not_be_made_is_skipped_with_the_reason() -> None:
    with library("refuses") as (url, _):
        found = by_name(looked(url))
    assert {each.status for each in found.values()} == {CheckStatus.SKIPPED}
    assert "POST /books answered 422" in found[LIFE].error
    assert "POST /books answered 422" in found[JOB].error


def test_a_list_in_an_envelope_is_looked_through() -> None:
    with library("envelope") as (url, _):
        assert by_name(looked(url, jobs=False))[LIFE].status is CheckStatus.PASSED


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("forgets-location", "Step 2 'find where to ask'"),
        ("leads-away", "leads to another host (http://192.0.2.1)"),
        ("renames-done", "status is 'finished', which the document does not have (done, queued, running)"),
        ("never-ends", "status still is 'running'"),
        ("job-breaks", "Step 3 'wait until it has ended' (POST /books/{book_id}/print): the answer was 500"),
    ],
)
def test_each_fault_of_a_job_is_named(fault: str, words: str) -> None:
    with library(fault) as (url, kept):
        within = "3s" if fault == "never-ends" else "60s"
        check = by_name(looked(url, life_cycles=False, jobs_within=within))[JOB]
        assert kept.books == {}
    assert check.status is CheckStatus.FAILED
    assert words in check.error


@pytest.mark.parametrize(("fault", "status"), [("redirects", CheckStatus.PASSED), ("at-once", CheckStatus.SKIPPED)])
def test_a_job_may_end_in_a_redirect_or_before_it_began(fault: str, status: CheckStatus) -> None:
    with library(fault) as (url, _):
        assert by_name(looked(url, life_cycles=False))[JOB].status is status


def test_a_job_that_can_be_deleted_is_not_left_behind() -> None:
    with library() as (url, kept):
        assert by_name(looked(url, life_cycles=False))[JOB].status is CheckStatus.PASSED
        assert kept.polls[-1] == "removed"


@pytest.mark.parametrize("fault", ["asks-for-an-hour", "polls-in-an-hour"])
def test_a_provider_that_wants_to_be_left_alone_for_longer_has_no_fault(fault: str) -> None:
    with library(fault) as (url, kept):
        check = by_name(looked(url, life_cycles=False))[JOB]
        assert kept.polls.count("/jobs/7") == (fault == "polls-in-an-hour")
    assert check.status is CheckStatus.SKIPPED
    assert "left alone for 3600 s (Retry-After), and jobs-within in [verify.journeys] is 10s" in check.error


def test_nothing_is_asked_before_the_time_that_the_provider_names() -> None:
    with library("asks-for-a-second") as (url, _):
        check = by_name(looked(url, life_cycles=False))[JOB]
    assert check.status is CheckStatus.PASSED
    assert (check.milliseconds or 0) >= 1000


def test_how_a_job_ended_is_told() -> None:
    with library("fails") as (url, _):
        check = by_name(looked(url, life_cycles=False))[JOB]
    assert check.status is CheckStatus.PASSED
    assert check.notes == ("GET /jobs/7 told after 1 answer that it had ended: phase is 'failed'",)


def test_a_job_that_the_deadline_of_the_run_cuts_off_is_no_fault() -> None:
    with library("never-ends") as (url, _):
        check = by_name(looked(url, life_cycles=False, seconds=5.0, jobs_within="60m"))[JOB]
    assert check.status is CheckStatus.SKIPPED
    assert "--timeout" in check.error


def test_each_can_be_switched_off() -> None:
    with library() as (url, _):
        assert set(by_name(looked(url, jobs=False))) == {LIFE}
        assert set(by_name(looked(url, life_cycles=False))) == {JOB}
        assert looked(url, life_cycles=False, jobs=False).checks == ()


def test_settings_that_mean_nothing_are_told() -> None:
    with library() as (url, _):
        assert "true or false" in looked(url, jobs="yes").problems[0]
        assert "jobs-within" in looked(url, jobs_within="soon").problems[0]


def test_at_a_public_address_nothing_is_made_unless_somebody_says_so(tmp_path: Path) -> None:
    openapi = tmp_path / "openapi.json"
    openapi.write_text(json.dumps(OPENAPI), encoding="utf-8")

    def publicly(**settings: Any) -> SuiteRun:
        target = Target(
            provider="library", base_url="http://8.8.8.8", openapi=str(openapi), settings={"journeys": settings}
        )
        # The deadline is over, so that nothing is sent there even where it would be allowed.
        return run(target, Unwatched(), time.monotonic())

    assert publicly().notices == (PUBLIC,)
    assert publicly().problems == ()
    allowed = publicly(life_cycles=True)
    assert "public address" not in allowed.notices
    assert "--timeout" in allowed.problems[0]


def test_after_the_deadline_nothing_is_begun() -> None:
    with library() as (url, kept):
        found = looked(url, seconds=0.0)
        assert (found.checks, kept.gone) == ((), [])
    assert "--timeout" in found.problems[0]
