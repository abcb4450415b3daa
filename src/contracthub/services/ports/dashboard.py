"""The port to the pacts of note: the newest ones, and those that live somewhere."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracthub.domain.contracts import Publication
from contracthub.domain.pacticipants import Listing, Page


@dataclass(frozen=True, slots=True)
class Noted:
    """A pact of note, the newest result for its contract, and the newest one of the pair, both by number."""

    publication: Publication
    result: int | None
    result_of_pair: int | None


@dataclass(frozen=True, slots=True)
class NotedResult:
    """A verification result, as briefly as a dashboard needs it."""

    number: int
    version_id: int
    version_number: str
    success: bool
    pending: bool
    verified_at: datetime


class Dashboard(Protocol):
    """A page is a fixed number of statements, however much there is to show."""

    def noted(self, *, pair: tuple[int, int] | None, page: Page) -> Listing[Noted]:
        """Of each pair (or of one: consumer and provider), latest activity first.

        Those are the newest pact, the newest one with each tag, and those of versions that live in an environment.
        """

    def results(self, numbers: Collection[int]) -> Mapping[int, NotedResult]:
        """Results by their numbers."""
