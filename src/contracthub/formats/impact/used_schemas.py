"""Which schemas of a document a place in a body passes through, step by step."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.pointers import child

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\*)\]|\['((?:[^'\\]|\\.)*)'\]")
_BRANCHES = ("allOf", "oneOf", "anyOf")
_CONDITIONS = ("then", "else", "if")
MOST_VISITED = 2_000

Step = str | int | None
"""A name, an index, or None for any item."""


@dataclass(frozen=True, slots=True)
class Level:
    """What describes one place on the way: ``entries`` as they are reached, ``pointers`` with all behind them."""

    entries: tuple[Place, ...]
    pointers: frozenset[str]


def steps_of(path: str) -> list[Step]:
    """The steps of ``$.lines[*].sku``: names, indexes, and None for any item."""
    steps: list[Step] = []
    for name, index, quoted in _STEP.findall(path):
        if name or quoted:
            steps.append(name or re.sub(r"\\(.)", r"\1", quoted))
        else:
            steps.append(None if index in ("*", "") else int(index))
    return steps


def below(level: Level, step: Step, bundle: Bundle) -> Level | None:
    """What describes the next place on the way, None where nothing does. Bounded."""
    entries = [
        inner for entry in level.entries for place in alternatives(entry, bundle) for inner in _inside(place, step)
    ]
    return level_of(entries[:MOST_VISITED], bundle) if entries else None


def where(place: Place, bundle: Bundle) -> str:
    """The pointer of a place, after the name of its file where that is another than the root."""
    return place.pointer if place.file == bundle.root else f"{place.file}#{place.pointer}"


def level_of(entries: Sequence[Place], bundle: Bundle) -> Level:
    """Schemas of one place, each once, with all behind them."""
    unique = {where(each, bundle): each for each in entries}
    behind = [place for entry in unique.values() for place in alternatives(entry, bundle)]
    # What was translated is known by the places that it was made of.
    origins = {each for place in behind for each in getattr(place.value, "origins", ())}
    return Level(tuple(unique.values()), frozenset({*unique, *(where(place, bundle) for place in behind), *origins}))


def alternatives(schema: Place, bundle: Bundle) -> Iterator[Place]:
    """The schema with all that it refers to and is composed of; what was met before is not met again."""
    todo = [schema]
    met: set[str] = set()
    while todo and len(met) < MOST_VISITED:
        place = todo.pop()
        pointer = where(place, bundle)
        if pointer in met or not isinstance(place.value, dict):
            continue
        met.add(pointer)
        yield place
        reference = place.value.get("$ref")
        if isinstance(reference, str):
            target = bundle.find(reference, place.file)
            if not isinstance(target, str):
                todo.append(target)
        for name in _BRANCHES:
            todo.extend(members(place, name))
        todo.extend(
            Place(place.file, child(place.pointer, name), place.value[name])
            for name in _CONDITIONS
            if isinstance(place.value.get(name), dict)
        )


def members(place: Place, name: str) -> list[Place]:
    """The schemas that a keyword lists."""
    found = place.value.get(name) if isinstance(place.value, dict) else None
    pointer = child(place.pointer, name)
    listed = found if isinstance(found, list) else []
    return [Place(place.file, child(pointer, index), each) for index, each in enumerate(listed)]


def _inside(place: Place, step: Step) -> Iterator[Place]:
    assert isinstance(place.value, dict)
    if isinstance(step, str):
        yield from _properties(place, step)
        return
    firsts = members(place, "prefixItems")
    yield from (each for index, each in enumerate(firsts) if step in (None, index))
    if isinstance(place.value.get("items"), dict) and (step is None or step >= len(firsts)):
        yield Place(place.file, child(place.pointer, "items"), place.value["items"])


def _properties(place: Place, step: str) -> Iterator[Place]:
    assert isinstance(place.value, dict)
    properties = place.value.get("properties")
    if isinstance(properties, dict) and step in properties:
        yield Place(place.file, child(child(place.pointer, "properties"), step), properties[step])
        return
    by_pattern = place.value.get("patternProperties")
    # Which of the patterns the name meets is not asked: a pattern may take for ever.
    for pattern, each in by_pattern.items() if isinstance(by_pattern, dict) else ():
        yield Place(place.file, child(child(place.pointer, "patternProperties"), pattern), each)
    if isinstance(place.value.get("additionalProperties"), dict):
        name = "additionalProperties"
        yield Place(place.file, child(place.pointer, name), place.value[name])
