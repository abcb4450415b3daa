"""The port to what comparisons on paper are made of: documents of provider versions, and contents of contracts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.provider_contracts import ContractFormat, StoredFile
from contracthub.services.ports.matrix import VersionRef


class PaperDocument(NamedTuple):
    """A document of a provider version; ``self_verified`` is what its build says of its own check, by ``verifier``."""

    id: int
    version_id: int
    name: str
    format: ContractFormat
    subject: str | None
    topic: str | None
    identity: str
    self_verified: bool | None
    verifier: str | None
    updated_at: datetime


class Need(NamedTuple):
    """What a consumer version published for a provider; ``name`` is empty for a pact, ``sha`` stands for the bytes."""

    version_id: int
    provider_id: int
    kind: ContractKind
    name: str
    sha: str


class Place(NamedTuple):
    """Where a version matters: in an environment, or as the head of a branch."""

    environment: str | None
    production: bool
    branch: str | None
    main: bool


class OfferingVersion(NamedTuple):
    """A version of a provider that has documents, in a place."""

    version: VersionRef
    place: Place


class NeedingVersion(NamedTuple):
    """A contract of a consumer version, in a place."""

    consumer: str
    version: VersionRef
    place: Place
    need: Need


class Paper(Protocol):
    """Every read is bounded by the question or by a limit, never by history."""

    def documents(self, version_ids: Collection[int]) -> Sequence[PaperDocument]:
        """All documents of those versions, by name within each."""

    def size_of(self, version_id: int) -> int:
        """Bytes of all files of all documents of a version."""

    def files_of(self, contract_id: int) -> Sequence[StoredFile]:
        """The files of a document, without their bytes."""

    def recent_offering(self, provider_ids: Collection[int], limit: int) -> Mapping[int, Sequence[VersionRef]]:
        """The newest versions of each provider that have documents, newest first, at most ``limit`` of each."""

    def pacts(self, version_ids: Collection[int], provider_ids: Collection[int]) -> Sequence[Need]:
        """The pacts of those consumer versions with those providers."""

    def conversations(self, version_ids: Collection[int], provider_ids: Collection[int]) -> Sequence[Need]:
        """The conversations of those consumer versions with those providers."""

    def contents(self, kind: ContractKind, shas: Collection[str]) -> Mapping[str, bytes]:
        """The exact bytes by their SHA-256; ask for few at once, they may be large."""

    def offering_among(self, provider_ids: Collection[int]) -> Collection[int]:
        """Those of the providers that have published any document."""

    def offering_that_matters(self, provider_id: int, limit: int) -> Sequence[OfferingVersion]:
        """Versions with documents that live somewhere or are heads of branches: production first, branches last."""

    def needing_that_matters(self, provider_id: int, limit: int) -> Sequence[NeedingVersion]:
        """The same of the consumers' pacts and conversations with a provider."""
