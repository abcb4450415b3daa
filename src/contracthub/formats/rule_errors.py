"""Words what a validator found: the alternative that was most likely meant, since "none of these" helps nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracthub.formats.pointers import pointer_from

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_LONGEST_TEXT = 300
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a document breaks. ``is_readable`` says that what the document means is clear nevertheless."""

    pointer: str
    text: str
    is_readable: bool = False


def worded(error: "ValidationError", pointer: str) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the text of what is wrong, below ``pointer``."""
    for broken in told(error, pointer):
        yield broken.pointer, broken.text


def told(error: "ValidationError", pointer: str, depth: int = 0) -> Iterator[Broken]:
    """The rules that an error is about, below ``pointer``."""
    branches: list[list[ValidationError]] = getattr(error.kind, "context", None) or []
    # An alternative without an error fits; one more does, too, where only one may.
    if not all(branches) or not branches or depth == _DEEPEST:
        yield Broken(pointer + pointer_from(error.instance_path), error.message[:_LONGEST_TEXT], _is_readable(error))
        return
    here = len(error.instance_path)
    for inner in max(branches, key=lambda branch: _likeness(branch, here)):
        yield from told(inner, pointer, depth + 1)


def _likeness(branch: "list[ValidationError]", here: int) -> tuple[bool, int, int, int]:
    """How well a value fits an alternative: not asked for a reference, is of the kind that it says it is, fails deep
    inside, and seldom.
    """
    wants_reference = any(error.message == '"$ref" is a required property' for error in branch)
    other_kinds = sum(error.kind.name in _CHOICES and len(error.instance_path) == here + 1 for error in branch)
    deepest = max(len(error.instance_path) for error in branch)
    return not wants_reference, -other_kinds, deepest, -len(branch)


def _is_readable(error: "ValidationError") -> bool:
    kind: Any = error.kind
    if kind.name == "oneOf":
        return not all(kind.context)
    if kind.name == "required":
        return kind.property in _LEFT_OUT
    if kind.name == "type" and _is_slip(error.instance, {*kind.types}):
        return True
    last = error.instance_path[-1] if error.instance_path else None
    return kind.name in _READABLE or _is_of_later_version(last, error.instance)


def _is_slip(value: object, wanted: set[str]) -> bool:
    """Whether a value of the wrong type says what was meant: nothing for what is left out, the empty list that some
    languages write for an empty object, a number that YAML made of a text.
    """
    if value is None or value == []:
        return True
    return "string" in wanted and not isinstance(value, dict | list)


def _is_of_later_version(member: object, value: object) -> bool:
    """Whether a member of a schema is written as newer versions of JSON Schema have it."""
    if member == "type":
        return value == "null" or (isinstance(value, list) and all(each in _TYPES for each in value))
    return member in _BOUNDS and isinstance(value, int | float)


_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_BOUNDS = ("exclusiveMinimum", "exclusiveMaximum")
# A parameter in the path is required in any case; one without a schema may be anything.
_LEFT_OUT = frozenset({"description", "required", "schema", "scopes"})
_CHOICES = frozenset({"enum", "const"})
_READABLE = frozenset(
    {
        *("additionalProperties", "unevaluatedProperties", "pattern", "propertyNames", "not", "uniqueItems"),
        *("minProperties", "minItems", "format"),
    }
)
