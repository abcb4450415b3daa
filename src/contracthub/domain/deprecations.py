"""What a provider asks its consumers to leave, until when, and who has not left it yet."""

from dataclasses import dataclass
from datetime import date

from contracthub.domain.element_usage import ElementReader, NotKnown


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A deprecated part of a document, with those who still use it.

    ``elements`` are the first names under which consumers use it, of ``element_count``: a part that many operations
    share is one deprecation. ``sunset_text`` is the date as it is written, ``sunset`` None where there is none, or none
    that can be read. ``place`` is where the document says so.
    """

    kind: str
    elements: tuple[str, ...]
    element_count: int
    document: str
    version: str
    place: str | None
    reason: str | None
    sunset: date | None
    sunset_text: str | None
    readers: tuple[ElementReader, ...]

    def days_left(self, today: date) -> int | None:
        """How many days there are until the sunset; negative when it is over.

        >>> Deprecation("field", (), 0, "", "", None, None, date(2026, 11, 21), "", ()).days_left(date(2026, 11, 23))
        -2
        """
        return None if self.sunset is None else (self.sunset - today).days

    def is_overdue(self, today: date) -> bool:
        """Whether its last day is over: the element should be gone, and who uses it should have moved."""
        left = self.days_left(today)
        return left is not None and left < 0


@dataclass(frozen=True, slots=True)
class Deprecations:
    """All that is deprecated in what a provider offers.

    ``documents`` were looked through; ``is_cut`` when there is more than can be told. ``unknown`` are the consumers
    of which it is not known what they use.
    """

    provider: str
    today: date
    documents: tuple[str, ...]
    environments: tuple[str, ...]
    entries: tuple[Deprecation, ...]
    unknown: tuple[NotKnown, ...]
    is_cut: bool = False
