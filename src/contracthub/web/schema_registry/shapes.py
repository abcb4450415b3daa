"""The objects that requests are made of, as they must be for every client to read them back (schema-registry-api §4).

A shape takes a value and where it stands, and returns it without nulls. It raises :class:`Refused`: 400 for another
kind of value, 422 for a field that nobody knows, unless the client asked for those to be passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.domain.registry import CONFIG_FIELDS, LARGEST_ID
from contracthub.web.problems import Refused

_TOLD = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, for messages; ``is_tolerant`` when unknown fields are passed over."""

    path: str
    is_tolerant: bool

    def inside(self, name: str) -> "Place":
        """A value in this one."""
        return Place(f"{self.path}.{name}" if self.path else name, self.is_tolerant)


Shape = Callable[[Any, Place], Any]


def bad_request(why: str) -> Refused:
    """A request that is none."""
    return Refused(400, "malformed", f"HTTP 400 Bad Request: {why}")


def anything(value: Any, _place: Place) -> Any:
    """Whatever it is; somebody else looks at it."""
    return value


def unsupported(value: Any, place: Place) -> None:
    """What would change the schema's text, which is not done here; to pass it over would tell a lie."""
    if value:
        raise Refused(
            422, "unsupported-field", f"{place.path} is not supported: register the text with its tags in it."
        )


def text(value: Any, place: Place) -> str:
    """A text."""
    if not isinstance(value, str):
        raise _must_be(place, "a text")
    return value


def integer(value: Any, place: Place) -> int:
    """A number that ids and versions can be."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_ID:
        raise _must_be(place, "an integer of 32 bits")
    return value


def boolean(value: Any, place: Place) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise _must_be(place, "true or false")
    return value


def listed(inner: Shape) -> Shape:
    """A list of values of one shape."""

    def shape(value: Any, place: Place) -> list[Any]:
        if not isinstance(value, list):
            raise _must_be(place, "a list")
        return [inner(each, place.inside(str(index))) for index, each in enumerate(value)]

    return shape


def mapped(inner: Shape) -> Shape:
    """An object with values of one shape under any names."""

    def shape(value: Any, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _must_be(place, "an object")
        return {name: inner(each, place.inside(name)) for name, each in value.items() if each is not None}

    return shape


def record(fields: Mapping[str, Shape], *, keeps_null: bool = False) -> Shape:
    """An object with known fields."""

    def shape(value: Any, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _must_be(place, "an object")
        unknown = next((name for name in value if name not in fields), None)
        if unknown is not None and not place.is_tolerant:
            raise Refused(422, "unknown-field", f"Unrecognized field: {place.inside(unknown).path[:_TOLD]}")
        known = ((name, each, fields[name]) for name, each in value.items() if name in fields)
        return {
            name: None if each is None else inner(each, place.inside(name))
            for name, each, inner in known
            if keeps_null or each is not None
        }

    return shape


def _must_be(place: Place, what: str) -> Refused:
    return bad_request(f"{place.path[:_TOLD] or 'the body'} must be {what}")


REFERENCE = record({"name": text, "subject": text, "version": integer})
METADATA = record({"properties": mapped(text), "tags": mapped(listed(text)), "sensitive": listed(text)})
RULE = record(
    {
        **dict.fromkeys(("name", "doc", "kind", "mode", "type", "expr", "onSuccess", "onFailure"), text),
        "tags": listed(text),
        "params": mapped(text),
        "disabled": boolean,
    }
)
RULE_SET = record({**dict.fromkeys(("domainRules", "migrationRules", "encodingRules"), listed(RULE)), "enableAt": text})
_OF_AN_ANSWER = ("subject", "guid", "ts", "deleted", "schemaTags")
_CHANGING = ("schemaTagsToAdd", "schemaTagsToRemove", "propagateSchemaTags")
SCHEMA_REQUEST = record(
    {
        **dict.fromkeys(("schema", "schemaType"), text),
        "references": listed(REFERENCE),
        "metadata": METADATA,
        "ruleSet": RULE_SET,
        **dict.fromkeys(("id", "version"), integer),
        # Clients send an answer back as they got it; what is not of a request says nothing.
        **dict.fromkeys(_OF_AN_ANSWER, anything),
        **dict.fromkeys(_CHANGING, unsupported),
    }
)
# A null takes a setting back, so it is kept.
CONFIG_REQUEST = record(
    {
        **dict.fromkeys(("compatibility", *CONFIG_FIELDS), anything),
        **dict.fromkeys(("defaultMetadata", "overrideMetadata"), METADATA),
        **dict.fromkeys(("defaultRuleSet", "overrideRuleSet"), RULE_SET),
    },
    keeps_null=True,
)
MODE_REQUEST = record({"mode": anything})
