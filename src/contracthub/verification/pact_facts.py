"""What a pact says of each of its interactions before it is replayed: operation, status, fields that are read, plugins.

The verifier tells nothing of it afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import OpaqueInteraction

MOST_USES = 200
_TRANSPORTS = ("http", "https", "message")


@dataclass(frozen=True, slots=True)
class InteractionFacts:
    """The operation that an interaction is about, the status it expects, and the fields that the consumer reads."""

    operation: str = ""
    status: int | None = None
    uses: tuple[str, ...] = ()


# By consumer and description.
Facts: TypeAlias = Mapping[tuple[str, str], InteractionFacts]


def facts_of(content: bytes) -> dict[str, InteractionFacts]:
    """The facts of each interaction by its description; nothing of a document that is no pact."""
    # Loading these takes longer than a small replay.
    from contracthub.formats.needs import Direction
    from contracthub.formats.pact.model import HttpExchange
    from contracthub.formats.pact.needs import needs
    from contracthub.formats.pact.parse import parse

    try:
        document = parse(content)
    except HubError:
        return {}
    operations: dict[str, str] = {}
    uses: dict[str, dict[str, None]] = {}
    for need in needs(document):
        operations.setdefault(need.interaction, need.operation)
        if need.direction is not Direction.REQUEST and need.part == "body":
            uses.setdefault(need.interaction, {})[need.path] = None
    return {
        each.description: InteractionFacts(
            operation=operations.get(each.description, ""),
            status=each.exchange.response.status if isinstance(each.exchange, HttpExchange) else None,
            uses=tuple(uses.get(each.description, ()))[:MOST_USES],
        )
        for each in document.interactions
    }


def without_plugins(document: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[OpaqueInteraction, ...]]:
    """The pact without the interactions that a plugin is needed for, and these.

    A V4 interaction names its plugins in ``pluginConfiguration``, and its transport when that is a plugin's. Where the
    pact names plugins and no interaction says that it needs one, all of them count as the plugins'.
    """
    metadata = document.get("metadata")
    plugins = metadata.get("plugins") if isinstance(metadata, Mapping) else None
    if not isinstance(plugins, list) or not plugins:
        return dict(document), ()
    named = tuple(str(each.get("name") or "") for each in plugins if isinstance(each, Mapping))
    found = document.get("interactions")
    interactions = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    theirs = [each for each in interactions if _is_of_plugin(each)] or interactions
    opaque = tuple(
        OpaqueInteraction(
            consumer=name_in(document.get("consumer")), description=str(each.get("description") or ""), plugins=named
        )
        for each in theirs
    )
    kept = [each for each in interactions if not any(each is one for one in theirs)]
    rest = {name: value for name, value in (metadata or {}).items() if name != "plugins"}
    return {**document, "interactions": kept, "metadata": rest}, opaque


def name_in(party: object) -> str:
    """The name of a pact's consumer or provider; empty where there is none."""
    return str(party.get("name") or "") if isinstance(party, Mapping) else ""


def _is_of_plugin(interaction: Mapping[str, Any]) -> bool:
    return (
        bool(interaction.get("pluginConfiguration")) or str(interaction.get("transport") or "http") not in _TRANSPORTS
    )
