"""Places in a provider's document, and the references that lead to them: local ones only, never a file or a network."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from contracthub.domain.errors import Invalid
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_HOPS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a document, and the pointer that leads to it."""

    value: JsonValue
    pointer: str

    @property
    def object(self) -> JsonObject:
        """The value as an object; empty where it is none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def list(self) -> list[JsonValue]:
        """The value as a list; empty where it is none."""
        return self.value if isinstance(self.value, list) else []

    def member(self, name: str) -> "Place":
        """A member; with the value None where there is none."""
        return Place(self.object.get(name), child(self.pointer, name))

    def members(self) -> "Iterator[tuple[str, Place]]":
        """All members with their names."""
        return ((name, Place(value, child(self.pointer, name))) for name, value in self.object.items())

    def items(self) -> "Iterator[Place]":
        """All items."""
        return (Place(value, child(self.pointer, at)) for at, value in enumerate(self.list))


def resolved(document: JsonObject, place: Place) -> Place:
    """What a place stands for: where it is a reference, what that leads to, through as many as it takes.

    A reference that leads nowhere, or in a circle, stands for an empty object. Raises ``Invalid`` for one that leads
    out of the document.
    """
    for _ in range(MOST_HOPS):
        reference = place.object.get("$ref")
        if not isinstance(reference, str):
            return place
        place = lookup(document, reference) or Place({}, place.pointer)
    return Place({}, place.pointer)


def lookup(document: JsonObject, reference: str) -> Place | None:
    """What a local reference names; None where there is nothing. Raises ``Invalid`` for another document's."""
    if not reference.startswith("#"):
        told = (
            f"The reference {reference[:200]!r} leads out of the document. Nothing is fetched because a document asks "
            "for it: bundle it into one file."
        )
        raise Invalid("foreign-reference", told)
    node: JsonValue = document
    pointer = ""
    for token in reference[1:].split("/")[1:]:
        name = unquote(token).replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
        pointer = child(pointer, name)
    return Place(node, pointer)
