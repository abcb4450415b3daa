"""The rules about single keywords: what a reader refuses that a writer let through (schema-registry-api §17)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from contracthub.formats.jsonschema.model import Constants


@dataclass(frozen=True, slots=True)
class Difference:
    """A change that makes the new schema accept less: the registry's name for it, in words, and what mends it."""

    rule: str
    message: str
    remedy: str
    path: str | None = None


_NAMES = {
    "maxLength": "MAX_LENGTH",
    "minLength": "MIN_LENGTH",
    "maximum": "MAXIMUM",
    "minimum": "MINIMUM",
    "exclusiveMaximum": "EXCLUSIVE_MAXIMUM",
    "exclusiveMinimum": "EXCLUSIVE_MINIMUM",
    "maxItems": "MAX_ITEMS",
    "minItems": "MIN_ITEMS",
    "maxProperties": "MAX_PROPERTIES",
    "minProperties": "MIN_PROPERTIES",
    "maxContains": "MAX_CONTAINS",
    "minContains": "MIN_CONTAINS",
}


def of_bounds(old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[Difference]:
    """A bound that was added, or that leaves less room than before."""
    for name, bound in new.items():
        before, rule = old.get(name), _NAMES[name]
        if before is None:
            yield Difference(f"{rule}_ADDED", f"{name} {bound:g} was added", f"Drop {name}")
        elif name.lower().endswith(("maximum",)) or name.startswith("max"):
            if bound < before:
                text = f"{name} was lowered from {before:g} to {bound:g}"
                yield Difference(f"{rule}_DECREASED", text, f"Keep {name} at {before:g} or above")
        elif bound > before:
            text = f"{name} was raised from {before:g} to {bound:g}"
            yield Difference(f"{rule}_INCREASED", text, f"Keep {name} at {before:g} or below")


def of_pattern(old: str | None, new: str | None) -> Iterator[Difference]:
    """Another pattern. Whether it matches all that the old one did is not asked: the registry does not either."""
    if new is not None and new != old:
        rule = "PATTERN_ADDED" if old is None else "PATTERN_CHANGED"
        yield Difference(rule, f"the pattern is now {new[:200]!r}", "Keep the pattern, or drop it")


def of_multiple(old: float | None, new: float | None) -> Iterator[Difference]:
    """Another multipleOf; a divisor of the old one accepts all that it did."""
    if new is None or new == old:
        return
    if old is None:
        yield Difference("MULTIPLE_OF_ADDED", f"multipleOf {new:g} was added", "Drop multipleOf")
        return
    one, other = Fraction(str(old)), Fraction(str(new))
    if not other or (one / other).denominator != 1:
        expanded = bool(one) and (other / one).denominator == 1
        rule = "MULTIPLE_OF_EXPANDED" if expanded else "MULTIPLE_OF_CHANGED"
        yield Difference(rule, f"multipleOf {old:g} became {new:g}", f"Keep multipleOf at {old:g} or a divisor of it")


def of_constants(old: Constants, new: Constants) -> Iterator[Difference]:
    """Values that were accepted and no longer are."""
    lost = sorted(old.keys - new.keys)
    if not lost:
        return
    told = ", ".join(text[:100] for text in lost[:10]) + (f" and {len(lost) - 10} more" if len(lost) > 10 else "")
    rule = "ENUM_ARRAY_NARROWED" if new.keys < old.keys else "ENUM_ARRAY_CHANGED"
    yield Difference(rule, f"{told} is no longer accepted", f"Keep {told}")
