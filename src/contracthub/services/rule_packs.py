"""Rule packs: what a workspace, or a provider in it, has its verifications look at."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from contracthub.domain.errors import Invalid, NotFound
from contracthub.domain.rule_packs import RulePacks, faults_of_settings
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit

logger = logging.getLogger(__name__)

_MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class RulePacksView:
    """What was said for a provider (``None``: for the workspace), and for the workspace, where both did."""

    provider: str | None
    own: RulePacks | None
    workspace: RulePacks | None


def get_rule_packs(hub: Hub, provider: str | None) -> RulePacksView:
    """What counts, from both. Raises :class:`NotFound` for an unknown provider."""
    with hub.reading() as unit:
        return _view(unit, provider)


def providers_with_rule_packs(hub: Hub) -> Sequence[str]:
    """The providers for which something was said."""
    with hub.reading() as unit:
        return unit.rule_packs.of_providers()


def set_rule_packs(hub: Hub, provider: str | None, settings: Mapping[str, Any]) -> tuple[RulePacksView, bool]:
    """Say it, in place of what was said before; whether nothing was.

    Raises :class:`Invalid` with every fault, and :class:`NotFound` for an unknown provider.
    """
    faults = [*islice(faults_of_settings(settings), _MOST_FAULTS)]
    if faults:
        raise Invalid.of(*faults)
    with hub.writing() as unit:
        created = unit.rule_packs.store(_key(unit, provider), dict(settings), now=hub.now())
        view = _view(unit, provider)
    logger.info("the rule packs of %s were set", provider or "the workspace")
    return view, created


def remove_rule_packs(hub: Hub, provider: str | None) -> None:
    """Take it back. Raises :class:`NotFound` where nothing was said."""
    whose = f"provider '{provider}'" if provider is not None else "the workspace"
    with hub.writing() as unit:
        if not unit.rule_packs.remove(_key(unit, provider)):
            raise NotFound("rule-packs-not-found", f"No rule packs of {whose} found")
    logger.info("the rule packs of %s were removed", whose)


def _view(unit: Unit, provider: str | None) -> RulePacksView:
    own = unit.rule_packs.of(_key(unit, provider))
    return RulePacksView(provider, own, own if provider is None else unit.rule_packs.of(None))


def _key(unit: Unit, provider: str | None) -> int | None:
    return None if provider is None else required_pacticipant(unit, provider, "provider").id
