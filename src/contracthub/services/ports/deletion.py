"""The port to removal: stored things go with everything that hangs on them, and what is folded is right afterwards."""

from collections.abc import Collection
from typing import Protocol

from contracthub.domain.contracts import VersionSet
from contracthub.domain.pacticipants import Branch, Version


class Deletion(Protocol):
    """Contracts and documents that nothing published refers to any more go too, with the results for them."""

    def hold(self, pacticipant_ids: Collection[int]) -> None:
        """Keep others from writing anything for those pacticipants, until this unit ends. Comes before everything."""

    def pacticipant(self, pacticipant_id: int) -> None:
        """Remove it with all it has: contracts on both sides, versions, branches, tags, labels."""

    def version(self, version: Version) -> None:
        """Remove it with its pacts, provider contracts, results, deployments and releases."""

    def branch_place(self, branch: Branch, version: Version) -> None:
        """Take a version off a branch; when it was the head, the newest version that remains takes its place."""

    def branches(self, pacticipant_id: int, names: Collection[str]) -> None:
        """Remove branches; their versions stay."""

    def branch_names(self, pacticipant_id: int) -> Collection[str]:
        """All branches of a pacticipant, by name."""

    def tags(self, version: Version, names: Collection[str]) -> None:
        """Take tags off a version."""

    def pact(self, publication_id: int) -> None:
        """Remove what a consumer version published for a provider."""

    def pacts(self, consumer_id: int, provider_id: int, among: VersionSet) -> None:
        """Remove the pacts of a pair in a set of versions."""

    def live_contracts(self, keys: Collection[int]) -> None:
        """Remove live contracts that consumer versions published."""

    def result(self, number: int, contract_id: int, provider_version_id: int) -> None:
        """Remove a verification result."""

    def integration(self, consumer_id: int, provider_id: int) -> None:
        """Remove all that is between two pacticipants."""

    def bare_versions(self, pacticipant_id: int) -> None:
        """Remove versions without pacts, results and provider contracts that were never deployed nor released."""

    def is_integrated(self, pacticipant_id: int) -> bool:
        """Whether it has an integration, on either side."""

    def offers(self, pacticipant_id: int) -> bool:
        """Whether it has a provider contract."""

    def reads(self, pacticipant_id: int) -> bool:
        """Whether it has a reader schema."""

    def everything(self) -> None:
        """Remove all pacticipants of the workspace and what they have; environments stay."""
