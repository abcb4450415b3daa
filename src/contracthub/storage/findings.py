"""Stored findings."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select

from contracthub.domain.finding_states import Remembered
from contracthub.domain.findings import Finding, FindingState, KnownFinding
from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.ports.findings import FindingsQuestion, StateChange
from contracthub.storage.contract_statements import provider
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_findings import FindingRow, FindingStateRow

finding, finding_state = table_of(FindingRow), table_of(FindingStateRow)

# Of one finding; a fault that comes and goes with every run would fill the disk.
MOST_STATES = 50
_of_provider = finding.c.provider_id == bindparam("provider")
_numbered = and_(_of_provider, finding.c.number == bindparam("of"))
_named = select(*finding.c, provider.c.name.label("provider")).join_from(
    finding, provider, provider.c.id == finding.c.provider_id
)
_large = {"curl", "request"}
_brief = select(
    *(column for column in finding.c if column.name not in _large), provider.c.name.label("provider")
).join_from(finding, provider, provider.c.id == finding.c.provider_id)
_find = _named.where(_numbered)
_by_fingerprint = _named.where(_of_provider, finding.c.fingerprint.in_(bindparam("values", expanding=True)))
_open_of = _named.where(
    _of_provider,
    finding.c.operation.in_(bindparam("values", expanding=True)),
    finding.c.state != FindingState.FIXED.value,
).order_by(finding.c.number)
# FOR NO KEY UPDATE: whoever writes another row that refers to the provider does not wait for it.
_hold = select(provider.c.id).where(provider.c.id == bindparam("provider")).with_for_update(key_share=True)
_count = select(func.count()).select_from(finding).where(_of_provider)
_last = select(func.max(finding.c.number)).where(_of_provider)
_ids = select(finding.c.id, finding.c.number).where(
    _of_provider, finding.c.number.in_(bindparam("values", expanding=True))
)
_numbers = select(finding.c.number, finding.c.fingerprint).where(
    _of_provider, finding.c.number.in_(bindparam("values", expanding=True))
)
_states = (
    select(*finding_state.c)
    .join_from(finding_state, finding, finding.c.id == finding_state.c.finding_id)
    .where(_numbered)
    .order_by(finding_state.c.id)
)
_rank = func.row_number().over(partition_by=finding_state.c.finding_id, order_by=finding_state.c.id.desc())
_ranked = (
    select(finding_state.c.id, _rank.label("place"))
    .where(finding_state.c.finding_id.in_(bindparam("values", expanding=True)))
    .subquery()
)
_forget_states = finding_state.delete().where(
    finding_state.c.id.in_(select(_ranked.c.id).where(_ranked.c.place > MOST_STATES))
)
_order = case(
    {FindingState.CAME_BACK.value: 0, FindingState.NEW.value: 1, FindingState.ACCEPTED.value: 2},
    value=finding.c.state,
    else_=3,
)
_dispensable = (
    select(finding.c.id)
    .where(
        _of_provider,
        or_(finding.c.state == FindingState.FIXED.value, finding.c.branch.is_not(None)),
        finding.c.number < bindparam("last"),
    )
    .order_by(finding.c.last_seen_at, finding.c.number)
    .limit(bindparam("most"))
)
_forget = finding.delete().where(finding.c.id.in_(bindparam("values", expanding=True)))


class FindingRepository:
    """Implements the port ``Findings``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def hold(self, provider_id: int) -> None:
        """Keep others from changing findings of the provider."""
        if not self._scope.is_sqlite:
            self._execute(_hold, {"provider": provider_id}).all()

    def find(self, provider_id: int, number: int) -> KnownFinding | None:
        """The finding of that number."""
        row = self._execute(_find, {"provider": provider_id, "of": number}).first()
        return remembered(row).known if row else None

    def list(self, provider_id: int, question: FindingsQuestion, *, page: Page) -> Listing[KnownFinding]:
        """Those that came back first, then new ones, accepted ones, fixed ones."""
        asked = [finding.c.provider_id == provider_id, *_conditions(question)]
        total = self._execute(select(func.count()).select_from(finding).where(*asked)).scalar_one()
        ordered = _brief.where(*asked).order_by(_order, finding.c.number.desc())
        rows = self._execute(ordered.limit(page.size).offset(page.offset))
        return Listing(tuple(remembered(row).known for row in rows), total, page)

    def by_fingerprint(self, provider_id: int, fingerprints: Collection[str]) -> Mapping[str, Remembered]:
        """Those of the fingerprints that there are."""
        rows = self._in_chunks(_by_fingerprint, provider_id, sorted(set(fingerprints)))
        return {row.fingerprint: remembered(row) for row in rows}

    def numbered(self, provider_id: int, numbers: Collection[int]) -> Mapping[int, str]:
        """The fingerprints of those of the numbers that are given."""
        found: dict[int, str] = {}
        for some in chunks(sorted(set(numbers))):
            rows = self._execute(_numbers, {"provider": provider_id, "values": some})
            found |= {row.number: row.fingerprint for row in rows}
        return found

    def open_of(self, provider_id: int, operations: Collection[str]) -> Sequence[Remembered]:
        """Those of the operations that are not fixed, by number."""
        rows = self._in_chunks(_open_of, provider_id, sorted(set(operations)))
        return sorted(map(remembered, rows), key=lambda each: each.known.number)

    def count(self, provider_id: int) -> int:
        """How many there are."""
        return self._execute(_count, {"provider": provider_id}).scalar_one()

    def last_number(self, provider_id: int) -> int:
        """The highest number."""
        return self._execute(_last, {"provider": provider_id}).scalar() or 0

    def add(self, provider_id: int, new: Sequence[Remembered]) -> None:
        """Remember findings that nobody knew."""
        shared = {"workspace_id": self._scope.workspace_id, "provider_id": provider_id}
        rows = [shared | _first_values(each) | _values(each) for each in new]
        if rows:
            self._execute(finding.insert(), rows)

    def update(self, provider_id: int, changed: Sequence[Remembered]) -> None:
        """Overwrite what is remembered of findings."""
        rows = [{"provider": provider_id, "of": each.known.number} | _values(each) for each in changed]
        if rows:
            self._execute(finding.update().where(_numbered), rows)

    def note(self, provider_id: int, changes: Mapping[int, Sequence[StateChange]]) -> None:
        """Write down states that findings got."""
        for some in chunks(sorted(changes)):
            keys = {row.number: row.id for row in self._execute(_ids, {"provider": provider_id, "values": some}).all()}
            rows = [
                {"workspace_id": self._scope.workspace_id, "finding_id": keys[number], **_state_values(each)}
                for number in some
                for each in changes[number]
            ]
            self._execute(finding_state.insert(), rows)
            self._execute(_forget_states, {"values": list(keys.values())})

    def history(self, provider_id: int, number: int) -> Sequence[StateChange]:
        """The states that a finding got, oldest first."""
        rows = self._execute(_states, {"provider": provider_id, "of": number})
        return [_state_change(row) for row in rows]

    def forget_oldest(self, provider_id: int, most: int) -> int:
        """Forget findings that are fixed or were seen on no main branch."""
        surplus = self.count(provider_id) - most
        if surplus <= 0:
            return 0
        values = {"provider": provider_id, "last": self.last_number(provider_id), "most": surplus}
        keys = self._execute(_dispensable, values).scalars().all()
        for some in chunks(keys):
            self._execute(_forget, {"values": some})
        return len(keys)

    def _in_chunks(self, statement: Any, provider_id: int, values: Iterable[str]) -> Iterable[Any]:
        for some in chunks(values):
            yield from self._execute(statement, {"provider": provider_id, "values": some})


