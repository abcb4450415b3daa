"""Lengths of time as live contracts write them: ``500ms``, ``2s``, ``1.5m``."""

import re
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
