"""oneOf and anyOf: which members of two unions belong together, and what only looks like a change."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.frames import Frame
from contracthub.formats.openapi.diff.likeness import are_alike
from contracthub.formats.openapi.diff.views import View, Views

_PLAIN = frozenset({"type", "title", "description", "example", "examples", "default", "deprecated"})


@dataclass(frozen=True, slots=True)
class Matched:
    """Members that belong together, and those that only one side has."""

    pairs: tuple[tuple[Place, Place], ...]
    removed: tuple[Place, ...]
    added: tuple[Place, ...]


def matched(frame: Frame, olds: Iterable[Place], news: Iterable[Place]) -> Matched:
    """By component, by equality, by title, by discriminator value, and the last two that remain."""
    old_left, new_left = [*olds], [*news]
    pairs: list[tuple[Place, Place]] = []
    for same in (_same_component, _same_meaning, _same_title):
        for old in [*old_left]:
            found = next((new for new in new_left if same(frame, old, new)), None)
            if found is not None:
                pairs.append((old, found))
                old_left.remove(old)
                new_left.remove(found)
    if len(old_left) == len(new_left) == 1 and not _are_named_apart(frame, old_left[0], new_left[0]):
        pairs.append((old_left.pop(), new_left.pop()))
    return Matched(tuple(pairs), tuple(old_left), tuple(new_left))


def _old_view(frame: Frame, place: Place) -> View:
    return frame.walk.old.of((place,))


def _new_view(frame: Frame, place: Place) -> View:
    return frame.walk.new.of((place,))


def _same_component(frame: Frame, old: Place, new: Place) -> bool:
    name = _old_view(frame, old).component
    return name is not None and name == _new_view(frame, new).component


def _same_meaning(frame: Frame, old: Place, new: Place) -> bool:
    return are_alike(frame.walk, (old,), (new,))


def _same_title(frame: Frame, old: Place, new: Place) -> bool:
    title = _old_view(frame, old).values.get("title")
    return isinstance(title, str) and title == _new_view(frame, new).values.get("title")


def _are_named_apart(frame: Frame, old: Place, new: Place) -> bool:
    """Whether both members are components, of different names: then one was taken out and another put in."""
    names = (_old_view(frame, old).component, _new_view(frame, new).component)
    return None not in names and names[0] != names[1]


def types_listed(frame: Frame) -> tuple[frozenset[str], frozenset[str]] | None:
    """The plain types of both sides, where at least one is a union of them and they differ."""
    if not (_has_union(frame.old) or _has_union(frame.new)):
        return None
    old, new = _plain_types(frame.walk.old, frame.old), _plain_types(frame.walk.new, frame.new)
    return (old, new) if old is not None and new is not None else None


def _has_union(view: View) -> bool:
    return bool(view.one_of or view.any_of)


def _plain_types(views: Views, view: View) -> frozenset[str] | None:
    members = view.one_of or view.any_of
    if not members:
        return view.types if view.types and len(view.types) == 1 else None
    found: set[str] = set()
    for place in members:
        value = views.side.resolved(place).value
        if not isinstance(value, dict) or not _PLAIN.issuperset(value) or not isinstance(value.get("type"), str):
            return None
        found.add(str(value["type"]))
    return frozenset(found)


def is_wrapping(frame: Frame) -> bool:
    """Whether a schema became one of several: one change, and not one for each of its properties or values."""
    old, new = frame.old, frame.new
    members = new.one_of or new.any_of
    if _has_union(old) or not members or types_listed(frame) is not None:
        return False
    if new.one_of and old.is_object and all(_new_view(frame, place).is_object for place in members):
        return True
    # What stands beside the union must be nothing, or the old schema says more than its members.
    is_bare = new.types is None and not new.properties and new.enum is None
    return is_bare and any(are_alike(frame.walk, old.parts, (place,)) for place in members)


def is_wrapped_object(frame: Frame) -> bool:
    """Whether it is an object that became one of several objects."""
    return bool(frame.new.one_of) and frame.old.is_object and is_wrapping(frame)
