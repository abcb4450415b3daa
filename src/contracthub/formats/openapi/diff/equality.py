"""Which parts of two documents say the same: found by comparing bytes, so that a walk never enters them.

A *unit* is a path item, a component or another file. A unit is unchanged when its canonical text is the same on both
sides and so is that of every unit it refers to, directly or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.keywords import CHILDREN, MAPS, UNIONS
from contracthub.formats.openapi.diff.sides import Side
from contracthub.formats.openapi.diff.views import Parts
from contracthub.formats.safe_json import JsonValue, canonical

_REFERENCE = re.compile(rb'"\$ref":("(?:[^"\\]|\\.)*")')
_FILES = "\x00files"
_GROUPS = ("components", "definitions", "paths", "webhooks", "x-webhooks")


@dataclass(slots=True)
class _Unit:
    """A unit, and what is worked out about it once, in however many comparisons it stands."""

    value: JsonValue
    root: str
    known: dict[bytes, str]
    _text: bytes | None = None
    _targets: tuple[str, ...] | None = None

    @property
    def text(self) -> bytes:
        """Its canonical text."""
        if self._text is None:
            self._text = canonical(self.value)
        return self._text

    @property
    def targets(self) -> tuple[str, ...]:
        """The units that it refers to."""
        if self._targets is None:
            self._targets = tuple(_targets(self.text, self.root, self.known))
        return self._targets


class Sameness:
    """The units of two sides that are unchanged, with what they refer to."""

    def __init__(self, old: Side, new: Side) -> None:
        self.unchanged: frozenset[str] = frozenset()
        self._same_text: dict[int, JsonValue] = {}
        self._old_ids: dict[int, str] = {}
        self._new_ids: dict[int, str] = {}
        self._old_side, self._new_side = old, new
        # A document of one file may have another name: what it refers to is in itself.
        is_alone = len(old.bundle.documents) == len(new.bundle.documents) == 1
        self._reads_alike = is_alone or old.bundle.root == new.bundle.root
        # Only what stands beside a reference is read in another way by another version.
        self._is_mixed = old.has_type_lists != new.has_type_lists
        if self._reads_alike:
            self._compare(old, new)

    def _compare(self, old: Side, new: Side) -> None:
        olds, news = _units_of(old), _units_of(new)
        changed = {name for name in olds.keys() | news.keys() if name not in olds or name not in news}
        are_other_roots = old.bundle.root != new.bundle.root
        users: dict[str, list[str]] = {}
        for name in olds.keys() & news.keys():
            unit, other = olds[name], news[name]
            is_other = unit.value is not other.value and unit.text != other.text
            if is_other or (self._is_mixed and _says_more_inside(unit.value)):
                changed.add(name)
            else:
                self._same_text[id(unit.value)] = other.value
            if name == _FILES and old.bundle.root.encode() in unit.text:
                changed.add(name)
            for target in unit.targets:
                users.setdefault(target, []).append(name)
            if are_other_roots and b'"$ref"' in unit.text and _names_a_file(unit.text):
                changed.add(name)
        todo = [*changed]
        while todo:
            for user in users.get(todo.pop(), ()):
                if user not in changed:
                    changed.add(user)
                    todo.append(user)
        self.unchanged = frozenset((olds.keys() & news.keys()) - changed)
        self._old_ids = {id(olds[name].value): name for name in self.unchanged}
        self._new_ids = {id(news[name].value): name for name in self.unchanged}

    def are_known_equal(self, old: Parts, new: Parts) -> bool:
        """Whether both are one and the same unchanged unit, as it stands or by reference."""
        if not self.unchanged or len(old) != 1 or len(new) != 1:
            return False
        if _says_more(old[0], self._old_side) or _says_more(new[0], self._new_side):
            return False
        name = self._old_ids.get(id(self._old_side.resolved(old[0]).value))
        return name is not None and name == self._new_ids.get(id(self._new_side.resolved(new[0]).value))

    def have_same_text(self, old: Parts, new: Parts) -> tuple[Place, Place] | None:
        """The two units, or parts of units, where they are written alike; what they refer to may have changed."""
        if not self._reads_alike or len(old) != 1 or len(new) != 1:
            return None
        if _says_more(old[0], self._old_side) or _says_more(new[0], self._new_side):
            return None
        before, after = self._old_side.resolved(old[0]), self._new_side.resolved(new[0])
        are_roots = before.file == self._old_side.bundle.root and after.file == self._new_side.bundle.root
        if (before.file != after.file and not are_roots) or not isinstance(before.value, dict):
            return None
        if self._is_mixed and _says_more_inside(before.value):
            return None
        is_same = self._same_text.get(id(before.value)) is after.value
        return (before, after) if is_same or _are_equal(before.value, after.value) else None

    def is_unchanged(self, group: str, name: str) -> bool:
        """Whether a path item (``paths``) or webhook of this name is unchanged with all that it refers to."""
        return _unit_name(group, name) in self.unchanged


_NO_LEAF = frozenset({"$ref", *UNIONS, *CHILDREN, *MAPS, "prefixItems", "enum", "const", "default"})


def are_same_leaf(old: Parts, new: Parts) -> bool:
    """Whether both are one plain schema, written alike: most properties of most documents, told at a glance."""
    if len(old) != 1 or len(new) != 1:
        return False
    one = old[0].value
    # Values that are data are left to others: Python takes 1 for true.
    return isinstance(one, dict) and one == new[0].value and _NO_LEAF.isdisjoint(one)


def _are_equal(one: JsonValue, other: JsonValue) -> bool:
    """Python alone takes 1 for true."""
    return one == other and canonical(one) == canonical(other)


def _says_more(place: Place, side: Side) -> bool:
    """Whether something stands beside a reference, where that counts."""
    return side.has_type_lists and isinstance(place.value, dict) and "$ref" in place.value and len(place.value) > 1


def _says_more_inside(value: JsonValue) -> bool:
    """Whether something stands beside a reference anywhere inside."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            if "$ref" in each and len(each) > 1:
                return True
            todo.extend(each.values())
        elif isinstance(each, list):
            todo.extend(each)
    return False


