"""The ports of full checks: to the rows that remember them, and to the tools that make them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.document_checks import CheckOutcome, DocumentCheck, File, Tool
from contracthub.formats.uploads import Upload


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A claimed check. Until ``lease_until`` no other takes it up, later anyone may. ``attempts`` counts this one."""

    id: int
    format: str
    tool: Tool
    attempts: int
    lease_until: datetime


class Checks(Protocol):
    """Checks of the documents of one workspace. The same bytes are checked once by one version of a tool."""

    def request(self, format_name: str, files: Sequence[File], tool: Tool, *, now: datetime) -> bool:
        """Have a document checked; ``False`` when that was asked for before."""

    def of(self, contract_ids: Collection[int]) -> Mapping[int, DocumentCheck]:
        """The newest check of the documents of these provider contracts, for those that have one."""

    def is_any_due(self, now: datetime) -> bool:
        """Whether a check may be claimed."""

    def claim_due(self, now: datetime, *, lease_until: datetime) -> DueCheck | None:
        """Claim the check that waits for the longest time, and count the attempt. Two claims never return the same one
        while the lease lasts.
        """

    def upload_of(self, check: DueCheck) -> Upload | None:
        """The files to check; None when the document was removed meanwhile."""

    def record(self, check: DueCheck, outcome: CheckOutcome, *, now: datetime) -> bool:
        """Write down what came of it; ``False``, and nothing changed, when the lease has passed to somebody else."""

    def release(self, check: DueCheck) -> None:
        """Give a claim back, as if it had not been made."""

    def forget(self, check: DueCheck) -> None:
        """Remove the check of a document that is no more."""


class Checker(Protocol):
    """Checks one document at a time, away from the hub, and comes to an end."""

    @property
    def longest_seconds(self) -> float:
        """So long may one check take, all included."""

    def check(self, format_name: str, upload: Upload) -> CheckOutcome | None:
        """What came of the check; None when it was stopped. Never raises."""

    def stop(self) -> None:
        """End the check that is under way, and begin no other."""
