"""The port to stored gate policies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from contracthub.domain.gate_policies import GatePolicy


class GatePolicies(Protocol):
    """Gate policies of one workspace."""

    def policy_for(self, environment: str | None) -> GatePolicy:
        """That of an environment, else that of the workspace, else the default."""

    def all(self) -> Sequence[GatePolicy]:
        """Those that somebody set: that of the workspace first, then by environment."""

    def store(self, policy: GatePolicy, *, now: datetime) -> bool:
        """Set one; ``False`` when there was one, and this is what counts now."""

    def remove(self, environment: str | None) -> bool:
        """Remove that of an environment, or of the workspace; whether there was one."""

    def rename(self, environment: str, to: str) -> None:
        """Keep what is set for an environment under its new name."""
