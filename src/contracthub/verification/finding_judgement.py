"""What becomes of findings after a suite: those that somebody lets pass are known, and fail no run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from contracthub.domain.findings import Finding, FindingState, KnownFinding, standing
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, SuiteRun
from contracthub.verification.baseline import Acceptance


def findings_of(run: SuiteRun) -> tuple[Finding, ...]:
    """What a suite found, each once, accepted or not."""
    found = (check.finding for check in run.checks if check.finding is not None)
    return tuple({each.fingerprint: each for each in found}.values())


def judged(
    report: RunReport, known: Mapping[str, KnownFinding], baseline: Mapping[str, Acceptance], today: date
) -> RunReport:
    """The report with the findings that pass marked as known, and a word on those that passed once.

    ``known`` is what the hub remembers, ``baseline`` what a file says, both by fingerprint; either lets a finding pass.
    """
    return replace(
        report,
        suites=tuple(
            replace(run, checks=tuple(_judged(check, known, baseline, today) for check in run.checks))
            for run in report.suites
        ),
    )


def _judged(check: Check, known: Mapping[str, KnownFinding], baseline: Mapping[str, Acceptance], today: date) -> Check:
    if check.finding is None or check.status is not CheckStatus.FAILED:
        return check
    told = known.get(check.finding.fingerprint)
    said = baseline.get(check.finding.fingerprint)
    if said is not None and said.counts_on(today):
        return _passing(check, said.until, said.reason, said.owner)
    state = standing(told, today)
    if told is not None and state is FindingState.ACCEPTED and told.accepted_until is not None:
        return _passing(check, told.accepted_until, told.reason, told.owner)
    if told is not None and state is FindingState.CAME_BACK:
        return _noted(check, f"It came back: finding {told.number} was fixed once.")
    over = told.accepted_until if told is not None and told.state is FindingState.ACCEPTED else None
    over = over or (said.until if said is not None else None)
    return check if over is None else _noted(check, f"It was accepted until {over.isoformat()}, which is over.")


def _passing(check: Check, until: date, reason: str, owner: str) -> Check:
    who = f" by {owner}" if owner else ""
    passing = replace(check, status=CheckStatus.KNOWN)
    return _noted(passing, f"Accepted{who} until {until.isoformat()}: {reason}")


def _noted(check: Check, note: str) -> Check:
    return replace(check, notes=(*check.notes, note))
