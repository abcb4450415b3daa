"""Deliveries as an event leaves them, and what became of them."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from contracthub.domain.webhook_rules import WebhookRules
from contracthub.services.hub import DEFAULT_WORKSPACE, Hub, Rules, utc_now
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from contracthub.storage.webhook_deliveries import execution, triggered
from contracthub.storage.webhook_deliveries import webhook as webhook_table
from tests.outbound.receivers import HANGS_AFTER_SECONDS

# Retries without a pause, to the machine that the tests run on.
HASTY = WebhookRules(schemes=("http",), hosts=("127.0.0.1",), retry_seconds=(0, 0), first_delay_seconds=0)


@dataclass(frozen=True)
class Outcome:
    status: str
    attempts_made: int
    next_attempt_at: datetime | None
    logs: list[str]


def hub_over(database: Database, rules: WebhookRules = HASTY, now: Callable[[], datetime] = utc_now) -> Hub:
    return Hub(DatabaseStorage(database), DEFAULT_WORKSPACE, Rules(webhooks=rules), now)


def triggered_at(database: Database, url: str, *, webhook: str = "", **changes: Any) -> str:
    """A delivery that is due; returns its uuid."""
    webhook_uuid = webhook or str(uuid.uuid4())
    row = delivery_of(webhook_uuid, webhook_id(database, webhook_uuid), url) | changes
    with database.writing() as connection:
        connection.execute(triggered.insert(), row)
    return str(row["uuid"])


def triggered_by_many(database: Database, url: str, number: int) -> None:
    """As many deliveries that are due, each of a webhook of its own."""
    moments = {"created_at": utc_now(), "updated_at": utc_now()}
    made = [
        {
            "workspace_id": 1,
            "uuid": f"webhook-of-many-{each:06}",
            "enabled": True,
            "events": [],
            "request": {},
            **moments,
        }
        for each in range(number)
    ]
    with database.writing() as connection:
        connection.execute(webhook_table.insert(), made)
        keys = connection.execute(select(webhook_table.c.uuid, webhook_table.c.id)).all()
        connection.execute(triggered.insert(), [delivery_of(name, key, url) for name, key in keys])


def delivery_of(webhook_uuid: str, key: int, url: str) -> dict[str, Any]:
    return {
        "workspace_id": 1,
        "uuid": str(uuid.uuid4()),
        "webhook_id": key,
        "webhook_uuid": webhook_uuid,
        "event_name": "contract_published",
        "trigger_type": "resource_creation",
        "status": "not_run",
        "attempts_made": 0,
        "max_attempts": 3,
        "next_attempt_at": utc_now(),
        "parameters": {"consumerName": "Foo"},
        "request": {"method": "POST", "url": url, "headers": {}, "body": {"c": "${pactbroker.consumerName}"}},
        "created_at": utc_now(),
    }


def webhook_id(database: Database, name: str) -> int:
    """The key of a webhook, which is made where missing."""
    made = {"workspace_id": 1, "uuid": name, "enabled": True, "events": [], "request": {}}
    with database.writing() as connection:
        found = connection.execute(select(webhook_table.c.id).where(webhook_table.c.uuid == name)).scalar()
        if found is not None:
            return int(found)
        moments = {"created_at": utc_now(), "updated_at": utc_now()}
        return int(
            connection.execute(webhook_table.insert().returning(webhook_table.c.id), {**made, **moments}).scalar_one()
        )


def outcome_of(database: Database, delivery: str) -> Outcome:
    with database.reading() as connection:
        row = connection.execute(select(triggered).where(triggered.c.uuid == delivery)).one()
        logs = select(execution.c.log).where(execution.c.triggered_webhook_id == row.id).order_by(execution.c.id)
        told = list(connection.execute(logs).scalars())
    return Outcome(row.status, row.attempts_made, row.next_attempt_at, told)


def wait_for(database: Database, delivery: str, *statuses: str) -> Outcome:
    """The delivery, once it has one of the statuses."""
    pause = threading.Event()
    for _ in range(HANGS_AFTER_SECONDS * 100):
        if (outcome := outcome_of(database, delivery)).status in statuses:
            return outcome
        pause.wait(0.01)
    raise AssertionError(f"still {outcome_of(database, delivery)}")
