"""Applies traits, which may stand in other files than what they are applied to.

In version 2 a trait is merged over its target (JSON Merge Patch), in version 3 it never overrides it.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

# What traits may add to and not only set.
_MERGED = ("headers", "bindings")


def with_traits(target: Place, traits: Sequence[Place], bundle: Bundle, *, override: bool) -> Mapping[str, Place]:
    """The members of ``target`` by name, with those of its traits, each with the place where it stands."""
    members = _members(target)
    later = {**_together([_members(trait) for trait in traits], bundle)}
    return _merged(members, later, bundle) if override else _merged(later, members, bundle)


def _together(several: Iterable[Mapping[str, Place]], bundle: Bundle) -> Mapping[str, Place]:
    nothing: Mapping[str, Place] = {}
    return reduce(lambda one, other: _merged(one, other, bundle), several, nothing)


def _members(place: Place) -> Mapping[str, Place]:
    if not isinstance(place.value, dict):
        return {}
    return {key: Place(place.file, child(place.pointer, key), value) for key, value in place.value.items()}


def _merged(under: Mapping[str, Place], over: Mapping[str, Place], bundle: Bundle) -> Mapping[str, Place]:
    merged = {**under, **over}
    for name in _MERGED:
        if name in under and name in over:
            one, other = bundle.resolved(under[name]), bundle.resolved(over[name])
            if one is not None and other is not None:
                value = _patched(_rebased(one.value, one.file), _rebased(other.value, other.file))
                merged[name] = Place(ANYWHERE, other.pointer, value)
    return {name: place for name, place in merged.items() if place.value is not None}


ANYWHERE = ""
"""The file of what was put together from several: its references name their files from the folder of the root."""


def _rebased(value: JsonValue, file: str) -> JsonValue:
    """The value with references that lead to the same places from anywhere."""
    if isinstance(value, list):
        return [_rebased(item, file) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _from_anywhere(member, file) if key == "$ref" and isinstance(member, str) else _rebased(member, file)
        for key, member in value.items()
    }


def _from_anywhere(reference: str, file: str) -> str:
    path, mark, fragment = reference.partition("#")
    if "://" in path or path.startswith("//"):
        return reference
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
    return f"{target}{mark}{fragment}"


def _patched(under: JsonValue, over: JsonValue) -> JsonValue:
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(over, dict):
        return over
    merged = dict(under) if isinstance(under, dict) else {}
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _patched(merged.get(key), value)
    return merged
