"""The port to stored waivers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.waivers import Waiver, WaiverState


class Waivers(Protocol):
    """Waivers of one workspace."""

    def covering(self, providers: Collection[str], today: date) -> Sequence[Waiver]:
        """Those about one of these providers that hold on that day, newest first, at most ``MOST_WAIVERS``."""

    def find(self, number: int) -> Waiver | None:
        """One of them, also one that no longer holds."""

    def list(self, provider_id: int | None, state: WaiverState | None, today: date, *, page: Page) -> Listing[Waiver]:
        """All, or those about a provider, or in a state on that day; those given last first."""

    def given_at(self, provider_id: int, moments: Collection[datetime]) -> Sequence[Waiver]:
        """Those about a provider that were given at one of these moments."""

    def add(self, provider_id: int, new: Waiver) -> int:
        """Keep one, and return the number that it got; that which it has does not count."""

    def withdraw(self, number: int, by: str, *, now: datetime) -> bool:
        """Take one back; whether nobody had."""

    def rename_environment(self, environment: str, to: str) -> None:
        """Keep those about an environment about it under its new name, and about no other that gets the old one."""
