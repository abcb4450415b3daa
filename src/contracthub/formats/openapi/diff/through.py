"""What a schema whose own text did not change leads to: references, and nothing else that could have changed."""

from collections.abc import Iterator

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff import keywords
from contracthub.formats.openapi.diff.sides import entries, items, member
from contracthub.formats.openapi.diff.views import Views

_WALKED = tuple(keyword for keyword in keywords.CHILDREN if keyword not in ("not", "if"))


class NotThrough(Exception):
    """What is referred to is merged with what stands beside it, so that the whole has to be looked at."""


def references_of(views: Views, place: Place) -> list[tuple[Place, bool]]:
    """The references in a schema, each with whether it stands inside of it (or is, but for null, the schema itself).

    Raises ``NotThrough`` where a reference can't be judged by itself.
    """
    return [*_references(views, place, is_inner=False)]


def _references(views: Views, place: Place, *, is_inner: bool) -> Iterator[tuple[Place, bool]]:
    value = place.value
    if not isinstance(value, dict):
        return
    if "$ref" in value:
        if views.side.has_type_lists and len(value) > 1:
            raise NotThrough
        yield place, is_inner
        return
    if "allOf" in value or not keywords.APART.isdisjoint(value):
        raise NotThrough
    for keyword in ("oneOf", "anyOf"):
        rest, _ = views.union(member(place, keyword))
        for each in rest:
            yield from _references(views, each, is_inner=is_inner or len(rest) > 1)
    for child in _children(place):
        yield from _references(views, child, is_inner=True)


def _children(place: Place) -> Iterator[Place]:
    for keyword in keywords.MAPS:
        yield from (each for _, each in entries(member(place, keyword)))
    for keyword in _WALKED:
        child = member(place, keyword)
        if child is not None:
            yield child
    yield from items(member(place, "prefixItems"))
