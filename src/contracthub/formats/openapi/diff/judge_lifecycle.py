"""The life of a property: who may send it, how stable it is, and when it goes."""

from collections.abc import Iterator

from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.options import STABILITY_LEVELS
from contracthub.formats.openapi.diff.sunset import day_of, days_needed
from contracthub.formats.openapi.diff.views import Parts, View

_FLAGS = ("readOnly", "writeOnly")
# Flags may come from what these lead to.
_BY_REFERENCE = frozenset({"$ref", "allOf", "oneOf", "anyOf"})


def flags_flipped(frame: Frame) -> Iterator[Finding]:
    """A property became readOnly or writeOnly, or no longer is."""
    direction = "response" if frame.is_response else "request"
    both = frame.old.properties.keys() & frame.new.properties.keys()
    for name in sorted(both):
        parts, others = frame.old.properties[name], frame.new.properties[name]
        sameness = frame.walk.sameness
        if _says_nothing_new(parts, others) or sameness.are_known_equal(parts, others):
            continue
        old, new = frame.walk.old.of(parts), frame.walk.new.of(others)
        promised = "required" if name in frame.new.required else "optional"
        for flag, before, after in (
            ("read-only", old.is_read_only, new.is_read_only),
            ("write-only", old.is_write_only, new.is_write_only),
        ):
            if before != after:
                word = flag if after else f"not-{flag}"
                rule = f"{direction}-{promised}-property-became-{word}"
                yield frame.named(rule, at=f".{name}", places=(parts[0], others[0]))


def _says_nothing_new(parts: Parts, others: Parts) -> bool:
    """Whether both are written in place, and alike: most properties are."""
    if len(parts) != 1 or len(others) != 1:
        return False
    old, new = parts[0].value, others[0].value
    if not isinstance(old, dict) or not isinstance(new, dict) or not _BY_REFERENCE.isdisjoint(old):
        return False
    return all(old.get(flag) == new.get(flag) for flag in _FLAGS) and _BY_REFERENCE.isdisjoint(new)


def deprecation_changed(frame: Frame) -> Iterator[Finding]:
    """A property was announced to go, or no longer is."""
    if not frame.kind.is_property or frame.kind.value.startswith("request-parameter"):
        return
    before, after = _is_deprecated(frame.old), _is_deprecated(frame.new)
    if before and not after:
        yield frame.finding("reactivated", True, False)
    elif after and not before:
        yield from _deprecated(frame)


def _is_deprecated(view: View) -> bool:
    return view.values.get("deprecated") is True


def _deprecated(frame: Frame) -> Iterator[Finding]:
    said = frame.new.values.get("x-sunset")
    needed = days_needed(frame.new.values.get("x-stability-level"), frame.options)
    if said is None:
        yield frame.finding("deprecated-sunset-missing" if needed else "deprecated")
        return
    day = day_of(said)
    if day is None:
        yield frame.finding("deprecated-sunset-invalid", None, said)
    elif (day - frame.options.today).days < needed:
        yield frame.finding("sunset-date-too-small", None, said)
    else:
        yield frame.finding("deprecated-with-sunset", None, said)


def stability_changed(frame: Frame) -> Iterator[Finding]:
    """A property promises more, or less, than before."""
    if not frame.kind.is_property or frame.kind.value.startswith("request-parameter"):
        return
    old, new = frame.old.values.get("x-stability-level"), frame.new.values.get("x-stability-level")
    before, after = old or STABILITY_LEVELS[-1], new or STABILITY_LEVELS[-1]
    if old == new or before not in STABILITY_LEVELS or after not in STABILITY_LEVELS:
        return
    is_less = STABILITY_LEVELS.index(after) < STABILITY_LEVELS.index(before)
    yield frame.finding("stability-decreased" if is_less else "stability-increased", before, after)


JUDGES = (flags_flipped, deprecation_changed, stability_changed)
