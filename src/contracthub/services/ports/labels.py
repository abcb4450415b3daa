"""The port to stored labels."""

from datetime import datetime
from typing import Protocol

from contracthub.domain.pacticipants import Label, Listing, Pacticipant, Page


class Labels(Protocol):
    """Labels of one workspace."""

    def find(self, pacticipant_id: int, name: str) -> Label | None:
        """A label of a pacticipant."""

    def add(self, pacticipant_id: int, name: str, *, now: datetime) -> bool:
        """Label a pacticipant; ``False``, and nothing changed, when it has the label."""

    def remove(self, pacticipant_id: int, name: str) -> bool:
        """Take a label off; ``False`` when it was not there."""

    def names(self, *, page: Page | None) -> Listing[str]:
        """All labels, each once, by name."""

    def labelled(self, name: str, *, page: Page | None) -> Listing[Pacticipant]:
        """The pacticipants with a label, by name."""
