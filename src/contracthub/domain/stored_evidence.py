"""Evidence documents as the hub keeps them: each run report of a provider's version once, by its SHA-256."""

from dataclasses import dataclass
from datetime import datetime

LARGEST_EVIDENCE = 16 * 1024 * 1024
# A version is verified again and again, by each build and by webhooks; what is more is a mistake or an attack.
MOST_EVIDENCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSummary:
    """What is told of a run report in a list.

    ``fuzzed`` is how its fuzz run went, ``None`` where it had none or one that found nothing out; ``fuzzed_by`` is the
    tool of that.
    """

    outcome: str
    suites: tuple[str, ...]
    checks: int
    failed: int
    started_at: datetime
    fuzzed: bool | None = None
    fuzzed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    """A stored run report without its bytes; ``number`` names it for the whole hub and is never given again."""

    number: int
    provider: str
    version: str
    sha: str
    size: int
    summary: EvidenceSummary
    created_at: datetime
