"""Which examples a verification can't see, because a matching rule stands for them.

Read more strictly than anywhere else: a rule that every verifier may not take alike makes the examples count. Which
rule governs a value follows the Pact specification (version 3, "matching rules"), and what each kind of matcher looks
at was seen by running the verifier: ``tests/formats/pact/test_identity_against_the_verifier.py`` keeps that seen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from contracthub.formats.safe_json import JsonObject, JsonValue


class Cover(Enum):
    """What a rule leaves of the examples below it."""

    NOTHING_HIDDEN = 0
    """The example counts whole."""
    LEAVES = 1
    """The kind of a scalar is all that counts; a container counts whole."""
    SHAPE = 2
    """``type`` alone, which governs what is inside a container as well: structure and kinds count."""
    LEAVES_OF_ANY_NUMBER = 3
    """As ``LEAVES``, and nothing asks whether the example is an integer or a decimal."""


# No document holds U+0000 (safe_json refuses it), so nothing that is published can pass for one of these.
_KINDS: Final[Mapping[type, str]] = {
    str: "\x00string",
    int: "\x00integer",
    float: "\x00decimal",
    bool: "\x00boolean",
    type(None): "\x00null",
}
_KINDS_OF_ANY_NUMBER: Final[Mapping[type, str]] = {**_KINDS, int: "\x00number", float: "\x00number"}

_EXPRESSION = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\.\*|\['[^'\\\]]+'\]|\[[0-9]{1,9}\]|\[\*\])*")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|(\.\*)|\['([^'\\\]]+)'\]|\[([0-9]{1,9})\]|(\[\*\])")
# A verifier may take such a member for an item, and a rule about items for one about it.
_LIKE_AN_INDEX = re.compile(r"\+?[0-9]+")
_MOST_STEPS = 40
_MOST_BRANCHES = 16

_DATES = frozenset({"date", "time", "timestamp", "datetime"})
_ON_THE_ACTUAL_ALONE = frozenset({"integer", "decimal", "number", "boolean", "null", "semver", "notEmpty"})


class _Star(Enum):
    MEMBER = ".*"
    ITEM = "[*]"


_Step: TypeAlias = str | int | _Star


@dataclass(slots=True)
class _Node:
    cover: Cover | None = None
    children: dict[_Step, "_Node"] = field(default_factory=dict)


_Branch: TypeAlias = tuple[int, int, _Node]
_Match: TypeAlias = tuple[int, int, Cover]


def _kinds_left_by(cover: Cover | None) -> Mapping[type, str] | None:
    if cover is None or cover is Cover.NOTHING_HIDDEN:
        return None
    return _KINDS_OF_ANY_NUMBER if cover is Cover.LEAVES_OF_ANY_NUMBER else _KINDS


class Position:
    """Where a walk stands: the rules that may still apply below, and what the governing one hides here.

    Positions remember those below them, so a list of a thousand like objects asks once for each name.
    """

    __slots__ = ("_branches", "_matches", "below", "cover", "is_settled", "kinds")

    def __init__(self, branches: tuple[_Branch, ...], matches: tuple[_Match, ...]) -> None:
        self._branches = tuple(branch for branch in branches if branch[2].children)
        self._matches = _best(
            [*matches, *((way, length, node.cover) for way, length, node in branches if node.cover is not None)]
        )
        self.cover = _governing(self._matches)
        self.kinds = _kinds_left_by(self.cover)
        # Whether no rule reaches further down than the one that governs here.
        self.is_settled = not self._branches
        self.below: dict[_Step, Position] = {}

    @property
    def names_items(self) -> bool:
        """Whether a rule is about one item by its number."""
        return any(type(step) is int for _, _, node in self._branches for step in node.children)

    @property
    def names_any_member(self) -> bool:
        """Whether a rule is about any member, which not all verifiers take for any item."""
        return any(_Star.MEMBER in node.children for _, _, node in self._branches)

    def member(self, name: str) -> "Position":
        """The position of a member of an object."""
        found = self.below.get(name)
        if found is None:
            found = self.below[name] = _HIDES_NOTHING if _LIKE_AN_INDEX.fullmatch(name) else self._step(name)
        return found

    def item(self, index: int | None) -> "Position":
        """The position of an item; of any that no rule names, without a number."""
        step = _Star.ITEM if index is None else index
        found = self.below.get(step)
        if found is None:
            found = self.below[step] = self._step(step)
        return found

    def _step(self, step: _Step) -> "Position":
        star = _Star.MEMBER if isinstance(step, str) else _Star.ITEM
        below: list[_Branch] = []
        for way, length, node in self._branches:
            # The weights of the specification: a name counts twice what a wildcard does.
            for key, factor in {step: 2, star: 1}.items():
                child = node.children.get(key)
                if child is not None:
                    below.append((way * factor, length + 1, child))
        if len(below) > _MOST_BRANCHES:
            return _HIDES_NOTHING
        return Position(tuple(below), self._matches)


def _best(matches: list[_Match]) -> tuple[_Match, ...]:
    """Those that win by one of the two orders that verifiers use."""
    if len(matches) < 2:
        return tuple(matches)
    most, heaviest = max(map(_product, matches)), max(map(_weight, matches))
    return tuple(match for match in matches if _product(match) == most or _weight(match) == heaviest)


def _governing(matches: tuple[_Match, ...]) -> Cover | None:
    """What the winners agree on. Between rules of one weight a verifier may choose differently each time."""
    if len(matches) > 1:
        for order in (_product, _weight):
            ranks = sorted(map(order, matches))  # type: ignore[type-var]
            if ranks[-1] == ranks[-2]:
                return Cover.NOTHING_HIDDEN
    return _agreed({cover for _, _, cover in matches})


def _product(match: _Match) -> int:
    return match[0] * match[1]


def _weight(match: _Match) -> tuple[int, int]:
    return match[0], match[1]


def _agreed(covers: set[Cover]) -> Cover | None:
    if not covers:
        return None
    if len(covers) == 1:
        return next(iter(covers))
    return Cover.NOTHING_HIDDEN if Cover.NOTHING_HIDDEN in covers else Cover.LEAVES


_HIDES_NOTHING = Position((), ((0, 0, Cover.NOTHING_HIDDEN),))


def position_of(covers: Iterable[tuple[str, Cover]]) -> Position | None:
    """The root of a body, with its rules by expression; none when an expression may be read in more than one way."""
    root = _Node()
    for expression, cover in covers:
        path = _steps(expression)
        if path is None:
            return None
        node = root
        for step in path:
            node = node.children.setdefault(step, _Node())
        if node.cover is not None:
            return None
        node.cover = cover
    return Position(((2, 1, root),), ())


def _steps(expression: str) -> list[_Step] | None:
    if not _EXPRESSION.fullmatch(expression):
        return None
    path: list[_Step] = []
    for name, any_member, quoted, index, _ in _STEP.findall(expression):
        if quoted and (_LIKE_AN_INDEX.fullmatch(quoted) or quoted == "*"):
            return None
        if index:
            path.append(int(index))
        else:
            path.append(name or quoted or (_Star.MEMBER if any_member else _Star.ITEM))
    return path if len(path) <= _MOST_STEPS else None


def what_counts(value: JsonValue, position: Position) -> JsonValue:
    """A body with the kind in place of every example that can't be seen; parts that hide nothing are shared."""
    cover = position.cover
    if position.is_settled and (cover is None or cover is Cover.NOTHING_HIDDEN):
        return value
    if not isinstance(value, dict | list):
        return kind_of(value, cover)
    if cover is not None and cover is not Cover.SHAPE:
        return value
    if position.is_settled:
        return _kinds(value)
    return _members(value, position) if isinstance(value, dict) else _items(value, position)


