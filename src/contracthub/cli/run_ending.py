"""What follows a run of `verify provider`: publishing, keeping the evidence, writing the reports, showing one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.printing import palette, say, warn
from contracthub.cli.suite_options import EVIDENCE_FILE, SuiteOptions
from contracthub.client.connection import Connection
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.transport import origin
from contracthub.domain.findings import KnownFinding
from contracthub.domain.verification_reports import Outcome, PublicationStatus
from contracthub.domain.verification_runs import CheckStatus, RunReport, Suite
from contracthub.reports.verification import (
    verification_for_json,
    verification_for_markdown,
    verification_for_terminal,
)
from contracthub.verification.baseline import Acceptance, NotABaseline, read_baseline, with_new, write_baseline
from contracthub.verification.contracts import verification_of
from contracthub.verification.finding_judgement import judged
from contracthub.verification.job import ReplayJob
from contracthub.verification.publishing import known_to, published

EXIT_CODES = {
    Outcome.VERIFIED: ExitCode.YES,
    Outcome.FAILED: ExitCode.NO,
    Outcome.MISSING_STATE: ExitCode.NO,
    Outcome.NOTHING_VERIFIED: ExitCode.NOT_FOUND_OUT,
    Outcome.NOT_PUBLISHED: ExitCode.NOT_FOUND_OUT,
    Outcome.COULD_NOT_RUN: ExitCode.NOT_FOUND_OUT,
}

# For publishing, however much time the suites took, in seconds.
_LEAST_LEFT = 5.0


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings that a file lets pass, and whether those of this run are to be put into it."""

    path: Path | None = None
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    updating: bool = False


def baseline_from(options: SuiteOptions) -> Baseline:
    """What --baseline says. Raises UsageError for what is none, before anything has run."""
    if options.baseline is None:
        if options.update_baseline:
            raise click.UsageError("--update-baseline needs --baseline FILE.")
        return Baseline()
    path = Path(options.baseline)
    try:
        return Baseline(path, read_baseline(path, missing_ok=options.update_baseline), options.update_baseline)
    except NotABaseline as error:
        raise click.BadParameter(str(error), param_hint="--baseline") from error


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the report goes: to these files, in this form onto the terminal, and to the hub."""

    output: str
    options: SuiteOptions
    hub: Hub | None
    baseline: Baseline
    files: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 600.0


def ended(report: RunReport, publishing: ReplayJob | None, ending: Ending) -> RunReport:
    """The report as it stands at the very end. ``publishing`` is the job whose results are to be published, if any."""
    hub = None if ending.hub is None else _in_time(ending.hub, ending.timeout - report.seconds)
    known, failures = _known(report, hub, reporting=publishing is not None)
    report = _judged(report, known, ending.baseline)
    if publishing is not None and not failures:
        report, failures = published(report, _hubs(publishing, hub), hub)
    elif publishing is not None:
        report = replace(report, publication=PublicationStatus.FAILED)
    kept = ending.options.evidence or (EVIDENCE_FILE if failures and _is_worth_keeping(report) else None)
    if kept:
        Path(kept).write_text(report.to_json(), encoding="utf-8")
    for form, file in ending.files.items():
        Path(file).write_text(_written(report, form), encoding="utf-8")
    _show(report, ending.output)
    for failure in failures:
        warn(failure)
    if kept and failures:
        warn(f"The evidence is kept in {kept}; send it with: contracthub publish evidence {kept}")
    if not report.count(*(each for each in CheckStatus if each is not CheckStatus.SKIPPED)):
        for problem in report.problems:
            warn(problem)
    return report


def _in_time(hub: Hub, left: float) -> Hub:
    """The hub with no more patience than the run has time left: one that is silent is asked once, and given up."""
    connection = hub.connection
    longest = max(left, _LEAST_LEFT) / (connection.retries + 2)
    return hub if connection.timeout <= longest else hub.with_timeout(longest)


def _known(
    report: RunReport, hub: Hub | None, *, reporting: bool
) -> tuple[Mapping[str, KnownFinding], tuple[str, ...]]:
    """What the hub knows of the findings, and why it could not be asked: then all of them fail the run."""
    if hub is None:
        return {}, ()
    try:
        return known_to(hub, report, reporting=reporting), ()
    except HubFailure as failure:
        return {}, (f"The hub was not asked which findings are accepted: {failure}",)


def _judged(report: RunReport, known: Mapping[str, KnownFinding], baseline: Baseline) -> RunReport:
    today = datetime.now(UTC).date()
    accepted = baseline.accepted
    if baseline.updating and baseline.path is not None:
        seen = [check.finding for check in report.checks if check.finding is not None]
        accepted = with_new(accepted, seen, today)
        write_baseline(baseline.path, accepted)
    return judged(report, known, accepted, today)


def _is_worth_keeping(report: RunReport) -> bool:
    return report.outcome is not Outcome.NOTHING_VERIFIED


def _hubs(job: ReplayJob, hub: Hub | None) -> Callable[[str], Hub]:
    """The hub for the address of a result: the one that served the pact."""

    def hub_of(url: str) -> Hub:
        for address in job.addresses:
            if origin(address.url) == origin(url):
                return Hub(_root(address.connection))
        if hub is None:
            raise click.UsageError(f"There is no hub to publish {url} to.")
        return hub

    return hub_of


def _root(connection: Connection) -> Connection:
    parts = urlsplit(connection.base_url)
    return replace(connection, base_url=f"{parts.scheme}://{parts.netloc}")


def _show(report: RunReport, output: str) -> None:
    if [run.suite for run in report.suites] == [Suite.CONTRACTS]:
        _show_replay(report, output)
        return
    match output:
        case "json":
            say(_written(report, "json"))
        case "markdown":
            say(_written(report, "md"))
        case _:
            from contracthub.reports.run_text import run_for_terminal

            say(run_for_terminal(report, palette()))


def _show_replay(report: RunReport, output: str) -> None:
    replayed = verification_of(report)
    match output:
        case "json":
            say(verification_for_json(replayed))
        case "markdown":
            say(verification_for_markdown(replayed))
        case _:
            say(verification_for_terminal(replayed, palette()))


def _written(report: RunReport, form: str) -> str:
    match form:
        case "junit":
            from contracthub.reports.run_junit import run_as_junit

            return run_as_junit(report)
        case "html":
            from contracthub.reports.run_html import run_as_html

            return run_as_html(report)
        case "md":
            from contracthub.reports.run_markdown import run_as_markdown

            return run_as_markdown(report)
        case _:
            from contracthub.reports.run_json import run_as_json

            return run_as_json(report)
