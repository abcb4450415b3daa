"""Who has contracts with whom: integrations, and the pacticipants that hang together by them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports.matrix import Pair


@dataclass(frozen=True, slots=True)
class Member:
    """A pacticipant in a network, with the keys of the providers that it consumes."""

    id: int
    name: str
    providers: tuple[int, ...]


def list_integrations(hub: Hub, *, part_of_name: str | None, page: Page | None) -> Listing[Pair]:
    """Integrations by name, all of them or a page."""
    with hub.reading() as unit:
        return unit.network.integrations(part_of_name=part_of_name, page=page)


def get_network(hub: Hub) -> Sequence[Member]:
    """All pacticipants that have an integration, by name."""
    with hub.reading() as unit:
        return _members(unit.network.all())


def get_group(hub: Hub, pacticipant: str) -> Sequence[Member]:
    """All pacticipants connected with one, directly or not, and itself. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        centre = required_pacticipant(unit, pacticipant)
        members = _members(unit.network.all())
    group = _connected(centre.id, members)
    return [each for each in members if each.id in group] or [Member(centre.id, centre.name, ())]


def _members(pairs: Sequence[Pair]) -> list[Member]:
    names: dict[int, str] = {}
    providers: dict[int, list[int]] = {}
    for pair in pairs:
        names |= {pair.consumer_id: pair.consumer, pair.provider_id: pair.provider}
        providers.setdefault(pair.consumer_id, []).append(pair.provider_id)
    found = [Member(key, name, tuple(providers.get(key, ()))) for key, name in names.items()]
    return sorted(found, key=lambda member: (member.name.lower(), member.name))


def _connected(centre: int, members: Iterable[Member]) -> set[int]:
    neighbours: dict[int, set[int]] = {}
    for member in members:
        for provider in member.providers:
            neighbours.setdefault(member.id, set()).add(provider)
            neighbours.setdefault(provider, set()).add(member.id)
    group, waiting = {centre}, [centre]
    while waiting:
        new = neighbours.get(waiting.pop(), set()) - group
        group |= new
        waiting += new
    return group
