"""Path expressions of matching rules: ``$.lines[*]['unit price']``.

A small part of JSONPath, as the Pact specification (version 2 and later) defines it. Reading is linear and never fails:
what can't be understood becomes a name, so that it matches nothing but itself.
"""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from contracthub.formats.safe_json import JsonValue


class Wildcard(Enum):
    """Any member or any item."""

    ANY = "*"

    def __str__(self) -> str:
        return self.value


ANY = Wildcard.ANY
Step: TypeAlias = str | int | Wildcard

# Each alternative begins differently and none repeats inside another, so time is linear in the length.
_STEP = re.compile(
    r"\['([^']*)'\]|\[\"([^\"]*)\"\]|\[(\*)\]|\[([0-9]{1,9})\]|\.(\*)(?=[.\[]|$)|\.([^.\[]+)|([^.\[]+)|(.)", re.DOTALL
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def steps(expression: str) -> tuple[Step, ...]:
    """The steps of an expression, from the root on.

    >>> [str(step) for step in steps("$.lines[*]['unit price'][0]")]
    ['lines', '*', 'unit price', '0']
    """
    path = expression.removeprefix("$")
    return tuple(_step(match) for match in _STEP.finditer(path))


def _step(match: re.Match[str]) -> Step:
    single, double, any_item, index, any_member, member, bare, stray = match.groups()
    if any_item or any_member:
        return ANY
    if index:
        return int(index)
    return next(text for text in (single, double, member, bare, stray) if text is not None)


def value_at(value: JsonValue, expression: str) -> JsonValue:
    """What an expression such as ``$.items[0].id`` names in a value. Raises LookupError."""
    for step in steps(expression):
        if isinstance(value, dict) and isinstance(step, str) and step in value:
            value = value[step]
            continue
        if not isinstance(value, list) or not isinstance(step, int) or step >= len(value):
            raise LookupError(expression)
        value = value[step]
    return value


def expression_from(path: Iterable[Step]) -> str:
    """The expression that takes these steps.

    >>> expression_from(["lines", ANY, "unit price", 0])
    "$.lines[*]['unit price'][0]"
    """
    return "$" + "".join(written(step) for step in path)


@lru_cache(maxsize=4096)
def written(step: Step) -> str:
    """One step as it stands in an expression: ``.sku``, ``['unit price']``, ``[0]``, ``[*]``."""
    if isinstance(step, str):
        return f".{step}" if _PLAIN.fullmatch(step) else _quoted(step)
    return f"[{step}]"


def _quoted(name: str) -> str:
    return f'["{name}"]' if "'" in name else f"['{name}']"
