"""`contracthub publish evidence`: sends what a run found, when the hub was away at its end."""

import os
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
from contracthub.domain.verification_runs import RunReport, run_from_json
from contracthub.reports.visible import visible
from contracthub.verification.publishing import known_to, published, published_before


@click.command("evidence")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, file: str, output: str) -> None:
    """Publishes the evidence of a run of `verify provider`: the results for each pact, then the whole report.

    What the hub has already is not sent again: FILE says so, and is brought up to date.
    """
    path = Path(file)
    report = _report_in(path)
    if not report.provider_version:
        raise Stopped(f"{file}: says no version of the provider; nothing can be published.", ExitCode.NOT_FOUND_OUT)
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
    for notice in after.notices[len(report.notices) :]:
        say(visible(notice))


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
