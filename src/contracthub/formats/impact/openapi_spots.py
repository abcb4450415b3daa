"""The places of two OpenAPI documents that one interaction uses, each with what has become of it.

A spot is one place of a request or an answer, as the old and the new document describe it. Whether a change of it
breaks the contract is decided by what the contract takes, or sends, there: by what schemas admit, not by the name of a
rule.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.changes import Change, Severity
from contracthub.formats.impact.admitted import Admission, Answer, Text, Unseen, Value, all_of
from contracthub.formats.impact.conditions import demanded, refuses, types_taken
from contracthub.formats.impact.sent_bodies import body_of
from contracthub.formats.impact.used_schemas import Level, Step, alternatives, below, level_of, steps_of
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need, Shape

# These say something about a place and change nothing that is there.
_TOLD = re.compile(r"deprecat|sunset|stability|reactivated|default-value|not-(?:read|write)-only|became-read-only")
# These change what is inside of a place, at the place itself.
_OF_INSIDE = re.compile(r"(?:one|any|all)-of-|required-removed|alternatives-|combination-|members-|condition-|not-")
# What programs compare texts with, to find one that the contract refuses.
_TEXTS = ("", "a", "A b", "0", "7.5", "true", "2026-11-21", "12:30:00", "2026-11-21T12:30:00Z", "00000000-0000-0000")


class Spot(Protocol):
    """A place that an interaction uses. ``old`` and ``new`` are the pointers under which changes may name it."""

    @property
    def flow(self) -> Flow:
        """Who writes what is there."""

    @property
    def proof(self) -> Need:
        """What of the contract uses it."""

    @property
    def old(self) -> frozenset[str]:
        """In the old document."""

    @property
    def new(self) -> frozenset[str]:
        """In the new document."""

    def breaks(self, change: Change) -> bool:
        """Whether a change of this place breaks the contract."""


@dataclass(frozen=True, slots=True)
class PlainSpot:
    """A place without a schema: a response, a media type, the body of a request as a whole.

    ``is_gone``: the old document describes it and the new one does not.
    """

    flow: Flow
    proof: Need
    old: frozenset[str]
    new: frozenset[str]
    is_gone: bool = False

    def breaks(self, change: Change) -> bool:
        """Only when it is gone, whatever is said of it otherwise."""
        if self.flow is Flow.REQUEST:
            return self.is_gone and change.severity is Severity.BREAKING
        return self.is_gone and change.pointer_new is None


@dataclass(frozen=True, slots=True)
class Sides:
    """The bundles of both documents."""

    old: Bundle
    new: Bundle


@dataclass
class SchemaSpot:
    """A place in a body. ``shapes`` are what the contract says of the value itself, ``values`` what a request sends."""

    flow: Flow
    proof: Need
    sides: Sides
    before: Level | None
    after: Level | None
    step: Step = ""
    parent: "SchemaSpot | None" = None
    shapes: dict[Shape, None] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    children: dict[Step, "SchemaSpot"] = field(default_factory=dict)

    @property
    def old(self) -> frozenset[str]:
        """The schemas that describe it in the old document."""
        return self.before.pointers if self.before else frozenset()

    @property
    def new(self) -> frozenset[str]:
        """The schemas that describe it in the new document."""
        return self.after.pointers if self.after else frozenset()

    def breaks(self, change: Change) -> bool:
        """A request by what it sends; an answer by what may come now, or by what never comes any more."""
        if self.flow is Flow.REQUEST:
            if self.after is None and self.parent is not None:
                return self.parent.is_refused is True
            is_unsure = self.is_refused is None and change.severity is Severity.BREAKING
            return change.severity is not Severity.SAFE and (self.is_refused is True or is_unsure)
        if change.severity is not Severity.SAFE and (self.is_widened or self._lets_go(change)):
            return True
        return self.is_narrowed and not _TOLD.search(change.id)

    def _lets_go(self, change: Change) -> bool:
        """Whether it is about what may be inside, and something that is read there may be absent or another now."""
        if _OF_INSIDE.search(change.id) is None:
            return False
        return any(each.is_widened for each in self.walk() if each is not self)

    def walk(self) -> "Iterator[SchemaSpot]":
        """This and all below."""
        todo = [self]
        while todo:
            spot = todo.pop()
            yield spot
            todo.extend(spot.children.values())

    @cached_property
    def is_refused(self) -> Answer:
        """Whether a value that is sent was taken and is not any more; False is proven too."""
        if self.after is None or self.before is None:
            return False
        old, new = Admission(self.sides.old, is_deep=False), Admission(self.sides.new, is_deep=False)
        taken = all_of(new.admits(self.after.entries, each) for each in self.values)
        if taken is not False:
            return None if taken is None else False
        return old.admits_all(self.before.entries, self.values) is not False

    @cached_property
    def is_widened(self) -> bool:
        """Whether the provider may now leave it out, or send what the contract does not take."""
        if self.after is None or self.before is None:
            return False
        return self._may_be_absent() or self._has_other_types() or self._has_other_values()

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether nothing that the contract takes can come any more."""
        if self.before is None:
            return False
        if self.after is None:
            return self.parent is None or self.parent.after is not None
        if _is_write_only(self.after) and not _is_write_only(self.before):
            return True
        new = Admission(self.sides.new)
        types = new.types(self.after.entries)
        if types is not None and any(not types & each for each in self._types_taken()):
            old_types = Admission(self.sides.old).types(self.before.entries)
            return old_types is None or not any(not old_types & each for each in self._types_taken())
        values = [value for shape in self.shapes for value in demanded(shape) or ()]
        return any(new.admits(self.after.entries, each) is False for each in values) and (
            Admission(self.sides.old).admits_all(self.before.entries, values) is not False
        )

    def _types_taken(self) -> list[frozenset[str]]:
        if self.children:
            is_list = any(not isinstance(step, str) for step in self.children)
            return [frozenset({"array"} if is_list else {"object"})]
        return [types_taken(shape) for shape in self.shapes]

    def _may_be_absent(self) -> bool:
        above = self.parent
        if not isinstance(self.step, str) or above is None or above.before is None or above.after is None:
            return False
        was, now = Admission(self.sides.old), Admission(self.sides.new)
        return was.promises(above.before.entries, self.step) and not now.promises(above.after.entries, self.step)

    def _has_other_types(self) -> bool:
        assert self.before is not None
        assert self.after is not None
        old = Admission(self.sides.old).types(self.before.entries)
        new = Admission(self.sides.new).types(self.after.entries)
        if old is None or new is None:
            return False
        # A value that has to be equal was chosen by the provider state where others could come before.
        chosen = not self.children and all(demanded(shape) for shape in self.shapes)
        return any(new - old - each for each in self._types_taken() if not chosen or old <= each)

    def _has_other_values(self) -> bool:
        assert self.before is not None
        assert self.after is not None
        old = Admission(self.sides.old).values(self.before.entries)
        new = Admission(self.sides.new).values(self.after.entries)
        if old is None:
            return self._has_other_texts()
        if new is None:
            # Any text may come where a few words did.
            return any(shape.matcher == "regex" for shape in self.shapes)
        return any(refuses(shape, new[text]) for shape in self.shapes for text in new.keys() - old.keys())

    def _has_other_texts(self) -> bool:
        """Whether a text is found that may come now, did not before, and is refused."""
        assert self.before is not None
        assert self.after is not None
        shapes = [shape for shape in self.shapes if shape.matcher != "type"]
        if not shapes:
            return False
        old, new = Admission(self.sides.old), Admission(self.sides.new)
        return any(
            refuses(shape, text)
            for text in _TEXTS
            if new.admits(self.after.entries, text) is True and old.admits(self.before.entries, text) is False
            for shape in shapes
        )


