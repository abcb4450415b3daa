"""Takes in what people let pass, and what runs have found: approvals of changes, and findings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracthub.domain.approvals import MOST_APPROVALS, Approval
from contracthub.domain.archive import ArchivedApproval, ArchivedFinding, ArchivedFindingState
from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.finding_reports import finding_from
from contracthub.domain.finding_states import Remembered
from contracthub.domain.findings import Finding, FindingState, KnownFinding
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.formats import safe_json
from contracthub.formats.limits import ENVELOPE
from contracthub.services.archive_batches import Batch, Numbered
from contracthub.services.archive_versions import required_pacticipants
from contracthub.services.findings import MOST_FINDINGS
from contracthub.services.ports.findings import StateChange

_APPROVAL, _FINDING = "approval", "finding"
_Known = Mapping[tuple[int, str], Version]


def write_approvals(batch: Batch, records: Numbered) -> None:
    """Approve what is not approved; what is there stays."""
    owners = required_pacticipants(batch, [(line, it.provider) for line, it in records])
    for name, some in _by_provider(records).items():
        owner, approvals = owners[name], batch.unit.approvals
        there = approvals.named(owner.id, [it.fingerprint for _, it in some])
        room = MOST_APPROVALS - approvals.count(owner.id)
        for line, record in some:
            new, ours = _approval(record), there.get(record.fingerprint)
            if ours is not None:
                _tell_approval(batch, line, new, ours)
            elif room <= 0:
                batch.refuse(line, _APPROVAL, f"{name} has {MOST_APPROVALS} approvals here, the most that are kept.")
            else:
                made = approvals.store(owner.id, new)
                room -= made
                batch.count(_APPROVAL, "created" if made else "unchanged")


def _tell_approval(batch: Batch, line: int, new: Approval, ours: Approval) -> None:
    if (new.by, new.reason, new.until) == (ours.by, ours.reason, ours.until):
        batch.count(_APPROVAL, "unchanged")
        return
    text = f"{ours.by} lets the change {ours.fingerprint} of {ours.provider} pass until {ours.until} here, which stays."
    batch.refuse(line, _APPROVAL, text)


def _approval(record: ArchivedApproval) -> Approval:
    return Approval(
        provider=record.provider,
        fingerprint=record.fingerprint,
        by=record.by,
        reason=record.reason,
        until=_day(record.until),
        rule=record.rule,
        location=record.location,
        message=record.message,
        created_at=record.created_at,
        updated_at=record.updated_at or record.created_at,
    )


def write_findings(batch: Batch, records: Numbered) -> None:
    """Remember findings that nobody knows here; what is known stays as it is."""
    owners = required_pacticipants(batch, [(line, it.provider) for line, it in records])
    grouped = _by_provider(records)
    numbers = {(owners[it.provider].id, each) for _, it in records for each in (it.last_seen_version, it.fixed_version)}
    versions = batch.unit.archive.versions({each for each in numbers if each[1]})
    for name in sorted(grouped):
        _write_findings(batch, owners[name], grouped[name], versions)


def _write_findings(batch: Batch, owner: Pacticipant, records: Numbered, versions: _Known) -> None:
    findings = batch.unit.findings
    findings.hold(owner.id)
    read = [(line, record, seen) for line, record in records if (seen := _read(batch, line, record)) is not None]
    there = dict(findings.by_fingerprint(owner.id, [seen.fingerprint for _, _, seen in read]))
    taken = dict(findings.numbered(owner.id, [record.number for _, record, _ in read]))
    room = MOST_FINDINGS - findings.count(owner.id)
    new: list[Remembered] = []
    history: dict[int, Sequence[StateChange]] = {}
    for line, record, seen in read:
        if (ours := there.get(seen.fingerprint)) is not None:
            _tell_finding(batch, line, record, ours.known)
        elif record.number in taken:
            text = f"Finding {record.number} of {owner.name} is another one here, which stays."
            batch.refuse(line, _FINDING, text)
        elif len(new) >= room:
            batch.refuse(line, _FINDING, f"{owner.name} has {MOST_FINDINGS} findings here, the most that are kept.")
        else:
            made = _remembered(record, seen, owner, versions)
            new.append(made)
            there[seen.fingerprint], taken[record.number] = made, seen.fingerprint
            history[record.number] = [_state_change(each) for each in record.history]
            batch.count(_FINDING, "created")
    findings.add(owner.id, new)
    findings.note(owner.id, {number: states for number, states in history.items() if states})


def _read(batch: Batch, line: int, record: ArchivedFinding) -> Finding | None:
    try:
        return finding_from(safe_json.loads(record.finding, ENVELOPE))
    except (Invalid, TooLarge) as refusal:
        text = f"Finding {record.number} of {record.provider} can't be read here: {refusal.message[:500]}"
        batch.refuse(line, _FINDING, text)
        return None


def _tell_finding(batch: Batch, line: int, record: ArchivedFinding, ours: KnownFinding) -> None:
    until = ours.accepted_until.isoformat() if ours.accepted_until else None
    said = (ours.number, ours.state.value, ours.owner, until)
    if said == (record.number, record.state, record.owner, record.accepted_until):
        batch.count(_FINDING, "unchanged")
        return
    text = f"Finding {record.number} of {record.provider} is number {ours.number} and {ours.state} here, which stays."
    batch.refuse(line, _FINDING, text)


def _remembered(record: ArchivedFinding, seen: Finding, owner: Pacticipant, versions: _Known) -> Remembered:
    last, fixed = (versions.get((owner.id, each)) for each in (record.last_seen_version, record.fixed_version))
    known = KnownFinding(
        number=record.number,
        provider=record.provider,
        finding=seen,
        state=FindingState(record.state),
        owner=record.owner,
        reason=record.reason,
        accepted_until=day_in(record.accepted_until),
        first_seen_version=record.first_seen_version,
        first_seen_at=record.first_seen_at,
        last_seen_version=record.last_seen_version,
        last_seen_at=record.last_seen_at,
        fixed_at=record.fixed_at,
        fixed_version=record.fixed_version,
        branch=record.branch,
    )
    # Versions that are no more were older than all that come.
    fixed_order = (fixed.id if fixed else 0) if record.fixed_version else None
    return Remembered(known=known, seen_order=last.id if last else 0, fixed_order=fixed_order)


def _state_change(state: ArchivedFindingState) -> StateChange:
    return StateChange(
        state=FindingState(state.state),
        at=state.at,
        version=state.version,
        by=state.by,
        owner=state.owner,
        reason=state.reason,
        until=day_in(state.until),
    )


def _by_provider(records: Numbered) -> Mapping[str, Numbered]:
    grouped: dict[str, list[tuple[int, Any]]] = {}
    for line, record in records:
        grouped.setdefault(record.provider, []).append((line, record))
    return grouped


def _day(text: str) -> date:
    day = day_in(text)
    assert day is not None
    return day
