"""Stored gate policies."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
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


def _requirements(stored: Sequence[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            frozenset(map(EvidenceKind, each["evidence"])),
            timedelta(seconds=each["within"]) if each.get("within") is not None else None,
        )
        for each in stored
    )
