"""Reads approvals and findings for an archive."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select

from contracthub.domain.archive import ArchivedApproval, ArchivedFinding, ArchivedFindingState, ArchiveRecord
from contracthub.domain.findings import finding_fields
from contracthub.storage.approvals import approval, approval_in
from contracthub.storage.contract_statements import provider
from contracthub.storage.findings import finding, finding_state, remembered
from contracthub.storage.scope import Scope

GROUP = 200
_named = provider.c.name.label("provider")
_approvals = (
    select(*approval.c, _named)
    .join_from(approval, provider, provider.c.id == approval.c.provider_id)
    .where(approval.c.workspace_id == bindparam("workspace"))
    .order_by(approval.c.id)
)
_findings = (
    select(*finding.c, _named)
    .join_from(finding, provider, provider.c.id == finding.c.provider_id)
    .where(finding.c.workspace_id == bindparam("workspace"), finding.c.id > bindparam("after"))
    .order_by(finding.c.id)
    .limit(GROUP)
)
_states = (
    select(finding_state)
    .where(finding_state.c.finding_id.in_(bindparam("values", expanding=True)))
    .order_by(finding_state.c.finding_id, finding_state.c.id)
)


def archived_approvals(scope: Scope) -> Iterator[ArchiveRecord]:
    """Approvals of changes, in the order in which they were given."""
    options = {"yield_per": GROUP, "stream_results": True}
    for row in scope.connection.execute(_approvals, {"workspace": scope.workspace_id}, execution_options=options):
        it = approval_in(row)
        words = (it.rule, it.location, it.message)
        told = (it.provider, it.fingerprint, it.by, it.reason, it.until.isoformat(), *words)
        yield ArchivedApproval(*told, it.created_at, it.updated_at)


def archived_findings(scope: Scope) -> Iterator[ArchiveRecord]:
    """Findings with the states that they got, in the order in which they were first seen."""
    last = 0
    while rows := scope.connection.execute(_findings, {"workspace": scope.workspace_id, "after": last}).all():
        last = rows[-1].id
        states = scope.connection.execute(_states, {"values": [row.id for row in rows]}).all()
        history = {key: tuple(map(_state, some)) for key, some in groupby(states, key=lambda row: row.finding_id)}
        yield from (_finding(row, history.get(row.id, ())) for row in rows)


def _finding(row: Any, history: tuple[ArchivedFindingState, ...]) -> ArchivedFinding:
    it = remembered(row).known
    return ArchivedFinding(
        provider=it.provider,
        number=it.number,
        state=it.state.value,
        branch=it.branch,
        finding=json.dumps(finding_fields(it.finding)),
        owner=it.owner,
        reason=it.reason,
        accepted_until=it.accepted_until.isoformat() if it.accepted_until else None,
        first_seen_version=it.first_seen_version,
        first_seen_at=it.first_seen_at,
        last_seen_version=it.last_seen_version,
        last_seen_at=it.last_seen_at,
        fixed_version=it.fixed_version,
        fixed_at=it.fixed_at,
        history=history,
    )


def _state(row: Any) -> ArchivedFindingState:
    until = row.until.isoformat() if row.until else None
    return ArchivedFindingState(row.state, row.created_at, row.version, row.changed_by, row.owner, row.reason, until)
