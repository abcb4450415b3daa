"""The port to stored gate policies."""

from typing import Protocol

from contracthub.domain.gate_policies import GatePolicy


class GatePolicies(Protocol):
    """Gate policies of one workspace."""

    def policy_for(self, environment: str | None) -> GatePolicy:
        """That of an environment, else that of the workspace, else the default."""