def _conditions(question: FindingsQuestion) -> Iterable[ColumnElement[bool]]:
    if question.branch is not None:
        yield finding.c.branch == question.branch
    if question.is_main:
        yield finding.c.branch.is_(None)
    if not question.states:
        return
    over = and_(
        finding.c.state == FindingState.ACCEPTED.value,
        or_(finding.c.accepted_until.is_(None), finding.c.accepted_until < question.today),
    )
    valid = and_(finding.c.state == FindingState.ACCEPTED.value, finding.c.accepted_until >= question.today)
    meant = {
        FindingState.NEW: or_(finding.c.state == FindingState.NEW.value, over),
        FindingState.ACCEPTED: valid,
        FindingState.FIXED: finding.c.state == FindingState.FIXED.value,
        FindingState.CAME_BACK: finding.c.state == FindingState.CAME_BACK.value,
    }
    yield or_(*(meant[state] for state in question.states))


def _first_values(it: Remembered) -> dict[str, Any]:
    known = it.known
    return {
        "number": known.number,
        "fingerprint": known.finding.fingerprint,
        "first_seen_version": known.first_seen_version,
        "first_seen_at": known.first_seen_at,
    }


def _values(it: Remembered) -> dict[str, Any]:
    known, seen = it.known, it.known.finding
    return {
        "state": known.state.value,
        "branch": known.branch,
        "operation": seen.operation,
        "check_name": seen.check,
        "code": seen.code,
        "title": seen.title,
        "message": seen.message,
        "curl": seen.curl,
        "status_code": seen.status_code,
        "consumers": list(seen.consumers),
        "request": None if seen.request is None else json.dumps(dict(seen.request)),
        "owner": known.owner,
        "reason": known.reason,
        "accepted_until": known.accepted_until,
        "last_seen_version": known.last_seen_version,
        "last_seen_at": known.last_seen_at,
        "seen_order": it.seen_order,
        "fixed_version": known.fixed_version,
        "fixed_at": known.fixed_at,
        "fixed_order": it.fixed_order,
    }


def remembered(row: Any) -> Remembered:
    """What a row holds that also has the provider's name."""
    values = row._mapping  # noqa: SLF001 (the documented name for a row as a mapping)
    seen = Finding(
        fingerprint=row.fingerprint,
        operation=row.operation,
        check=row.check_name,
        code=row.code,
        title=row.title,
        message=row.message,
        curl=values.get("curl", ""),
        status_code=row.status_code,
        consumers=tuple(row.consumers),
        request=json.loads(values["request"]) if values.get("request") else None,
    )
    known = KnownFinding(
        number=row.number,
        provider=row.provider,
        finding=seen,
        state=FindingState(row.state),
        owner=row.owner,
        reason=row.reason,
        accepted_until=row.accepted_until,
        first_seen_version=row.first_seen_version,
        first_seen_at=row.first_seen_at,
        last_seen_version=row.last_seen_version,
        last_seen_at=row.last_seen_at,
        fixed_at=row.fixed_at,
        fixed_version=row.fixed_version,
        branch=row.branch,
    )
    return Remembered(known=known, seen_order=row.seen_order, fixed_order=row.fixed_order)


def _state_values(change: StateChange) -> dict[str, Any]:
    return {
        "state": change.state.value,
        "version": change.version,
        "changed_by": change.by,
        "owner": change.owner,
        "reason": change.reason,
        "until": change.until,
        "created_at": change.at,
    }


def _state_change(row: Any) -> StateChange:
    return StateChange(
        state=FindingState(row.state),
        at=row.created_at,
        version=row.version,
        by=row.changed_by,
        owner=row.owner,
        reason=row.reason,
        until=row.until,
    )
