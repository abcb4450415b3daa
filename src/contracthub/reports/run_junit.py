"""A run as JUnit XML.

There are two schemas of it, Jenkins' and the older one of Ant's writers. What stands here is valid by both, so that
validators of either kind accept it: the outermost element has no attributes, a suite has all, a case has one child.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, SuiteRun
from contracthub.reports.run import FAILURES, WORDS, title_of, told_of
from contracthub.reports.visible import visible, visible_lines

# XML knows no way to write these.
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


def run_as_junit(report: RunReport) -> str:
    """A suite per suite, a case per check. What could not be found out is an error, what failed is a failure."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, run in enumerate(report.suites):
        lines += _suite(report, run, number)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(run: SuiteRun) -> dict[str, int]:
    return {
        "tests": len(run.checks) + len(run.problems),
        "failures": sum(check.status in FAILURES for check in run.checks),
        "errors": sum(check.status is CheckStatus.COULD_NOT_RUN for check in run.checks) + len(run.problems),
        "skipped": sum(_is_skipped(check) for check in run.checks),
    }


def _is_skipped(check: Check) -> bool:
    return check.status in (CheckStatus.SKIPPED, CheckStatus.PENDING, CheckStatus.KNOWN)


def _suite(report: RunReport, run: SuiteRun, number: int) -> Iterator[str]:
    facts = {
        "name": str(run.suite),
        "package": report.provider,
        "id": number,
        **_counts(run),
        "time": f"{run.seconds:.3f}",
        "timestamp": report.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": report.environment.get("host") or "localhost",
    }
    yield f"  <testsuite{_attributes(facts)}>"
    yield "    <properties>"
    for key, value in _properties(report, run):
        yield f"      <property{_attributes({'name': key, 'value': value})}/>"
    yield "    </properties>"
    for check in run.checks:
        yield from _case(report, check)
    for place, problem in enumerate(run.problems, 1):
        named = {"classname": f"{report.provider}.{run.suite}", "name": f"problem {place}", "time": "0.000"}
        yield f"    <testcase{_attributes(named)}>"
        yield f"      <error{_attributes({'message': problem, 'type': 'problem'})}>{_body([problem])}</error>"
        yield "    </testcase>"
    # Cases have no place for what is said of those that did not fail.
    notes = [f"{title_of(check)}: {note}" for check in run.checks for note in check.notes]
    yield f"    <system-out>{_body(notes)}</system-out>"
    yield "    <system-err></system-err>"
    yield "  </testsuite>"


def _properties(report: RunReport, run: SuiteRun) -> Iterator[tuple[str, str]]:
    known = {
        "provider": report.provider,
        "provider_version": report.provider_version,
        "provider_branch": report.provider_branch,
        "tool": f"{run.tool} {run.tool_version}".strip(),
        "seed": run.seed,
        "budget_seconds": run.budget_seconds,
        "examples": run.examples,
    }
    yield from ((key, str(value)) for key, value in known.items() if value not in (None, ""))
    yield from ((f"environment.{key}", value) for key, value in sorted(report.environment.items()))


def _case(report: RunReport, check: Check) -> Iterator[str]:
    where = ".".join(part for part in (report.provider, check.suite, check.consumer) if part)
    seconds = f"{(check.milliseconds or 0) / 1000:.3f}"
    opened = f"    <testcase{_attributes({'classname': where, 'name': title_of(check), 'time': seconds})}"
    said = told_of(check)
    first = said[0] if said else WORDS[check.status]
    match check.status:
        case CheckStatus.PASSED:
            yield f"{opened}/>"
            return
        case CheckStatus.FAILED | CheckStatus.MISSING_STATE:
            kind = "failure"
        case CheckStatus.COULD_NOT_RUN:
            kind = "error"
        case _:
            yield f"{opened}>"
            yield f"      <skipped{_attributes({'message': ': '.join((WORDS[check.status], *said))})}/>"
            yield "    </testcase>"
            return
    yield f"{opened}>"
    yield f"      <{kind}{_attributes({'message': first, 'type': check.status})}>{_body(said)}</{kind}>"
    yield "    </testcase>"


def _attributes(facts: Mapping[str, object]) -> str:
    return "".join(f" {name}={quoteattr(_allowed(visible(str(value))))}" for name, value in facts.items())


def _body(texts: Iterable[str]) -> str:
    return escape(_allowed("\n".join(line for text in texts for line in visible_lines(text))))


def _allowed(text: str) -> str:
    return text.translate(_NO_CHARACTERS)
