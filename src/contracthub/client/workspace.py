"""A workspace's own settings (ContractHub's own API: a Pact Broker has none)."""

from dataclasses import dataclass

from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import MERGE_PATCH, Hub
from contracthub.client.links import Resource

_PATH = "/api/v1/workspace"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as the hub describes it."""

    name: str
    contract_identity: str
    resource: Resource


def show_workspace(hub: Hub) -> Workspace:
    """The workspace that the hub's address leads to."""
    return _workspace(hub.get(_PATH))


def choose_contract_identity(hub: Hub, rule: str) -> Workspace:
    """Has the workspace tell contracts apart by a rule."""
    return _workspace(hub.send("PATCH", _PATH, {"contractIdentity": rule}, content_type=MERGE_PATCH, repeatable=True))


def are_same(one: Hub, other: Hub) -> bool:
    """Whether both addresses lead to one workspace, as far as the hubs tell. Raises HubUnreachable."""
    if one.connection.base_url == other.connection.base_url:
        return True
    places = [_place_of(hub) for hub in (one, other)]
    return places[0] == places[1] is not None


def _place_of(hub: Hub) -> tuple[str, str] | None:
    """Which process answers for which workspace; a Pact Broker does not say."""
    try:
        found = hub.get(_PATH)
    except (HubAnswered, AnswerNotUnderstood):
        return None
    instance, name = found.text("instance"), found.text("name")
    return (instance, name) if instance and name else None


def _workspace(resource: Resource) -> Workspace:
    return Workspace(resource.text("name") or "", resource.text("contractIdentity") or "", resource)