def _unit_name(*steps: str) -> str:
    return "\x00".join(steps)


def _units_of(side: Side) -> dict[str, _Unit]:
    found: dict[str, _Unit] | None = side.remembered.get("units")
    if found is None:
        known: dict[bytes, str] = {}
        found = {name: _Unit(value, side.bundle.root, known) for name, value in _units(side)}
        side.remembered["units"] = found
    return found


def _units(side: Side) -> Iterator[tuple[str, JsonValue]]:
    root = side.root.value
    others = {file: document for file, document in side.bundle.documents.items() if file != side.bundle.root}
    if others:
        yield _FILES, others
    for group in _GROUPS:
        held = root.get(group) if isinstance(root, dict) else None
        for name, value in held.items() if isinstance(held, dict) else ():
            if group == "components" and isinstance(value, dict):
                yield from ((_unit_name("components", name, each), inner) for each, inner in value.items())
            else:
                yield _unit_name(group, name), value


def _names_a_file(text: bytes) -> bool:
    return any(not quoted.startswith(b'"#') for quoted in _REFERENCE.findall(text))


def _targets(text: bytes, root: str, known: dict[bytes, str]) -> Iterator[str]:
    """The units that a unit refers to. All other files are one unit: coarse, and never wrong."""
    for quoted in set(_REFERENCE.findall(text)):
        # Documents refer to the same few hundred components thousands of times.
        if quoted not in known:
            known[quoted] = _target(quoted, root)
        yield known[quoted]


def _target(quoted: bytes, root: str) -> str:
    file, _, fragment = quoted[1:-1].decode().partition("#")
    if file and file != root:
        return _FILES
    steps = [step.replace("~1", "/").replace("~0", "~") for step in unquote(fragment).split("/")[1:]]
    return _unit_name(*steps[: 3 if steps[:1] == ["components"] else 2])
