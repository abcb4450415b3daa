"""Gate policies: which kinds of evidence a workspace accepts for a yes, in which environment, and how old it may be."""

from dataclasses import dataclass
from datetime import timedelta

from contracthub.domain.comparisons import EvidenceKind


@dataclass(frozen=True, slots=True)
class Requirement:
    """Evidence that is enough for a yes: all of these kinds, each not older than ``within``, where that is said."""

    evidence: frozenset[EvidenceKind]
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What is accepted in an environment, or, with ``environment`` ``None``, wherever nothing else is said.

    One requirement that is met is enough.
    """

    environment: str | None
    accepts: tuple[Requirement, ...]


DEFAULT_POLICY = GatePolicy(
    None, (Requirement(frozenset({EvidenceKind.REPLAYED})), Requirement(frozenset({EvidenceKind.COMPARED})))
)
"""Where nobody has said anything: a replay is enough, and so is a comparison, of whatever age."""
