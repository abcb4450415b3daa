"""Finds what a ``$ref`` names, among the documents that were given and nowhere else. Nothing is ever fetched."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

from contracthub.formats.json_places import values_along
from contracthub.formats.pointers import token
from contracthub.formats.safe_json import JsonObject, JsonValue

Place: TypeAlias = tuple[JsonValue, str, str]
"""A schema, the base URI that holds inside of it, and its JSON pointer in its document."""

# Where no schemas live: what stands there may look like one.
_DATA = frozenset({"const", "enum", "default", "examples"})
ROOT_URI = "contracthub:schema"


class Resolver:
    """Knows every place of a document and of those that it may refer to, by URI and by anchor."""

    def __init__(self, document: JsonValue, others: Mapping[str, JsonValue]) -> None:
        self._places: dict[str, Place] = {}
        self._documents: dict[str, JsonValue] = {}
        for uri, each in others.items():
            self._add(each, urljoin(ROOT_URI, uri))
        self._add(document, ROOT_URI)
        self.root: Place = (document, base_of(document, ROOT_URI), "")

    def _add(self, document: JsonValue, uri: str) -> None:
        self._documents[uri] = document
        for value, base, pointer in _schemas(document, uri):
            own = value.get("$id", value.get("id"))
            if isinstance(own, str) and not own.startswith("#"):
                self._documents.setdefault(base, value)
                self._places.setdefault(base, (value, base, pointer))
            for anchor in _anchors(value):
                self._places.setdefault(f"{base}#{anchor}", (value, base, pointer))

    def find(self, reference: str, base: str) -> Place | None:
        """The place that ``reference`` names from inside of ``base``; None when nothing that was given has it."""
        try:
            target = urljoin(base, reference) if not reference.startswith("#") else f"{base}{reference}"
        except ValueError:
            return None
        uri, fragment = urldefrag(target)
        if fragment and not fragment.startswith("/"):
            return self._places.get(f"{uri}#{fragment}")
        document = self._documents.get(uri, self._documents.get(reference.partition("#")[0]))
        return None if document is None else _walk(document, uri, unquote(fragment))


def base_of(value: JsonValue, base: str) -> str:
    """The base URI inside of a schema, given the one around it."""
    own = value.get("$id", value.get("id")) if isinstance(value, dict) else None
    if not isinstance(own, str) or own.startswith("#"):
        return base
    try:
        return urldefrag(urljoin(base, own))[0]
    except ValueError:
        return base


def _anchors(value: JsonObject) -> Iterator[str]:
    for key in ("$anchor", "$dynamicAnchor"):
        if isinstance(value.get(key), str):
            yield str(value[key])
    own = value.get("$id", value.get("id"))
    if isinstance(own, str) and own.startswith("#"):
        yield own[1:]


def _schemas(document: JsonValue, uri: str) -> Iterator[tuple[JsonObject, str, str]]:
    todo: list[tuple[JsonValue, str, str]] = [(document, uri, "")]
    while todo:
        value, base, pointer = todo.pop()
        if isinstance(value, dict):
            base = base_of(value, base)
            yield value, base, pointer
            todo.extend((member, base, f"{pointer}/{token(key)}") for key, member in value.items() if key not in _DATA)
        elif isinstance(value, list):
            todo.extend((item, base, f"{pointer}/{index}") for index, item in enumerate(value))


def _walk(document: JsonValue, base: str, fragment: str) -> Place | None:
    try:
        values = values_along(document, fragment)
    except LookupError:
        return None
    for value in values:
        base = base_of(value, base)
    return values[-1], base, fragment
