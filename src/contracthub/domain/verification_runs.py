"""What one run of `contracthub verify provider` found, suite by suite and check by check.

A run report is the evidence: its JSON is what the hub stores, what a file keeps while the hub is away, and what every
report is rendered from. How a suite comes to its checks is not known here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracthub.domain.findings import Finding
from contracthub.domain.latency_digests import LatencyDigest
from contracthub.domain.typed_documents import as_json, from_json
from contracthub.domain.verification_reports import Mismatch, Outcome, PactResult, PublicationStatus

MOST_SAMPLES = 200
ALL = "all"
"""Stands for every suite that finds something to look at."""


class Suite(StrEnum):
    """A way of looking at a running provider; the order is the one that suites run in."""

    SMOKE = "smoke"
    CONTRACTS = "contracts"
    GRAPHQL = "graphql"
    EVENTS = "events"
    SOCKETS = "sockets"
    JOURNEYS = "journeys"
    POLICIES = "policies"
    FUZZ = "fuzz"
    SLO = "slo"


class CheckStatus(StrEnum):
    """How one check went."""

    PASSED = "passed"
    FAILED = "failed"
    MISSING_STATE = "missing-state"
    """Nothing was found out: what the check starts from could not be set up."""
    PENDING = "pending"
    """Failed, and its contract is pending: it is shown and does no harm."""
    KNOWN = "known"
    """Failed, and somebody accepted it, or the baseline has it."""
    SKIPPED = "skipped"
    """Left out on purpose; ``Check.error`` says why."""
    COULD_NOT_RUN = "could-not-run"
    """Can't be checked here, such as an interaction of a plugin."""


_RAN = frozenset(
    {CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.MISSING_STATE, CheckStatus.PENDING, CheckStatus.KNOWN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a suite looked at.

    ``operation`` is as people name it: ``GET /orders/{id}``, ``Query.orders``, a channel. ``error`` is one sentence,
    empty where the check passed; ``uses`` the fields of the operation that consumers read; ``notes`` what else is
    worth saying of it, such as how its provider state came to be.
    """

    suite: Suite
    name: str
    status: CheckStatus
    consumer: str = ""
    consumer_version: str = ""
    operation: str = ""
    status_code: int | None = None
    provider_states: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""
    milliseconds: float | None = None
    finding: Finding | None = None
    uses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """What one suite found.

    ``problems`` are faults of the run that belong to no check. ``latencies`` holds milliseconds per operation, at most
    `MOST_SAMPLES` each; ``exercised`` the status codes that were seen of each; ``examples`` how many requests were
    made; ``pacts`` what a replay has to publish of each pact; ``digests`` all latencies of loads, for the next version
    to be compared with; ``covered`` the operations that each rule looked at.
    """

    suite: Suite
    checks: tuple[Check, ...]
    problems: tuple[str, ...] = ()
    seconds: float = 0.0
    tool: str = ""
    tool_version: str = ""
    seed: int | None = None
    budget_seconds: float | None = None
    examples: int | None = None
    latencies: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    exercised: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    pacts: tuple[PactResult, ...] = ()
    notices: tuple[str, ...] = ()
    digests: tuple[LatencyDigest, ...] = ()
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self, *statuses: CheckStatus) -> int:
        """How many checks went one of these ways."""
        return sum(1 for check in self.checks if check.status in statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Everything one run found. ``source`` says where the contracts came from; ``environment`` what it ran on."""

    provider: str
    provider_version: str | None
    provider_branch: str | None
    source: str
    started_at: datetime
    seconds: float
    suites: tuple[SuiteRun, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    publication: PublicationStatus = PublicationStatus.NOT_ASKED
    notices: tuple[str, ...] = ()

    @property
    def checks(self) -> Iterator[Check]:
        """Every check, in the order of the run."""
        return (check for suite in self.suites for check in suite.checks)

    @property
    def pacts(self) -> tuple[PactResult, ...]:
        """What is to be published of each pact, or was."""
        return tuple(pact for suite in self.suites for pact in suite.pacts)

    @property
    def problems(self) -> tuple[str, ...]:
        """The faults that belong to no check, in the order of the run, each once."""
        return tuple(dict.fromkeys(problem for suite in self.suites for problem in suite.problems))

    def count(self, *statuses: CheckStatus) -> int:
        """How many checks went one of these ways."""
        return sum(suite.count(*statuses) for suite in self.suites)

    @property
    def outcome(self) -> Outcome:
        """The one word for the run: what is known to be wrong outranks what could not be found out."""
        if self.count(CheckStatus.FAILED):
            return Outcome.FAILED
        if self.count(CheckStatus.MISSING_STATE):
            return Outcome.MISSING_STATE
        if not self.count(*_RAN):
            return Outcome.NOTHING_VERIFIED
        if self.publication is PublicationStatus.FAILED:
            return Outcome.NOT_PUBLISHED
        if self.problems or self.count(CheckStatus.COULD_NOT_RUN):
            return Outcome.COULD_NOT_RUN
        return Outcome.VERIFIED

    def to_json(self) -> str:
        """The evidence document. `run_from_json` gives the report back."""
        return json.dumps({**as_json(self), "outcome": self.outcome}, allow_nan=False)


def run_from_json(text: str | bytes) -> RunReport:
    """The report that `RunReport.to_json` wrote. Raises ValueError for no JSON, NotOfType with the places of faults."""
    return run_from_document(json.loads(text))


def run_from_document(value: object) -> RunReport:
    """The report in a parsed evidence document. Raises NotOfType with the places of faults."""
    return from_json(RunReport, value)
