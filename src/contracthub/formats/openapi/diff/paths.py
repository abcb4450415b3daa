"""Pairs the paths of two documents, and the operations of each pair."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.sides import Side, member, members
from contracthub.formats.openapi.parse import METHODS

_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class PathPair:
    """A path on both sides; ``renamed`` says what the old names of its parameters are called in the new document."""

    path: str
    old_path: str
    old: Place
    new: Place
    renamed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths that only one side has, and those that both have."""

    removed: tuple[tuple[str, Place], ...]
    added: tuple[tuple[str, Place], ...]
    pairs: tuple[PathPair, ...]


def paired(old: Side, new: Side, group: str = "paths") -> Paths:
    """Equal templates first, then those that differ in the names of parameters only, in the order of the documents."""
    olds, news = dict(members(member(old.root, group))), dict(members(member(new.root, group)))
    pairs = [_pair(path, path, olds[path], news[path], old, new) for path in olds if path in news]
    by_shape: dict[str, list[str]] = {}
    for path in news:
        if path not in olds:
            by_shape.setdefault(_shape(path), []).append(path)
    removed: list[tuple[str, Place]] = []
    for path, place in olds.items():
        if path in news:
            continue
        alike = by_shape.get(_shape(path))
        if alike:
            other = alike.pop(0)
            pairs.append(_pair(path, other, place, news[other], old, new))
        else:
            removed.append((path, old.resolved(place)))
    left = {path for paths in by_shape.values() for path in paths}
    added = tuple((path, new.resolved(place)) for path, place in news.items() if path in left)
    return Paths(tuple(removed), added, tuple(pairs))


def _shape(path: str) -> str:
    return _NAME.sub("{}", path)


def _pair(old_path: str, path: str, old: Place, new: Place, old_side: Side, new_side: Side) -> PathPair:
    renamed = dict(zip(_NAME.findall(old_path), _NAME.findall(path), strict=True))
    return PathPair(path, old_path, old_side.resolved(old), new_side.resolved(new), renamed)


def operations_of(item: Place) -> Iterator[tuple[str, Place]]:
    """The operations of a path item by method, in capitals; methods of one's own (3.2) too."""
    for method in METHODS:
        found = member(item, method)
        if found is not None and isinstance(found.value, dict):
            yield method.upper(), found
    for method, found in members(member(item, "additionalOperations")):
        if isinstance(found.value, dict):
            yield method, found
