"""The contracts suite: replays pacts, several of them at a time where that is wanted, and makes one run of it."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from itertools import chain

from contracthub.domain.verification_reports import (
    InteractionOutcome,
    Mismatch,
    OpaqueInteraction,
    VerificationReport,
)
from contracthub.domain.verification_runs import MOST_SAMPLES, Check, CheckStatus, RunReport, Suite, SuiteRun
from contracthub.verification.job import PactAddress, ReplayJob
from contracthub.verification.local_pacts import LocalPacts, replayable_files
from contracthub.verification.operation_names import under_their_operations
from contracthub.verification.pact_facts import Facts
from contracthub.verification.replay import ReplayFailed, replay
from contracthub.verification.report import is_of_states, none_for, source_of, with_facts
from contracthub.verification.state_module import StateModuleFailed, serving_states
from contracthub.verification.suites import Target, Watcher

MOST_WORKERS = 32
MOST_MISMATCHES = 500
LONGEST_TEXT = 10_000
NOTHING = "No interaction was selected: this says nothing about the provider."
NO_CONTRACTS = "No contracts are given: name a hub (--broker-base-url), files (--pact) or addresses (--pact-url)."
MESSAGES_ASKED_FOR = (
    "Messages that failed were asked for with POST at {}, the address of the provider itself: --message-url says where "
    "else they are made."
)
_ONLY_A_PLUGIN = "Only a plugin understands this interaction"
_TELLING = ("method", "path", "status")
REPLAYED = frozenset({CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.PENDING, CheckStatus.MISSING_STATE})


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Replays the contracts that ``target.replay`` names."""
    started = time.monotonic()
    if target.replay is None:
        none = Check(suite=Suite.CONTRACTS, name="contracts", status=CheckStatus.COULD_NOT_RUN, error=NO_CONTRACTS)
        return SuiteRun(suite=Suite.CONTRACTS, checks=(none,))
    with ExitStack() as stack:
        local = stack.enter_context(replayable_files(target.replay.files, target.provider))
        watcher.suite(Suite.CONTRACTS, local.interactions or None)
        job = _with_states(replace(target.replay, files=local.files), target)
        if target.state_module:
            try:
                url = stack.enter_context(serving_states(target.state_module, deadline))
            except StateModuleFailed as failure:
                return SuiteRun(suite=Suite.CONTRACTS, checks=(), problems=(f"--state-module: {failure}",))
            job = replace(job, state_url=url, state_teardown=True)
        jobs = shares_of(job, target.workers)
        parts, facts = _replayed(jobs, local, watcher, deadline)
    whole = under_their_operations(_merged(target.replay, parts, local, facts), target)
    failures = tuple(dict.fromkeys(part.failure for part in parts if part.failure))
    found = suite_run(whole)
    problems = (*failures, *found.problems)
    if not failures and not found.checks and none_for(target.provider) not in found.notices:
        # There are contracts, and all of them were left out.
        problems = (*problems, NOTHING)
    for check in found.checks:
        watcher.done(check)
    notices = (*found.notices, *_told_of_messages(job, found.checks))
    return replace(found, problems=problems, notices=notices, seconds=time.monotonic() - started)


def _told_of_messages(job: ReplayJob, checks: Sequence[Check]) -> tuple[str, ...]:
    """Where messages were asked for, if nobody said where and some are not as they have to be."""
    failed = (each for each in checks if each.status in (CheckStatus.FAILED, CheckStatus.PENDING))
    # Only messages have metadata, and what an answer would have in its stead is no message.
    is_told = job.message_url is None and any(one.attribute == "metadata" for each in failed for one in each.mismatches)
    return (MESSAGES_ASKED_FOR.format(job.provider_url),) if is_told else ()


def _with_states(job: ReplayJob, target: Target) -> ReplayJob:
    """The job with what the target says of provider states."""
    said = target.settings_of(Suite.CONTRACTS)
    destructive = said.get("solve-destructively", said.get("solve_destructively")) is True
    return replace(
        job,
        solve_states=target.solve_states,
        solve_destructively=destructive,
        openapi=target.openapi,
    )


