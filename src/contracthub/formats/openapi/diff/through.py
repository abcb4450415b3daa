"""What a schema whose own text did not change leads to: references, and nothing else that could have changed."""

from collections.abc import Iterator
from typing import Any

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff import keywords
from contracthub.formats.openapi.diff.views import Views
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_WALKED = frozenset(keywords.CHILDREN) - {"not", "if"}
_UNIONS = frozenset({"oneOf", "anyOf"})
_MAPS = frozenset(keywords.MAPS)
Steps = tuple[Any, ...]
_LEADING = _WALKED | _UNIONS | _MAPS | {"prefixItems"}


class NotThrough(Exception):
    """What is referred to is merged with what stands beside it, so that the whole has to be looked at."""


def references_of(views: Views, place: Place) -> list[tuple[Place, bool]]:
    """The references in a schema, each once, with whether it stands inside of it (or is, but for null, the schema).

    Raises ``NotThrough`` where a reference can't be judged by itself. Pointers are made for references alone: most
    schemas have none.
    """
    found: dict[tuple[str, bool], tuple[Place, bool]] = {}
    todo: list[tuple[JsonValue, Steps, bool]] = [(place.value, (), False)]
    while todo:
        value, steps, is_inner = todo.pop()
        if not isinstance(value, dict):
            continue
        if "$ref" in value:
            if views.side.has_type_lists and len(value) > 1:
                raise NotThrough
            found.setdefault((str(value["$ref"]), is_inner), (_place(place, steps, value), is_inner))
        elif "allOf" in value or not keywords.APART.isdisjoint(value):
            raise NotThrough
        elif not _LEADING.isdisjoint(value):
            todo.extend(_inside(views, place.file, value, steps, is_inner=is_inner))
    return [*found.values()]


def _inside(
    views: Views, file: str, value: JsonObject, steps: Steps, *, is_inner: bool
) -> Iterator[tuple[JsonValue, Steps, bool]]:
    for key, held in value.items():
        if key in _WALKED:
            yield held, (steps, key), True
        elif key in _MAPS and isinstance(held, dict):
            yield from ((each, ((steps, key), name), True) for name, each in held.items())
        elif key == "prefixItems" and isinstance(held, list):
            yield from ((each, ((steps, key), index), True) for index, each in enumerate(held))
        elif key in _UNIONS and isinstance(held, list):
            kept = [(index, each) for index, each in enumerate(held) if not _is_null(views, file, each)]
            is_one_of_several = is_inner or len(kept) > 1
            yield from ((each, ((steps, key), index), is_one_of_several) for index, each in kept)


def _is_null(views: Views, file: str, member: JsonValue) -> bool:
    found = views.side.resolved(Place(file, "", member)).value
    return isinstance(found, dict) and found.get("type") in ("null", ["null"])


def _place(whole: Place, steps: Steps, value: JsonValue) -> Place:
    names: list[str | int] = []
    while steps:
        steps, name = steps
        names.append(name)
    pointer = whole.pointer
    for name in reversed(names):
        pointer = child(pointer, name)
    return Place(whole.file, pointer, value)
