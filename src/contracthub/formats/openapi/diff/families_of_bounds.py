"""Rows of rules about bounds, patterns and multiples (diff-rules §4, "Bounds")."""

from collections.abc import Iterator
from typing import Any

from contracthub.formats.changes import Effect
from contracthub.formats.openapi.diff.family import REQUESTS, RESPONSES, Family, an_object, array, integer, string

_BOUNDED = {
    "maximum": ("max", integer, True),
    "exclusiveMaximum": ("exclusive-max", integer, True),
    "maxLength": ("max-length", string, True),
    "maxItems": ("max-items", array, True),
    "maxProperties": ("max-properties", an_object, True),
    "minimum": ("min", integer, False),
    "exclusiveMinimum": ("exclusive-min", integer, False),
    "minItems": ("min-items", array, False),
}
_FROM_ZERO = {"minLength": ("min-length", string), "minProperties": ("min-properties", an_object)}


def _bounds() -> Iterator[Family]:
    for keyword, (name, base, is_upper) in _BOUNDED.items():
        none, low, high = base(), base(**{keyword: 5}), base(**{keyword: 9})
        up, down = (Effect.WIDENS, Effect.NARROWS) if is_upper else (Effect.NARROWS, Effect.WIDENS)
        yield Family(f"{name}-set", Effect.NARROWS, f"has a {keyword} now", none, low, f"{name}-unset")
        yield Family(f"{name}-unset", Effect.WIDENS, f"has no {keyword} any more", low, none, f"{name}-set")
        yield Family(f"{name}-increased", up, f"has a higher {keyword}", low, high, f"{name}-decreased")
        yield Family(f"{name}-decreased", down, f"has a lower {keyword}", high, low, f"{name}-increased")
    for keyword, (name, base) in _FROM_ZERO.items():
        none, low, high = base(), base(**{keyword: 2}), base(**{keyword: 3})
        says = f"has a higher {keyword} (none is 0)"
        yield Family(f"{name}-increased", Effect.NARROWS, says, none, low, f"{name}-decreased")
        yield Family(f"{name}-decreased", Effect.WIDENS, f"has a lower {keyword}", high, low, f"{name}-increased")


def _counted(count: str, value: int) -> dict[str, Any]:
    return array(contains={"const": "a"}, **{count: value})


_OTHERS = (
    Family(
        "min-contains-increased",
        Effect.NARROWS,
        "demands more items that match contains",
        _counted("minContains", 2),
        _counted("minContains", 3),
        "min-contains-decreased",
    ),
    Family(
        "min-contains-decreased",
        Effect.WIDENS,
        "demands fewer items that match contains",
        _counted("minContains", 3),
        _counted("minContains", 2),
        "min-contains-increased",
    ),
    Family(
        "max-contains-increased",
        Effect.WIDENS,
        "allows more items that match contains",
        _counted("maxContains", 2),
        _counted("maxContains", 3),
        "max-contains-decreased",
    ),
    Family(
        "max-contains-decreased",
        Effect.NARROWS,
        "allows fewer items that match contains",
        _counted("maxContains", 3),
        _counted("maxContains", 2),
        "max-contains-increased",
    ),
    Family(
        "unique-items-set",
        Effect.NARROWS,
        "demands that items differ",
        array(),
        array(uniqueItems=True),
        "unique-items-unset",
    ),
    Family(
        "unique-items-unset",
        Effect.WIDENS,
        "takes equal items",
        array(uniqueItems=True),
        array(),
        "unique-items-set",
    ),
    Family(
        "multiple-of-set",
        Effect.NARROWS,
        "takes multiples of a number only",
        integer(),
        integer(multipleOf=5),
        "multiple-of-unset",
    ),
    Family(
        "multiple-of-unset",
        Effect.WIDENS,
        "takes what is no multiple",
        integer(multipleOf=5),
        integer(),
        "multiple-of-set",
    ),
    Family(
        "multiple-of-changed",
        Effect.INCOMPARABLE,
        "takes multiples of another number",
        integer(multipleOf=5),
        integer(multipleOf=3),
        "multiple-of-changed",
    ),
    Family(
        "multiple-of-generalized",
        Effect.WIDENS,
        "takes multiples of a divisor of the old number",
        integer(multipleOf=10),
        integer(multipleOf=5),
        "multiple-of-changed",
        REQUESTS,
    ),
    Family(
        "multiple-of-specialized",
        Effect.NARROWS,
        "takes multiples of a multiple of the old number",
        integer(multipleOf=5),
        integer(multipleOf=10),
        "multiple-of-changed",
        RESPONSES,
    ),
    Family(
        "pattern-added",
        Effect.NARROWS,
        "has a pattern now",
        string(),
        string(pattern="^[a-z]+$"),
        "pattern-removed",
    ),
    Family(
        "pattern-removed",
        Effect.WIDENS,
        "has no pattern any more",
        string(pattern="^[a-z]+$"),
        string(),
        "pattern-added",
    ),
    Family(
        "pattern-changed",
        Effect.UNKNOWN,
        "has another pattern",
        string(pattern="^[a-z]+$"),
        string(pattern="^[0-9]+$"),
        "pattern-changed",
    ),
    Family(
        "pattern-generalized",
        Effect.WIDENS,
        "has a pattern that takes everything",
        string(pattern="^a+$"),
        string(pattern=".*"),
        "pattern-changed",
        REQUESTS,
    ),
)

FAMILIES = (*_bounds(), *_OTHERS)
