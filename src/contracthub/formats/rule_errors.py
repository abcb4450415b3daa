"""Words what a validator found: the alternative that was most likely meant, since "none of these" helps nobody."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contracthub.formats.pointers import pointer_from

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_LONGEST_TEXT = 300
_DEEPEST = 20


def worded(error: "ValidationError", pointer: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the text of what is wrong, below ``pointer``."""
    branches = [branch for branch in getattr(error.kind, "context", None) or () if branch]
    if not branches or depth == _DEEPEST:
        yield pointer + pointer_from(error.instance_path), error.message[:_LONGEST_TEXT]
        return
    for inner in max(branches, key=_likeness):
        yield from worded(inner, pointer, depth + 1)


def _likeness(branch: "list[ValidationError]") -> tuple[bool, int, int]:
    """How well a document fits an alternative: not asked for a reference, fails deep inside, and seldom."""
    wants_reference = any(error.message == '"$ref" is a required property' for error in branch)
    deepest = max(len(error.instance_path) for error in branch)
    return not wants_reference, deepest, -len(branch)
