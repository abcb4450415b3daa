"""The suite ``slo``: what consumers, or the provider itself, promise of speed and errors, measured under load."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from contracthub.domain.latency_digests import LatencyDigest
from contracthub.domain.verification_reports import PactResult
from contracthub.domain.verification_runs import MOST_SAMPLES, Check, CheckStatus, Suite, SuiteRun
from contracthub.formats.slo.model import Slo, document_from
from contracthub.verification.live_contracts import SourcedContract, live_contracts_of, result_of
from contracthub.verification.pact_sources import SourcedPact, pacts_of
from contracthub.verification.slo.baselines import Baseline, NoBaseline, baseline_for
from contracthub.verification.slo.exchange import address_of
from contracthub.verification.slo.load_requests import asked_of
from contracthub.verification.slo.promise_check import Found, PromiseCheck
from contracthub.verification.slo.samples import Sample
from contracthub.verification.slo.solved_states import LoadStates
from contracthub.verification.state_handlers import state_changer
from contracthub.verification.state_module import StateModuleFailed
from contracthub.verification.suites import Target, Watcher


@dataclass(slots=True)
class _Run:
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    digests: list[LatencyDigest] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    pacts: list[PactResult] = field(default_factory=list)
    asked: int = 0

    def add(self, operation: str, found: Found) -> None:
        self.checks += found.checks
        self.asked += len(found.samples)
        if found.digest is not None:
            self.digests.append(found.digest)
            self.latencies.setdefault(operation, []).extend(_some(found.samples))


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Puts the provider under the load of each promise, one after the other, at most until the deadline."""
    started = time.monotonic()
    found = _Run()
    contracts = [(each, document_from(each.document)) for each in live_contracts_of(target, "slo", found.problems)]
    if contracts:
        watcher.suite(Suite.SLO.value, sum(len(slo.promises) for _, slo in contracts))
        _check_all(target, watcher, contracts, found, deadline)
    return SuiteRun(
        suite=Suite.SLO,
        checks=tuple(found.checks),
        problems=tuple(found.problems),
        seconds=round(time.monotonic() - started, 3),
        tool="contracthub",
        examples=found.asked,
        latencies={name: tuple(times[:MOST_SAMPLES]) for name, times in found.latencies.items()},
        pacts=tuple(found.pacts),
        notices=tuple(found.notices),
        digests=tuple(found.digests),
    )


def _check_all(
    target: Target,
    watcher: Watcher,
    contracts: Sequence[tuple[SourcedContract, Slo]],
    found: _Run,
    deadline: float,
) -> None:
    pacts = _pacts(target, contracts, found)
    baseline = _baseline(target, contracts)
    with ExitStack() as stack:
        try:
            states = LoadStates(target, state_changer(target, stack, deadline))
            stack.callback(states.end)
            address = address_of(target.base_url, target.headers, verify_tls=target.verify_tls)
        except StateModuleFailed as failure:
            found.problems.append(f"--state-module: {failure}")
            return
        except ValueError as error:
            found.problems.append(f"The provider can't be asked: {error}.")
            return
        checking = PromiseCheck(address, target.request_timeout_ms / 1000, states, deadline)
        for contract, slo in contracts:
            of_contract: list[Check] = []
            for promise in slo.promises:
                watcher.news(f"{promise.name}: {promise.load.worded}")
                asked = asked_of(promise, pacts, contract.consumer)
                one = checking.of(contract, promise, asked, baseline)
                found.add(promise.name, one)
                of_contract += one.checks
                for check in one.checks:
                    watcher.done(check)
            # Where there is no version before, nothing was left undone.
            counted = [check for check in of_contract if check.status is not CheckStatus.SKIPPED]
            if (result := result_of(contract, counted, target)) is not None:
                found.pacts.append(result)


def _pacts(target: Target, contracts: Sequence[tuple[SourcedContract, Slo]], found: _Run) -> tuple[SourcedPact, ...]:
    """The pacts, where a promise leaves its requests to them."""
    if all(promise.requests for _, slo in contracts for promise in slo.promises):
        return ()
    return tuple(pacts_of(target, found.problems, found.notices))


def _baseline(target: Target, contracts: Sequence[tuple[SourcedContract, Slo]]) -> Baseline | NoBaseline | None:
    """What a regression is told against, or why there is nothing, asked once and only where it is promised."""
    if not any(promise.regression is not None for _, slo in contracts for promise in slo.promises):
        return None
    try:
        return baseline_for(target)
    except NoBaseline as reason:
        return reason


def _some(samples: Sequence[Sample]) -> Iterator[float]:
    """As many latencies as a report shows, evenly out of all."""
    times = [each.milliseconds for each in samples if each.counts_as_answer]
    step = max(1, -(-len(times) // MOST_SAMPLES))
    return (round(each, 3) for each in times[::step])
