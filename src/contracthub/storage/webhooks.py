"""Stored webhooks, and what they were triggered by. Deliveries are in ``webhook_deliveries``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all

from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhooks import (
    FAILURE,
    NOT_RUN,
    RESOURCE_CREATION,
    RETRYING,
    Execution,
    Party,
    TriggeredWebhook,
    Webhook,
    WebhookDefinition,
    outline_of,
)
from contracthub.services.ports.webhooks import ConcernedWebhook, NewTrigger, PartyIds
from contracthub.storage.contract_statements import consumer, provider
from contracthub.storage.scope import Scope, chunks
from contracthub.storage.webhook_deliveries import execution, triggered, webhook
from contracthub.storage.webhook_documents import request_document, request_in

# More is of no use to a person; the newest come first.
MOST_SHOWN = 500

_named = (
    select(*webhook.c, consumer.c.name.label("consumer_name"), provider.c.name.label("provider_name"))
    .outerjoin_from(webhook, consumer, consumer.c.id == webhook.c.consumer_id)
    .outerjoin(provider, provider.c.id == webhook.c.provider_id)
)
# Put together once: every publication and every result asks.
_concerning = _named.where(
    webhook.c.id.in_(
        union_all(
            *(
                select(webhook.c.id).where(webhook.c.workspace_id == bindparam("workspace"), sided, provided)
                for sided in (webhook.c.consumer_id == bindparam("consumer"), webhook.c.consumer_id.is_(None))
                for provided in (
                    webhook.c.provider_id.in_(bindparam("providers", expanding=True)),
                    webhook.c.provider_id.is_(None),
                )
            )
        )
    )
).order_by(webhook.c.id)
_triggered = (
    select(*triggered.c, consumer.c.name.label("consumer_name"), provider.c.name.label("provider_name"))
    .outerjoin_from(triggered, consumer, consumer.c.id == triggered.c.consumer_id)
    .outerjoin(provider, provider.c.id == triggered.c.provider_id)
)


class WebhookRepository:
    """Implements the port ``Webhooks``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        self._mine = webhook.c.workspace_id == scope.workspace_id

    def find(self, uuid: str) -> Webhook | None:
        """The webhook of that uuid."""
        row = self._execute(_named.where(self._mine, webhook.c.uuid == uuid)).first()
        return _webhook_in(row) if row else None

    def list(self) -> Sequence[Webhook]:
        """All of them."""
        return [_webhook_in(row) for row in self._execute(_named.where(self._mine).order_by(webhook.c.id))]

    def of_parties(self, parties: PartyIds) -> Sequence[Webhook]:
        """Those that name exactly these sides, and leave the others open."""
        named = (
            _is(webhook.c.consumer_id, parties.consumer_id),
            _is(webhook.c.provider_id, parties.provider_id),
            webhook.c.consumer_label.is_(None),
            webhook.c.provider_label.is_(None),
        )
        return [_webhook_in(row) for row in self._execute(_named.where(self._mine, *named).order_by(webhook.c.id))]

    def create(self, uuid: str, definition: WebhookDefinition, parties: PartyIds, *, now: datetime) -> bool:
        """Create it, unless the uuid is taken."""
        row = _values(definition, parties) | {"uuid": uuid, "created_at": now, "updated_at": now}
        return self._scope.insert_missing(webhook, [row]) == 1

    def update(self, existing: Webhook, definition: WebhookDefinition, parties: PartyIds, *, now: datetime) -> None:
        """Overwrite all its fields."""
        values = _values(definition, parties) | {"updated_at": now}
        self._execute(webhook.update().where(webhook.c.id == existing.id).values(values))

    def delete(self, existing: Webhook) -> None:
        """Remove it with its secrets, and give up what is still to be delivered for it."""
        # Without its lease, an attempt that is under way does not bring it back.
        given_up = {"status": FAILURE, "next_attempt_at": None, "lease_until": None}
        waiting = (triggered.c.webhook_id == existing.id, triggered.c.status.in_((NOT_RUN, RETRYING)))
        changed = triggered.update().where(*waiting).values(**given_up)
        self._keep_outlines(self._execute(changed.returning(triggered.c.id, triggered.c.request)).all())
        self._execute(webhook.delete().where(webhook.c.id == existing.id))

    def _keep_outlines(self, rows: Iterable[Any]) -> None:
        """Remove what was to be sent, secrets and all; rows from before a change of the webhook name another host."""
        alike: dict[WebhookRequest, list[int]] = {}
        for row in rows:
            alike.setdefault(outline_of(request_in(row.request)), []).append(row.id)
        for outline, keys in alike.items():
            for some in chunks(keys):
                values = {"request": request_document(outline)}
                self._execute(triggered.update().where(triggered.c.id.in_(some)).values(**values))

    def concerning(self, consumer_id: int, provider_ids: Collection[int]) -> Sequence[ConcernedWebhook]:
        """Those whose named sides fit a pair of the consumer."""
        found: dict[int, ConcernedWebhook] = {}
        for some in chunks(provider_ids):
            values = {"workspace": self._scope.workspace_id, "consumer": consumer_id, "providers": some}
            for row in self._execute(_concerning, values):
                found[row.id] = ConcernedWebhook(_webhook_in(row), PartyIds(row.consumer_id, row.provider_id))
        return list(found.values())

    def trigger(self, triggers: Sequence[NewTrigger]) -> Collection[str]:
        """Store what is to be delivered, for webhooks that are still there."""
        kept: set[int] = set()
        for some in chunks(sorted({each.webhook.id for each in triggers})):
            there = select(webhook.c.id).where(webhook.c.id.in_(some)).order_by(webhook.c.id)
            kept.update(self._execute(there.with_for_update(read=True, key_share=True)).scalars())
        stored = [each for each in triggers if each.webhook.id in kept]
        if stored:
            rows = [{"workspace_id": self._scope.workspace_id, **_row_of(each)} for each in stored]
            self._execute(triggered.insert(), rows)
        return {each.uuid for each in stored}


