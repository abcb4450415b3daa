"""`contracthub publish evidence`: sends what a run found, when the hub was away at its end."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.domain.stored_evidence import LARGEST_EVIDENCE
from contracthub.domain.typed_documents import NotOfType
from contracthub.domain.verification_reports import Outcome, PublicationStatus
from contracthub.domain.verification_runs import RunReport, Suite, run_from_json
from contracthub.reports.visible import visible
from contracthub.verification.contracts import REPLAYED
from contracthub.verification.publishing import known_to, published, published_before


@click.command("evidence")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("-e", "--provider-version", metavar="NUMBER", help="The provider's version, where FILE says none.")
@click.option("--provider-branch", metavar="NAME", help="The provider's branch, where FILE says none.")
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, file: str, provider_version: str | None, provider_branch: str | None, output: str) -> None:
    """Publishes the evidence of a run of `verify provider`: the results for each pact, then the whole report.

    What the hub has already is not sent again: FILE says so, and is brought up to date. A result is there for each pact
    that came from a hub, if the run knew the provider's version.
    """
    path = Path(file)
    report = _of_version(_report_in(path), file, provider_version, provider_branch)
    if report.outcome is Outcome.NOTHING_VERIFIED:
        raise Stopped(f"{file}: nothing was verified, so there is nothing to publish.", ExitCode.NOT_FOUND_OUT)
    before = published_before(report, hub)
    if before is None:
        known_to(hub, report, reporting=True)
    after, failures = (before, ()) if before else published(report, lambda _: hub, hub)
    _keep(after, path)
    if failures:
        raise Stopped("\n".join((*failures, f"The evidence stays in {file}.")), ExitCode.NOT_FOUND_OUT)
    sent = 0 if before else _published_in(after) - _published_in(report)
    if output == "json":
        say_json({"provider": after.provider, "providerVersion": after.provider_version, "results": sent})
        return
    say(visible(f"Published: the evidence of {after.provider} {after.provider_version}, results for {sent} pacts."))
    for notice in (*after.notices[len(report.notices) :], *_without_results(report)):
        say(visible(notice))


def _of_version(report: RunReport, file: str, version: str | None, branch: str | None) -> RunReport:
    """The report with what it does not say of the provider's version. Raises Stopped where it says another."""
    for given, known, what in (
        (version, report.provider_version, "version"),
        (branch, report.provider_branch, "branch"),
    ):
        if given and known and given != known:
            text = f"{file}: is the evidence of {what} {known}, and not of {given}; verify that one."
            raise Stopped(text, ExitCode.NOT_FOUND_OUT)
    if not report.provider_version and not version:
        text = f"{file}: says no version of the provider, so nothing can be published. Give --provider-version."
        raise Stopped(text, ExitCode.NOT_FOUND_OUT)
    return replace(
        report,
        provider_version=report.provider_version or version,
        provider_branch=report.provider_branch or branch,
    )


def _without_results(report: RunReport) -> Iterator[str]:
    """Why the gate learns nothing of the contracts that were replayed."""
    replayed = any(run.count(*REPLAYED) for run in report.suites if run.suite is Suite.CONTRACTS)
    if replayed and not report.pacts:
        yield (
            f"No result is published for a pact: the run kept none. Its pacts came from {report.source}; take them "
            "from the hub, all interactions of them, and give --provider-version there."
        )


def _published_in(report: RunReport) -> int:
    return sum(1 for pact in report.pacts if pact.published)


def _report_in(path: Path) -> RunReport:
    try:
        if path.stat().st_size > LARGEST_EVIDENCE:
            raise Stopped(f"{path}: is larger than {LARGEST_EVIDENCE:,} bytes.", ExitCode.NOT_FOUND_OUT)
        report = run_from_json(path.read_bytes())
    except OSError as error:
        raise Stopped(f"{path}: {error.strerror}", ExitCode.NOT_FOUND_OUT) from error
    except (ValueError, RecursionError) as error:
        raise Stopped(f"{path}: is not JSON: {error}", ExitCode.NOT_FOUND_OUT) from error
    except NotOfType as error:
        raise Stopped(f"{path}: is no evidence of a run: {error}", ExitCode.NOT_FOUND_OUT) from error
    # What is not published any more, or not yet, is found out by publishing.
    return replace(report, publication=PublicationStatus.NOT_ASKED)


def _keep(report: RunReport, path: Path) -> None:
    """Replaces the file whole or not at all: half of it would lose what is not published yet."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(report.to_json(), encoding="utf-8")
    beside.replace(path)
