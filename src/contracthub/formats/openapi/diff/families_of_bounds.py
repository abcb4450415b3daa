"""Rows of rules about bounds, patterns and multiples (diff-rules §4, "Bounds")."""

from collections.abc import Iterator
from typing import Any

from contracthub.formats.changes import Effect
from contracthub.formats.openapi.diff.family import (
    ALL,
    REQUESTS,
    RESPONSES,
    Family,
    an_object,
    array,
    integer,
    string,
)
from contracthub.formats.openapi.diff.places import Kind

_BOUNDED = {
    "maximum": ("max", integer, True),
    "exclusiveMaximum": ("exclusive-max", integer, True),
    "maxLength": ("max-length", string, True),
    "maxItems": ("max-items", array, True),
    "maxProperties": ("max-properties", an_object, True),
    "minimum": ("min", integer, False),
    "exclusiveMinimum": ("exclusive-min", integer, False),
}
_FROM_ZERO = {"minLength": ("min-length", string), "minProperties": ("min-properties", an_object)}
# What is harmless in these is told on demand only: nobody has to do anything about it, and there is much of it.
_QUIET = (*RESPONSES, Kind.PARAMETER_PROPERTY)


def _bounds() -> Iterator[Family]:
    for keyword, (name, base, is_upper) in _BOUNDED.items():
        none, low, high = base(), base(**{keyword: 5}), base(**{keyword: 9})
        up, down = (Effect.WIDENS, Effect.NARROWS) if is_upper else (Effect.NARROWS, Effect.WIDENS)
        says, said = f"has a {keyword} now", f"has no {keyword} any more"
        yield Family(f"{name}-set", Effect.NARROWS, says, none, low, f"{name}-unset", quiet=_QUIET)
        yield Family(f"{name}-unset", Effect.WIDENS, said, low, none, f"{name}-set", quiet=ALL)
        says, said = f"has a higher {keyword}", f"has a lower {keyword}"
        yield Family(f"{name}-increased", up, says, low, high, f"{name}-decreased", quiet=_QUIET)
        yield Family(f"{name}-decreased", down, said, high, low, f"{name}-increased", quiet=_QUIET)
    for keyword, (name, base) in _FROM_ZERO.items():
        none, low, high = base(), base(**{keyword: 2}), base(**{keyword: 3})
        says, said = f"has a higher {keyword} (none is 0)", f"has a lower {keyword}"
        yield Family(f"{name}-increased", Effect.NARROWS, says, none, low, f"{name}-decreased", quiet=_QUIET)
        yield Family(f"{name}-decreased", Effect.WIDENS, said, high, low, f"{name}-increased", quiet=_QUIET)
    yield from _fewest_items()


def _fewest_items() -> Iterator[Family]:
    """None is 0, and only what may break tells the two apart: such are the established ids."""
    none, low, high = array(), array(minItems=5), array(minItems=9)
    set_, unset, more, less = (f"min-items-{word}" for word in ("set", "unset", "increased", "decreased"))
    narrows, widens = Effect.NARROWS, Effect.WIDENS
    yield Family(set_, narrows, "has a minItems now", none, low, less, REQUESTS)
    yield Family(unset, widens, "has no minItems any more", low, none, more, RESPONSES)
    yield Family(more, narrows, "has a higher minItems", low, high, less, quiet=_QUIET)
    yield Family(less, widens, "has a lower minItems", high, low, more, quiet=_QUIET)


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
        quiet=_QUIET,
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
        quiet=_QUIET,
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
