"""Whether a schema may follow earlier ones: the seven levels of a schema registry (schema-registry-api §12, §15).

One relation carries them all: *a reader reads what a writer wrote*. BACKWARD asks it with the new schema as reader,
FORWARD with the new schema as writer, FULL both ways.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Document = TypeVar("Document")


class Level(StrEnum):
    """What a subject demands of its next schema."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"

    @property
    def is_transitive(self) -> bool:
        """Whether every earlier schema counts, and not only the latest."""
        return self.value.endswith("_TRANSITIVE")

    @property
    def new_reads(self) -> bool:
        """Whether the new schema must read what earlier ones wrote."""
        return self.value.startswith(("BACKWARD", "FULL"))

    @property
    def new_is_read(self) -> bool:
        """Whether earlier schemas must read what the new one writes."""
        return self.value.startswith(("FORWARD", "FULL"))


class Role(StrEnum):
    """Which of two schemas is meant where a text has to name one."""

    READER = "reader"
    WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One reason why a reader can't read what a writer wrote.

    ``rule`` is the stable name of the rule that says so, ``path`` the place in the data (``$.lines[*].sku``), and the
    pointers are the places in both schemas (RFC 6901), None where a schema has nothing there. ``message`` says what is
    wrong in the words "reader" and "writer", ``remedy`` what would mend it.
    """

    rule: str
    path: str
    message: str
    remedy: str
    reader_pointer: str | None = None
    writer_pointer: str | None = None


Reads = Callable[[Document, Document], Sequence[Incompatibility]]
"""Asks whether its first argument, the reader, reads what the second one wrote; nothing found means yes."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An incompatibility with the earlier schema at ``index``, and the role that the new schema has in it."""

    index: int
    new_schema: Role
    incompatibility: Incompatibility


def conflicts(level: Level, new: Document, earlier: Sequence[Document], reads: Reads[Document]) -> tuple[Conflict, ...]:
    """Why ``new`` may not follow ``earlier`` (newest first); empty when it may.

    A plain level looks at the newest alone, a transitive one at all of them and stops at the first that conflicts.
    """
    for index, old in enumerate(earlier if level.is_transitive else earlier[:1]):
        found = tuple(_conflicts_with(index, level, new, old, reads))
        if found:
            return found
    return ()


def _conflicts_with(
    index: int, level: Level, new: Document, old: Document, reads: Reads[Document]
) -> Iterator[Conflict]:
    if level.new_reads:
        yield from (Conflict(index, Role.READER, each) for each in reads(new, old))
    if level.new_is_read:
        yield from (Conflict(index, Role.WRITER, each) for each in reads(old, new))
