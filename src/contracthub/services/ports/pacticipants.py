"""The port to stored pacticipants."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from contracthub.domain.pacticipants import Label, Listing, Pacticipant, PacticipantFields, Page, Version


class Pacticipants(Protocol):
    """Pacticipants of one workspace, ordered by name without regard to case."""

    def find(self, name: str) -> Pacticipant | None:
        """The pacticipant of that name (case counts)."""

    def named(self, names: Iterable[str]) -> Mapping[str, Pacticipant]:
        """Those of these names that there are, by name (case counts)."""

    def list(self, *, part_of_name: str | None, page: Page | None) -> Listing[Pacticipant]:
        """Those whose name contains ``part_of_name``, ignoring case; all of them without a page."""

    def names(self) -> Collection[str]:
        """All names: for finding names that are nearly the same as a new one."""

    def ensure(self, names: Iterable[str], *, now: datetime) -> Mapping[str, Pacticipant]:
        """Those pacticipants, created where missing. Safe when others create them at the same time."""

    def create(self, name: str, fields: PacticipantFields, *, now: datetime) -> bool:
        """Create it and say so; ``False``, and nothing changed, when there is one of that name."""

    def update(self, pacticipant: Pacticipant, fields: PacticipantFields, *, now: datetime) -> None:
        """Overwrite all its fields."""

    def set_missing_main_branch(self, pacticipant: Pacticipant, branch: str, *, now: datetime) -> None:
        """Make ``branch`` its main branch, unless it has one by now."""

    def latest_versions(self, pacticipant_ids: Collection[int]) -> Mapping[int, Version]:
        """The newest version of each, by pacticipant id, where there is one."""

    def labels(self, pacticipant_ids: Collection[int]) -> Mapping[int, tuple[Label, ...]]:
        """Labels of each, by pacticipant id."""
