"""Where a walk through a value is: its path for people, its pointer, and the matching rules that still apply."""

from dataclasses import dataclass

from contracthub.formats.pact.expressions import written
from contracthub.formats.pact.rule_index import Position
from contracthub.formats.pointers import child


@dataclass(frozen=True, slots=True)
class Here:
    """A place in a body."""

    path: str
    pointer: str
    rules: Position

    def member(self, name: str) -> "Here":
        """The place of a member."""
        return Here(self.path + written(name), child(self.pointer, name), self.rules.step(name))

    def item(self, index: int) -> "Here":
        """The place of an item."""
        return Here(f"{self.path}[{index}]", child(self.pointer, index), self.rules.step(index))
