"""What tells one OpenAPI document from another, wherever its parts are written.

Every value gets a digest of what counts of it, and a reference the digest of what it refers to, so that parts that are
written in place, under components, or in files of their own come to the same. Schemas inside of themselves have no such
digest; they are told apart as states of an automaton are: by looking one step further until nothing new is seen.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from contracthub.formats import safe_json
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.openapi.meaning import Kind, members, root
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonObject, JsonValue

# Containers looked at, over a document. With this many, it is told apart by how it is written.
_MOST_LOOKS = 3_000_000


def identity(document: OpenApiDocument) -> str:
    """The contract identity: 40 hex digits, the same for documents that no client can tell apart.

    Not told apart by: order of keys, and of lists where it says nothing; JSON and YAML; files, components and their
    names, as long as no discriminator makes names matter; what is written for people; components that nothing uses.
    """
    has_names = any(_has_discriminator(each) for each in document.bundle.documents.values())
    counting = root(document.document, document.version, with_names=has_names)
    try:
        digest = _Digests(document.bundle).of_document(counting)
    except _Tangled:
        written: JsonObject = {"root": document.bundle.root, "files": dict(document.bundle.documents)}
        digest = _hashed(safe_json.canonical(written))
    return hashlib.sha1(digest.encode(), usedforsecurity=False).hexdigest()


class _Tangled(Exception):
    """There are too many ways through the document."""


def _has_discriminator(document: JsonValue) -> bool:
    todo = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            if "discriminator" in value:
                return True
            todo.extend(each for each in value.values() if isinstance(each, dict | list))
        elif isinstance(value, list):
            todo.extend(each for each in value if isinstance(each, dict | list))
    return False


_Key: TypeAlias = tuple[int, Kind]
"""A container: which one it is, and how it is to be taken."""

_Part: TypeAlias = "str | int"
"""A digest (or the text of a scalar), or the number of a shape whose digest is not known yet."""

_Shape: TypeAlias = tuple[str, list[tuple[str, _Part]]]
"""A container that is part of a circle: what it is, and its parts by name; those of lists and sets have none."""

_ALIAS, _OBJECT, _LIST, _SET, _REFERENCE = "=", "{", "[", "<", "$"


@dataclass(slots=True)
class _Target:
    """What a reference leads to, and what that refers to itself."""

    place: Place
    kind: Kind
    uses: list[_Key]


@dataclass(slots=True)
class _Circle:
    """The containers of targets that refer to one another. The first shapes are the targets themselves."""

    entries: dict[_Key, int]
    shapes: list[_Shape]
    numbers: dict[_Key, int] = field(default_factory=dict)


class _Digests:
    """Digests of the values of one document and of the files that came with it."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._targets: dict[_Key, _Target] = {}
        self._known: dict[_Key, str] = {}
        # By what a container of a circle would be called outside of it, what it is called.
        self._in_circles: dict[str, str] = {}
        self._of_circles: dict[str, _Shape] = {}
        self._circle = _Circle({}, [])
        self._looks_left = _MOST_LOOKS

    def of_document(self, counting: JsonObject) -> str:
        """The digest of what counts of the root. Raises ``_Tangled``."""
        uses = self._discovered(Place(self._bundle.root, "", counting))
        for group in groups(uses, {key: target.uses for key, target in self._targets.items()}):
            self._learn(group)
        return str(self._part(counting, Kind.OBJECT, self._bundle.root))

    def _look(self, times: int = 1) -> None:
        self._looks_left -= times
        if self._looks_left < 0:
            raise _Tangled

    def _discovered(self, place: Place) -> list[_Key]:
        """Notes every target that can be reached, and returns those that are reached first."""
        first = [*self._uses(place.value, Kind.OBJECT, place.file)]
        todo = [*first]
        while todo:
            target = self._targets[todo.pop()]
            if target.uses is _NOT_LOOKED_AT:
                target.uses = [*self._uses(target.place.value, target.kind, target.place.file)]
                todo.extend(target.uses)
        return first

    def _uses(self, value: JsonValue, kind: Kind, file: str) -> Iterator[_Key]:
        if kind in {Kind.DATA, Kind.VALUES} or not isinstance(value, dict | list):
            return
        self._look()
        if isinstance(value, list):
            for item in value:
                yield from self._uses(item, Kind.OBJECT, file)
            return
        place = self._referred(value, kind, file)
        if place is not None:
            key = (id(place.value), kind)
            self._targets.setdefault(key, _Target(place, kind, _NOT_LOOKED_AT))
            yield key
        for _, member, inner in members(value, kind, self._bundle, file):
            if isinstance(member, dict | list):
                yield from self._uses(member, inner, file)

    def _referred(self, value: JsonObject, kind: Kind, file: str) -> Place | None:
        """The container that a reference object refers to."""
        reference = value.get("$ref")
        if not isinstance(reference, str) or kind is Kind.MAPS:
            return None
        found = self._bundle.find(reference, file)
        return found if isinstance(found, Place) and isinstance(found.value, dict | list) else None

    def _learn(self, group: Sequence[_Key]) -> None:
        first = self._targets[group[0]]
        if len(group) == 1 and group[0] not in first.uses:
            if group[0] not in self._known:
                self._known[group[0]] = str(self._part(first.place.value, first.kind, first.place.file))
            return
        self._circle = _Circle({key: number for number, key in enumerate(group)}, [(_ALIAS, [])] * len(group))
        for number, key in enumerate(group):
            target = self._targets[key]
            part = self._part(target.place.value, target.kind, target.place.file, is_entry=True)
            self._circle.shapes[number] = (_ALIAS, [("", part)])
        shapes = self._circle.shapes
        digests = self._seen_before(shapes) or _settled(shapes, self._look)
        self._known |= {key: digests[number] for key, number in self._circle.numbers.items()}
        self._known |= {key: digests[number] for key, number in self._circle.entries.items()}
        for number, shape in enumerate(self._circle.shapes):
            if shape[0] != _ALIAS:
                self._in_circles[_digest(shape, digests)] = digests[number]
                parts: list[tuple[str, _Part]] = [
                    (name, part if isinstance(part, str) else digests[part]) for name, part in shape[1]
                ]
                self._of_circles[digests[number]] = (shape[0], parts)
        self._circle = _Circle({}, [])

    def _seen_before(self, shapes: Sequence[_Shape]) -> list[str] | None:
        """The digests of a circle that is another one, written out a second time around that."""
        numbers: dict[str, int] = {}
        todo = [part for _, parts in shapes for _, part in parts]
        while todo:
            part = todo.pop()
            if isinstance(part, str) and part in self._of_circles and part not in numbers:
                numbers[part] = len(shapes) + len(numbers)
                todo.extend(inner for _, inner in self._of_circles[part][1])
        if not numbers:
            return None
        both = [*shapes, *(self._of_circles[digest] for digest in numbers)]
        linked = [
            (mark, [(name, numbers.get(part, part) if isinstance(part, str) else part) for name, part in parts])
            for mark, parts in both
        ]
        rounds = _rounds(linked, self._look)
        looks = rounds.resolved(rounds.after)
        known = {looks[number]: digest for digest, number in numbers.items()}
        if any(look not in known for look in looks[: len(shapes)]):
            return None
        return [known[look] for look in looks[: len(shapes)]]

    def _part(self, value: JsonValue, kind: Kind, file: str, *, is_entry: bool = False) -> _Part:
        if not isinstance(value, dict | list):
            return safe_json.dumps(value).decode()
        self._look()
        if kind is Kind.DATA:
            return _hashed(safe_json.canonical(value))
        key = (id(value), kind)
        if key in self._known:
            return self._known[key]
        if not is_entry:
            number = self._circle.entries.get(key, self._circle.numbers.get(key))
            if number is not None:
                return number
        shape = self._shape(value, kind, file)
        if shape[0] == _ALIAS:
            return shape[1][0][1]
        if any(isinstance(part, int) for _, part in shape[1]):
            self._circle.shapes.append(shape)
            self._circle.numbers[key] = len(self._circle.shapes) - 1
            return len(self._circle.shapes) - 1
        digest = _digest(shape, ())
        return self._in_circles.get(digest, digest)

    def _shape(self, value: JsonObject | list[JsonValue], kind: Kind, file: str) -> _Shape:
        if isinstance(value, list):
            inner = Kind.DATA if kind is Kind.VALUES else Kind.OBJECT
            mark = _LIST if kind is Kind.LIST else _SET
            return mark, [("", self._part(item, inner, file)) for item in value]
        place = self._referred(value, kind, file)
        parts = [
            (name, self._part(member, inner, file))
            for name, member, inner in members(value, kind, self._bundle, file)
            if name != "$ref" or place is None
        ]
        if place is None:
            return _OBJECT, sorted(parts, key=_name)
        key = (id(place.value), kind)
        target = self._known[key] if key in self._known else self._circle.entries[key]
        return (_REFERENCE, [("$ref", target), *sorted(parts, key=_name)]) if parts else (_ALIAS, [("", target)])


