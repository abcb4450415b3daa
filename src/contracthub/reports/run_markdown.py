"""A run for a pull request or a job summary: the answer, a line per suite, and everything that needs a look."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from contracthub.domain.verification_reports import Outcome
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport
from contracthub.reports.run import FAILURES, WORDS, answer_of, checks_of, problems_of, title_of, told_of
from contracthub.reports.tables import markdown_table, markdown_text
from contracthub.reports.visible import visible_lines

# A job summary holds a mebibyte, a comment a sixteenth of it; who reads more than this on a page?
MOST_TOLD = 100


def run_as_markdown(report: RunReport) -> str:
    """Failures first, then what could not be run, then what is known or pending; what passed is counted."""
    mark = "\u2705" if report.outcome is Outcome.VERIFIED else "\u274c"
    lines = [f"### {mark} {markdown_text(answer_of(report))}", ""]
    rows = [
        (str(run.suite), str(len(run.checks)), _counted(run.checks), f"{run.seconds:.1f} s") for run in report.suites
    ]
    lines += markdown_table(("Suite", "Checks", "Results", "Time"), rows)
    found = problems_of(report)
    if found:
        lines += ["", *(f"- **{suite}**: {markdown_text(problem)}" for suite, problem in found)]
    lines += [line for check in _to_tell(report)[:MOST_TOLD] for line in _check(check)]
    left = len(_to_tell(report)) - MOST_TOLD
    if left > 0:
        lines += ["", f"And {left} more: see the JSON or HTML report."]
    return "\n".join(lines) + "\n"


def _counted(checks: tuple[Check, ...]) -> str:
    counted = Counter(check.status for check in checks)
    return ", ".join(f"{counted[status]} {word}" for status, word in WORDS.items() if counted[status])


def _to_tell(report: RunReport) -> list[Check]:
    order = [*FAILURES, CheckStatus.COULD_NOT_RUN, CheckStatus.PENDING, CheckStatus.KNOWN]
    told = [check for check in checks_of(report) if check.status in order]
    return sorted(told, key=lambda check: order.index(check.status))


def _check(check: Check) -> Iterator[str]:
    who = f"{markdown_text(check.consumer)}: " if check.consumer else ""
    yield ""
    yield f"**{who}{markdown_text(title_of(check))}** ({WORDS[check.status]})"
    yield ""
    for text in told_of(replace(check, finding=None) if check.finding else check):
        yield f"- {markdown_text(text)}"
    if check.finding is not None:
        yield f"- {markdown_text(check.finding.message)}"
        if check.finding.consumers:
            yield f"- Depended on by: {markdown_text(', '.join(check.finding.consumers))}"
        yield from _code(check.finding.curl)


def _code(text: str) -> Iterator[str]:
    """As it is, to be copied, between fences that are longer than any that it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from ("", f"{fence}sh", *visible_lines(text), fence)
