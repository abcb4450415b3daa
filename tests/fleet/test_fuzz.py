"""Fuzzing the fleet: what its documents contradict is found, what its consumers need is missed, the rest is quiet."""

import time

import pytest

from contracthub.domain.findings import Finding
from contracthub.domain.verification_runs import SuiteRun
from contracthub.verification.fuzz.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import PACTS, PROVIDERS, StartProvider

# The consumers' part is the same in every run, and ends by itself.
CONSUMERS_ONLY: dict[str, dict[str, object]] = {"fuzz": {"phases": []}}
FOUND = [
    ("distilera", "forgets-retry-after", "POST /simulations/{simulation_id}/start", "ST107", "Retry-After"),
    ("distilera", "forgets-envelope", "GET /simulations/{simulation_id}", "CH203", "$.data.id"),
    ("neural_processor", "forgets-location", "POST /sessions/{session_id}/process", "ST107", "Location"),
    ("neural_processor", "renames-done", "GET /jobs/{job_id}", "ST108", "$.status"),
    ("neural_processor", "drops-total-samples", "GET /sessions/{session_id}/data", "CH203", "$.total_samples"),
    ("detector_service", "error-without-type", "GET /datasets/{dataset_id}", "ST108", "type"),
    ("detector_service", "leaks-other-tenant", "GET /datasets/{dataset_id}", "CH201", "relies on status 404"),
    ("detector_service", "loses-next-page", "GET /datasets", "CH203", "$.next_cursor"),
    ("detector_service", "removes-deprecated-field", "GET /detectors/{detector_id}", "CH203", "$.state"),
    ("mercatrix", "renames-essence-coins", "Mutation.buyOffer", "CH203", "essence_coins"),
    ("mercatrix", "turns-coins-into-text", "Query.wallet", "CH203", "essence_coins"),
]


def fuzzed(provider: str, url: str) -> SuiteRun:
    target = Target(
        provider=provider,
        base_url=url,
        fuzz_seconds=60,
        seed=1,
        pacts=tuple(str(file) for file in PACTS[provider]),
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        settings=CONSUMERS_ONLY,
    )
    return run(target, Unwatched(), time.monotonic() + 90)


def findings(found: SuiteRun) -> list[Finding]:
    assert found.problems == ()
    assert found.examples
    return [check.finding for check in found.checks if check.finding is not None]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_unbroken_fleet_gives_no_alarm(start_provider: StartProvider, provider: str) -> None:
    found = findings(fuzzed(provider, start_provider(provider)))
    assert [(each.operation, each.message, each.curl) for each in found] == []


@pytest.mark.parametrize(("provider", "broken", "operation", "code", "text"), FOUND)
def test_a_break_is_found_and_the_place_is_named(
    start_provider: StartProvider, provider: str, broken: str, operation: str, code: str, text: str
) -> None:
    found = findings(fuzzed(provider, start_provider(provider, broken)))
    said = [(each.operation, each.code, each.message) for each in found]
    assert any((each.operation, each.code) == (operation, code) and text in each.message for each in found), said
    assert all(each.consumers for each in found if each.operation == operation)