_NOT_LOOKED_AT: list[_Key] = []


def _name(part: tuple[str, _Part]) -> str:
    return part[0]


def _hashed(data: bytes) -> str:
    return "#" + hashlib.blake2b(data, digest_size=20).hexdigest()


def _digest(shape: _Shape, digests: Sequence[str]) -> str:
    mark, parts = shape
    texts = [f"{name}\x00{part if isinstance(part, str) else digests[part]}" for name, part in parts]
    if mark == _SET:
        texts.sort()
    # Neither names nor JSON hold the characters that stand between them.
    return _hashed("\x01".join([mark, *texts]).encode())


@dataclass(frozen=True, slots=True)
class _Rounds:
    """What shapes look like within a number of steps, and within one more; aliases as what they stand for."""

    before: list[str]
    after: list[str]
    actual: list[_Part]

    def resolved(self, digests: Sequence[str] | Mapping[int, str]) -> list[str]:
        """The digest of each shape, an alias having that of what it stands for."""
        return [digests[each] if isinstance(each, int) else each for each in self.actual]


def _rounds(shapes: Sequence[_Shape], look: Callable[[int], None]) -> _Rounds:
    """Makes digests round by round of those of the round before, so that each tells apart what differs within so many
    steps. Once a round finds no more kinds of shapes than the one before, no later one will.
    """
    actual = [_actual(shapes, number) for number in range(len(shapes))]
    own = [number for number in range(len(shapes)) if actual[number] == number]
    digests, kinds = ["?"] * len(shapes), 0
    while True:
        look(sum(1 + len(shapes[number][1]) for number in own))
        seen = [digests[each] if isinstance(each, int) else each for each in actual]
        made = dict(zip(own, [_digest(shapes[number], seen) for number in own], strict=True))
        before, digests = digests, [made.get(number, "?") for number in range(len(shapes))]
        if len(set(made.values())) == kinds:
            return _Rounds(before, digests, actual)
        kinds = len(set(made.values()))


