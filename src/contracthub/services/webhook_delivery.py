"""Delivery of webhooks from the rows that their events left: claim, send outside of any transaction, record.

At least once: a claim is a lease, so what a killed hub had begun is taken up again when the lease is over. Receivers
tell repeats by the delivery's id.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from contracthub.domain.webhook_rules import WebhookRules
from contracthub.services.hub import Hub
from contracthub.services.ports.outbound import Sender
from contracthub.services.ports.webhook_deliveries import AttemptRecord, DueDelivery
from contracthub.services.webhook_sending import Message, attempt

LEASE_SECONDS = 30.0
logger = logging.getLogger(__name__)


def claim(hub: Hub, *, besides: Collection[str] = (), lease_seconds: float = LEASE_SECONDS) -> DueDelivery | None:
    """Claim the delivery that has been due for the longest time, if any is; not one of the webhooks in ``besides``.

    Raises :class:`Unavailable`.
    """
    with hub.reading() as unit:
        if not unit.webhook_deliveries.is_any_due(hub.now(), besides=besides):
            return None
    with hub.writing() as unit:
        now = hub.now()
        until = now + timedelta(seconds=lease_seconds)
        return unit.webhook_deliveries.claim_due(now, lease_until=until, besides=besides)


def due_addresses(hub: Hub, *, besides: Collection[str], most: int) -> Sequence[tuple[str, str]]:
    """Webhook and URL of deliveries that could be claimed, the longest due ones first. Raises :class:`Unavailable`."""
    with hub.reading() as unit:
        return unit.webhook_deliveries.due_addresses(hub.now(), besides=besides, most=most)


def release(hub: Hub, due: DueDelivery) -> None:
    """Give a claim back: the delivery is due as it was before. Raises :class:`Unavailable`."""
    with hub.writing() as unit:
        unit.webhook_deliveries.release(due)


def deliver(hub: Hub, sender: Sender, due: DueDelivery) -> AttemptRecord:
    """Make one attempt at a claimed delivery, and record what became of it.

    Raises :class:`Unavailable` when it can't be recorded; the attempt is repeated then, when the lease is over.
    """
    record = _removed(due, hub.now()) if due.is_orphan else _attempted(hub, sender, due)
    with hub.writing() as unit:
        unit.webhook_deliveries.record_attempt(due, record)
    logger.info("Webhook delivery %s, attempt %d: %s", due.uuid, due.attempts_made + 1, record.status)
    return record


def _attempted(hub: Hub, sender: Sender, due: DueDelivery) -> AttemptRecord:
    message = Message(due.request, due.parameters, due.event_name, due.uuid, due.secret)
    try:
        outcome = attempt(sender, hub.rules.webhooks, message, now=hub.now())
        success, log = outcome.success, outcome.log
    except Exception:
        # Without a record it would come back for ever.
        logger.exception("A webhook's delivery %s could not be made", due.uuid)
        success, log = False, "Not sent: the hub could not make the request; its own log says why."
    return _record(hub.rules.webhooks, due, success=success, log=log, now=hub.now())


def _removed(due: DueDelivery, now: datetime) -> AttemptRecord:
    # Whoever removes a webhook wants no further calls; and its secret is gone, so this one could not be signed.
    told = "Not sent: the webhook was removed before this delivery was made."
    return AttemptRecord(False, "failure", f"{_began(due, now)}\n{told}", None, now)


def _began(due: DueDelivery, now: datetime) -> str:
    number = due.attempts_made + 1
    return f"[{now.isoformat(timespec='seconds')}] {due.event_name}, attempt {number} of {due.max_attempts}"


def _record(rules: WebhookRules, due: DueDelivery, *, success: bool, log: str, now: datetime) -> AttemptRecord:
    number, began = due.attempts_made + 1, _began(due, now)
    if success:
        return AttemptRecord(True, "success", f"{began}\n{log}\nSuccess", None, now)
    pause = _pause(rules, number)
    if number >= due.max_attempts or pause is None:
        told = f"Webhook execution failed after {number} attempt{'' if number == 1 else 's'}"
        return AttemptRecord(False, "failure", f"{began}\n{log}\n{told}", None, now)
    told = f"Retrying webhook in {pause:g} seconds"
    return AttemptRecord(False, "retrying", f"{began}\n{log}\n{told}", now + timedelta(seconds=pause), now)


def _pause(rules: WebhookRules, number: int) -> float | None:
    """The pause after the failed attempt of that number; the last one again where the schedule has become shorter."""
    schedule = rules.retry_seconds
    return schedule[min(number, len(schedule)) - 1] if schedule else None
