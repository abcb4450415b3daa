"""The port to stored run reports."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from contracthub.domain.comparisons import LiveCheck
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.stored_evidence import EvidenceSummary, StoredEvidence


class EvidenceDocuments(Protocol):
    """Run reports of provider versions, the newest first."""

    def store(
        self, version_id: int, sha: str, body: bytes, summary: EvidenceSummary, *, now: datetime
    ) -> tuple[int, bool]:
        """Store the report; its number, and whether it is new: the same bytes of a version are stored once."""

    def count(self, version_id: int) -> int:
        """How many a version has."""

    def list(self, version_id: int, *, page: Page, started_at: datetime | None = None) -> Listing[StoredEvidence]:
        """Those of a version; of the run that began at that moment, where one is given."""

    def find(self, version_id: int, number: int) -> StoredEvidence | None:
        """One of a version."""

    def body(self, version_id: int, number: int) -> bytes | None:
        """The bytes of one of a version."""

    def delete(self, version_id: int, number: int) -> bool:
        """Remove one; whether there was one."""

    def newest_fuzz_runs(self, version_ids: Collection[int]) -> Mapping[int, LiveCheck]:
        """The newest fuzz run of each of those versions that has one, by the version's key.

        Where several suites were run, each newest run counts: that which failed, else the oldest.
        """