def _settled(shapes: Sequence[_Shape], look: Callable[[int], None]) -> list[str]:
    """A digest for each shape of a circle, that depends on nothing but what can be reached from it."""
    rounds = _rounds(shapes, look)
    own = {each for each in rounds.actual if isinstance(each, int)}
    # How the last two rounds go together says how all later ones would.
    whole = "\x01".join(sorted({rounds.before[number] + rounds.after[number] for number in own}))
    return rounds.resolved({number: _hashed(f"{rounds.after[number]}\x01{whole}".encode()) for number in own})


def _actual(shapes: Sequence[_Shape], number: int) -> _Part:
    """What an alias stands for; nothing, where aliases stand for one another."""
    part: _Part = number
    for _ in range(len(shapes)):
        if not isinstance(part, int) or shapes[part][0] != _ALIAS:
            return part
        part = shapes[part][1][0][1]
    return "loop"


def groups(roots: Iterable[_Key], uses: Mapping[_Key, Sequence[_Key]]) -> Iterator[list[_Key]]:
    """Targets that refer to one another, each group after those that it refers to (Tarjan 1972)."""
    order: dict[_Key, int] = {}
    lowest: dict[_Key, int] = {}
    waiting: list[_Key] = []
    is_waiting: set[_Key] = set()
    for start in roots:
        path: list[tuple[_Key, Iterator[_Key]]] = []
        following: _Key | None = start
        while following is not None or path:
            if following is not None and following not in order:
                order[following] = lowest[following] = len(order)
                waiting.append(following)
                is_waiting.add(following)
                path.append((following, iter(uses[following])))
            elif following is not None and path and following in is_waiting:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], order[following])
            if not path:
                break
            following = next(path[-1][1], None)
            if following is None:
                done, _ = path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[done])
                if lowest[done] == order[done]:
                    yield _taken(done, waiting, is_waiting)


def _taken(last: _Key, waiting: list[_Key], is_waiting: set[_Key]) -> list[_Key]:
    group: list[_Key] = []
    while True:
        group.append(waiting.pop())
        is_waiting.discard(group[-1])
        if group[-1] == last:
            return group
