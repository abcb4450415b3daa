"""oneOf and anyOf: which members of two unions belong together, and what only looks like a change."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.frames import Frame
from contracthub.formats.openapi.diff.likeness import are_alike
from contracthub.formats.openapi.diff.views import View, Views
from contracthub.formats.safe_json import canonical

# More pairs of members than this are not looked at one by one.
_MOST_PAIRS = 10_000
_PLAIN = frozenset({"type", "title", "description", "example", "examples", "default", "deprecated"})


@dataclass(frozen=True, slots=True)
class Matched:
    """Members that belong together, and those that only one side has."""

    pairs: tuple[tuple[Place, Place], ...]
    removed: tuple[Place, ...]
    added: tuple[Place, ...]


def matched(frame: Frame, olds: Iterable[Place], news: Iterable[Place]) -> Matched:
    """By component, by equality, by title, by the discriminator's value, and the last two that remain."""
    old_left, new_left = [*olds], [*news]
    pairs: list[tuple[Place, Place]] = []
    sides = Sides((frame.walk.old, old_left), (frame.walk.new, new_left), pairs)
    sides.take(_component_of)
    sides.take(_text_of)
    if len(old_left) * len(new_left) <= _MOST_PAIRS:
        for old in [*old_left]:
            found = next((new for new in new_left if are_alike(frame.walk, (old,), (new,))), None)
            if found is not None:
                pairs.append((old, found))
                old_left.remove(old)
                new_left.remove(found)
    sides.take(_title_of)
    sides.take(_tag_of(frame))
    last = _last_pair(frame, old_left, new_left)
    if last is not None:
        pairs.append(last)
        old_left.remove(last[0])
        new_left.remove(last[1])
    return Matched(tuple(pairs), tuple(old_left), tuple(new_left))


Name = str | bytes | None
Members = tuple[Views, list[Place]]


@dataclass(frozen=True, slots=True)
class Sides:
    """What is left of two unions, and the pairs that were found."""

    old: Members
    new: Members
    pairs: list[tuple[Place, Place]]

    def take(self, name_of: Callable[[Views, Place], Name]) -> None:
        """Pairs what has the same name, and takes it from both: work for each member, and not for each two."""
        (old_views, olds), (new_views, news) = self.old, self.new
        by_name: dict[Name, list[int]] = {}
        for index in reversed(range(len(news))):
            by_name.setdefault(name_of(new_views, news[index]), []).append(index)
        by_name.pop(None, None)
        taken: set[int] = set()
        left: list[Place] = []
        for old in olds:
            same = by_name.get(name_of(old_views, old))
            if same:
                taken.add(same[-1])
                self.pairs.append((old, news[same.pop()]))
            else:
                left.append(old)
        olds[:] = left
        news[:] = [each for index, each in enumerate(news) if index not in taken]


def _component_of(views: Views, place: Place) -> Name:
    return views.of((place,)).component


def _text_of(_: Views, place: Place) -> Name:
    return canonical(place.value)


def _title_of(views: Views, place: Place) -> Name:
    title = views.of((place,)).values.get("title")
    return title if isinstance(title, str) else None


def _tag_of(frame: Frame) -> Callable[[Views, Place], Name]:
    """The value by which a discriminator tells a member from the others."""

    def name_of(views: Views, place: Place) -> Name:
        side = frame.old if views is frame.walk.old else frame.new
        discriminator = side.values.get("discriminator")
        tag = discriminator.get("propertyName") if isinstance(discriminator, dict) else discriminator
        parts = views.of((place,)).properties.get(tag) if isinstance(tag, str) else None
        if parts is None:
            return None
        view = views.of(parts)
        listed = [view.values["const"]] if "const" in view.values else view.enum
        return canonical(listed[0]) if listed is not None and len(listed) == 1 else None

    return name_of


def _last_pair(frame: Frame, olds: list[Place], news: list[Place]) -> tuple[Place, Place] | None:
    """The only two that are left, or the only two that are written in place, beside components."""
    if len(olds) == len(news) == 1:
        return None if _are_named_apart(frame, olds[0], news[0]) else (olds[0], news[0])
    old_inline = [place for place in olds if _old_view(frame, place).component is None]
    new_inline = [place for place in news if _new_view(frame, place).component is None]
    return (old_inline[0], new_inline[0]) if len(old_inline) == len(new_inline) == 1 else None


def _old_view(frame: Frame, place: Place) -> View:
    return frame.walk.old.of((place,))


def _new_view(frame: Frame, place: Place) -> View:
    return frame.walk.new.of((place,))


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


def titles_compared(frame: Frame) -> Matched | None:
    """The members of two unions of plain types by title, which is the name of a variant; None where none has one.

    Pairs are those of one title and different types.
    """
    old, new = frame.old, frame.new
    if types_listed(frame) is None or bool(old.one_of) != bool(new.one_of):
        return None
    olds, news = [*(old.one_of or old.any_of)], [*(new.one_of or new.any_of)]
    sides = (frame.walk.old, olds), (frame.walk.new, news)
    names = {id(place): _title_and_type(views, place) for views, places in sides for place in places}
    if not olds or not news or all(title is None for title, _ in names.values()):
        return None
    pairs: list[tuple[Place, Place]] = []
    for length in (2, 1):
        for one in [*olds]:
            said = names[id(one)]
            other = next((each for each in news if names[id(each)][:length] == said[:length]), None)
            if other is None or (length == 1 and said[0] is None):
                continue
            olds.remove(one)
            news.remove(other)
            if length == 1:
                pairs.append((one, other))
    return Matched(tuple(pairs), tuple(olds), tuple(news))


def _title_and_type(views: Views, place: Place) -> tuple[str | None, str]:
    value = views.side.resolved(place).value
    title = value.get("title") if isinstance(value, dict) else None
    return (title if isinstance(title, str) else None), str(value.get("type") if isinstance(value, dict) else None)


def _has_union(view: View) -> bool:
    return bool(view.one_of or view.any_of)


def _plain_types(views: Views, view: View) -> frozenset[str] | None:
    members = view.one_of or view.any_of
    if not members:
        return view.types or None
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


def is_other_union(frame: Frame) -> bool:
    """Whether oneOf became anyOf, or the other way round, with the same members."""
    old, new = frame.old, frame.new
    for olds, news in ((old.one_of, new.any_of), (old.any_of, new.one_of)):
        if olds and news and not (old.one_of and old.any_of) and not (new.one_of and new.any_of):
            found = matched(frame, olds, news)
            return len(found.pairs) == len(olds) == len(news)
    return False
