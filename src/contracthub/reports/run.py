"""What all reports of a run have in common: the answer in a sentence, counts, and the operations that were met."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from contracthub.domain.verification_reports import Mismatch, Outcome, PublicationStatus
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, Suite

# What makes a run fail; everything else that did not pass is told and does no harm.
FAILURES = (CheckStatus.FAILED, CheckStatus.MISSING_STATE)
WORDS: Mapping[CheckStatus, str] = {
    CheckStatus.PASSED: "passed",
    CheckStatus.FAILED: "failed",
    CheckStatus.MISSING_STATE: "state missing",
    CheckStatus.PENDING: "pending failed",
    CheckStatus.KNOWN: "known",
    CheckStatus.SKIPPED: "skipped",
    CheckStatus.COULD_NOT_RUN: "could not run",
}
_ANSWERS: Mapping[Outcome, str] = {
    Outcome.VERIFIED: "{who} meets what was checked ({counts}).",
    Outcome.FAILED: "{who} breaks its contracts ({counts}).",
    Outcome.MISSING_STATE: "Provider states are missing, so nobody knows whether {who} meets its contracts ({counts}).",
    Outcome.NOTHING_VERIFIED: "Nothing was checked of {who}.",
    Outcome.NOT_PUBLISHED: "{who} meets what was checked ({counts}), but the evidence could not be published.",
    Outcome.COULD_NOT_RUN: "It could not be found out whether {who} meets its contracts ({counts}).",
}


@dataclass(frozen=True, slots=True)
class Latency:
    """How long an operation took, in milliseconds; ``samples`` are as many as were kept."""

    operation: str
    samples: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen of an operation: status codes, who was held to it, and the fields that consumers use of it."""

    operation: str
    status_codes: tuple[int, ...]
    consumers: tuple[str, ...]
    uses: tuple[str, ...]
    passed: int
    failed: int


def answer_of(report: RunReport) -> str:
    """The answer in one sentence."""
    who = f"{report.provider} {report.provider_version}" if report.provider_version else report.provider
    said = _ANSWERS[report.outcome].format(who=who, counts=counts_of(report))
    published = report.publication is PublicationStatus.PUBLISHED
    return f"{said} The evidence is published." if published else said


def counts_of(report: RunReport) -> str:
    """How many checks went which way: ``12 passed, 0 failed, 1 skipped``; but for those two, what occurred."""
    counted = Counter(check.status for check in checks_of(report))
    always = (CheckStatus.PASSED, CheckStatus.FAILED)
    return ", ".join(f"{counted[each]} {word}" for each, word in WORDS.items() if counted[each] or each in always)


def checks_of(report: RunReport) -> tuple[Check, ...]:
    """The checks of all suites, in the order of the run."""
    return tuple(check for run in report.suites for check in run.checks)


def problems_of(report: RunReport) -> tuple[tuple[Suite, str], ...]:
    """What went wrong beside the checks, with the suite that says so."""
    return tuple((run.suite, problem) for run in report.suites for problem in run.problems)


def title_of(check: Check) -> str:
    """The name of a check, with the provider states that it needs."""
    return f"{check.name} given {' and '.join(check.provider_states)}" if check.provider_states else check.name


def difference(mismatch: Mismatch) -> str:
    """One difference on one line, its place first."""
    if mismatch.attribute == "error":
        return mismatch.text
    place = f"{mismatch.attribute} {mismatch.location}".strip()
    return f"{place}: {mismatch.text}"


def told_of(check: Check) -> tuple[str, ...]:
    """Everything that is said of a check, a line each; what its error says already is not said again."""
    lines = [check.error] if check.error else []
    lines += [difference(each) for each in check.mismatches if not each.text or each.text not in check.error]
    if check.finding is not None:
        # The error is the first line of the message.
        message = check.finding.message.removeprefix(check.error).strip()
        lines += [line for line in (message, f"Again with: {check.finding.curl}") if line]
        if check.finding.consumers:
            lines.append(f"Depended on by: {', '.join(check.finding.consumers)}")
    return tuple(dict.fromkeys([*lines, *check.notes]))


def latencies_of(report: RunReport) -> tuple[Latency, ...]:
    """Per operation, the slowest at its 95th percentile first."""
    samples: dict[str, list[float]] = {}
    for run in report.suites:
        for operation, times in run.latencies.items():
            samples.setdefault(operation, []).extend(times)
    found = [_latency(operation, sorted(times)) for operation, times in samples.items() if times]
    return tuple(sorted(found, key=lambda each: (-each.p95, each.operation)))


def _latency(operation: str, times: Sequence[float]) -> Latency:
    # Of few samples the 95th percentile is the longest: nothing is made up between them.
    p95 = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Latency(operation, len(times), times[(len(times) - 1) // 2], p95, times[-1])


def coverage_of(report: RunReport) -> tuple[Coverage, ...]:
    """Per operation, in the order of their names."""
    codes: dict[str, set[int]] = {}
    checks: dict[str, list[Check]] = {}
    for run in report.suites:
        for operation, seen in run.exercised.items():
            codes.setdefault(operation, set()).update(seen)
        for check in run.checks:
            if check.operation:
                checks.setdefault(check.operation, []).append(check)
                codes.setdefault(check.operation, set()).update({check.status_code} - {None})  # type: ignore[arg-type]
    return tuple(_coverage(name, codes[name], checks.get(name, ())) for name in sorted(codes))


def _coverage(operation: str, codes: Iterable[int], checks: Sequence[Check]) -> Coverage:
    return Coverage(
        operation,
        tuple(sorted(codes)),
        tuple(sorted({check.consumer for check in checks} - {""})),
        tuple(sorted({path for check in checks for path in check.uses})),
        sum(check.status is CheckStatus.PASSED for check in checks),
        sum(check.status in FAILURES for check in checks),
    )
