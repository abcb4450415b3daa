"""The port to what compares documents, away from the hub, which answers other requests meanwhile."""

from collections.abc import Callable
from typing import Protocol

from contracthub.domain.comparisons import Finding
from contracthub.formats.comparison_jobs import ComparisonJob
from contracthub.formats.comparisons.paper_jobs import PaperJob


class PaperComparer(Protocol):
    """Holds contracts against documents, and comes to an end."""

    @property
    def is_stopped(self) -> bool:
        """Whether it begins nothing new."""

    def findings(self, job: PaperJob, content_of: Callable[[str], bytes]) -> tuple[Finding, ...]:
        """What comes out; ``content_of`` a SHA-256 is asked for what it has not. Raises as :meth:`Comparer.compare`."""


class Comparer(PaperComparer, Protocol):
    """Compares documents, and comes to an end."""

    def compare(self, job: ComparisonJob, content_of: Callable[[str], bytes]) -> bytes:
        """The report as JSON, as the command line writes it; ``content_of`` a SHA-256 is asked for what it has not.

        Raises :class:`Invalid` for a document that can't be read, :class:`TooLarge` for more than it compares in its
        time and memory, and :class:`Unavailable` when others are compared already.
        """

    def stop(self) -> None:
        """End what is being compared, and begin nothing new."""
