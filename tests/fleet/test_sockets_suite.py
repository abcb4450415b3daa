"""The suite sockets against neural_processor: unbroken it passes, and each break is found at its step."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.sockets.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import ROOT, StartProvider

CONTRACTS = ROOT / "contracts"
LIVE, EVENTS = "live stream of a session", "events of a session"
NAMES = {LIVE, EVENTS, "stream of no session", "events of no session"}

# break, and what each check says that finds it
FOUND = {
    "answers-processed-first": {
        LIVE: 'step 3 \'first chunk\': $.type: expected "data" but got "processed"',
        EVENTS: "step 1 'chunks': the last message came after 0, and at least 2 have to come",
    },
    "skips-data": {
        LIVE: 'step 4 \'second chunk\': $.type: expected "data" but got "processed"',
        EVENTS: "step 1 'chunks': the last message came after 1, and at least 2 have to come",
    },
    "closes-abnormally": {LIVE: "step 10 'end': expected the provider to close with 1000, but got 1011"},
}


def checked(url: str, **more: object) -> SuiteRun:
    files = sorted(CONTRACTS.glob("signal_viewer-*.conversation.yaml"))
    target = Target(
        provider="neural_processor",
        base_url=url,
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        contracts=tuple(map(str, files)),
        **more,  # type: ignore[arg-type]  # any field of it
    )
    return run(target, Unwatched(), time.monotonic() + 100)


def of_consumers(found: SuiteRun) -> dict[str, Check]:
    return {each.name: each for each in found.checks if each.consumer == "signal_viewer"}


def test_the_committed_contracts_are_what_the_consumer_tests_write(tmp_path: Path) -> None:
    written = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(ROOT / "consumers" / "signal_viewer")],
        cwd=ROOT,
        env={**os.environ, "CONTRACT_DIR": str(tmp_path), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert written.returncode == 0, written.stdout
    committed = {file.name: file.read_bytes() for file in CONTRACTS.glob("*.conversation.yaml")}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == committed


def test_the_unbroken_provider_passes(start_provider: StartProvider) -> None:
    found = checked(start_provider("neural_processor"))
    assert ({each.status for each in found.checks}, found.problems) == ({CheckStatus.PASSED}, ())
    assert set(of_consumers(found)) == NAMES
    assert len(found.latencies["WS /ws/sessions/{session_id}/stream step 3 'first chunk'"]) == 1


@pytest.mark.soak
def test_the_unbroken_provider_passes_twenty_times_in_a_row(start_provider: StartProvider) -> None:
    url = start_provider("neural_processor")
    runs = [checked(url) for _ in range(20)]
    assert {each.status for found in runs for each in found.checks} == {CheckStatus.PASSED}
    assert {found.problems for found in runs} == {()}


@pytest.mark.parametrize("name", FOUND)
def test_a_break_is_found_and_its_step_is_named(name: str, start_provider: StartProvider) -> None:
    checks = of_consumers(checked(start_provider("neural_processor", name)))
    failed = {each.name for each in checks.values() if each.status is CheckStatus.FAILED}
    assert (set(checks), failed) == (NAMES, set(FOUND[name]))
    for check, words in FOUND[name].items():
        assert checks[check].error.startswith(words)
        assert checks[check].mismatches[0].location.startswith(words.partition(":")[0])


def test_what_nobody_reads_hurts_nobody(start_provider: StartProvider) -> None:
    found = checked(start_provider("neural_processor", "adds-socket-field"))
    assert {each.status for each in found.checks} == {CheckStatus.PASSED}
