"""The port to stored findings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from contracthub.domain.finding_states import Remembered
from contracthub.domain.findings import FindingState, KnownFinding
from contracthub.domain.pacticipants import Listing, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsQuestion:
    """Which findings of a provider: in these states on that day (all where none is said), of this branch.

    ``is_main`` asks for those of the main branch.
    """

    today: date
    states: Collection[FindingState] = ()
    branch: str | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A state that a finding got, by a run over a version of the provider, or by a person."""

    state: FindingState
    at: datetime
    version: str = ""
    by: str = ""
    owner: str = ""
    reason: str = ""
    until: date | None = None


class Findings(Protocol):
    """Findings of one provider. Whoever changes any holds the provider first, so that nobody else does meanwhile."""

    def hold(self, provider_id: int) -> None:
        """Keep others from changing findings of the provider, until this unit ends."""

    def find(self, provider_id: int, number: int) -> KnownFinding | None:
        """The finding of that number."""

    def list(self, provider_id: int, question: FindingsQuestion, *, page: Page) -> Listing[KnownFinding]:
        """Those that came back first, then new ones, accepted ones, fixed ones; without requests and commands."""

    def by_fingerprint(self, provider_id: int, fingerprints: Collection[str]) -> Mapping[str, Remembered]:
        """Those of the fingerprints that there are."""

    def numbered(self, provider_id: int, numbers: Collection[int]) -> Mapping[int, str]:
        """The fingerprints of those of the numbers that are given."""

    def open_of(self, provider_id: int, operations: Collection[str]) -> Sequence[Remembered]:
        """Those of the operations that are not fixed, by number."""

    def count(self, provider_id: int) -> int:
        """How many there are."""

    def last_number(self, provider_id: int) -> int:
        """The highest number, 0 where there is none."""

    def add(self, provider_id: int, new: Sequence[Remembered]) -> None:
        """Remember findings that nobody knew; their numbers are free."""

    def update(self, provider_id: int, changed: Sequence[Remembered]) -> None:
        """Overwrite what is remembered of findings, by their numbers."""

    def note(self, provider_id: int, changes: Mapping[int, Sequence[StateChange]]) -> None:
        """Write down states that findings got, by number; of each finding the newest are kept."""

    def history(self, provider_id: int, number: int) -> Sequence[StateChange]:
        """The states that a finding got, oldest first, as far as they are kept."""

    def forget_oldest(self, provider_id: int, most: int) -> int:
        """Forget findings that are fixed or were seen on no main branch, those seen longest ago first, until there are
        ``most``; how many were forgotten. The highest number is never among them.
        """