def _is_write_only(level: Level) -> bool:
    return all(isinstance(each.value, dict) and each.value.get("writeOnly") is True for each in level.entries)


@dataclass(frozen=True, slots=True)
class TextSpot:
    """A parameter that is sent, or a header that is read: its value travels as text.

    ``values`` are what the contract sends or demands; ``is_gone``: a header that answers do not carry any more.
    """

    flow: Flow
    proof: Need
    sides: Sides
    old: frozenset[str]
    new: frozenset[str]
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    values: tuple[str | None, ...]
    is_gone: bool = False

    def breaks(self, change: Change) -> bool:
        """By whether what is sent, or demanded, is still among what the schema admits."""
        is_breaking = change.severity is Severity.BREAKING
        if self.flow is Flow.RESPONSE:
            if self.is_gone:
                return change.pointer_new is None
            return (is_breaking and "became-optional" in change.id) or (
                self._is_refused() is True and not _TOLD.search(change.id)
            )
        if change.id.endswith("explode-changed"):
            return is_breaking and (len(self.values) > 1 or any("," in (each or ",") for each in self.values))
        refused = self._is_refused() if _is_of_values(change) else None
        return is_breaking if refused is None else refused and change.severity is not Severity.SAFE

    def _is_refused(self) -> Answer:
        if not self.before or not self.after:
            return None
        old, new = Admission(self.sides.old), Admission(self.sides.new)
        taken = new.admits(self.after, self._value(new, self.after))
        if taken is not False:
            return None if taken is None else False
        return old.admits(self.before, self._value(old, self.before)) is not False

    def _value(self, admission: Admission, schemas: Sequence[Place]) -> Value:
        texts: list[Value] = [Unseen.ANYTHING if each is None else Text(each) for each in self.values]
        types = admission.types(schemas)
        if types is not None and "array" in types and "string" not in types:
            # With or without commas between them is a matter of style.
            return Unseen.ANYTHING if any("," in (each or ",") for each in self.values) else texts  # type: ignore[return-value]
        return texts[0] if len(texts) == 1 else Unseen.ANYTHING


