"""How much of everything there is."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.formats import safe_json
from contracthub.services.hub import Hub
from contracthub.services.ports.metrics import Totals


@dataclass(frozen=True, slots=True)
class MetricsView:
    """Counts; ``interactions`` and ``messages`` are those of the newest contract of each integration."""

    totals: Totals
    revisions: Mapping[int, int]
    results_per_contract: Mapping[int, int]
    interactions: int
    messages: int


def get_metrics(hub: Hub) -> MetricsView:
    """All counts, of one moment."""
    with hub.reading() as unit:
        interactions = messages = 0
        for document in unit.metrics.newest_documents():
            more_interactions, more_messages = _counted(document)
            interactions, messages = interactions + more_interactions, messages + more_messages
        metrics = unit.metrics
        return MetricsView(
            metrics.totals(), metrics.revisions(), metrics.results_per_contract(), interactions, messages
        )


def _counted(document: bytes) -> tuple[int, int]:
    """How many interactions and messages a pact has; from version 4 on, both stand in one list."""
    value = safe_json.loads(document)
    content = value if isinstance(value, dict) else {}
    listed, messages = content.get("interactions"), content.get("messages")
    entries = listed if isinstance(listed, list) else []
    mixed = sum(1 for each in entries if isinstance(each, dict) and "Message" in str(each.get("type", "")))
    return len(entries) - mixed, mixed + (len(messages) if isinstance(messages, list) else 0)