def suite_run(report: VerificationReport) -> SuiteRun:
    """What a replay found, as a run of this suite. Nothing is lost of it: `verification_of` gives it back."""
    latencies: dict[str, list[float]] = {}
    exercised: dict[str, set[int]] = {}
    for each in report.interactions:
        if each.operation and each.milliseconds is not None:
            latencies.setdefault(each.operation, []).append(float(each.milliseconds))
        if each.operation and each.status_code is not None:
            exercised.setdefault(each.operation, set()).add(each.status_code)
    return SuiteRun(
        suite=Suite.CONTRACTS,
        checks=(*(_check(each, report) for each in report.interactions), *(_opaque(each) for each in report.opaque)),
        problems=report.problems,
        tool="pact-python",
        tool_version=version("pact-python"),
        latencies={name: tuple(times[:MOST_SAMPLES]) for name, times in latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in exercised.items()},
        pacts=report.pacts,
        notices=report.notices,
    )


def _check(interaction: InteractionOutcome, report: VerificationReport) -> Check:
    return Check(
        suite=Suite.CONTRACTS,
        name=interaction.description,
        status=_status(interaction),
        consumer=interaction.consumer,
        consumer_version=report.consumer_versions.get(interaction.consumer, ""),
        operation=interaction.operation,
        status_code=interaction.status_code,
        provider_states=interaction.provider_states,
        mismatches=tuple(map(_bounded, interaction.mismatches[:MOST_MISMATCHES])),
        error="" if interaction.passed else _sentence(interaction.mismatches),
        milliseconds=None if interaction.milliseconds is None else float(interaction.milliseconds),
        uses=interaction.uses,
        notes=interaction.notes,
    )


def _bounded(mismatch: Mismatch) -> Mismatch:
    """The mismatch with texts that a report and the hub can hold: a provider may answer with megabytes."""
    return replace(
        mismatch,
        text=_cut(mismatch.text),
        expected=None if mismatch.expected is None else _cut(mismatch.expected),
        actual=None if mismatch.actual is None else _cut(mismatch.actual),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text):,} characters)"


def _status(interaction: InteractionOutcome) -> CheckStatus:
    if interaction.passed:
        return CheckStatus.PASSED
    if interaction.pending:
        return CheckStatus.PENDING
    return CheckStatus.MISSING_STATE if interaction.lacks_state else CheckStatus.FAILED


def _sentence(mismatches: Sequence[Mismatch]) -> str:
    if not mismatches:
        return "It failed, and the verifier did not say how."
    first = min(
        mismatches, key=lambda one: _TELLING.index(one.attribute) if one.attribute in _TELLING else len(_TELLING)
    )
    place = f"{first.attribute} {first.location}".strip()
    more = f" (and {len(mismatches) - 1} more)" if len(mismatches) > 1 else ""
    told = _cut(first.text)
    return f"{told}{more}" if first.attribute == "error" else f"{place}: {told}{more}"


def _opaque(interaction: OpaqueInteraction) -> Check:
    plugins = ", ".join(filter(None, interaction.plugins)) or "a plugin"
    only = f"{_ONLY_A_PLUGIN} ({plugins}), so it can't be verified here."
    return Check(
        suite=Suite.CONTRACTS,
        name=interaction.description,
        status=CheckStatus.COULD_NOT_RUN,
        consumer=interaction.consumer,
        error=interaction.why or only,
    )


def verification_of(report: RunReport) -> VerificationReport:
    """The replay of a run, as the reports of a replay alone show it."""
    runs = [run for run in report.suites if run.suite is Suite.CONTRACTS]
    checks = [check for run in runs for check in run.checks]
    return VerificationReport(
        provider=report.provider,
        provider_version=report.provider_version,
        provider_branch=report.provider_branch,
        source=report.source,
        interactions=tuple(_interaction(check) for check in checks if check.status in REPLAYED),
        publication=report.publication,
        problems=tuple(problem for run in runs for problem in run.problems),
        notices=report.notices,
        opaque=tuple(_not_verified(check) for check in checks if check.status is CheckStatus.COULD_NOT_RUN),
        pacts=report.pacts,
    )


