"""The fleet under rule packs: it breaks none, and each break is caught by the rule that is meant for it."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.policies.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import PROVIDERS, ROOT, StartProvider

DEFAULT: Mapping[str, Any] = {"packs": ["default"]}
TENANTS: Mapping[str, Any] = {
    "packs": ["tenants"],
    "principals": {
        "ada": {"tenant": "acme", "headers": {"X-Tenant": "acme"}},
        "gil": {"tenant": "globex", "headers": {"X-Tenant": "globex"}},
    },
}
BUSY: Mapping[str, Any] = {
    "packs": ["rate-limits"],
    "rate-limits": {"operation": "POST /simulations/{simulation_id}/start", "state": "all furnaces are busy"},
}
BREAKS: list[tuple[str, str, str, str, Mapping[str, Any]]] = [
    ("detector_service", "error-without-type", "errors.type", "GET /datasets/{dataset_id}", DEFAULT),
    ("detector_service", "loses-next-page", "pagination.last-page", "GET /datasets", DEFAULT),
    ("detector_service", "leaks-other-tenant", "tenants.read", "GET /datasets/{dataset_id}", TENANTS),
    ("detector_service", "removes-deprecated-field", "deprecation.field-kept", "GET /detectors/{detector_id}", DEFAULT),
    ("distilera", "changes-page-size", "pagination.size", "GET /simulations", DEFAULT),
    ("distilera", "forgets-retry-after", "rate-limits.retry-after", "POST /simulations/{simulation_id}/start", BUSY),
]


SETTINGS = {"detector_service": TENANTS, "distilera": BUSY}


def held_against(provider: str, url: str, settings: Mapping[str, Any] = DEFAULT) -> SuiteRun:
    target = Target(
        provider=provider,
        base_url=url,
        # What was announced, not what the code at hand would announce.
        openapi=str(ROOT / "specs" / f"{provider}.openapi.json") if provider != "mercatrix" else None,
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
    for settings in (DEFAULT, SETTINGS.get(provider, DEFAULT)):
        found = held_against(provider, start_provider(provider), settings)
        assert [(each.name, each.error) for each in failures(found)] == []
        assert found.count(CheckStatus.PASSED)


@pytest.mark.parametrize(("provider", "broken", "rule", "operation", "settings"), BREAKS)
def test_a_break_is_caught_and_the_rule_is_named(
    start_provider: StartProvider, provider: str, broken: str, rule: str, operation: str, settings: Mapping[str, Any]
) -> None:
    found = failures(held_against(provider, start_provider(provider, broken), settings))
    assert f"{rule} {operation}" in [each.name for each in found]
    assert all(each.finding is not None and each.finding.curl.startswith("curl ") for each in found)


@pytest.mark.soak
def test_twenty_runs_in_a_row_give_no_alarm(start_provider: StartProvider) -> None:
    for provider in PROVIDERS:
        url = start_provider(provider)
        for number in range(20):
            for settings in (DEFAULT, SETTINGS.get(provider, DEFAULT)):
                found = failures(held_against(provider, url, settings))
                assert [(each.name, each.error) for each in found] == [], number
