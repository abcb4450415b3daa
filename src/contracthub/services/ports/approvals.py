"""The port to stored approvals of changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from contracthub.domain.approvals import Approval
from contracthub.domain.pacticipants import Listing, Page


class Approvals(Protocol):
    """Approvals of the changes of one provider, those that end last first."""

    def find(self, provider_id: int, fingerprint: str) -> Approval | None:
        """The approval of that change."""

    def list(self, provider_id: int, *, page: Page) -> Listing[Approval]:
        """All of them, also those whose last day is over."""

    def named(self, provider_id: int, fingerprints: Collection[str]) -> Mapping[str, Approval]:
        """Those of these changes that there are, by fingerprint."""

    def count(self, provider_id: int) -> int:
        """How many there are."""

    def store(self, provider_id: int, approval: Approval) -> bool:
        """Approve a change; ``False`` when it had been approved before, and this is what counts now."""

    def delete(self, provider_id: int, fingerprint: str) -> bool:
        """Withdraw one; whether there was one."""

    def delete_expired(self, provider_id: int, today: date) -> Sequence[str]:
        """Remove those whose last day is over, and say which."""
