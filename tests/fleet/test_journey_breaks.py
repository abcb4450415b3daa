"""The suite journeys against the fleet: unbroken it passes, and each break of a job is caught and named by its step."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.journeys.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import PACTS, ROOT, StartProvider

CONTRACTS = ROOT / "contracts"
PROCESSED, GONE = "a session is processed", "a dataset comes and goes"
JOB = "job of POST /sessions/{session_id}/process"
# The checks of each provider of the fleet.
CHECKS = {
    "neural_processor": {PROCESSED, JOB, "life cycle of /sessions"},
    "detector_service": {GONE, "life cycle of /datasets", "life cycle of /detectors"},
    "distilera": {"life cycle of /simulations"},
}
# break: what the journey says of it, and what the job that needs no contract says of it, empty where it passes.
FOUND = {
    "never-finishes": (
        "Step 4 'wait until the job is done'",
        '$.status: Expected "done" but got "running"',
        "Step 3 'wait until it has ended'",
    ),
    "forgets-location": (
        "Step 3 'start processing'",
        "the header Location is missing",
        "Step 2 'find where to ask'",
    ),
    "renames-done": (
        "Step 4 'wait until the job is done'",
        '$.status: Expected "done" but got "finished"',
        "status is 'finished', which the document does not have",
    ),
    "drops-total-samples": ("Step 5 'read the data'", "$.total_samples is missing", ""),
}


def walked(provider: str, url: str) -> SuiteRun:
    target = Target(
        provider=provider,
        base_url=url,
        contracts=(str(CONTRACTS),),
        pacts=tuple(map(str, PACTS[provider])),
        settings={"journeys": {"jobs_within": "2s"}},
    )
    return run(target, Unwatched(), time.monotonic() + 90)


def by_name(found: SuiteRun) -> dict[str, Check]:
    return {each.name: each for each in found.checks}


@pytest.mark.parametrize("provider", CHECKS)
def test_the_unbroken_fleet_passes_again_and_again(provider: str, start_provider: StartProvider) -> None:
    url = start_provider(provider)
    for _ in range(2):
        found = walked(provider, url)
        assert {each.name: each.status for each in found.checks} == dict.fromkeys(
            CHECKS[provider], CheckStatus.PASSED
        ), [each.error for each in found.checks]
        assert found.problems == ()


@pytest.mark.soak
@pytest.mark.parametrize("provider", CHECKS)
def test_the_unbroken_fleet_passes_twenty_times_in_a_row(provider: str, start_provider: StartProvider) -> None:
    url = start_provider(provider)
    for _ in range(20):
        assert {each.status for each in walked(provider, url).checks} == {CheckStatus.PASSED}


@pytest.mark.parametrize("name", FOUND)
def test_a_break_is_caught_and_its_step_is_named(name: str, start_provider: StartProvider) -> None:
    step, words, of_job = FOUND[name]
    checks = by_name(walked("neural_processor", start_provider("neural_processor", name)))
    journey, job = checks[PROCESSED], checks[JOB]
    assert journey.status is CheckStatus.FAILED
    assert journey.error.startswith(step)
    assert words in journey.error
    assert journey.mismatches[0].text.startswith(f"step {step[5]}: ")
    assert (job.status is CheckStatus.FAILED) is bool(of_job)
    assert of_job in job.error


def test_a_field_that_nobody_reads_hurts_no_journey(start_provider: StartProvider) -> None:
    found = walked("neural_processor", start_provider("neural_processor", "adds-field"))
    assert {each.status for each in found.checks} == {CheckStatus.PASSED}


def test_a_refusal_without_its_type_is_named_by_its_step(start_provider: StartProvider) -> None:
    check = by_name(walked("detector_service", start_provider("detector_service", "error-without-type")))[GONE]
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith("Step 6 'find it gone' (GET /datasets/")
    assert [each.location for each in check.mismatches] == ["$.type"]


def test_what_a_journey_starts_from_is_solved_with_the_ids_that_it_names(
    tmp_path: Path, start_provider: StartProvider
) -> None:
    url = start_provider("neural_processor")
    document = {
        "contracthub": "journey/1",
        "name": "an old session is processed",
        "consumer": "api_gateway",
        "provider": "neural_processor",
        "given": [{"name": "a session exists", "params": {"session_id": "123"}}],
        "steps": [
            {
                "name": "start",
                "interaction": {"provider": "neural_processor", "description": "a request to process a session"},
            },
            {
                "name": "wait",
                "eventually": {"within": "5s", "until": {"body": {"status": "done", "session_id": "123"}}},
            },
            {
                "name": "read",
                "request": {"method": "GET", "path": "/sessions/123"},
                "response": {"status": 200, "body": {"session_id": "123"}},
            },
        ],
    }
    file = tmp_path / "old.journey.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    target = Target(
        provider="neural_processor",
        base_url=url,
        contracts=(str(file),),
        pacts=tuple(map(str, PACTS["neural_processor"])),
        settings={"journeys": {"life_cycles": False, "jobs": False}},
    )
    (check,) = run(target, Unwatched(), time.monotonic() + 60).checks
    assert check.status is CheckStatus.PASSED, check.error
    assert check.notes == ("state 'a session exists' solved by POST /sessions",)
    (check,) = run(replace(target, solve_states=False), Unwatched(), time.monotonic() + 60).checks
    assert check.status is CheckStatus.MISSING_STATE


def test_the_committed_journeys_are_what_the_consumer_tests_write(tmp_path: Path) -> None:
    tests = sorted((ROOT / "consumers").glob("*/tests/test_*_journey.py"))
    written = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, tests)],
        cwd=ROOT,
        env={**os.environ, "CONTRACT_DIR": str(tmp_path), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert written.returncode == 0, written.stdout
    committed = {file.name: file.read_bytes() for file in CONTRACTS.glob("*.journey.yaml")}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == committed
