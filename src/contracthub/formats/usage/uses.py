"""What proves that a contract uses an element: the same for every format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracthub.formats.needs import Direction, Need


class How(StrEnum):
    """What a consumer does with an element."""

    CALLS = "calls"
    READS = "reads"
    SENDS = "sends"


class Known(StrEnum):
    """What the documents of a provider say of an element; ``NOT_TOLD`` where they leave it open, or there are none."""

    THERE = "there"
    MISSING = "missing"
    NOT_TOLD = "not-told"


@dataclass(frozen=True, slots=True)
class Use:
    """One use. ``place`` is where in the contract, ``interaction`` the one in which it stands.

    ``can_do_without``: the consumer says itself what it takes where the element is missing, so it goes on reading.
    """

    how: How
    interaction: str
    operation: str
    place: str
    can_do_without: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One interaction of a contract; ``holder`` is the number of the contract among those that are looked at."""

    holder: int
    interaction: str
    operation: str
    needs: Sequence[Need]

    @property
    def is_message(self) -> bool:
        """Whether it is a message that the consumer reads, and no request with an answer."""
        return self.needs[0].direction is Direction.MESSAGE


@dataclass(frozen=True, slots=True)
class Unclear:
    """A contract of which it can't be told whether it uses an element, and why not."""

    holder: int
    why: str


def exchanges_of(contracts: Iterable[Sequence[Need]]) -> Iterator[Exchange]:
    """All interactions of contracts, which are numbered in their order."""
    for holder, needs in enumerate(contracts):
        found: dict[tuple[str, str], list[Need]] = {}
        for need in needs:
            found.setdefault((need.interaction, need.operation), []).append(need)
        for (interaction, operation), inside in found.items():
            yield Exchange(holder, interaction, operation, inside)


def by_operation(exchanges: Iterable[Exchange]) -> Mapping[str, Sequence[Exchange]]:
    """The same by operation or channel."""
    found: dict[str, list[Exchange]] = {}
    for each in exchanges:
        found.setdefault(each.operation, []).append(each)
    return found


def told(need: Need) -> str:
    """Where a need stands, as people read it: ``response body $.total``."""
    return " ".join(each for each in (need.direction.value, need.part, need.path) if each)
