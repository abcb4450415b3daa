"""The fleet under rule packs: it breaks none, and each break is caught by the rule that is meant for it."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.policies.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import PROVIDERS, StartProvider

DEFAULT: Mapping[str, Any] = {"packs": ["default"]}
BREAKS: list[tuple[str, str, str, str, Mapping[str, Any]]] = [
    ("detector_service", "error-without-type", "errors.type", "GET /datasets/{dataset_id}", DEFAULT),
    ("detector_service", "loses-next-page", "pagination.last-page", "GET /datasets", DEFAULT),
    ("distilera", "changes-page-size", "pagination.size", "GET /simulations", DEFAULT),
]


def held_against(provider: str, url: str, settings: Mapping[str, Any] = DEFAULT) -> SuiteRun:
    target = Target(
        provider=provider,
        base_url=url,
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        settings={"policies": settings},
    )
    return run(target, Unwatched(), time.monotonic() + 60)


def failures(found: SuiteRun) -> list[Check]:
    assert found.problems == ()
    return [each for each in found.checks if each.status not in (CheckStatus.PASSED, CheckStatus.SKIPPED)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_unbroken_fleet_keeps_the_rules(start_provider: StartProvider, provider: str) -> None:
    found = held_against(provider, start_provider(provider))
    assert [(each.name, each.error) for each in failures(found)] == []
    assert found.count(CheckStatus.PASSED)


@pytest.mark.parametrize(("provider", "broken", "rule", "operation", "settings"), BREAKS)
def test_a_break_is_caught_and_the_rule_is_named(
    start_provider: StartProvider, provider: str, broken: str, rule: str, operation: str, settings: Mapping[str, Any]
) -> None:
    found = failures(held_against(provider, start_provider(provider, broken), settings))
    assert f"{rule} {operation}" in [each.name for each in found]
    assert all(each.finding is not None and each.finding.curl.startswith("curl ") for each in found)
