"""The port to stored evidence: verification results, and what is folded from them on write."""

from collections.abc import Collection, Mapping
from typing import Protocol

from contracthub.domain.evidence import NewVerification, RecordedVerification


class Evidence(Protocol):
    """Results of one workspace, numbered by one sequence."""

    def record(self, result: NewVerification) -> int:
        """Store a result, fold it into what the gate reads, and return its number."""

    def find(self, consumer: str, provider: str, identity: str, number: int) -> RecordedVerification | None:
        """The result of that number for a contract."""

    def latest(self, contract_id: int) -> RecordedVerification | None:
        """The newest result for a contract, by any provider version."""

    def latest_of_pair(self, consumer_id: int, provider_id: int) -> RecordedVerification | None:
        """The newest result for any pact of a pair."""

    def latest_for_version(self, version_id: int) -> Mapping[str, RecordedVerification | None]:
        """The newest result for each contract of a consumer version, by name of the provider."""

    def verified_providers(self, consumer_id: int, provider_ids: Collection[int]) -> Collection[int]:
        """Those providers that have any result for a contract with the consumer."""

    def fold_version_into_line(self, version_id: int, provider_id: int, kind: str, name: str) -> None:
        """Count the successes that a provider version already has for a line that it just joined.

        ``kind`` is ``branch`` or ``tag``.
        """
