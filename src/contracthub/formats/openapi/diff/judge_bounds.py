"""How large, how long, how many, and of what pattern: one table of bounds, and the few that are no bounds."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from contracthub.formats.openapi.diff.frames import Finding, Frame

UPPER = {
    "maximum": "max",
    "exclusiveMaximum": "exclusive-max",
    "maxLength": "max-length",
    "maxItems": "max-items",
    "maxProperties": "max-properties",
}
LOWER = {
    "minimum": "min",
    "exclusiveMinimum": "exclusive-min",
}
# Without these keywords the bound is 0 (1 for minContains), which is a bound like any other.
LOWER_FROM_ZERO = {"minLength": ("min-length", 0), "minProperties": ("min-properties", 0)}
_PARTNERS = {
    "minimum": "exclusiveMinimum",
    "exclusiveMinimum": "minimum",
    "maximum": "exclusiveMaximum",
    "exclusiveMaximum": "maximum",
}
_TAKES_ALL = frozenset({".*", "^.*$", ".*$", "^.*", "", "^", "[\\s\\S]*", "^[\\s\\S]*$"})


def bounds_changed(frame: Frame) -> Iterator[Finding]:
    """A bound was set, taken away or moved."""
    old, new = frame.old.values, frame.new.values
    is_of_integers = frame.old.types == frame.new.types == frozenset({"integer"})
    untold = _told_by_partner(old, new, is_of_integers=is_of_integers)
    for keyword, name in (*UPPER.items(), *LOWER.items()):
        before, after = old.get(keyword), new.get(keyword)
        if before == after or keyword in untold:
            continue
        if before is None:
            yield frame.finding(f"{name}-set", None, after)
        elif after is None:
            yield frame.finding(f"{name}-unset", before, None)
        else:
            yield frame.finding(f"{name}-{'increased' if after > before else 'decreased'}", before, after)
    for keyword, (name, nothing) in LOWER_FROM_ZERO.items():
        yield from _moved(frame, name, old.get(keyword, nothing), new.get(keyword, nothing))


def _told_by_partner(old: dict[str, Any], new: dict[str, Any], *, is_of_integers: bool) -> set[str]:
    """Bounds that became exclusive, or inclusive: told once, by what is set where less is taken, else by what went."""
    untold: set[str] = set()
    for keyword, partner in _PARTNERS.items():
        if keyword not in old or keyword in new or partner not in new or partner in old:
            continue
        before = _tightness(keyword, old[keyword], is_of_integers=is_of_integers)
        after = _tightness(partner, new[partner], is_of_integers=is_of_integers)
        untold.update([keyword] if after > before else [partner] if before > after else [keyword, partner])
    return untold


def _tightness(keyword: str, bound: float, *, is_of_integers: bool) -> tuple[float, bool]:
    """How much a bound keeps out, to be compared with one of the same side."""
    is_exclusive = keyword.startswith("exclusive")
    value = bound if keyword.endswith("inimum") else -bound
    return (value + 1, False) if is_exclusive and is_of_integers and value == int(value) else (value, is_exclusive)


def _moved(frame: Frame, name: str, before: float | None, after: float | None) -> Iterator[Finding]:
    if before is not None and after is not None and before != after:
        yield frame.finding(f"{name}-{'increased' if after > before else 'decreased'}", before, after)


def contains_counts_changed(frame: Frame) -> Iterator[Finding]:
    """How many items must match ``contains`` moved; where it appears or goes, that is the change."""
    if "contains" not in frame.old.children or "contains" not in frame.new.children:
        return
    old, new = frame.old.values, frame.new.values
    yield from _moved(frame, "min-contains", old.get("minContains", 1), new.get("minContains", 1))
    before, after = old.get("maxContains"), new.get("maxContains")
    if before != after:
        is_less = after is not None and (before is None or after < before)
        yield frame.finding(f"max-contains-{'decreased' if is_less else 'increased'}", before, after)


def pattern_changed(frame: Frame) -> Iterator[Finding]:
    """The pattern appeared, went or is another one; what two patterns have in common is not computed."""
    old, new = frame.old.patterns - _TAKES_ALL, frame.new.patterns - _TAKES_ALL
    told = (_one(frame.old.patterns), _one(frame.new.patterns))
    if frame.old.patterns == frame.new.patterns or old == new:
        return
    if not frame.old.patterns:
        yield frame.finding("pattern-added", *told)
    elif not frame.new.patterns:
        yield frame.finding("pattern-removed", *told)
    elif not new and not frame.is_response:
        yield frame.finding("pattern-generalized", *told)
    else:
        yield frame.finding("pattern-changed", *told)


def _one(patterns: frozenset[str]) -> str | None:
    return " and ".join(sorted(patterns)) if patterns else None


def multiple_of_changed(frame: Frame) -> Iterator[Finding]:
    """The step between values appeared, went or is another one."""
    before, after = frame.old.values.get("multipleOf"), frame.new.values.get("multipleOf")
    if before == after:
        return
    if before is None:
        yield frame.finding("multiple-of-set", None, after)
    elif after is None:
        yield frame.finding("multiple-of-unset", before, None)
    elif not frame.is_response and _is_multiple(before, after):
        yield frame.finding("multiple-of-generalized", before, after)
    elif frame.is_response and _is_multiple(after, before):
        yield frame.finding("multiple-of-specialized", before, after)
    else:
        yield frame.finding("multiple-of-changed", before, after)


def _is_multiple(one: float, other: float) -> bool:
    return other != 0 and (Fraction(str(one)) / Fraction(str(other))).denominator == 1


def uniqueness_changed(frame: Frame) -> Iterator[Finding]:
    """Items have to be different, or no longer."""
    before, after = frame.old.values.get("uniqueItems", False), frame.new.values.get("uniqueItems", False)
    if before != after:
        yield frame.finding(f"unique-items-{'set' if after else 'unset'}", before, after)


def fewest_items_changed(frame: Frame) -> Iterator[Finding]:
    """How many items there must be: none said is 0, which is told apart where that may break."""
    before, after = frame.old.values.get("minItems"), frame.new.values.get("minItems")
    if before == after:
        return
    if before is None and not frame.is_response:
        yield frame.finding("min-items-set", None, after)
    elif after is None and frame.is_response:
        yield frame.finding("min-items-unset", before, None)
    else:
        yield from _moved(frame, "min-items", before or 0, after or 0)


JUDGES = (
    bounds_changed,
    fewest_items_changed,
    contains_counts_changed,
    pattern_changed,
    multiple_of_changed,
    uniqueness_changed,
)
