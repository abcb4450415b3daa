"""What the office keeps: members, loans and shelves of each shop, and who searched how often."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_WINDOW = 5.0


@dataclass(slots=True)
class Office:
    """Everything is of one shop; ``has`` tells of seeded faults."""

    has: Callable[[str], bool]
    members: list[dict[str, Any]] = field(default_factory=list)
    loans: list[dict[str, Any]] = field(default_factory=list)
    shelves: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    walks: int = 0
    searches: dict[str, list[float]] = field(default_factory=dict)

    def _new(self, kind: str, shop: str) -> dict[str, Any]:
        self.number += 1
        return {"id": f"{kind}-{self.number}", "number": self.number, "shop": shop}

    def add_member(self, shop: str, name: str) -> dict[str, Any]:
        """A new member of a shop."""
        self.members.append({**self._new("mem", shop), "name": name, "suspended": False})
        return self.members[-1]

    def member(self, name: str) -> dict[str, Any] | None:
        """The member with this id."""
        return next((each for each in self.members if each["id"] == name), None)

    def add_loan(self, shop: str, title: str) -> dict[str, Any]:
        """A new loan of a shop."""
        self.loans.append({**self._new("loan", shop), "title": title})
        return self.loans[-1]

    def loan(self, name: str) -> dict[str, Any] | None:
        """The loan with this id."""
        return next((each for each in self.loans if each["id"] == name), None)

    def loans_of(self, shop: str, *, begins: bool) -> list[dict[str, Any]]:
        """The loans of a shop in their order; a walk begins with the first page."""
        self.walks += begins
        found = [each for each in self.loans if each["shop"] == shop]
        return found[::-1] if self.has("restless-loans") and self.walks % 2 else found

    def add_shelf(self, shop: str, label: str) -> dict[str, Any]:
        """A new shelf of a shop."""
        self.shelves.append({**self._new("shelf", shop), "label": label})
        return self.shelves[-1]

    def searches_left(self, name: str, most: int, now: float) -> int:
        """How many more searches somebody may make, after this one; below zero for none."""
        recent = [each for each in self.searches.get(name, []) if now - each < _WINDOW]
        self.searches[name] = [*recent, now]
        return most - len(recent) - 1
