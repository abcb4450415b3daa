"""The port to what compares documents, away from the hub, which answers other requests meanwhile."""

from collections.abc import Callable
from typing import Protocol

from contracthub.formats.comparison_jobs import ComparisonJob


class Comparer(Protocol):
    """Compares documents, and comes to an end."""

    def compare(self, job: ComparisonJob, content_of: Callable[[str], bytes]) -> bytes:
        """The report as JSON, as the command line writes it; ``content_of`` a SHA-256 is asked for what it has not.

        Raises :class:`Invalid` for a document that can't be read, :class:`TooLarge` for more than it compares in its
        time and memory, and :class:`Unavailable` when others are compared already.
        """

    def stop(self) -> None:
        """End what is being compared, and begin nothing new."""
