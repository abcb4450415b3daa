"""The suite slo against the fleet: unbroken it keeps the promise, its slow tail is named, and the file is current."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracthub.domain.verification_runs import CheckStatus, SuiteRun
from contracthub.verification.slo.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import ROOT, StartProvider

CONTRACT = ROOT / "contracts" / "api_gateway-neural_processor.reading-a-session.slo.yaml"


def measured(url: str, *, solving: bool = False) -> SuiteRun:
    target = Target(
        provider="neural_processor",
        base_url=url,
        state_url=None if solving else f"{url}/_pact/provider-states",
        contracts=(str(CONTRACT),),
    )
    return run(target, Unwatched(), time.monotonic() + 100)


def test_the_committed_promise_is_what_the_consumer_test_writes(tmp_path: Path) -> None:
    written = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            str(ROOT / "consumers" / "api_gateway" / "tests" / "test_neural_processor_slo.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "CONTRACT_DIR": str(tmp_path), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert written.returncode == 0, written.stdout
    (found,) = tmp_path.iterdir()
    assert (found.name, found.read_bytes()) == (CONTRACT.name, CONTRACT.read_bytes())


def decided(url: str, *, solving: bool = False) -> SuiteRun:
    """What was found once there is a verdict: a machine that others keep busy may give none, and never a wrong one."""
    found = measured(url, solving=solving)
    for _ in range(4):
        if found.checks[0].status is not CheckStatus.COULD_NOT_RUN:
            break
        found = measured(url, solving=solving)
    return found


def test_the_unbroken_provider_keeps_its_promise(start_provider: StartProvider) -> None:
    # Nobody sets the state up: a session is made by the provider's own operations, and asked for by its own id.
    found = decided(start_provider("neural_processor"), solving=True)
    promised, compared = found.checks
    assert promised.status is CheckStatus.PASSED, promised
    assert "state 'a session exists' solved by POST /sessions" in promised.notes
    assert compared.status is CheckStatus.SKIPPED
    assert found.problems == ()
    assert found.digests[0].samples >= 437


def test_a_slow_tail_is_caught_and_named(start_provider: StartProvider) -> None:
    promised, *_ = decided(start_provider("neural_processor", "slow-tail")).checks
    assert promised.status is CheckStatus.FAILED, promised
    assert [each.attribute for each in promised.mismatches] == ["p99"]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_the_unbroken_provider_keeps_its_promise_twenty_times_in_a_row(start_provider: StartProvider) -> None:
    url = start_provider("neural_processor")
    checks = [measured(url).checks[0] for _ in range(20)]
    assert [each for each in checks if each.status is not CheckStatus.PASSED] == []


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_the_slow_tail_is_caught_twenty_times_in_a_row(start_provider: StartProvider) -> None:
    url = start_provider("neural_processor", "slow-tail")
    checks = [measured(url).checks[0] for _ in range(20)]
    assert [each for each in checks if each.status is not CheckStatus.FAILED] == []
