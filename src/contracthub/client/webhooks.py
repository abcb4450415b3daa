"""Webhooks: what they are made of, and what can be done with them (pact-broker-api §14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.links import Resource


@dataclass(frozen=True, slots=True)
class PartySelector:
    """Whose contracts a webhook is for: one pacticipant, those with a label, or (with neither) all."""

    name: str | None = None
    label: str | None = None

    def document(self) -> JsonObject | None:
        """The selector as the hub takes it; nothing for all."""
        if self.name is not None:
            return {"name": self.name}
        return {"label": self.label} if self.label is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookToWrite:
    """A webhook's definition. ``request`` is in the hub's own shape; a ``preset`` makes a request of ``settings``.

    Where both are given, a hub that knows the preset takes it, and any other broker takes the request.
    """

    request: Mapping[str, object] = field(repr=False)
    events: tuple[str, ...] = ()
    consumer: PartySelector = PartySelector()
    provider: PartySelector = PartySelector()
    description: str | None = None
    team_uuid: str | None = None
    preset: str | None = None
    settings: Mapping[str, str] | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)

    def document(self) -> JsonObject:
        """The body of the request."""
        named: JsonObject = {
            "description": self.description,
            "events": [{"name": name} for name in self.events] or None,
            "consumer": self.consumer.document(),
            "provider": self.provider.document(),
            "request": dict(self.request),
            "teamUuid": self.team_uuid,
            "preset": self.preset,
            "settings": dict(self.settings) if self.settings is not None else None,
            "signingSecret": self.signing_secret,
        }
        return {name: value for name, value in named.items() if value is not None}


def create_webhook(hub: Hub, webhook: WebhookToWrite) -> Resource:
    """Makes a webhook. Raises HubAnswered 400 that names everything that is wrong with it."""
    return hub.send("POST", hub.index().link("pb:webhooks"), webhook.document())


def put_webhook(hub: Hub, uuid: str, webhook: WebhookToWrite) -> tuple[Resource, bool]:
    """The webhook of this uuid as it is afterwards, and whether it was made just now."""
    url = hub.index().link("pb:webhook", uuid=uuid)
    is_new = hub.find(url) is None
    return hub.send("PUT", url, webhook.document()), is_new


def delete_webhook(hub: Hub, uuid: str) -> bool:
    """Removes a webhook, not what it triggered; whether it was there."""
    return hub.delete(hub.index().link("pb:webhook", uuid=uuid))


def execute_webhook(hub: Hub, uuid: str) -> Resource:
    """Calls the receiver once, now, and tells what came of it. Raises HubAnswered 404 when there is no such webhook."""
    webhook = hub.find(hub.index().link("pb:webhook", uuid=uuid))
    if webhook is None:
        raise HubAnswered(404, [f"There is no webhook with the uuid {uuid}."])
    return hub.send("POST", webhook.link("pb:execute"))
