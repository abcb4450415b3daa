"""One of the two documents that are compared: its version, and references followed where somebody asks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.openapi.diff.original import original_pointer
from contracthub.formats.openapi.diff.upgrade import upgraded
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.pointers import child as child_pointer
from contracthub.formats.safe_json import JsonObject, JsonValue

# A chain of references longer than this is a circle.
_LONGEST_CHAIN = 50


@dataclass(slots=True, eq=False)
class Side:
    """A document and its files. ``lost`` gathers the references that lead nowhere; what they name counts as empty.

    ``older`` is what was written, where that is OpenAPI 2.0. ``remembered`` is what comparisons worked out about the
    document that holds for all of them.
    """

    version: str
    bundle: Bundle
    lost: dict[str, str] = field(default_factory=dict)
    targets: dict[tuple[str, str], Place] = field(default_factory=dict)
    older: JsonObject | None = None
    remembered: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> Place:
        """The document itself."""
        return Place(self.bundle.root, "", self.bundle.documents[self.bundle.root])

    @property
    def has_type_lists(self) -> bool:
        """Whether schemas are JSON Schema 2020-12 (OpenAPI 3.1 and later)."""
        return self.version not in ("2.0", "3.0")

    def pointer_of(self, place: Place | None) -> str | None:
        """How a change names a place: its pointer, after ``file#`` when it is not in the root document."""
        if place is None:
            return None
        if place.file != self.bundle.root:
            return f"{place.file}#{place.pointer}"
        return place.pointer if self.older is None else original_pointer(self.older, place.pointer)

    def resolved(self, place: Place) -> Place:
        """The place that a chain of references leads to, or an empty object where it leads nowhere."""
        for _ in range(_LONGEST_CHAIN):
            reference = place.value.get("$ref") if isinstance(place.value, dict) else None
            if not isinstance(reference, str):
                return place
            place = self.target(reference, place)
        return Place(place.file, place.pointer, {})

    def target(self, reference: str, at: Place) -> Place:
        """What a reference in ``at`` names, followed once."""
        known = self.targets.get((at.file, reference))
        if known is not None:
            return known
        found = self.bundle.find(reference, at.file)
        if isinstance(found, str):
            self.lost.setdefault(f"{at.file}#{at.pointer}", f"{reference[:200]}: {found}")
            found = Place(at.file, at.pointer, {})
        self.targets[at.file, reference] = found
        return found


def side_of(document: OpenApiDocument) -> Side:
    """The document as a side of a comparison; what is written in OpenAPI 2.0 is read as 3.0."""
    remembered = document.remembered
    if document.version != "2.0":
        return Side(document.version, document.bundle, remembered=remembered)
    if "upgraded" not in remembered:
        remembered["upgraded"] = upgraded(document.bundle)
    return Side("3.0", remembered["upgraded"], older=document.document, remembered=remembered)


def member(place: Place | None, key: str) -> Place | None:
    """The member of an object, None where there is none."""
    value = place.value if place is not None else None
    if place is None or not isinstance(value, dict) or key not in value:
        return None
    return Place(place.file, child_pointer(place.pointer, key), value[key])


def object_at(place: Place | None) -> JsonObject:
    """The object at a place, empty where there is none."""
    return place.value if place is not None and isinstance(place.value, dict) else {}


def members(place: Place | None) -> Iterator[tuple[str, Place]]:
    """The members of an object by name; extensions are none of them."""
    return ((key, each) for key, each in entries(place) if not key.startswith("x-"))


def without(place: Place, ignored: Collection[str]) -> Place:
    """An object without some of its members."""
    if not ignored or not isinstance(place.value, dict):
        return place
    kept: JsonObject = {key: value for key, value in place.value.items() if key not in ignored}
    return Place(place.file, place.pointer, kept)


def entries(place: Place | None) -> Iterator[tuple[str, Place]]:
    """The members of a map, whose names somebody chose: a header may be called ``x-total``."""
    if place is not None and isinstance(place.value, dict):
        for key, value in place.value.items():
            yield key, Place(place.file, child_pointer(place.pointer, key), value)


def items(place: Place | None) -> list[Place]:
    """The items of an array, none where there is no array."""
    value: JsonValue = place.value if place is not None else None
    if place is None or not isinstance(value, list):
        return []
    return [Place(place.file, child_pointer(place.pointer, index), item) for index, item in enumerate(value)]
