"""The suite ``journeys``: what consumers do in several steps; and, by the provider's own document, its jobs and the
lives of its resources.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from contracthub.domain.verification_reports import PactResult
from contracthub.domain.verification_runs import Check, CheckStatus, Suite, SuiteRun
from contracthub.formats.journey.model import Journey, document_from
from contracthub.formats.pact.model import ProviderState
from contracthub.verification.journeys.interactions import Interactions
from contracthub.verification.journeys.own_document import OwnDocument, checks_of_document, own_document
from contracthub.verification.journeys.places import Places
from contracthub.verification.journeys.running import Ended, Seen, Walk
from contracthub.verification.journeys.states import States
from contracthub.verification.live_contracts import SourcedContract, live_contracts_of, result_of
from contracthub.verification.state_module import StateModuleFailed, serving_states
from contracthub.verification.suites import Target, Watcher

TOOL = "contracthub"
NOTHING = "No consumer has a journey with this provider, and its own document tells of no job and no life cycle."


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Takes every journey that the provider has a part in, then lives and jobs. Never goes on past the deadline."""
    started = time.monotonic()
    problems: list[str] = []
    notices: list[str] = []
    own = own_document(target, deadline, problems)
    seen = Seen(own.named)
    contracts = tuple(live_contracts_of(target, "journey", problems))
    watcher.suite(Suite.JOURNEYS, None)
    checks: list[Check] = []
    results: list[PactResult] = []
    for contract, check in _Journeys(target, own, seen, deadline).taken(contracts, problems):
        checks.append(check)
        watcher.done(check)
        result = result_of(contract, (check,), target)
        results += [result] if result else []
    of_nobody: list[Check] = []
    for check in checks_of_document(own, target, seen, deadline, problems, notices):
        of_nobody.append(check)
        watcher.done(check)
    # What no consumer asked for stands before what one did, in reports that go by consumers.
    checks = of_nobody + checks
    return SuiteRun(
        suite=Suite.JOURNEYS,
        checks=tuple(checks),
        problems=tuple(problems),
        seconds=time.monotonic() - started,
        tool=TOOL,
        examples=seen.requests,
        latencies={name: tuple(times) for name, times in seen.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in seen.exercised.items()},
        pacts=tuple(results),
        notices=(*notices, *(() if checks or problems or notices else (NOTHING,))),
    )


@dataclass(frozen=True, slots=True)
class _Journeys:
    """All journeys of one run, one after the other."""

    target: Target
    own: OwnDocument
    seen: Seen
    deadline: float

    def taken(
        self, contracts: tuple[SourcedContract, ...], problems: list[str]
    ) -> Iterator[tuple[SourcedContract, Check]]:
        """Each journey with what came of it."""
        if not contracts:
            return
        try:
            with self._places() as places:
                problems += places.faults
                interactions = Interactions(self.target)
                for contract in contracts:
                    yield contract, self._check(contract, places, interactions)
        except StateModuleFailed as failure:
            problems.append(f"--state-module: {failure}")

    @contextmanager
    def _places(self) -> Iterator[Places]:
        places = Places(self.target)
        with ExitStack() as stack:
            if self.target.state_module:
                places.with_states(stack.enter_context(serving_states(self.target.state_module, self.deadline)))
            yield places

    def _check(self, contract: SourcedContract, places: Places, interactions: Interactions) -> Check:
        journey = document_from(contract.document)
        started = time.monotonic()
        ended = Ended(CheckStatus.COULD_NOT_RUN, "The deadline (--timeout) had passed before its first step.")
        if started < self.deadline:
            ended = self._walk(contract, journey, places, interactions).go()
        is_anothers = ended.blamed not in ("", self.target.provider)
        return Check(
            suite=Suite.JOURNEYS,
            name=journey.name,
            status=contract.status(ended.status),
            consumer=contract.consumer,
            consumer_version=contract.consumer_version,
            operation=ended.operation if is_anothers else self.own.named(ended.operation),
            status_code=ended.status_code,
            provider_states=tuple(each.name for each in _states(journey)),
            mismatches=ended.mismatches,
            error=ended.error,
            milliseconds=round((time.monotonic() - started) * 1000, 3),
            notes=ended.notes,
        )

    def _walk(self, contract: SourcedContract, journey: Journey, places: Places, interactions: Interactions) -> Walk:
        target = self.target
        states = States(
            places,
            target.provider,
            contract.consumer,
            self.own.api if target.solve_states else None,
            teardown=target.state_teardown or bool(target.state_module),
        )
        return Walk(
            journey=journey,
            consumer=contract.consumer,
            consumer_version=contract.consumer_version,
            judged=target.provider,
            places=places,
            interactions=interactions,
            states=states,
            seen=self.seen,
            deadline=self.deadline,
        )


def _states(journey: Journey) -> Iterator[ProviderState]:
    for given in (journey.given, *(step.given for step in journey.steps)):
        yield from (each.state for each in given)
