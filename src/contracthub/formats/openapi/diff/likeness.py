"""Whether two schemas mean the same, by their views: references, order and spelling aside."""

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff import keywords
from contracthub.formats.openapi.diff.frames import SchemaWalk
from contracthub.formats.openapi.diff.views import Parts, View

_ANNOTATIONS = frozenset({"title", "deprecated", "x-sunset", "x-stability-level", "xml"})


Pair = tuple[object, object]

# Unions inside of unions can be made to need more comparisons than there are atoms; past this, schemas are not alike.
_MOST_COMPARISONS = 20_000
_DEEPEST = 40


class _Work:
    """How much one question may still cost."""

    def __init__(self) -> None:
        self.left = _MOST_COMPARISONS
        self.depth = 0

    def is_over(self) -> bool:
        """Counts one comparison more; too deep is too much as well."""
        self.left -= 1
        return self.left < 0 or self.depth > _DEEPEST


def are_alike(walk: SchemaWalk, old: Parts, new: Parts) -> bool:
    """True only where nothing differs; a pair that is met again inside of itself counts as alike."""
    key = (*[id(part.value) for part in old], 0, *[id(part.value) for part in new])
    if key not in walk.alike:
        walk.alike[key] = _are_alike(walk, old, new, frozenset(), _Work())
    return walk.alike[key]


def _are_alike(walk: SchemaWalk, old: Parts, new: Parts, around: frozenset[Pair], work: _Work) -> bool:
    todo = [(old, new)]
    seen: set[Pair] = {*around}
    while todo:
        one, other = todo.pop()
        if walk.sameness.are_known_equal(one, other):
            continue
        before, after = walk.old.of(one), walk.new.of(other)
        if (before.key, after.key) in seen:
            continue
        seen.add((before.key, after.key))
        if work.is_over() or not _are_alike_outside(before, after):
            return False
        if not _have_alike_unions(walk, before, after, seen, work):
            return False
        todo.extend(_children(before, after))
    return True


def _children(old: View, new: View) -> list[tuple[Parts, Parts]]:
    pairs = [(old.children[keyword], new.children[keyword]) for keyword in old.children]
    for keyword, named in old.maps.items():
        pairs.extend((named[name], new.maps[keyword][name]) for name in named)
    pairs.extend(((one,), (other,)) for one, other in zip(old.prefix_items, new.prefix_items, strict=True))
    return pairs


def _are_alike_outside(old: View, new: View) -> bool:
    return (
        _are_types_alike(old, new)
        and old.is_nullable == new.is_nullable
        and old.formats == new.formats
        and old.patterns == new.patterns
        and old.required == new.required
        and old.is_closed == new.is_closed
        and old.is_never == new.is_never
        and old.dependent_required == new.dependent_required
        and old.children.keys() == new.children.keys()
        and {key: value.keys() for key, value in old.maps.items()}
        == {key: value.keys() for key, value in new.maps.items()}
        and len(old.prefix_items) == len(new.prefix_items)
        and _values(old) == _values(new)
        and _listed(old) == _listed(new)
    )


def _values(view: View) -> dict[str, bytes]:
    return {
        key: keywords.fingerprint(each)
        for key, each in view.values.items()
        if key not in _ANNOTATIONS and key != "const"
    }


def _listed(view: View) -> frozenset[bytes] | None:
    """The values that are taken, where they are named; one is a list of one."""
    listed = view.enum
    if "const" in view.values:
        listed = keywords.intersected(listed, [view.values["const"]])
    return None if listed is None else frozenset(keywords.fingerprint(value) for value in listed)


def _are_types_alike(old: View, new: View) -> bool:
    """Types say nothing beside values that are named alike; that these are of the type is taken for granted."""
    if old.types == new.types:
        return True
    return None in (old.types, new.types) and _listed(old) is not None and _listed(old) == _listed(new)


def _have_alike_unions(walk: SchemaWalk, old: View, new: View, around: set[Pair], work: _Work) -> bool:
    work.depth += 1
    are = all(
        _are_members_alike(walk, olds, news, frozenset(around), work) if olds or news else True
        for olds, news in ((old.one_of, new.one_of), (old.any_of, new.any_of), (old.all_of, new.all_of))
    )
    work.depth -= 1
    return are


def _are_members_alike(
    walk: SchemaWalk, olds: list[Place], news: list[Place], around: frozenset[Pair], work: _Work
) -> bool:
    left = [*news]
    for each in olds:
        found = next((other for other in left if _are_alike(walk, (each,), (other,), around, work)), None)
        if found is None:
            return False
        left.remove(found)
    return not left