class TriggeredWebhookRepository:
    """Implements the port ``TriggeredWebhooks``."""

    def __init__(self, scope: Scope) -> None:
        self._execute = scope.connection.execute
        self._mine = triggered.c.workspace_id == scope.workspace_id

    def find(self, uuid: str) -> TriggeredWebhook | None:
        """The one of that uuid."""
        row = self._execute(_triggered.where(self._mine, triggered.c.uuid == uuid)).first()
        return _triggered_in(row) if row else None

    def by_publication(self, publication_id: int) -> Sequence[TriggeredWebhook]:
        """Those that the publication of a contract triggered."""
        mine = (triggered.c.publication_id == publication_id, triggered.c.verification_id.is_(None))
        return self._found(_triggered.where(*mine))

    def by_result(self, number: int) -> Sequence[TriggeredWebhook]:
        """Those that the publication of a verification result triggered."""
        return self._found(_triggered.where(triggered.c.verification_id == number))

    def newest(self, publication_id: int) -> Sequence[TriggeredWebhook]:
        """The newest of each webhook and event."""
        newest = (
            select(func.max(triggered.c.id))
            .where(triggered.c.publication_id == publication_id)
            .group_by(triggered.c.webhook_uuid, triggered.c.event_name)
        )
        return self._found(_triggered.where(triggered.c.id.in_(newest)))

    def executions(self, uuid: str) -> Sequence[Execution]:
        """The attempts, oldest first."""
        columns = (execution.c.success, execution.c.log, execution.c.created_at)
        joined = select(*columns).join_from(triggered, execution, execution.c.triggered_webhook_id == triggered.c.id)
        rows = self._execute(joined.where(self._mine, triggered.c.uuid == uuid).order_by(execution.c.id))
        return [Execution(*row) for row in rows]

    def _found(self, statement: Select[Any]) -> Sequence[TriggeredWebhook]:
        rows = self._execute(statement.where(self._mine).order_by(triggered.c.id.desc()).limit(MOST_SHOWN))
        return [_triggered_in(row) for row in rows]


def _is(column: ColumnElement[Any], key: int | None) -> ColumnElement[bool]:
    return column.is_(None) if key is None else column == key


def _values(definition: WebhookDefinition, parties: PartyIds) -> dict[str, Any]:
    return {
        "description": definition.description,
        "consumer_id": parties.consumer_id,
        "consumer_label": definition.consumer and definition.consumer.label,
        "provider_id": parties.provider_id,
        "provider_label": definition.provider and definition.provider.label,
        "enabled": definition.enabled,
        "events": list(definition.events),
        "request": request_document(definition.request),
        "secret": definition.secret,
        "preset": definition.preset,
        "settings": None if definition.settings is None else dict(definition.settings),
    }


def _webhook_in(row: Any) -> Webhook:
    definition = WebhookDefinition(
        request_in(row.request),
        tuple(row.events),
        _party(row.consumer_name, row.consumer_label),
        _party(row.provider_name, row.provider_label),
        row.description,
        row.enabled,
        row.secret,
        row.preset,
        row.settings,
    )
    return Webhook(row.id, row.uuid, definition, row.created_at, row.updated_at)


def _party(name: str | None, label: str | None) -> Party | None:
    return None if name is None and label is None else Party(name, label)


def _row_of(trigger: NewTrigger) -> Mapping[str, Any]:
    return {
        "uuid": trigger.uuid,
        "webhook_id": trigger.webhook.id,
        "webhook_uuid": trigger.webhook.uuid,
        "event_name": trigger.event_name,
        "trigger_type": RESOURCE_CREATION,
        "consumer_id": trigger.publication.consumer_id,
        "provider_id": trigger.publication.provider_id,
        "publication_id": trigger.publication_id,
        "consumer_version_id": trigger.publication.version_id,
        "verification_id": trigger.verification_id,
        "status": NOT_RUN,
        "attempts_made": 0,
        "max_attempts": trigger.max_attempts,
        "next_attempt_at": trigger.due_at,
        "lease_until": None,
        "parameters": dict(trigger.parameters),
        "request": request_document(trigger.request),
        "created_at": trigger.created_at,
    }


def _triggered_in(row: Any) -> TriggeredWebhook:
    return TriggeredWebhook(
        row.uuid,
        row.webhook_uuid,
        row.event_name,
        row.trigger_type,
        row.status,
        row.attempts_made,
        row.max_attempts,
        row.consumer_name,
        row.provider_name,
        request_in(row.request),
        row.created_at,
    )
