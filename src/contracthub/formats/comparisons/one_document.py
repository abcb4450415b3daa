"""A document of several files as one, so that whatever follows local references only can read all of it."""

from collections.abc import Mapping
from typing import cast

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.bundle import Bundle, Place, references_in
from contracthub.formats.json_places import values_along
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

FILES = "x-contracthub-files"
"""Under this member of the root the other files are, by name."""


def in_one(root: str, files: Mapping[str, bytes], limits: Limits = DOCUMENT) -> JsonObject:
    """The root with the other files in it, and each reference to one of them turned into a local one.

    A reference that leads elsewhere stays as it is. Raises ``Invalid`` for what is no JSON or YAML, or no object, and
    ``TooLarge``.
    """
    documents = {name: safe_yaml.loads(data, limits) for name, data in files.items()}
    whole = documents[root]
    if not isinstance(whole, dict):
        raise Invalid("malformed-document", f"{root} holds no object.")
    if len(documents) == 1:
        return whole
    bundle = Bundle(root, documents)
    for name, document in documents.items():
        _make_local(bundle, name, document)
    whole[FILES] = {name: document for name, document in documents.items() if name != root}
    return whole


def _make_local(bundle: Bundle, name: str, document: JsonValue) -> None:
    # An alias of YAML makes one object stand in several places; it is turned once.
    turned: set[int] = set()
    for pointer, reference in [*references_in(document)]:
        holder = cast("JsonObject", values_along(document, pointer)[-1])
        found = bundle.find(reference, name)
        if isinstance(found, Place) and id(holder) not in turned:
            holder["$ref"] = "#" + _inside(bundle, found)
            turned.add(id(holder))


def _inside(bundle: Bundle, place: Place) -> str:
    if place.file == bundle.root:
        return place.pointer
    return child(child("", FILES), place.file) + place.pointer


def place_in_files(root: str, pointer: str) -> tuple[str, str]:
    """The file that a pointer into the one document leads to, and the pointer in that file."""
    steps = pointer.split("/", 3)
    if steps[1:2] != [FILES] or len(steps) < 3:
        return root, pointer
    name = steps[2].replace("~1", "/").replace("~0", "~")
    return name, f"/{steps[3]}" if len(steps) > 3 else ""
