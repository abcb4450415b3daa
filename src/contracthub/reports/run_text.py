"""A run for a person at a terminal: a block per suite and consumer, what failed with its reasons, then the answer."""

from collections.abc import Iterable, Iterator

from contracthub.domain.verification_reports import Outcome
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, SuiteRun
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.run import WORDS, answer_of, title_of, told_of
from contracthub.reports.visible import visible, visible_lines

_COLOURS = {
    CheckStatus.PASSED: "green",
    CheckStatus.FAILED: "red",
    CheckStatus.MISSING_STATE: "red",
    CheckStatus.COULD_NOT_RUN: "red",
}


def run_for_terminal(report: RunReport, palette: Palette = PLAIN) -> str:
    """Nothing of what a provider or a pact says can steer the terminal."""
    lines: list[str] = []
    for run in report.suites:
        if not run.checks and not run.problems:
            # Nobody named it, and it found nothing to look at: a notice says so.
            continue
        lines += [*_suite(report, run, palette), ""]
    for notice in report.notices:
        lines += [palette.paint(line, "dim") for line in visible_lines(notice)]
    good = report.outcome is Outcome.VERIFIED
    return "\n".join([*lines, palette.paint(visible(answer_of(report)), "green" if good else "red")])


def _suite(report: RunReport, run: SuiteRun, palette: Palette) -> Iterator[str]:
    examples = f", {run.examples} requests" if run.examples else ""
    seed = f", seed {run.seed}" if run.seed is not None else ""
    yield palette.paint(f"{run.suite} ({run.seconds:.1f} s{examples}{seed})", "bold")
    for consumer, checks in _by_consumer(run.checks).items():
        if consumer:
            yield f"  {visible(consumer)} \u2192 {visible(report.provider)}"
        for check in checks:
            yield from _check(check, palette)
    for problem in run.problems:
        yield from (f"  {palette.paint(line, 'red')}" for line in visible_lines(problem))


def _by_consumer(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """Each consumer once; first what belongs to none, which would seem to be that of the one before."""
    found: dict[str, list[Check]] = {"": []}
    for check in checks:
        found.setdefault(check.consumer, []).append(check)
    return found


def _check(check: Check, palette: Palette) -> Iterator[str]:
    word = palette.paint(WORDS[check.status], _COLOURS.get(check.status, "yellow"))
    yield f"    {visible(title_of(check))}: {word}"
    for text in told_of(check):
        yield from (f"      {line}" for line in visible_lines(text))
