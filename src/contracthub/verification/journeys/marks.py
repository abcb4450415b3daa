"""Whether what is still told of a thing says that the thing was removed: many keep what is deleted, with a mark."""

import re
from collections.abc import Iterator

from contracthub.formats.safe_json import JsonValue

_DEEPEST = 3
_NAME_OF_A_MARK = re.compile(r"delet|remov|archiv|trash|discard|destroy", re.IGNORECASE)
_NAME_OF_LIFE = re.compile(r"active|enabled", re.IGNORECASE)
_WORDS = frozenset(
    {
        *("deleted", "removed", "archived", "trashed", "discarded", "destroyed", "inactive", "disabled"),
        *("cancelled", "canceled", "closed", "terminated", "retired", "deactivated"),
    }
)


def mark_of_removal(told: JsonValue, before: JsonValue) -> str:
    """What says that the thing was removed, and was not so before: ``deleted is true``; empty where nothing does.

    >>> mark_of_removal({"id": 7, "status": "archived"}, {"id": 7, "status": "open"})
    "status is 'archived'"
    """
    earlier = dict(_members(before))
    for name, value in _members(told):
        if earlier.get(name) == value:
            continue
        plain = name.rpartition(".")[2]
        if _NAME_OF_A_MARK.search(plain) and value not in (None, False, "", 0):
            return f"{plain} is {_written(value)}"
        if _NAME_OF_LIFE.search(plain) and value is False and earlier.get(name) is True:
            return f"{plain} is false"
        if isinstance(value, str) and value.lower() in _WORDS:
            return f"{plain} is {value!r}"
    return ""


def _members(told: JsonValue, path: str = "", depth: int = 0) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(told, dict) and depth < _DEEPEST:
        for name, value in told.items():
            if isinstance(value, dict):
                yield from _members(value, f"{path}{name}.", depth + 1)
            elif not isinstance(value, list):
                yield f"{path}{name}", value


def _written(value: JsonValue) -> str:
    return "true" if value is True else repr(value)[:80]
