"""How far what a provider offers is needed, and how far what is needed has evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.element_usage import NotKnown


class PartKind(StrEnum):
    """What is counted: something to call, something to read or send, something to listen to."""

    OPERATION = "operation"
    CHANNEL = "channel"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class CoveredPart:
    """A part of a document of a provider version: who needs it, and which evidence there is that it is there.

    ``consumers`` are versions that live somewhere. Only evidence of this provider version counts, and only good news:
    a replay that failed is none.
    """

    kind: PartKind
    element: str
    document: str
    version: str
    consumers: tuple[str, ...] = ()
    evidence: tuple[EvidenceKind, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether anybody is known to need it."""
        return bool(self.consumers)

    @property
    def is_unverified(self) -> bool:
        """Whether somebody needs it, and nothing shows that it is there."""
        return self.is_needed and not self.evidence


@dataclass(frozen=True, slots=True)
class UnplayedInteraction:
    """An interaction that no verifier has put to the provider version."""

    consumer: str
    version: str
    kind: str
    interaction: str
    provider_version: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are of a kind, are needed, are needed and have evidence: of any kind, and of each."""

    kind: PartKind
    count: int
    needed: int
    verified: int
    by_evidence: tuple[tuple[EvidenceKind, int], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer. ``is_cut``: there was more than is looked at, so the lists are not whole."""

    provider: str
    documents: tuple[str, ...]
    environments: tuple[str, ...]
    parts: tuple[CoveredPart, ...]
    never_replayed: tuple[UnplayedInteraction, ...]
    unknown: tuple[NotKnown, ...] = ()
    is_cut: bool = False

    @property
    def totals(self) -> tuple[Totals, ...]:
        """The numbers for each kind of which there is any."""
        return tuple(_totals(kind, found) for kind in PartKind if (found := [e for e in self.parts if e.kind is kind]))

    @property
    def percent(self) -> int:
        """How much of what is needed has evidence, rounded down; all of it where nothing is needed."""
        needed = [each for each in self.parts if each.is_needed]
        return 100 * sum(not each.is_unverified for each in needed) // len(needed) if needed else 100


def _totals(kind: PartKind, parts: Iterable[CoveredPart]) -> Totals:
    listed = list(parts)
    needed = [each for each in listed if each.is_needed]
    counted = ((each, sum(each in part.evidence for part in needed)) for each in EvidenceKind)
    verified = sum(not each.is_unverified for each in needed)
    return Totals(kind, len(listed), len(needed), verified, tuple(counted))
