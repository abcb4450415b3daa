"""What a provider offers, seen from the requests of its consumers: the same for REST and for GraphQL."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from contracthub.verification.fuzz.sightings import Sighting
from contracthub.verification.fuzz.wire import Answer, Call

Judge: TypeAlias = Callable[[str, Call, Answer], list[Sighting]]
"""What a document has against an answer to a request for one of its operations."""


@dataclass(frozen=True, slots=True)
class Variation:
    """A consumer's request with one thing changed. ``is_invalid`` when its document says that it must be refused."""

    what: str
    call: Call
    is_invalid: bool = False


class Surface(Protocol):
    """One document, as far as consumers' requests are about it."""

    def operation(self, call: Call) -> str | None:
        """The operation that a request is for; None where it is for none of this document."""

    def faults_in(self, operation: str, call: Call, answer: Answer) -> list[Sighting]:
        """What the document has against an answer."""

    def variations(self, call: Call) -> Iterator[Variation]:
        """The request with one thing changed at a time."""

    def reads_only(self, call: Call) -> bool:
        """Whether the request changes nothing, as far as its document says."""

    def values(self, calls: Mapping[str, list[Call]]) -> Mapping[str, list[str | int | float]]:
        """What consumers send by operation, as values that the engine may draw from."""
