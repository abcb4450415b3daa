"""The port to a workspace as a whole: read as a stream of records, and written in bulk."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.archive import ArchivedEnvironment, ArchivedPacticipant, ArchivedVersion, ArchiveRecord
from contracthub.domain.pacticipants import Pacticipant, Version

Owned = tuple[int, str]
"""The key of a pacticipant, and the number of a version or the name of a branch of it."""
Slot = tuple[int, int, str]
"""The keys of an environment and of a pacticipant, and the application instance."""
Result = tuple[int, int, datetime, bool]
"""The keys of a contract and of a provider version, the time of a result, and its outcome."""


@dataclass(frozen=True, slots=True)
class StoredBranch:
    """A branch with its head, and when that was put on it."""

    id: int
    created_at: datetime
    head_version_id: int | None
    head_joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedHere:
    """The contract that a consumer version publishes with a provider."""

    identity: str
    content_sha: str


@dataclass(frozen=True, slots=True)
class StoredStay:
    """A deployment or a release: when it began, and when it ended if it did."""

    uuid: str
    version_id: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewStay:
    """A deployment to a slot, or a release (then the instance is ``None``)."""

    uuid: str
    version: Version
    environment_id: int
    instance: str | None
    created_at: datetime
    ended_at: datetime | None


class Archive(Protocol):
    """One workspace. What is written here triggers nothing and follows from nothing: a history is taken as it is."""

    def records(self) -> Iterator[ArchiveRecord]:
        """Everything, in order, read while it is asked for."""

    def pacticipants(self, names: Collection[str]) -> Mapping[str, Pacticipant]:
        """Those that there are."""

    def add_pacticipants(self, records: Sequence[ArchivedPacticipant]) -> None:
        """Create them, without labels."""

    def overwrite_pacticipant(self, existing: Pacticipant, record: ArchivedPacticipant) -> None:
        """Give it the record's fields."""

    def add_labels(self, labels: Sequence[tuple[int, str, datetime]]) -> int:
        """Label pacticipants (by key), and say how many labels are new."""

    def add_environment(self, record: ArchivedEnvironment, uuid: str) -> None:
        """Create it."""

    def overwrite_environment(self, environment_id: int, record: ArchivedEnvironment, uuid: str) -> None:
        """Give it the record's fields, and that uuid."""

    def is_environment_in_use(self, environment_id: int) -> bool:
        """Whether anything was ever deployed to it or released in it."""

    def versions(self, wanted: Collection[Owned]) -> Mapping[Owned, Version]:
        """Those that there are."""

    def add_versions(self, versions: Sequence[tuple[int, ArchivedVersion]]) -> None:
        """Create them in that order."""

    def set_build_url(self, existing: Version, build_url: str | None, updated_at: datetime) -> None:
        """Overwrite the address of its build."""

    def branches(self, wanted: Collection[Owned]) -> Mapping[Owned, StoredBranch]:
        """Those that there are."""

    def add_branches(self, branches: Sequence[tuple[int, str, datetime]]) -> None:
        """Create them, without a head."""

    def date_branch(self, branch_id: int, created_at: datetime) -> None:
        """Say since when there is a branch."""

    def set_head(self, branch_id: int, version_id: int) -> None:
        """Make a version the head of a branch that it is on."""

    def places(self, version_ids: Collection[int]) -> Collection[tuple[int, int]]:
        """The branches of versions, as keys of branch and version."""

    def add_places(self, places: Sequence[tuple[int, int, datetime]]) -> None:
        """Put versions on branches, in that order; heads stay."""

    def tags(self, version_ids: Collection[int]) -> Collection[tuple[int, str]]:
        """The tags of versions, as key of the version and name."""

    def add_tags(self, tags: Sequence[tuple[Version, str, datetime]]) -> None:
        """Tag versions."""

    def content(self, sha: str) -> bytes | None:
        """The document of that sha."""

    def contracts(self, version_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
        """The contracts that consumer versions publish, by keys of version and provider."""

    def live_contracts(self, version_ids: Collection[int]) -> Mapping[tuple[int, int, str, str], int]:
        """The live contracts that consumer versions publish, by keys of version and provider, kind and name."""

    def has_publications(self) -> bool:
        """Whether any contract is published."""

    def published(self, version_ids: Collection[int]) -> Mapping[tuple[int, int], PublishedHere]:
        """What consumer versions publish, by keys of version and provider."""

    def set_revision(self, publication_id: int, revision: int, updated_at: datetime) -> None:
        """Say how often a publication was changed, and when last."""

    def set_live_revision(self, live_contract_id: int, revision: int, updated_at: datetime) -> None:
        """Say how often a live contract was changed, and when last."""

    def results_like(self, wanted: Collection[Result]) -> Counter[Result]:
        """How many results there are of each kind."""

    def newest_results(
        self, contract_ids: Collection[int], version_ids: Collection[int]
    ) -> Mapping[tuple[int, int], datetime]:
        """When the newest result was recorded, by keys of contract and provider version."""

    def stay(self, uuid: str, *, released: bool) -> StoredStay | None:
        """The deployment, or the release, of that uuid in this workspace."""

    def stays(self, version_id: int, environment_id: int, instance: str | None) -> Sequence[StoredStay]:
        """The deployments of a version to a slot, or (without an instance) its releases."""

    def occupant(self, slot: Slot) -> StoredStay | None:
        """What is deployed in a slot now."""

    def is_uuid_free(self, uuid: str, kind: str) -> bool:
        """Whether no ``environment``, ``deployedVersion`` or ``releasedVersion`` of any workspace has that uuid."""

    def rename_environment(self, environment_id: int, name: str) -> None:
        """Give it another name."""

    def add_stay(self, stay: NewStay) -> None:
        """Record it."""

    def end_stay(self, uuid: str, at: datetime, *, released: bool) -> None:
        """End a deployment or the support of a release."""
