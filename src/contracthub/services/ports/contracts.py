"""The port to stored contracts: contents, contracts, publications, integrations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from contracthub.domain.contracts import (
    ALL_VERSIONS,
    NewContract,
    Publication,
    ServedContract,
    StoredContract,
    VersionSet,
)
from contracthub.domain.pacticipants import Pacticipant, Version


class Contracts(Protocol):
    """Contracts of one workspace. "Newest" is by creation of the consumer version."""

    def of_version(self, consumer_id: int, number: str) -> Mapping[str, Publication]:
        """What a consumer version has published, by name of the provider."""

    def store(
        self,
        version: Version,
        consumer: Pacticipant,
        contracts: Sequence[tuple[Pacticipant, NewContract]],
        *,
        now: datetime,
    ) -> Sequence[StoredContract]:
        """Publish a contract with each provider, in the order given; what is published already stays as it is.

        Safe when others publish the same at the same time: the first one wins, all are told what is there now.
        """

    def replace(self, publication: Publication, contract: NewContract, *, now: datetime) -> Publication | None:
        """Give a publication another contract; ``None``, and nothing changed, when others changed it meanwhile."""

    def body(self, publication_id: int) -> bytes:
        """The exact bytes that were published."""

    def previous_identity(self, publication: Publication, among: VersionSet) -> str | None:
        """The identity of the newest contract of the pair in that set whose version is older."""

    def find(self, consumer: str, provider: str, number: str) -> ServedContract | None:
        """The contract of a consumer version."""

    def latest(self, consumer: str, provider: str, among: VersionSet) -> ServedContract | None:
        """The newest contract of a pair in a set."""

    def previous_distinct(self, consumer: str, provider: str, number: str) -> ServedContract | None:
        """The newest contract of the pair that is older than the version's and differs from it."""

    def by_identity(
        self, consumer: str, provider: str, identity: str, numbers: Collection[str] = ()
    ) -> Sequence[ServedContract]:
        """The contract of that identity with the consumer versions named, newest first; only the newest if none is."""

    def find_publication(self, consumer: str, provider: str, number: str) -> Publication | None:
        """As :meth:`find`, without the document."""

    def latest_publication(self, consumer: str, provider: str, among: VersionSet) -> Publication | None:
        """As :meth:`latest`, without the document."""

    def publications_by_identity(
        self, consumer: str, provider: str, identity: str, numbers: Collection[str] = ()
    ) -> Sequence[Publication]:
        """As :meth:`by_identity`, without the documents."""

    def of_pair(self, consumer_id: int, provider_id: int, among: VersionSet = ALL_VERSIONS) -> Sequence[Publication]:
        """Publications of a pair in a set of versions, newest first."""

    def documents(self, contract_ids: Collection[int]) -> Mapping[int, bytes]:
        """The newest document of each of those contracts as it is served; ask for few at once, they may be large."""

    def of_provider(self, provider_id: int, among: VersionSet) -> Sequence[Publication]:
        """Publications with a provider in a set of each consumer, by consumer, newest first."""

    def latest_of_provider(self, provider_id: int, among: VersionSet) -> Sequence[Publication]:
        """The newest of each consumer in a set, by consumer."""

    def latest_of_pairs(self) -> Sequence[Publication]:
        """The newest of each pair, by consumer and provider."""
