"""Findings: what runs report of a provider, what people accept of it, and where each finding stands."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracthub.domain.approvals import required_line
from contracthub.domain.deadlines import day_in, faults_of_until
from contracthub.domain.errors import Conflict, Fault, Invalid, NotFound
from contracthub.domain.finding_reports import FindingsReport, report_from
from contracthub.domain.finding_states import Remembered, Run, after_absence, after_acceptance, after_sighting
from contracthub.domain.findings import Finding, FindingState, KnownFinding, standing
from contracthub.domain.names import faults_of_name
from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.services.first_publications import ensured_pacticipants
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.findings import FindingsQuestion, StateChange
from contracthub.services.versions import record_version

logger = logging.getLogger(__name__)

# A run that finds another fault each time must not fill the disk.
MOST_FINDINGS = 5_000


@dataclass(frozen=True, slots=True)
class SeenFinding:
    """A finding of a report: what is remembered of it, and where it stands for the run that saw it."""

    known: KnownFinding
    state: FindingState


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """What came of a report: ``branch`` is None for the main branch; ``fixed`` were not seen any more."""

    provider: str
    version: str
    branch: str | None
    seen: tuple[SeenFinding, ...]
    fixed: tuple[KnownFinding, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the states that it got."""

    known: KnownFinding
    history: Sequence[StateChange]


def report_findings(hub: Hub, provider: str, number: str, body: Mapping[str, Any]) -> ReportReceipt:
    """Remember what a run over a provider version saw, and what it did not see any more.

    The provider and the version are created where they are not known. Raises :class:`Invalid`, and :class:`Conflict`
    for more findings than are kept.
    """
    faults = [*faults_of_name("provider", provider), *faults_of_name("version", number)]
    if faults:
        raise Invalid.of(*faults)
    report = report_from(body)
    return hub.write(lambda unit: _take(hub, unit, (provider, number), report))


def list_findings(hub: Hub, provider: str, question: FindingsQuestion, *, page: Page) -> Listing[KnownFinding]:
    """What is remembered of a provider, what is worst first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        return unit.findings.list(owner.id, question, page=page)


def get_finding(hub: Hub, provider: str, number: int) -> FindingView:
    """One finding, and what became of it. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        return FindingView(_required(unit, owner, number), unit.findings.history(owner.id, number))


def accept(hub: Hub, provider: str, number: int, body: Mapping[str, Any], principal: str | None) -> FindingView:
    """Let a finding pass until a day: somebody owns it, for a reason.

    Raises :class:`Invalid`, :class:`NotFound`, and :class:`Conflict` for one that is fixed.
    """
    today = hub.now().date()
    faults = [fault for name in ("owner", "reason") for fault in required_line(name, body.get(name))]
    faults += faults_of_until(body.get("until"), today)
    if faults:
        raise Invalid.of(*faults)
    until = day_in(body["until"])
    assert until is not None

    def change(known: KnownFinding) -> KnownFinding:
        if known.state is FindingState.FIXED:
            raise Conflict("finding-fixed", f"Finding {number} of {provider} is fixed; there is nothing to accept.")
        return after_acceptance(known, owner=body["owner"], reason=body["reason"], until=until)

    return _changed(hub, provider, number, principal, change)


def reopen(hub: Hub, provider: str, number: int, principal: str | None) -> FindingView:
    """Let a finding that was accepted pass no longer. Raises :class:`NotFound`, and :class:`Conflict` for another."""

    def change(known: KnownFinding) -> KnownFinding:
        if known.state is not FindingState.ACCEPTED:
            text = f"Finding {number} of {provider} is not accepted; there is nothing to take back."
            raise Conflict("finding-not-accepted", text)
        return replace(known, state=FindingState.NEW, accepted_until=None, reason="")

    return _changed(hub, provider, number, principal, change)


def _changed(hub: Hub, provider: str, number: int, principal: str | None, change: Any) -> FindingView:
    def work(unit: Unit) -> FindingView:
        owner = required_pacticipant(unit, provider, "provider")
        unit.findings.hold(owner.id)
        before = _required(unit, owner, number)
        (it,) = unit.findings.by_fingerprint(owner.id, [before.finding.fingerprint]).values()
        after = replace(it, known=change(it.known))
        unit.findings.update(owner.id, [after])
        said = _state_change(hub, after.known, by=principal or "")
        unit.findings.note(owner.id, {number: [said]})
        return FindingView(_required(unit, owner, number), unit.findings.history(owner.id, number))

    view = hub.write(work)
    logger.info("Finding %d of %s is %s, says %s", number, provider, view.known.state, principal or "somebody")
    return view


