"""The suites that a run can have, what each of them is told, and whom it tells how far it is.

A suite is a function ``run(target, watcher, deadline) -> SuiteRun``. It never raises for what a provider does: checks
and problems say it. It never goes on past the deadline, a moment of ``time.monotonic()``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, TypeAlias

from contracthub.domain.verification_runs import Check, Suite, SuiteRun
from contracthub.verification.job import HubSource, ReplayJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The provider under test, and everything that a suite may need to look at it.

    ``openapi`` and ``sdl`` are an address, a file, or ``hub:`` for what the provider published; without, a suite looks
    for them. ``operations`` are files and folders of consumers' GraphQL documents. ``pacts`` are the files that the
    pacts come from when no hub serves them, ``contracts`` those for conversations, flows, journeys and SLOs. ``replay``
    is what only the replay of contracts needs; ``settings`` the tables of contracthub.toml that are for one suite, by
    its name.
    ``state_module`` names a Python module or file with a callable per provider state. ``provider_urls`` are where other
    providers are that journeys go to. ``kafka`` are the addresses of brokers, separated by commas.
    ``baseline_report`` is the evidence of an earlier version, that latencies are compared with.
    """

    provider: str
    base_url: str
    headers: tuple[tuple[str, str], ...] = ()
    verify_tls: bool = True
    request_timeout_ms: int = 5000
    workers: int = 1
    state_url: str | None = None
    state_teardown: bool = False
    state_module: str | None = None
    solve_states: bool = True
    message_url: str | None = None
    kafka: str | None = None
    schema_registry: str | None = None
    graphql_path: str | None = None
    openapi: str | None = None
    sdl: str | None = None
    operations: tuple[str, ...] = ()
    hub: HubSource | None = None
    pacts: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    provider_version: str | None = None
    provider_branch: str | None = None
    seed: int | None = None
    fuzz_seconds: float = 60.0
    baseline_report: str | None = None
    replay: ReplayJob | None = None
    provider_urls: tuple[tuple[str, str], ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def settings_of(self, suite: Suite) -> Mapping[str, Any]:
        """The table of contracthub.toml that is for this suite; empty where there is none."""
        return self.settings.get(suite.value, {})


class Watcher(Protocol):
    """Whom a suite tells how far it is. Every method returns at once, and may be called from any thread."""

    def suite(self, name: str, total: int | None) -> None:
        """A suite begins; ``total`` checks are expected, where that is known."""

    def done(self, check: Check) -> None:
        """One check came to its end."""

    def news(self, text: str, *, examples: int | None = None) -> None:
        """What is going on, in a few words; ``examples`` requests were made so far."""


Run: TypeAlias = Callable[[Target, Watcher, float], SuiteRun]

# Where each suite lives, in the order that they run in. Imported only when it runs: some take a second to load.
SUITES: Mapping[str, str] = {
    Suite.SMOKE.value: "contracthub.verification.smoke:run",
    Suite.CONTRACTS.value: "contracthub.verification.contracts:run",
    Suite.GRAPHQL.value: "contracthub.verification.graphql.suite:run",
    Suite.EVENTS.value: "contracthub.verification.events.suite:run",
    Suite.SOCKETS.value: "contracthub.verification.sockets.suite:run",
    Suite.JOURNEYS.value: "contracthub.verification.journeys.suite:run",
    Suite.POLICIES.value: "contracthub.verification.policies.suite:run",
    Suite.FUZZ.value: "contracthub.verification.fuzz.suite:run",
    Suite.SLO.value: "contracthub.verification.slo.suite:run",
}


def suite_named(name: str) -> Run:
    """The function that runs this suite. Raises KeyError for a name that no suite has."""
    module, _, function = SUITES[name].partition(":")
    found: Run = getattr(import_module(module), function)
    return found


class Unwatched:
    """A watcher that looks away."""

    def suite(self, name: str, total: int | None) -> None:
        """Passes it over."""

    def done(self, check: Check) -> None:
        """Passes it over."""

    def news(self, text: str, *, examples: int | None = None) -> None:
        """Passes it over."""