def _is_of_values(change: Change) -> bool:
    return not change.id.endswith(("style-changed", "parameter-removed")) and "sunset" not in change.id


def body_spots(
    flow: Flow, needs: Sequence[Need], places: tuple[Sequence[Place], Sequence[Place]], sides: Sides
) -> Iterator[SchemaSpot]:
    """The spots of one body: each place that a need is in or goes through, once."""
    olds, news = places
    before, after = level_of(olds, sides.old) if olds else None, level_of(news, sides.new) if news else None
    root = SchemaSpot(flow, needs[0], sides, before, after)
    for need in needs:
        spot = root
        for step in steps_of(need.path):
            spot = _child(spot, step, need)
        spot.shapes[need.shape] = None
    if flow is Flow.REQUEST:
        _hand_out(root, body_of(needs))
    yield from root.walk()


def _child(spot: SchemaSpot, step: Step, proof: Need) -> SchemaSpot:
    if isinstance(step, int) and not _has_places(spot):
        # All items are alike to the documents.
        step = None
    if step not in spot.children:
        before = below(spot.before, step, spot.sides.old) if spot.before else None
        after = below(spot.after, step, spot.sides.new) if spot.after else None
        spot.children[step] = SchemaSpot(spot.flow, proof, spot.sides, before, after, step, spot)
    return spot.children[step]


def _has_places(spot: SchemaSpot) -> bool:
    pairs = ((spot.before, spot.sides.old), (spot.after, spot.sides.new))
    return any(
        isinstance(place.value, dict) and "prefixItems" in place.value
        for level, bundle in pairs
        for entry in (level.entries if level else ())
        for place in alternatives(entry, bundle)
    )


def _hand_out(root: SchemaSpot, whole: Value) -> None:
    todo: list[tuple[SchemaSpot, Value]] = [(root, whole)]
    while todo:
        spot, value = todo.pop()
        spot.values.append(value)
        if isinstance(value, dict):
            todo += [(spot.children[name], each) for name, each in value.items() if name in spot.children]
        elif isinstance(value, list):
            alike = spot.children.get(None)
            pairs = ((spot.children.get(index, alike), each) for index, each in enumerate(value))
            todo += [(child, each) for child, each in pairs if child is not None]
