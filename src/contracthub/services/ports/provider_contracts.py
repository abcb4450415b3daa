"""The port to stored provider contracts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.domain.provider_contracts import (
    ContractFile,
    NewProviderContract,
    Offered,
    ProviderContract,
    StoredFile,
)


class ProviderContracts(Protocol):
    """Provider contracts of one workspace. "Newest" is by creation of the version; lists go by name within one."""

    def find(self, version_id: int, name: str) -> ProviderContract | None:
        """The document of that name."""

    def store(self, version: Version, contract: NewProviderContract, *, now: datetime) -> ProviderContract | None:
        """Publish a document; ``None``, and nothing changed, when the version has one of that name already."""

    def replace(
        self, there: ProviderContract, contract: NewProviderContract, *, now: datetime
    ) -> ProviderContract | None:
        """Put a document in the place of another; ``None``, and nothing changed, when others changed it meanwhile."""

    def of_version(self, version_id: int) -> Sequence[ProviderContract]:
        """All documents of a version."""

    def of_versions(self, version_ids: Collection[int]) -> Sequence[ProviderContract]:
        """All documents of those versions, newest first."""

    def of_provider(
        self, provider_id: int, *, name: str | None = None, of_format: str | None = None, page: Page
    ) -> Listing[ProviderContract]:
        """Documents of a provider, newest first."""

    def latest_on_branch(self, provider: Pacticipant, branch: str, name: str | None) -> Sequence[ProviderContract]:
        """The documents of the newest version of a branch that has any; with ``name``, the newest of that name."""

    def in_environment(
        self, provider: Pacticipant, environment_id: int, name: str | None
    ) -> Sequence[ProviderContract]:
        """The documents of the versions that are deployed to an environment or supported in it, newest first."""

    def file(self, contract_id: int, path: str) -> tuple[StoredFile, bytes] | None:
        """One file with its exact bytes."""

    def text_of(self, contract_id: int) -> Sequence[ContractFile]:
        """All files with their exact bytes, the root first."""

    def self_verification_content(self, contract_id: int) -> bytes | None:
        """The exact bytes of the results of the self-verification, if they were sent."""

    def delete(self, contract_id: int) -> None:
        """Remove a document, and the bytes that nobody refers to any more."""

    def offered(self, version_ids: Collection[int]) -> Sequence[Offered]:
        """What those versions offer."""

    def offering(self, subject: str) -> Collection[int]:
        """The providers of which any version has ever published a schema for a subject."""

    def add_document(self, body: bytes, *, now: datetime) -> bool:
        """Store bytes that documents will refer to; ``False`` when they are there already."""

    def document(self, sha: str) -> bytes | None:
        """The bytes of that SHA-256."""

    def date(self, contract_id: int, *, revision: int, created_at: datetime, updated_at: datetime) -> None:
        """Say when a document was published, how often it was replaced, and when last."""
