"""The port to stored versions, their branches and tags."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from contracthub.domain.pacticipants import Branch, BranchPlace, Listing, Page, Tag, Version


class Versions(Protocol):
    """Versions of one workspace. "Newest" is by creation."""

    def find(self, pacticipant_id: int, number: str) -> Version | None:
        """The version of that number."""

    def ensure(self, pacticipant_id: int, number: str, *, now: datetime) -> tuple[Version, bool]:
        """The version, created where missing, and whether it was. Safe when others create it at the same time."""

    def lock(self, version: Version) -> None:
        """Keep other units from changing what this version belongs to, until this one ends."""

    def set_build_url(self, version: Version, build_url: str | None, *, now: datetime) -> Version:
        """Overwrite the address of its build, and return it as it is now."""

    def list(self, pacticipant_id: int, *, page: Page | None) -> Listing[Version]:
        """All versions, newest first."""

    def latest(self, pacticipant_id: int, *, tag: str | None = None) -> Version | None:
        """The newest version, or the newest with that tag."""

    def with_tag(self, pacticipant_id: int, tag: str, *, page: Page | None) -> Listing[Version]:
        """Versions with that tag, newest first."""

    def in_environment(self, pacticipant_id: int, environment_id: int, *, page: Page | None) -> Listing[Version]:
        """Versions that were ever deployed to or released in that environment, newest first."""

    def on_branch(self, branch_id: int, *, page: Page | None) -> Listing[Version]:
        """Versions of a branch, newest first."""

    def by_id(self, version_ids: Collection[int]) -> Mapping[int, Version]:
        """Versions by their keys."""

    def add_to_branch(self, version: Version, branch: str, *, now: datetime) -> bool:
        """Put a version on a branch and make it the head; ``False``, and nothing changed, when it is there already."""

    def branch(self, pacticipant_id: int, name: str) -> Branch | None:
        """The branch of that name."""

    def branches(self, pacticipant_id: int, *, part_of_name: str | None, page: Page) -> Listing[Branch]:
        """Branches by name, those whose name contains ``part_of_name``, ignoring case."""

    def joined_branch_at(self, pacticipant: str, branch: str, number: str) -> datetime | None:
        """When a version was put on a branch, if it was; all three by name, in one question."""

    def add_tag(self, version: Version, tag: str, *, now: datetime) -> bool:
        """Tag a version; ``False``, and nothing changed, when it has the tag."""

    def tagged_at(self, pacticipant: str, number: str, tag: str) -> datetime | None:
        """When a version got a tag, if it has it; all three by name, in one question."""

    def branches_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[BranchPlace, ...]]:
        """The branches of each version, those it was put on last first."""

    def tags_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[Tag, ...]]:
        """The tags of each version, by name."""

    def providers_of(self, version_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """The names of the providers that each version has contracts with, ignoring case."""
