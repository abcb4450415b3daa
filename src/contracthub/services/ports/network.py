"""The port to who has contracts with whom."""

from collections.abc import Sequence
from typing import Protocol

from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.ports.matrix import Pair


class Network(Protocol):
    """The integrations of one workspace, by name of the consumer and the provider."""

    def integrations(self, *, part_of_name: str | None, page: Page | None) -> Listing[Pair]:
        """Those of which either name contains the text; all of them without a page."""

    def all(self) -> Sequence[Pair]:
        """All of them."""
