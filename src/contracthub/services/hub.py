"""What every use case is handed: the workspace it works in, where that is stored, and the time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from contracthub.domain.document_checks import CheckBounds
from contracthub.domain.errors import ChangedMeanwhile
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.services.ports import Storage, Unit
from contracthub.services.ports.addresses import Addresses

Outcome = TypeVar("Outcome")

DEFAULT_WORKSPACE = "default"
MOST_ATTEMPTS = 10


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """Behaviour that the Pact Broker lets people configure (pact-broker-api §17), with its defaults.

    For branches, only results of the last ``other_branch_lookback_days`` can keep a pact from being work in progress.
    ``checks`` has nothing of its like there.
    """

    main_branch_candidates: tuple[str, ...] = ("develop", "main", "master")
    use_first_tag_as_branch_seconds: float = 10.0
    create_deployed_versions_for_tags: bool = True
    check_for_similar_names: bool = True
    allow_changed_contracts: bool = False
    other_branch_lookback_days: float = 30.0
    webhooks: WebhookRules = field(default_factory=WebhookRules)
    checks: CheckBounds = field(default_factory=CheckBounds)


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub as one workspace sees it."""

    storage: Storage
    workspace: str = DEFAULT_WORKSPACE
    rules: Rules = field(default_factory=Rules)
    now: Callable[[], datetime] = utc_now
    addresses: Addresses | None = None

    def reading(self) -> AbstractContextManager[Unit]:
        """A consistent view that changes nothing."""
        return self.storage.reading(self.workspace)

    def writing(self) -> AbstractContextManager[Unit]:
        """A transaction."""
        return self.storage.writing(self.workspace)

    def write(self, work: Callable[[Unit], Outcome]) -> Outcome:
        """What ``work`` makes of a transaction, which is begun again where other requests get in its way.

        Raises :class:`ChangedMeanwhile` when they keep doing so.
        """
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                with self.writing() as unit:
                    return work(unit)
            except ChangedMeanwhile:
                continue
        with self.writing() as unit:
            return work(unit)
