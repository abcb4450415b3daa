"""What the judges find in one pair of definitions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from contracthub.formats.changes import Severity
from contracthub.formats.graphql.diff.model import Definition
from contracthub.formats.graphql.diff.options import Options
from contracthub.formats.graphql.diff.side import Side


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``severity`` is set where it is not the rule's; ``old`` and ``new`` are what is compared."""

    rule: str
    location: str
    severity: Severity | None = None
    old: str | None = None
    new: str | None = None
    place_old: int | None = None
    place_new: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A definition of both schemas; ``name`` is its own, ``@name`` for a directive."""

    name: str
    old: Definition
    new: Definition
    old_side: Side
    new_side: Side
    options: Options

    @property
    def places(self) -> tuple[int | None, int | None]:
        """Where both begin."""
        return self.old.place, self.new.place

    def finding(
        self, rule: str, severity: Severity | None = None, old: str | None = None, new: str | None = None
    ) -> Finding:
        """One about the definition itself."""
        return Finding(rule, self.name, severity, old, new, *self.places)


Judge = Callable[[Pair], Iterator[Finding]]
Named = TypeVar("Named")


def in_both(old: Mapping[str, Named], new: Mapping[str, Named]) -> Iterator[tuple[str, Named, Named]]:
    """What both have and what is not equal, by name."""
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            yield name, old[name], new[name]


def only_in(one: Mapping[str, Named], other: Mapping[str, Named]) -> Iterator[tuple[str, Named]]:
    """What only one has, by name."""
    for name in sorted(one.keys() - other.keys()):
        yield name, one[name]
