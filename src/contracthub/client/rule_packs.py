"""Rule packs as a hub keeps them, for the workspace and for a provider (ContractHub's own API)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.spelling import naming

_PATH = "/api/v1/rule-packs"


@dataclass(frozen=True, slots=True)
class RulePacks:
    """What was said for a provider (or the workspace, where ``provider`` is None), and for the workspace."""

    provider: str | None
    settings: Mapping[str, Any] | None
    workspace: Mapping[str, Any] | None
    providers: tuple[str, ...] = ()
    document: JsonObject = field(default_factory=dict, compare=False)


def show_rule_packs(hub: Hub, provider: str | None) -> RulePacks:
    """What was said. Raises HubFailure."""
    with naming((provider,) if provider else (), None):
        return _from(hub.get(_url(provider)))


def rule_packs_for(hub: Hub, provider: str) -> RulePacks:
    """The same for a verification: nothing where the hub knows neither provider nor packs. Raises HubFailure."""
    for each in (provider, None):
        try:
            return _from(hub.get(_url(each)))
        except HubAnswered as refusal:
            if refusal.status != 404:
                raise
    return RulePacks(provider, None, None)


def set_rule_packs(hub: Hub, provider: str | None, settings: Mapping[str, Any]) -> RulePacks:
    """Says it. Raises HubFailure."""
    with naming((provider,) if provider else (), None):
        return _from(hub.send("PUT", _url(provider), dict(settings)))


def remove_rule_packs(hub: Hub, provider: str | None) -> bool:
    """Takes it back; whether there was something. Raises HubFailure."""
    return hub.delete(_url(provider))


def _url(provider: str | None) -> str:
    return _PATH if provider is None else f"{_PATH}/{quote(provider, safe='')}"


def _from(answer: Resource) -> RulePacks:
    said = answer.data
    name, listed = said.get("provider"), said.get("providers")
    told = listed if isinstance(listed, list) else []
    return RulePacks(
        name if isinstance(name, str) else None,
        _table(said.get("settings")),
        _table(said.get("workspace")),
        tuple(str(each.get("name")) for each in told if isinstance(each, Mapping)),
        dict(said),
    )


def _table(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None
