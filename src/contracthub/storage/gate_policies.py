"""Stored gate policies."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.gate_policies import DEFAULT_POLICY, GatePolicy, Requirement
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables_gate import GatePolicyRow

gate_policy = table_of(GatePolicyRow)
# That of the workspace is stored under no environment's name.
_WHOLE = ""
_environments: BindParameter[Any] = bindparam("environments", expanding=True)
_policies = select(gate_policy.c.environment, gate_policy.c.accepts).where(
    gate_policy.c.workspace_id == bindparam("workspace"), gate_policy.c.environment.in_(_environments)
)
_all = (
    select(gate_policy.c.environment, gate_policy.c.accepts)
    .where(gate_policy.c.workspace_id == bindparam("workspace"))
    .order_by(gate_policy.c.environment)
)
_one = (gate_policy.c.workspace_id == bindparam("workspace"), gate_policy.c.environment == bindparam("of"))
_again, _remove = gate_policy.update().where(*_one), gate_policy.delete().where(*_one)


class GatePolicyRepository:
    """Implements the port ``GatePolicies``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def policy_for(self, environment: str | None) -> GatePolicy:
        """That of an environment, else that of the workspace, else the default."""
        wanted = [environment or _WHOLE, _WHOLE]
        values = {"workspace": self._scope.workspace_id, "environments": wanted}
        found = {row[0]: row[1] for row in self._execute(_policies, values)}
        for name in wanted:
            if name in found:
                return GatePolicy(name or None, _requirements(found[name]))
        return DEFAULT_POLICY

    def all(self) -> Sequence[GatePolicy]:
        """That of the workspace first, then by environment."""
        rows = self._execute(_all, {"workspace": self._scope.workspace_id})
        return [GatePolicy(row[0] or None, _requirements(row[1])) for row in rows]

    def store(self, policy: GatePolicy, *, now: datetime) -> bool:
        """Set one."""
        accepts = [_stored(each) for each in policy.accepts]
        row = {"environment": policy.environment or _WHOLE, "accepts": accepts, "created_at": now, "updated_at": now}
        if self._scope.insert_missing(gate_policy, [row]) == 1:
            return True
        self._execute(_again.values(accepts=accepts, updated_at=now), self._of(policy.environment))
        return False

    def remove(self, environment: str | None) -> bool:
        """Remove one."""
        return self._execute(_remove, self._of(environment)).rowcount == 1

    def rename(self, environment: str, to: str) -> None:
        """Keep it under the new name."""
        self._execute(_remove, self._of(to))
        self._execute(_again.values(environment=to), self._of(environment))

    def _of(self, environment: str | None) -> Mapping[str, object]:
        return {"workspace": self._scope.workspace_id, "of": environment or _WHOLE}


def _stored(requirement: Requirement) -> Mapping[str, Any]:
    within = requirement.within
    stored: dict[str, Any] = {"evidence": sorted(each.value for each in requirement.evidence)}
    return stored | ({} if within is None else {"within": int(within.total_seconds())})


def _requirements(stored: Sequence[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            frozenset(map(EvidenceKind, each["evidence"])),
            timedelta(seconds=each["within"]) if each.get("within") is not None else None,
        )
        for each in stored
    )
