"""Gathers what rules found, and says of each change which operations it reaches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction, Severity, refuse_more_than_most, shown
from contracthub.formats.openapi.diff.circles import circles
from contracthub.formats.openapi.diff.equality import Sameness
from contracthub.formats.openapi.diff.frames import Finding, Frame, SchemaWalk, Use
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.diff.places import Kind, Setting
from contracthub.formats.openapi.diff.sides import Side
from contracthub.formats.openapi.diff.views import Parts, Views
from contracthub.formats.safe_json import JsonValue

DIRECTIONS = {"request": Direction.REQUEST, "response": Direction.RESPONSE}


@dataclass(slots=True)
class Comparison:
    """Both sides, what was found outside of schemas, and the schemas that operations use."""

    old: Side
    new: Side
    options: Options
    sameness: Sameness
    walk: SchemaWalk
    found: list[tuple[str | None, Finding]] = field(default_factory=list)
    roots: list[tuple[str, Frame]] = field(default_factory=list)

    @classmethod
    def of(cls, old: Side, new: Side, options: Options) -> "Comparison":
        """A comparison that has not begun."""
        sameness = Sameness(old, new)
        unifies = old.has_type_lists != new.has_type_lists
        views = [
            Views(side, flattens=options.flattens_all_of, ignored=options.ignored, unifies=unifies)
            for side in (old, new)
        ]
        return cls(old, new, options, sameness, SchemaWalk(views[0], views[1], sameness, options))

    def tell(
        self,
        rule: str,
        label: str,
        *,
        operation: str | None = None,
        direction: Direction = Direction.NEITHER,
        at: tuple[Place | None, Place | None] = (None, None),
        old: JsonValue = None,
        new: JsonValue = None,
    ) -> None:
        """Records that a rule outside of schemas fired."""
        refuse_more_than_most(len(self.found))
        told = [None if value is None else shown(value) for value in (old, new)]
        pointers = (self.old.pointer_of(at[0]), self.new.pointer_of(at[1]))
        self.found.append((operation, Finding(rule, label, direction, pointers[0], pointers[1], told[0], told[1])))

    def settle_last(self, severity: Severity | None) -> None:
        """Gives what was just recorded a severity of its own; None leaves the rule's."""
        operation, finding = self.found[-1]
        self.found[-1] = (operation, replace(finding, severity=severity))

    def use(self, operation: str, old: Parts, new: Parts, setting: Setting, label: str) -> None:
        """Records that an operation uses a pair of schemas, which is compared later, and once."""
        frame = self.walk.frame(Use(old, new, setting, label))
        if frame is not None:
            self.roots.append((operation, frame))


@dataclass(frozen=True, slots=True)
class Scope:
    """An operation while it is compared. ``is_inverted``: the provider calls it, as with callbacks and webhooks."""

    comparison: Comparison
    operation: str
    is_inverted: bool = False

    def tell(
        self,
        rule: str,
        label: str = "",
        *,
        at: tuple[Place | None, Place | None] = (None, None),
        old: JsonValue = None,
        new: JsonValue = None,
        direction: Direction = Direction.NEITHER,
        shared: str | None = None,
    ) -> None:
        """Records a finding of this operation; ``shared`` is what it belongs to where several operations share it."""
        way = direction.mirrored if self.is_inverted else direction
        full = " ".join(part for part in (shared or self.operation, label) if part)
        self.comparison.tell(rule, full, operation=self.operation, direction=way, at=at, old=old, new=new)

    def use(self, old: Parts, new: Parts, kind: Kind, label: str, *, is_text: bool) -> None:
        """Records that the operation uses a pair of schemas."""
        self.use_in(old, new, Setting(kind, is_text), label)

    def use_in(self, old: Parts, new: Parts, setting: Setting, label: str) -> None:
        """As ``use``, where more is to be said of the place; who calls is added here."""
        setting = replace(setting, is_inverted=self.is_inverted)
        self.comparison.use(self.operation, old, new, setting, f"{self.operation} {label}")


def reached(roots: Iterable[tuple[str, Frame]]) -> dict[int, list[str]]:
    """The operations that reach each frame which found something, by the frame's identity, sorted.

    Operations are bits of one number, which is handed down from circle to circle of pairs that lead to one another.
    """
    given = [*roots]
    names = sorted({operation for operation, _ in given})
    bits = {name: 1 << index for index, name in enumerate(names)}
    masks: dict[int, int] = {}
    for operation, frame in given:
        masks[id(frame)] = masks.get(id(frame), 0) | bits[operation]
    found: dict[int, list[str]] = {}
    by_mask: dict[int, list[str]] = {}
    for circle in circles([frame for _, frame in given]):
        mask = 0
        for frame in circle:
            mask |= masks.get(id(frame), 0)
        for frame in circle:
            for child in frame.children:
                masks[id(child)] = masks.get(id(child), 0) | mask
            if frame.found:
                if mask not in by_mask:
                    by_mask[mask] = [names[index] for index in _set_bits(mask)]
                found[id(frame)] = by_mask[mask]
    return found


def _set_bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set: work for those alone, however many there could be."""
    text = bin(mask)[:1:-1]
    found = text.find("1")
    while found >= 0:
        yield found
        found = text.find("1", found + 1)
