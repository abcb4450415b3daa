"""Waivers: that somebody takes it upon themselves that a verdict does not block, for a reason, until a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from contracthub.domain.comparisons import ContractKind, Finding
from contracthub.domain.deadlines import is_over

# A gate never reads more; nobody oversees more.
MOST_WAIVERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverScope:
    """What a waiver covers; ``None`` stands for any.

    With ``rule`` (and ``path``) it covers a single change: verdicts all of whose errors are findings of that rule (and
    at that place in the data).
    """

    provider: str
    provider_version: str | None = None
    consumer: str | None = None
    consumer_version: str | None = None
    environment: str | None = None
    contract: ContractKind | None = None
    rule: str | None = None
    path: str | None = None

    def covers_pair(self, consumer: tuple[str, str | None], provider: tuple[str, str | None]) -> bool:
        """Whether a version of a consumer with a version of a provider is within it; both by name and number."""
        return (
            self.provider == provider[0]
            and self.provider_version in {None, provider[1]}
            and self.consumer in {None, consumer[0]}
            and self.consumer_version in {None, consumer[1]}
        )

    def covers_errors(self, errors: Collection[Finding]) -> bool:
        """Whether all of the errors are of the change that it is about; any are, where it is about no single one."""
        if self.rule is None:
            return True
        return bool(errors) and all(each.rule == self.rule and self.path in {None, each.path} for each in errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """That ``by`` lets what ``scope`` covers pass until the end of the day ``until`` (UTC).

    ``withdrawn_at`` and ``withdrawn_by`` are there once it was taken back; it is kept as history.
    """

    id: int
    scope: WaiverScope
    by: str
    reason: str
    until: date
    created_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def is_valid(self, today: date) -> bool:
        """Whether it holds on that day, the last day included."""
        return self.withdrawn_at is None and not is_over(self.until, today)
