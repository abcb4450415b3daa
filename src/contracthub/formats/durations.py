"""Lengths of time as live contracts write them: ``500ms``, ``2s``, ``1.5m``."""

import re
from datetime import timedelta
from typing import Final

from contracthub.formats.safe_json import JsonObject

PATTERN: Final = r"^[0-9]{1,6}(\.[0-9]{1,3})?(ms|s|m)$"
SCHEMA: Final[JsonObject] = {"type": "string", "pattern": PATTERN}
"""The JSON Schema of a length of time."""

_PARTS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def seconds_of(text: str) -> float:
    """The length in seconds. Raises ValueError for a text that is none.

    >>> seconds_of("250ms")
    0.25
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text[:50]!r} is no length of time; write one like 500ms, 2s or 1m")
    return float(parts[1]) * _SECONDS[parts[2]]


def written(seconds: float) -> str:
    """A length of time for people, in the unit that makes it short.

    >>> written(0.25), written(2.0)
    ('250ms', '2s')
    """
    return f"{seconds * 1000:g}ms" if seconds < 1 else f"{seconds:g}s"


OLDEST: Final = timedelta(days=3660)
"""Ten years: whatever is older, nobody asks for its age."""
_AGE = re.compile(r"([1-9][0-9]{0,4})([mhdw])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def age_of(text: object) -> timedelta:
    """How old something may be, in whole minutes, hours, days or weeks. Raises ValueError for what says no age.

    >>> age_of("14d")
    datetime.timedelta(days=14)
    """
    parts = _AGE.fullmatch(text) if isinstance(text, str) else None
    age = int(parts[1]) * _UNITS[parts[2]] if parts else None
    if age is None or age > OLDEST:
        raise ValueError("must be an age of at most ten years, like 90m, 12h, 14d or 4w")
    return age


def age_written(age: timedelta) -> str:
    """An age in the largest unit that it is a whole number of, weeks aside; the text that :func:`age_of` reads.

    >>> age_written(timedelta(days=14)), age_written(timedelta(minutes=90))
    ('14d', '90m')
    """
    for unit in ("d", "h"):
        if age % _UNITS[unit] == timedelta(0):
            return f"{age // _UNITS[unit]}{unit}"
    return f"{age // _UNITS['m']}m"
