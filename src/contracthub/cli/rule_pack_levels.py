"""Rule packs from where they were said: the command line, contracthub.toml, the provider in the hub, the workspace."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.cli.printing import warn
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub

WORKSPACE, PROVIDER = "hub: the workspace", "hub: the provider"
_CHOOSING = ("packs", "only")


@dataclass(frozen=True, slots=True)
class Level:
    """What was said in one place; ``settings`` by their names with hyphens."""

    source: str
    settings: Mapping[str, Any]


def levels_in(hub: Hub | None, provider: str) -> tuple[Level, ...]:
    """What the hub has: the workspace's first, which counts least. A hub that is away has nothing, and it is told."""
    from contracthub.client.rule_packs import rule_packs_for

    if hub is None or not provider:
        return ()
    try:
        found = rule_packs_for(hub, provider)
    except HubFailure as failure:
        warn(f"{failure} Which rule packs are on there is not known.")
        return ()
    own, workspace = (found.settings, found.workspace) if found.provider is not None else (None, found.settings)
    told = ((WORKSPACE, workspace), (PROVIDER, own))
    return tuple(Level(source, settings) for source, settings in told if settings)


def together(levels: Sequence[Level]) -> dict[str, Any]:
    """All levels as one, the last counts most: tables are put together, waivers all hold, anything else is replaced.

    Who says which packs or rules are on says it of both.
    """
    found: dict[str, Any] = {}
    for level in levels:
        said = {name.replace("_", "-"): value for name, value in level.settings.items()}
        if any(said.get(name) for name in _CHOOSING):
            found = {name: value for name, value in found.items() if name not in _CHOOSING}
        for name, value in said.items():
            found[name] = _both(name, found.get(name), value)
    return found


def _both(name: str, old: Any, new: Any) -> Any:
    if name == "waivers" and isinstance(old, list) and isinstance(new, list):
        return [*old, *new]
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    return old if name in _CHOOSING and not new else new


def counting(levels: Sequence[Level]) -> Iterator[tuple[str, Any, str]]:
    """Each setting that counts, with its value and where it was said; of tables and waivers each level's own."""
    for at, level in enumerate(levels):
        later = [each for other in levels[at + 1 :] for each in _names(other)]
        for name, value in level.settings.items():
            key = name.replace("_", "-")
            others = _CHOOSING if key in _CHOOSING else (key,)
            if key == "waivers" or isinstance(value, dict) or not any(each in later for each in others):
                yield key, value, level.source


def _names(level: Level) -> Iterator[str]:
    for name, value in level.settings.items():
        key = name.replace("_", "-")
        if value or key not in _CHOOSING:
            yield key
