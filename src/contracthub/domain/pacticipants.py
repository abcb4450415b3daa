"""Pacticipants, their versions, branches, tags and labels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pacticipant:
    """An application that takes part in contracts, as consumer, as provider, or as both."""

    id: int
    name: str
    display_name: str
    main_branch: str | None
    repository_url: str | None
    repository_name: str | None
    repository_namespace: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PacticipantFields:
    """What people say of a pacticipant; ``None`` where they say nothing."""

    display_name: str | None = None
    main_branch: str | None = None
    repository_url: str | None = None
    repository_name: str | None = None
    repository_namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One build of a pacticipant. ``id`` orders the versions of a pacticipant by creation."""

    id: int
    pacticipant_id: int
    number: str
    build_url: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch; its head is the version that was added to it last."""

    id: int
    pacticipant_id: int
    name: str
    head_version_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BranchPlace:
    """A version's place on a branch; ``latest`` when it is the head."""

    name: str
    latest: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A word on a version; ``latest`` when no newer version has it."""

    name: str
    latest: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Label:
    """A word that groups pacticipants."""

    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: page ``number`` (from 1) of ``size`` entries."""

    number: int = 1
    size: int = 100

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Part of a list, with the number of entries in the whole."""

    entries: tuple[T, ...]
    total: int
    page: Page | None = None
