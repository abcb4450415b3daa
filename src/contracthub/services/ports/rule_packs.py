"""The port to stored rule packs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from contracthub.domain.rule_packs import RulePacks


class RulePackSettings(Protocol):
    """Rule packs of one workspace. ``None`` in place of a provider's key stands for the workspace."""

    def of(self, provider_id: int | None) -> RulePacks | None:
        """What was said for a provider, or for the workspace."""

    def of_providers(self) -> Sequence[str]:
        """The names of providers for which something was said."""

    def store(self, provider_id: int | None, settings: dict[str, Any], *, now: datetime) -> bool:
        """Say it; ``False`` when something was said before, which is replaced."""

    def remove(self, provider_id: int | None) -> bool:
        """Take it back; whether there was something."""
