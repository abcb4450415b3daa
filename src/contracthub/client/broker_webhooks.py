"""Definitions of webhooks, from another broker into a hub, through the webhooks' own API.

Brokers never show secrets. A webhook that has one comes along switched off, and is reported: with stars in the place of
its secret it would only fail.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from contracthub.client.broker_source import BrokerSource
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.moving_report import MovingReport

HIDDEN = "**********"
_FIELDS = ("description", "consumer", "provider", "enabled", "events", "request")
_PARTIES = ("name", "label")


def copy_webhooks(source: BrokerSource, target: Hub, report: MovingReport, read: Callable[..., Any]) -> None:
    """Make the webhooks of the source that the hub does not have. Raises HubFailure of the hub."""
    listed = read(source.try_get, "webhook", "The list of webhooks", "webhooks")
    for link in listed.links("pb:webhooks") if listed else ():
        uuid = (read(source.names_in, link.href) or [""])[-1]
        told = read(source.try_get, "webhook", f"Webhook {uuid[:100]}", "webhooks", uuid)
        if told is not None:
            _copy(uuid, told, target, report)


def _copy(uuid: str, told: Resource, target: Hub, report: MovingReport) -> None:
    url = f"/webhooks/{quote(uuid, safe='')}"
    if target.find(url) is not None:
        report.count({"webhook": {"unchanged": 1}})
        return
    definition = _definition(told.data)
    has_secret = HIDDEN in json.dumps(definition)
    try:
        target.send("PUT", url, definition | ({"enabled": False} if has_secret else {}))
    except (HubAnswered, AnswerNotUnderstood) as refusal:
        if isinstance(refusal, HubAnswered) and refusal.status != 400:
            raise
        report.tell("webhook", f"Webhook {uuid[:100]}: {str(refusal)[:300]}")
        return
    report.count({"webhook": {"created": 1}})
    if has_secret:
        report.tell("webhook", f"Webhook {uuid}: its secrets can't be read. Set them here, and switch it on.")


def _definition(data: dict[str, Any]) -> dict[str, Any]:
    """What a webhook is made from, out of what is shown of it."""
    definition = {name: data[name] for name in _FIELDS if data.get(name) is not None}
    for role in ("consumer", "provider"):
        if isinstance(definition.get(role), dict):
            definition[role] = {name: value for name, value in definition[role].items() if name in _PARTIES}
    return definition
