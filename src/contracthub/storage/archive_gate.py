"""Reads waivers and gate policies for an archive."""

from collections.abc import Iterator

from sqlalchemy import bindparam

from contracthub.domain.archive import ArchivedGatePolicy, ArchivedRequirement, ArchivedWaiver, ArchiveRecord
from contracthub.domain.gate_policies import Requirement
from contracthub.storage.gate_policies import GatePolicyRepository
from contracthub.storage.scope import Scope
from contracthub.storage.waivers import ALL, waiver, waiver_from

GROUP = 200
_in_order = ALL.where(waiver.c.workspace_id == bindparam("workspace")).order_by(waiver.c.id)


def archived_gate_policies(scope: Scope) -> Iterator[ArchiveRecord]:
    """Gate policies: that of the workspace first."""
    for each in GatePolicyRepository(scope).all():
        yield ArchivedGatePolicy(each.environment, tuple(map(_requirement, each.accepts)))


def _requirement(it: Requirement) -> ArchivedRequirement:
    seconds = None if it.within is None else int(it.within.total_seconds())
    return ArchivedRequirement(tuple(sorted(each.value for each in it.evidence)), seconds)


def archived_waivers(scope: Scope) -> Iterator[ArchiveRecord]:
    """Waivers in the order in which they were given, those that no longer hold included."""
    options = {"yield_per": GROUP, "stream_results": True}
    for row in scope.connection.execute(_in_order, {"workspace": scope.workspace_id}, execution_options=options):
        it = waiver_from(row)
        yield ArchivedWaiver(
            provider=it.scope.provider,
            provider_version=it.scope.provider_version,
            consumer=it.scope.consumer,
            consumer_version=it.scope.consumer_version,
            environment=it.scope.environment,
            contract=it.scope.contract.value if it.scope.contract else None,
            rule=it.scope.rule,
            path=it.scope.path,
            by=it.by,
            reason=it.reason,
            until=it.until.isoformat(),
            created_at=it.created_at,
            withdrawn_at=it.withdrawn_at,
            withdrawn_by=it.withdrawn_by,
        )
