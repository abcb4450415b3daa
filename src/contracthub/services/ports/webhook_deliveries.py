"""The port to deliveries that are due: rows that were written with the event that caused them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from contracthub.domain.webhook_request import WebhookRequest


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A claimed delivery. Until ``lease_until`` nobody else takes it up; later anyone may, because whoever claimed it
    is gone. ``is_orphan`` says that its webhook was removed in the meantime.
    """

    id: int
    uuid: str
    webhook_uuid: str
    event_name: str
    request: WebhookRequest
    secret: str | None = field(repr=False)
    is_orphan: bool
    parameters: Mapping[str, str]
    attempts_made: int
    max_attempts: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """What became of one attempt. ``next_attempt_at`` is ``None`` when there is none."""

    success: bool
    status: str
    log: str
    next_attempt_at: datetime | None
    created_at: datetime


class WebhookDeliveries(Protocol):
    """Deliveries of one workspace."""

    def is_any_due(self, now: datetime, *, besides: Collection[str]) -> bool:
        """Whether a delivery of a webhook whose uuid is not among ``besides`` is due and unclaimed."""

    def due_addresses(self, now: datetime, *, besides: Collection[str], most: int) -> Sequence[tuple[str, str]]:
        """Webhook and URL of deliveries that could be claimed, those first that are due for the longest time."""

    def claim_due(self, now: datetime, *, lease_until: datetime, besides: Collection[str]) -> DueDelivery | None:
        """Claim the delivery that has been due for the longest time. Two claims never return the same one while the
        lease lasts, whoever asks.
        """

    def release(self, delivery: DueDelivery) -> None:
        """Give a claim back: the delivery is due as it was before."""

    def record_attempt(self, delivery: DueDelivery, attempt: AttemptRecord) -> bool:
        """Write down an attempt; ``False``, and only its log is kept, when the lease has passed to somebody else."""
