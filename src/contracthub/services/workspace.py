"""What a workspace chooses for itself: how it tells contracts apart.

A change counts for what is published from then on. Evidence stays with the contracts it was recorded for, and the same
bytes stay the contract they were, unless the new rule tells apart what the old one did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Fault, Invalid
from contracthub.services.hub import Hub

CONTRACT_IDENTITY = "contractIdentity"


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """A workspace and what it has chosen."""

    name: str
    contract_identity: IdentityRule


def get_workspace(hub: Hub) -> WorkspaceView:
    """The workspace as it is."""
    with hub.reading() as unit:
        return WorkspaceView(hub.workspace, unit.workspace.identity_rule())


def change_workspace(hub: Hub, changes: Mapping[str, Any]) -> WorkspaceView:
    """Change what ``changes`` names, and nothing else. Raises :class:`Invalid` for what can't be chosen."""
    faults = [
        Fault(name[:100], f"can't be set; there is {CONTRACT_IDENTITY}")
        for name in changes
        if name != CONTRACT_IDENTITY
    ]
    choices = tuple(rule.value for rule in IdentityRule)
    chosen = changes.get(CONTRACT_IDENTITY)
    if CONTRACT_IDENTITY in changes and chosen not in choices:
        faults.append(Fault(CONTRACT_IDENTITY, f"must be one of: {', '.join(choices)}"))
    if faults:
        raise Invalid.of(*faults[:50])
    with hub.writing() as unit:
        if chosen is not None:
            unit.workspace.choose_identity_rule(IdentityRule(chosen))
        return WorkspaceView(hub.workspace, unit.workspace.identity_rule())
