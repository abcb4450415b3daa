"""Documents that were uploaded together and refer to one another. Nothing else is ever read, nothing is fetched."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from contracthub.formats.json_places import values_along
from contracthub.formats.pointers import pointer_from
from contracthub.formats.safe_json import JsonValue


@dataclass(frozen=True, slots=True)
class Place:
    """A value in one of the documents: the document's name, and the JSON pointer of the value in it."""

    file: str
    pointer: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Lost:
    """A reference that leads nowhere: where it stands, what it names, and why it can't be followed."""

    file: str
    pointer: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """``documents`` by file name, relative to one folder and with ``/``; ``root`` is the one that is published."""

    root: str
    documents: Mapping[str, JsonValue]

    def find(self, reference: str, file: str) -> Place | str:
        """What a ``$ref`` in ``file`` names; a sentence when it leads nowhere."""
        try:
            parts = urlsplit(reference)
        except ValueError:
            return "it is no address"
        if parts.scheme or parts.netloc:
            return "it leads elsewhere, and nothing is fetched; upload the document with this one and name its file"
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
        )
        if target not in self.documents:
            return f"no file {target[:200]!r} was uploaded with it"
        return _walk(target, self.documents[target], unquote(parts.fragment))

    def resolved(self, place: Place) -> Place | None:
        """The place itself, or the one that a chain of references from there leads to; None when it leads nowhere."""
        for _ in range(_LONGEST_CHAIN):
            reference = place.value.get("$ref") if isinstance(place.value, dict) else None
            if not isinstance(reference, str):
                return place
            found = self.find(reference, place.file)
            if isinstance(found, str):
                return None
            place = found
        return None

    def lost_references(self) -> Iterator[Lost]:
        """Every ``$ref`` that leads nowhere, in the order of the documents."""
        for file, document in self.documents.items():
            # Documents refer to the same few hundred places thousands of times.
            reasons: dict[str, str | None] = {}
            for trail, reference in _references(document):
                if reference not in reasons:
                    found = self.find(reference, file)
                    reasons[reference] = found if isinstance(found, str) else None
                reason = reasons[reference]
                if reason is not None:
                    yield Lost(file, _pointer(trail), reference, reason)


def references_in(document: JsonValue) -> Iterator[tuple[str, str]]:
    """Each ``$ref`` of a document, after the pointer of the object it stands in. Examples and extensions are data and
    have none.
    """
    for trail, reference in _references(document):
        yield _pointer(trail), reference


_Trail: TypeAlias = "tuple[_Trail, str | int] | None"
"""The steps to a place, the last one first; a pointer is made of it where one is needed."""


def _references(document: JsonValue) -> Iterator[tuple[_Trail, str]]:
    todo: list[tuple[JsonValue, _Trail]] = [(document, None)]
    while todo:
        value, trail = todo.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                yield trail, reference
            is_map = trail is not None and trail[1] in _MAPS
            todo.extend(
                (member, (trail, key))
                for key, member in reversed(value.items())
                if isinstance(member, dict | list) and (is_map or not _is_data(key))
            )
        elif isinstance(value, list):
            todo.extend(
                (item, (trail, index)) for index, item in reversed([*enumerate(value)]) if isinstance(item, dict | list)
            )


def _is_data(key: str) -> bool:
    # What a vendor's extension says with a reference, only the vendor knows.
    return key in _DATA or key.startswith("x-")


def _pointer(trail: _Trail) -> str:
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return pointer_from(reversed(steps))


_LONGEST_CHAIN = 20
# What these hold is data, unless they are names that somebody chose: a property may be called "example".
_DATA = frozenset({"example", "examples", "default", "enum", "const"})
_MAPS = frozenset(
    {
        *("properties", "patternProperties", "schemas", "definitions", "$defs", "components"),
        *("headers", "parameters", "responses", "requestBodies"),
    }
)


def _walk(file: str, document: JsonValue, fragment: str) -> Place | str:
    if fragment and not fragment.startswith("/"):
        return f"#{fragment[:200]} is no JSON pointer"
    try:
        return Place(file, fragment, values_along(document, fragment)[-1])
    except LookupError:
        return f"there is nothing at {fragment[:200]}"
