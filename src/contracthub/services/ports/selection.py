"""The port to what a provider's selectors, pending states and work in progress are resolved from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from contracthub.domain.selection import Candidate, Consumer, Line, LineEvidence


class Selection(Protocol):
    """Reads for one workspace. Each is one statement for all consumers of the provider."""

    def consumers(self, provider_id: int) -> Sequence[Consumer]:
        """The consumers that have an integration with the provider, by name."""

    def newest(self, provider_id: int) -> Sequence[Candidate]:
        """The newest pact of each consumer."""

    def main_branch_heads(self, provider_id: int) -> Sequence[Candidate]:
        """The pact of the head of each consumer's main branch, where the head has one."""

    def branch_heads(self, provider_id: int, names: Collection[str]) -> Sequence[Candidate]:
        """The pacts of the heads of branches of those names, where the head has one."""

    def all_branch_heads(self, provider_id: int, *, published_after: datetime | None = None) -> Sequence[Candidate]:
        """The pacts of the heads of all branches."""

    def newest_with_tag(self, provider_id: int, tag: str) -> Sequence[Candidate]:
        """The pact of each consumer's newest version with the tag that has one."""

    def newest_with_main_branch_tag(self, provider_id: int) -> Sequence[Candidate]:
        """The same for a tag that is named like the consumer's main branch."""

    def newest_with_any_tag(self, provider_id: int, *, published_after: datetime) -> Sequence[Candidate]:
        """The same for every tag that each consumer uses."""

    def with_tag(self, provider_id: int, tag: str) -> Sequence[Candidate]:
        """The pacts of all versions with the tag: of each content the newest, because only contents are verified."""

    def deployed(self, provider_id: int) -> Sequence[Candidate]:
        """The pacts of all versions that are currently deployed, by environment."""

    def released(self, provider_id: int) -> Sequence[Candidate]:
        """The pacts of all versions that are currently supported releases, by environment."""

    def environments(self, names: Collection[str]) -> set[str]:
        """Which of those environments exist."""

    def first_used(self, provider_id: int, line: Line) -> datetime | None:
        """When a branch or tag of the provider was first used; ``None`` when it never was."""

    def evidence(self, contract_ids: Collection[int], line: Line, *, recent: datetime) -> Mapping[int, LineEvidence]:
        """Successes for each of those contracts as that line sees them; ``recent`` is how far is looked back."""

    def ever_verified(self, contract_ids: Collection[int]) -> set[int]:
        """Which of those contracts any provider version has verified successfully."""
