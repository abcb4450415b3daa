"""The port to stored live contracts: conversations, flows, journeys and promises."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.contracts import VersionSet
from contracthub.domain.live_contracts import LiveContract, NewLiveContract
from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version


class LiveContracts(Protocol):
    """Live contracts of one workspace. "Newest" is by creation of the consumer version."""

    def of_version(self, version_id: int) -> Sequence[LiveContract]:
        """All that a version published, by kind, name and provider."""

    def find(self, version_id: int, kind: ContractKind, provider: str, name: str) -> LiveContract | None:
        """The one of that name with a provider."""

    def of_consumer(self, consumer_id: int, *, kind: ContractKind | None, page: Page) -> Listing[LiveContract]:
        """What versions of a consumer published, newest first."""

    def hold(self, version: Version) -> None:
        """Keep others from removing the consumer or the version, until this unit ends. Comes before ``store``."""

    def store(
        self, version: Version, provider: Pacticipant, new: NewLiveContract, *, now: datetime
    ) -> LiveContract | None:
        """Publish one with a provider; ``None``, and nothing changed, when the version has one of that name."""

    def replace(self, there: LiveContract, new: NewLiveContract, *, now: datetime) -> LiveContract | None:
        """Put one in the place of another; ``None``, and nothing changed, when others changed it meanwhile.

        What nothing refers to any more goes with its results, so the consumer has to be held by ``deletion.hold``.
        """

    def previous_identity(self, there: LiveContract, among: VersionSet) -> str | None:
        """The identity of what was published last of that kind and name, for the pair, by an older version in that set:
        untagged versions, or those with a tag.
        """

    def body(self, sha: str) -> bytes | None:
        """The exact bytes by their SHA-256."""

    def documents(self, contract_ids: Collection[int]) -> Mapping[int, bytes]:
        """The bytes of the newest publication of each of those contracts."""

    def published_as(self, version_ids: Collection[int], kind: ContractKind) -> Sequence[LiveContract]:
        """What those versions published of a kind, by name."""
