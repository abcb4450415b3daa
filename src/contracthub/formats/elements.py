"""What a provider contract is made of, in one shape for every format.

An element is a part that a consumer can use or leave alone: an operation, a field, a channel. Differences, field usage
and the pages name parts of a contract by these.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MOST_ELEMENTS = 20_000
"""So many parts of one document are told; documents of this size are machines' work, and nobody reads the rest."""


class ElementKind(StrEnum):
    """What an element is, in the words of the formats that have it."""

    SERVER = "server"
    CHANNEL = "channel"
    OPERATION = "operation"
    PARAMETER = "parameter"
    REQUEST_BODY = "request-body"
    RESPONSE = "response"
    MESSAGE = "message"
    HEADER = "header"
    TYPE = "type"
    FIELD = "field"
    ARGUMENT = "argument"
    ENUM_VALUE = "enum-value"
    DIRECTIVE = "directive"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a provider contract.

    ``name`` is the key by which it is known from version to version (``GET /orders/{id}``, ``Query.orders``,
    ``simulation.events``, ``$.lines[*].sku``); an element is known by its kind and name together. ``path`` is where it
    belongs, as a person reads it: the operation, channel or type above it, with the name at the end. ``pointer`` is its
    place in the document (RFC 6901, or ``line:column``), None where the document has none. ``deprecated`` says that the
    provider asks consumers to leave it.
    """

    kind: ElementKind
    name: str
    path: str
    pointer: str | None = None
    deprecated: bool = False


def bounded(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Each element once, the first of its kind and name, in the order given; at most ``MOST_ELEMENTS``."""
    return tuple(islice(_once(elements), MOST_ELEMENTS))


def _once(elements: Iterable[Element]) -> Iterator[Element]:
    seen: set[tuple[ElementKind, str]] = set()
    for element in elements:
        key = (element.kind, element.name)
        if key not in seen:
            seen.add(key)
            yield element