def _not_verified(check: Check) -> OpaqueInteraction:
    why = "" if check.error.startswith(_ONLY_A_PLUGIN) else check.error
    return OpaqueInteraction(consumer=check.consumer, description=check.name, why=why)


def _interaction(check: Check) -> InteractionOutcome:
    return InteractionOutcome(
        consumer=check.consumer,
        description=check.name,
        passed=check.status is CheckStatus.PASSED,
        pending=check.status is CheckStatus.PENDING,
        provider_states=check.provider_states,
        mismatches=check.mismatches,
        milliseconds=None if check.milliseconds is None else round(check.milliseconds),
        lacks_state=check.status is CheckStatus.MISSING_STATE
        or (check.status is CheckStatus.PENDING and is_of_states(check.mismatches)),
        operation=check.operation,
        status_code=check.status_code,
        uses=check.uses,
        notes=check.notes,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of one child: a report, or why there is none."""

    report: VerificationReport | None = None
    failure: str = ""


def _merged(job: ReplayJob, parts: Sequence[_Part], local: LocalPacts, facts: Facts) -> VerificationReport:
    reports = [part.report for part in parts if part.report is not None]
    interactions = chain.from_iterable(each.interactions for each in reports)
    return VerificationReport(
        provider=job.provider,
        provider_version=job.publishing.version if job.publishing else None,
        provider_branch=job.provider_branch,
        source=source_of(job),
        interactions=tuple(with_facts(interactions, facts)),
        problems=tuple(dict.fromkeys(chain.from_iterable(each.problems for each in reports))),
        notices=tuple(dict.fromkeys(chain.from_iterable(each.notices for each in reports))),
        opaque=(*local.opaque, *chain.from_iterable(each.opaque for each in reports)),
        pacts=tuple(chain.from_iterable(each.pacts for each in reports)),
        consumer_versions=dict(chain.from_iterable(each.consumer_versions.items() for each in reports)),
    )


def shares_of(job: ReplayJob, workers: int) -> tuple[ReplayJob, ...]:
    """The job in at most so many parts that can run at the same time; each pact is in one of them."""
    many = min(max(workers, 1), MOST_WORKERS)
    if job.hub is not None:
        return tuple(replace(job, share=(at, many)) for at in range(many))
    sources = [*job.files, *job.addresses]
    parts = [sources[at::many] for at in range(min(many, len(sources)))]
    return tuple(
        replace(
            job,
            files=tuple(each for each in part if isinstance(each, str)),
            addresses=tuple(each for each in part if isinstance(each, PactAddress)),
        )
        for part in parts
    )


def _replayed(
    jobs: Sequence[ReplayJob], local: LocalPacts, watcher: Watcher, deadline: float
) -> tuple[list[_Part], Facts]:
    """What came of each child, and what is found out of the pacts while they run."""
    news = _News(watcher)

    def part(at: int) -> _Part:
        left = deadline - time.monotonic()
        try:
            return _Part(replay(jobs[at], timeout=left, begun=news.begun))
        except ReplayFailed as failure:
            return _Part(failure=str(failure))

    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        parts = pool.map(part, range(len(jobs)))
        facts = local.facts()
        # It is needed when they have ended, and is loaded while there is nothing but to wait.
        import_module("contracthub.formats.openapi.requests")
        return list(parts), facts


class _News:
    """Counts the interactions that are begun, of all children, and tells the latest."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._begun = 0
        self._lock = threading.Lock()

    def begun(self, description: str) -> None:
        with self._lock:
            self._begun += 1
            self._watcher.news(description, examples=self._begun)
