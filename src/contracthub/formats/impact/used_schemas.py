"""Which schemas of an OpenAPI document a place in a body passes through."""

import re
from collections.abc import Iterator

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.pointers import child

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\*)\]|\['((?:[^'\\]|\\.)*)'\]")
_BRANCHES = ("allOf", "oneOf", "anyOf")
_CONDITIONS = ("then", "else", "if")
MOST_VISITED = 2_000


def steps_of(path: str) -> list[str | int | None]:
    """The steps of ``$.lines[*].sku``: names, indexes, and None for any item."""
    steps: list[str | int | None] = []
    for name, index, quoted in _STEP.findall(path):
        if name or quoted:
            steps.append(name or re.sub(r"\\(.)", r"\1", quoted))
        else:
            steps.append(None if index in ("*", "") else int(index))
    return steps


def visited(schema: Place, path: str, bundle: Bundle) -> frozenset[str]:
    """The pointers of all schemas on the way, as the changes of a document name them; bounded."""
    found: set[str] = set()
    here = [*_alternatives(schema, bundle, found)]
    for step in steps_of(path):
        here = [
            inner
            for place in here
            for next_one in _inside(place, step)
            for inner in _alternatives(next_one, bundle, found)
        ]
        if len(found) > MOST_VISITED:
            break
    return frozenset(found)


def where(place: Place, bundle: Bundle) -> str:
    """The pointer of a place, after the name of its file where that is another than the root."""
    return place.pointer if place.file == bundle.root else f"{place.file}#{place.pointer}"


def _alternatives(schema: Place, bundle: Bundle, found: set[str]) -> Iterator[Place]:
    """The schema behind its references with all that it is composed of; what was met before is not met again."""
    todo = [schema]
    met: set[str] = set()
    while todo and len(met) < MOST_VISITED:
        place = todo.pop()
        pointer = where(place, bundle)
        if pointer in met:
            continue
        met.add(pointer)
        found.add(pointer)
        if not isinstance(place.value, dict):
            continue
        yield place
        reference = place.value.get("$ref")
        if isinstance(reference, str):
            target = bundle.find(reference, place.file)
            if not isinstance(target, str):
                todo.append(target)
        for name in _BRANCHES:
            members = place.value.get(name)
            for index, member in enumerate(members if isinstance(members, list) else ()):
                todo.append(Place(place.file, child(child(place.pointer, name), index), member))
        todo.extend(
            Place(place.file, child(place.pointer, name), place.value[name])
            for name in _CONDITIONS
            if isinstance(place.value.get(name), dict)
        )


def _inside(place: Place, step: str | int | None) -> Iterator[Place]:
    assert isinstance(place.value, dict)
    if isinstance(step, str):
        properties = place.value.get("properties")
        if isinstance(properties, dict) and step in properties:
            yield Place(place.file, child(child(place.pointer, "properties"), step), properties[step])
        elif isinstance(place.value.get("additionalProperties"), dict):
            name = "additionalProperties"
            yield Place(place.file, child(place.pointer, name), place.value[name])
        return
    firsts = place.value.get("prefixItems")
    if isinstance(firsts, list):
        for index, each in enumerate(firsts):
            if step in (None, index):
                yield Place(place.file, child(child(place.pointer, "prefixItems"), index), each)
    if isinstance(place.value.get("items"), dict):
        yield Place(place.file, child(place.pointer, "items"), place.value["items"])