def _take(hub: Hub, unit: Unit, names: tuple[str, str], report: FindingsReport) -> ReportReceipt:
    provider, number = names
    known = unit.pacticipants.named([provider])
    owner = ensured_pacticipants(hub, unit, [provider], known, what="finding")[provider]
    # Before the version: whoever removes a pacticipant holds that first, too.
    unit.findings.hold(owner.id)
    version = record_version(hub, unit, owner, number, branch=report.branch).version
    run = Run(version=number, order=version.id, branch=_line_of(unit, provider, version), at=hub.now())
    there = unit.findings.by_fingerprint(owner.id, [each.fingerprint for each in report.findings])
    seen = {each.fingerprint: each for each in report.findings}
    _update(unit, owner, run, there, {key: _sighted(it, seen[key], run) for key, it in there.items()})
    _add(unit, owner, run, [each for each in report.findings if each.fingerprint not in there])
    fixed = _mended(unit, owner, run, report) if report.is_complete else ()
    after = unit.findings.by_fingerprint(owner.id, list(seen))
    today = run.at.date()
    stand = [SeenFinding(after[key].known, _standing(there.get(key), today)) for key in seen]
    return ReportReceipt(provider, number, run.branch, tuple(stand), fixed)


def _line_of(unit: Unit, provider: str, version: Version) -> str | None:
    """None for the main branch, and where no main branch is known; else a branch, "" for none."""
    # Read again: the first version on a branch of that name makes it the main branch.
    main = required_pacticipant(unit, provider).main_branch
    branches = [each.name for each in unit.versions.branches_of([version.id]).get(version.id, ())]
    if main is None or main in branches:
        return None
    return branches[0] if branches else ""


def _standing(it: Remembered | None, today: date) -> FindingState:
    return standing(it.known if it else None, today)


def _sighted(it: Remembered, seen: Finding, run: Run) -> Remembered:
    after = after_sighting(it, run)
    if after is it or after.seen_order != run.order:
        return after
    return replace(after, known=replace(after.known, finding=seen))


def _update(
    unit: Unit, owner: Pacticipant, run: Run, before: Mapping[str, Remembered], after: Mapping[str, Remembered]
) -> None:
    changed = [after[key] for key, it in before.items() if after[key] != it]
    unit.findings.update(owner.id, sorted(changed, key=_number))
    moved = [after[key].known for key, it in before.items() if after[key].known.state is not it.known.state]
    unit.findings.note(owner.id, {known.number: [_change_by(run, known)] for known in moved})


def _add(unit: Unit, owner: Pacticipant, run: Run, findings: Iterable[Finding]) -> None:
    last = unit.findings.last_number(owner.id)
    new = [
        Remembered(
            known=KnownFinding(
                number=number,
                provider=owner.name,
                finding=each,
                state=FindingState.NEW,
                first_seen_version=run.version,
                first_seen_at=run.at,
                last_seen_version=run.version,
                last_seen_at=run.at,
                branch=run.branch,
            ),
            seen_order=run.order,
        )
        for number, each in enumerate(findings, start=last + 1)
    ]
    if not new:
        return
    unit.findings.forget_oldest(owner.id, MOST_FINDINGS - len(new))
    if unit.findings.count(owner.id) + len(new) > MOST_FINDINGS:
        text = (
            f"{owner.name} has {MOST_FINDINGS} findings on its main branch that are not fixed, the most that are kept."
        )
        raise Conflict("too-many-findings", text)
    unit.findings.add(owner.id, new)
    unit.findings.note(owner.id, {each.known.number: [_change_by(run, each.known)] for each in new})


def _mended(unit: Unit, owner: Pacticipant, run: Run, report: FindingsReport) -> tuple[KnownFinding, ...]:
    seen = {each.fingerprint for each in report.findings}
    absent = [
        it
        for it in unit.findings.open_of(owner.id, report.operations)
        if it.known.finding.fingerprint not in seen and report.covers(it.known.finding)
    ]
    mended = [after for it in absent if (after := after_absence(it, run)) is not it]
    unit.findings.update(owner.id, mended)
    unit.findings.note(owner.id, {each.known.number: [_change_by(run, each.known)] for each in mended})
    return tuple(each.known for each in mended)


def _change_by(run: Run, known: KnownFinding) -> StateChange:
    return StateChange(state=known.state, at=run.at, version=run.version)


def _state_change(hub: Hub, known: KnownFinding, *, by: str) -> StateChange:
    accepted = known.state is FindingState.ACCEPTED
    return StateChange(
        state=known.state,
        at=hub.now(),
        by=by,
        owner=known.owner if accepted else "",
        reason=known.reason if accepted else "",
        until=known.accepted_until if accepted else None,
    )


def _number(it: Remembered) -> int:
    return it.known.number


def _required(unit: Unit, owner: Pacticipant, number: int) -> KnownFinding:
    found = unit.findings.find(owner.id, number)
    if found is None:
        raise NotFound("finding-not-found", f"No finding {number} of {owner.name} found", provider=owner.name)
    return found


def faults_of_states(values: Sequence[str]) -> list[Fault]:
    """What keeps words from being states of findings."""
    known = ", ".join(FindingState)
    return [Fault("state", f"must be one of {known}") for each in values if each not in set(FindingState)]
