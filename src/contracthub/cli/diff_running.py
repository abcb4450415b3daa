"""Runs a comparison: reads both sides, compares each pair, settles severities, and says what the command ends with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote

import click

from contracthub.cli.diff_in_hub import report_in_hub
from contracthub.cli.diff_pairs import compared, pairs_of
from contracthub.cli.diff_policy import read_exemptions, read_severities
from contracthub.cli.diff_sources import Reading, read_source
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.client.approvals import approvals_of
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.needs import needs_of
from contracthub.domain.change_reports import BREAKING, DANGEROUS, SAFE, DiffReport, ReportedChange
from contracthub.formats.change_view import Approvals
from contracthub.formats.compared_pairs import Comparing, Terms, report_of
from contracthub.formats.differences import COMPARED, rules_of
from contracthub.formats.document_pairs import OF_DOCUMENTS, Pair
from contracthub.formats.impact.judging import Judging
from contracthub.formats.severity_policy import Exemption, Judged, Policy
from contracthub.formats.wishes import NO_WISHES, Wishes

_FAILING = {"breaking": (BREAKING,), "dangerous": (BREAKING, DANGEROUS), "never": ()}


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was said on the command line."""

    old: str
    new: str
    today: date
    hub: Hub | None = None
    format: str | None = None
    root: str | None = None
    name: str | None = None
    severity_config: Path | None = None
    ignore_file: Path | None = None
    provider: str | None = None
    environments: tuple[str, ...] = ()
    subject: str | None = None
    main_branches: bool = False
    wishes: Wishes = NO_WISHES
    in_hub: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report, and ``troubles`` to warn of; ``has_expired`` entries of the ignore file."""

    report: DiffReport
    troubles: tuple[str, ...] = ()
    has_expired: bool = False

    def exit_code(self, fail_on: str) -> ExitCode:
        """NO for a change from that severity on, and for an acceptance that ran out; a gap is no answer."""
        if fail_on == "never":
            return ExitCode.YES
        if fail_on == "consumers":
            hurts = self.has_expired or any(change.hurts_somebody for change in self.report.changes)
            unsure = ExitCode.YES if self.report.deployable else ExitCode.NOT_FOUND_OUT
            return ExitCode.NO if hurts else unsure
        if self.has_expired or any(self.report.count(severity) for severity in _FAILING[fail_on]):
            return ExitCode.NO
        return ExitCode.NOT_FOUND_OUT if any(each.gaps for each in self.report.documents) else ExitCode.YES


def outcome_of(asked: Asked) -> Outcome:
    """Compares what was asked for. Raises UsageError, Stopped and HubFailure."""
    if asked.in_hub:
        report = report_in_hub(asked)
        over = [*_over(report)]
        return Outcome(report, tuple(_approval_over(asked, each) for each in over), bool(over))
    reading = Reading(asked.hub, asked.format, asked.root, asked.name)
    return outcome_of_pairs(pairs_of(read_source(asked.old, reading), read_source(asked.new, reading)), asked)


def outcome_of_pairs(pairs: Sequence[Pair], asked: Asked, compare: Comparing = compared) -> Outcome:
    """Compares documents that were paired already. Raises UsageError, Stopped and HubFailure."""
    terms = Terms(asked.today, _approvals(asked), _judging(asked), _policy(asked), asked.wishes)
    report, settled = report_of(pairs, terms, compare)
    expired = settled[0].expired
    over = [*_over(report)]
    troubles = [
        *map(_expiry, expired),
        *(_approval_over(asked, each) for each in over),
        *map(_unused, _unused_in_all(settled)),
    ]
    return Outcome(report, tuple(troubles), bool(expired or over))


def _over(report: DiffReport) -> Iterable[ReportedChange]:
    return (each for each in report.changes if each.approval_over and each.severity != SAFE)


def _judging(asked: Asked) -> Judging | None:
    if asked.provider is None:
        return None
    if asked.hub is None:
        raise click.UsageError("Where is the hub? Give --broker-base-url or set CONTRACTHUB_BASE_URL.")
    try:
        answer = needs_of(asked.hub, asked.provider, asked.environments, main_branches=asked.main_branches)
    except HubAnswered as refusal:
        # A "no" of the hub says nothing about the changes.
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal
    return Judging(answer, asked.subject)


def _approvals(asked: Asked) -> Approvals:
    if asked.provider is None or asked.hub is None:
        return Approvals({}, asked.today)
    try:
        return Approvals(approvals_of(asked.hub, asked.provider)[0], asked.today)
    except HubAnswered as refusal:
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal


def _policy(asked: Asked) -> Policy:
    if asked.severity_config is None and asked.ignore_file is None:
        return Policy()
    # A file is written once for all formats of a team, so rules of any of them may stand in it.
    known = {*OF_DOCUMENTS, *(rule for name in COMPARED for rule in rules_of(name))}
    return Policy(
        read_severities(asked.severity_config, known) if asked.severity_config else {},
        read_exemptions(asked.ignore_file, known) if asked.ignore_file else (),
    )


def _unused_in_all(settled: Sequence[Judged]) -> list[Exemption]:
    return [each for each in settled[0].unused if all(each in result.unused for result in settled)]


def _expiry(exemption: Exemption) -> str:
    told = f"What {exemption.owner} accepted is over since {exemption.expires}: {_shown(exemption)}."
    return f"{told} It accepts nothing any more, and the command fails until it is renewed or removed."


def _approval_over(asked: Asked, change: ReportedChange) -> str:
    it = change.approval_over
    assert it is not None
    told = f"What {it.by} approved until {it.until} is over: {change.message} [{change.id}]."
    again = f"contracthub approve {quote(asked.provider or '')} {change.fingerprint} --reason ... --until ..."
    return f"{told} The command fails until it is approved again: {again}"


def _unused(exemption: Exemption) -> str:
    return f"Nothing that changed is accepted by {_shown(exemption)} ({exemption.owner}). Remove it when it is done."


def _shown(exemption: Exemption) -> str:
    places = [each for each in (exemption.operation, exemption.location) if each != "*"]
    return " at ".join([exemption.rule, *places])
