"""The shape of a row of rules about schemas: one kind of edit, made into a rule for each kind of place."""

from dataclasses import dataclass
from typing import Any

from contracthub.formats.changes import Direction, Effect
from contracthub.formats.openapi.diff.places import Kind

ALL = tuple(Kind)
BODIES = (Kind.REQUEST_BODY, Kind.RESPONSE_BODY)
PROPERTIES = (Kind.REQUEST_PROPERTY, Kind.RESPONSE_PROPERTY)
REQUESTS = tuple(kind for kind in Kind if kind.direction is Direction.REQUEST)
RESPONSES = tuple(kind for kind in Kind if kind.direction is Direction.RESPONSE)
SCHEMAS = (*BODIES, *PROPERTIES)


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of edit. ``says`` completes "The schema ..."; ``old`` and ``new`` are the schemas of the example.

    ``within`` is what the example needs besides its place: ``/text``, or ``@30`` for a notice of 30 days. ``quiet``:
    where a change that harms nobody is told on demand only.
    """

    suffix: str
    effect: Effect
    says: str
    old: dict[str, Any]
    new: dict[str, Any]
    mirror: str | None
    kinds: tuple[Kind, ...] = ALL
    waiver: str = ""
    within: str = ""
    quiet: tuple[Kind, ...] = ()


def string(**keywords: Any) -> dict[str, Any]:
    """A schema of strings, for examples."""
    return {"type": "string", **keywords}


def an_object(**keywords: Any) -> dict[str, Any]:
    """A schema of objects, for examples."""
    return {"type": "object", **keywords}


def array(**keywords: Any) -> dict[str, Any]:
    """A schema of arrays of strings, for examples."""
    return {"type": "array", "items": {"type": "string"}, **keywords}


def integer(**keywords: Any) -> dict[str, Any]:
    """A schema of integers, for examples."""
    return {"type": "integer", **keywords}
