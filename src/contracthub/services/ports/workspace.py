"""The port to a workspace's own settings."""

from typing import Protocol

from contracthub.domain.contracts import IdentityRule


class WorkspaceSettings(Protocol):
    """What one workspace has chosen."""

    def identity_rule(self) -> IdentityRule:
        """How it tells contracts apart."""

    def choose_identity_rule(self, rule: IdentityRule) -> None:
        """Tell contracts apart by this rule from now on."""
