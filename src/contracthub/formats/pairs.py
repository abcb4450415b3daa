"""Compares two graphs of types pair by pair. Types may contain themselves, and this ends all the same."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from contracthub.domain.errors import TooLarge
from contracthub.formats.compatibility import Incompatibility

Kind = TypeVar("Kind")
_DEEPEST = 60
MOST_COMPARISONS = 100_000


class Pairs(Generic[Kind]):
    """Answers what is wrong with a pair, each pair once per pass.

    A pair that comes up again while it is compared, or was compared before, counts as compatible until it is found
    wanting. What was found so optimistically stays wrong with less optimism, so passes go on until one finds no new
    pair wanting: what is left is the largest set of pairs that bears itself out.
    """

    def __init__(self, compare: Callable[[Kind, Kind, str], Iterable[Incompatibility]]) -> None:
        self._compare = compare
        self._wanting: dict[tuple[int, int], tuple[Incompatibility, ...]] = {}
        self._seen: set[tuple[int, int]] = set()
        self._later: list[tuple[Kind, Kind, str]] = []
        self._depth = 0
        self._left = MOST_COMPARISONS

    def outcome(self, one: Kind, other: Kind) -> tuple[Incompatibility, ...]:
        """What is wrong with the pair that everything hangs on.

        Raises ``TooLarge`` after ``MOST_COMPARISONS``: two graphs have as many pairs as the product of their sizes.
        """
        while True:
            known = len(self._wanting)
            self._seen.clear()
            found = self.of(one, other, "$")
            while self._later and not found:
                self.of(*self._later.pop())
            if found or len(self._wanting) == known:
                return found

    def of(self, one: Kind, other: Kind, path: str) -> tuple[Incompatibility, ...]:
        """What is wrong with a pair; one that is wanting is told with the path where it was found first."""
        pair = id(one), id(other)
        if pair in self._wanting:
            return self._wanting[pair]
        if pair in self._seen:
            return ()
        if self._depth == _DEEPEST:
            # Types may refer to one another in chains of any length, and the stack is not of any length.
            self._later.append((one, other, path))
            return ()
        self._seen.add(pair)
        self._count()
        self._depth += 1
        # What is wrong with a type counts once, or types that use one another twice each double it level by level.
        found = tuple(dict.fromkeys(self._compare(one, other, path)))
        self._depth -= 1
        if found:
            self._wanting[pair] = found
        return found

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            text = f"The schemas have more than {MOST_COMPARISONS:,} pairs of types to compare. Split them."
            raise TooLarge("too-much-to-compare", text, limit=MOST_COMPARISONS)