def _members(members: JsonObject, position: Position) -> JsonObject:
    """As ``what_counts`` for each member; a call for each scalar would take most of the time."""
    counting: JsonObject = {}
    known = position.below
    for name, member in members.items():
        below = known.get(name) or position.member(name)
        if below.kinds is None or type(member) not in below.kinds:
            counting[name] = what_counts(member, below) if isinstance(member, dict | list) else member
        else:
            counting[name] = below.kinds[type(member)]
    return counting


def _items(items: list[JsonValue], position: Position) -> JsonValue:
    if position.names_any_member:
        return items
    if not position.names_items:
        below = position.item(None)
        return [what_counts(item, below) for item in items]
    # Under a rule an item is the model for others, which other rules may govern.
    if position.cover is not None:
        return items
    return [what_counts(item, position.item(index)) for index, item in enumerate(items)]


def kind_of(value: JsonValue, cover: Cover | None) -> JsonValue:
    """What is left of a scalar."""
    kinds = _kinds_left_by(cover)
    return value if kinds is None else kinds[type(value)]


def _kinds(value: JsonValue) -> JsonValue:
    of = _KINDS.get
    if isinstance(value, dict):
        return {name: of(type(member)) or _kinds(member) for name, member in value.items()}
    if isinstance(value, list):
        return [of(type(item)) or _kinds(item) for item in value]
    return _KINDS[type(value)]


def cover_of(rule: JsonValue) -> Cover:
    """What a rule hides: an entry of versions 3 and 4, ``{combine, matchers}``."""
    matchers = rule.get("matchers") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(matchers, list) or not matchers:
        return Cover.NOTHING_HIDDEN
    if rule.get("combine", "AND") not in ("AND", "OR"):
        return Cover.NOTHING_HIDDEN
    covers = {_cover_of_matcher(matcher) if isinstance(matcher, dict) else Cover.NOTHING_HIDDEN for matcher in matchers}
    return _agreed(covers) or Cover.NOTHING_HIDDEN


def cover_of_flat(rule: JsonValue) -> Cover:
    """What a rule of version 2 hides, where ``regex`` and ``min`` may stand without ``match``."""
    if not isinstance(rule, dict):
        return Cover.NOTHING_HIDDEN
    implied = "regex" if "regex" in rule else "type" if "min" in rule or "max" in rule else None
    return _cover_of_matcher({"match": implied, **rule})


def _cover_of_matcher(matcher: JsonObject) -> Cover:
    kind = matcher.get("match")
    if not isinstance(kind, str):
        return Cover.NOTHING_HIDDEN
    if kind == "type":
        bounds = [matcher[name] for name in ("min", "max") if name in matcher]
        return Cover.SHAPE if all(_is_size(bound) for bound in bounds) else Cover.NOTHING_HIDDEN
    return Cover.LEAVES_OF_ANY_NUMBER if _looks_at_the_actual_alone(kind, matcher) else Cover.NOTHING_HIDDEN


def _looks_at_the_actual_alone(kind: str, matcher: JsonObject) -> bool:
    if kind == "regex":
        return isinstance(matcher.get("regex"), str)
    if kind == "include":
        return isinstance(matcher.get("value"), str)
    if kind in _DATES:
        return all(isinstance(matcher.get(name, ""), str) for name in ("format", kind))
    return kind in _ON_THE_ACTUAL_ALONE


def _is_size(value: JsonValue) -> bool:
    return type(value) is int and 0 <= value < 2**31
