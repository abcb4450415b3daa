"""Stored deliveries that are due: claimed by one worker at a time, recorded attempt by attempt."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from contracthub.domain.webhooks import outline_of
from contracthub.services.ports.webhook_deliveries import AttemptRecord, DueDelivery
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables_webhooks import TriggeredWebhookRow, WebhookExecutionRow, WebhookRow
from contracthub.storage.webhook_documents import request_document, request_in

triggered = table_of(TriggeredWebhookRow)
execution = table_of(WebhookExecutionRow)
webhook = table_of(WebhookRow)


class WebhookDeliveryRepository:
    """Implements the port."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def is_any_due(self, now: datetime, *, besides: Collection[str]) -> bool:
        """Whether something may be claimed."""
        return bool(self._execute(select(exists().where(*self._due(now, besides)))).scalar())

    def due_addresses(self, now: datetime, *, besides: Collection[str], most: int) -> Sequence[tuple[str, str]]:
        """Webhook and URL of those, the longest due ones first."""
        columns = (triggered.c.webhook_uuid, triggered.c.request["url"].as_string())
        ordered = select(*columns).where(*self._due(now, besides)).order_by(triggered.c.next_attempt_at, triggered.c.id)
        return [(row[0], row[1] or "") for row in self._execute(ordered.limit(most))]

    def claim_due(self, now: datetime, *, lease_until: datetime, besides: Collection[str]) -> DueDelivery | None:
        """Claim the delivery that has been due for the longest time."""
        statement = (
            select(triggered, webhook.c.secret, webhook.c.id.is_(None).label("is_orphan"))
            .select_from(triggered.outerjoin(webhook, webhook.c.id == triggered.c.webhook_id))
            .where(*self._due(now, besides))
            .order_by(triggered.c.next_attempt_at, triggered.c.id)
            .limit(1)
            # On PostgreSQL a row that another hub is claiming is passed over; SQLite has one writer at a time anyway.
            .with_for_update(of=triggered, skip_locked=True)
        )
        row = self._execute(statement).first()
        if row is None:
            return None
        self._execute(triggered.update().where(triggered.c.id == row.id).values(lease_until=lease_until))
        return _due_delivery(row, lease_until)

    def release(self, delivery: DueDelivery) -> None:
        """Give a claim back."""
        mine = (triggered.c.id == delivery.id, triggered.c.lease_until == delivery.lease_until)
        self._execute(triggered.update().where(*mine).values(lease_until=None))

    def record_attempt(self, delivery: DueDelivery, attempt: AttemptRecord) -> bool:
        """Write down an attempt. A success counts even when the lease has passed on: the receiver has it."""
        held = triggered.c.lease_until == delivery.lease_until
        mine = (triggered.c.id == delivery.id, triggered.c.workspace_id == self._scope.workspace_id)
        changed = triggered.update().where(*mine, *(() if attempt.success else (held,)))
        values: dict[str, Any] = {
            "status": attempt.status,
            "attempts_made": triggered.c.attempts_made + 1,
            "next_attempt_at": attempt.next_attempt_at,
            "lease_until": None,
        }
        if attempt.next_attempt_at is None:
            # Its secrets have served; nobody would look for them here, and a deletion of the webhook is to be the end.
            values["request"] = request_document(outline_of(delivery.request))
        recorded = self._execute(changed.values(**values)).rowcount
        if recorded or self._execute(select(triggered.c.id).where(*mine)).first():
            row = {"success": attempt.success, "log": attempt.log, "created_at": attempt.created_at}
            self._scope.insert(execution, {"triggered_webhook_id": delivery.id, **row})
        return recorded == 1

    def _due(self, now: datetime, besides: Collection[str]) -> list[ColumnElement[bool]]:
        conditions = [
            triggered.c.workspace_id == self._scope.workspace_id,
            triggered.c.next_attempt_at <= now,
            or_(triggered.c.lease_until.is_(None), triggered.c.lease_until <= now),
        ]
        return [*conditions, triggered.c.webhook_uuid.not_in(sorted(besides))] if besides else conditions


def _due_delivery(row: Any, lease_until: datetime) -> DueDelivery:
    return DueDelivery(
        row.id,
        row.uuid,
        row.webhook_uuid,
        row.event_name,
        request_in(row.request),
        row.secret,
        bool(row.is_orphan),
        row.parameters,
        row.attempts_made,
        row.max_attempts,
        lease_until,
    )
