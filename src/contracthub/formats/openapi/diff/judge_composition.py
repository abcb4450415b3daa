"""Schemas made of schemas: unions, allOf, discriminators, conditions, tuples."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction, Severity
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.likeness import are_alike
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.unions import (
    is_other_union,
    is_wrapped_object,
    is_wrapping,
    matched,
    titles_compared,
    types_listed,
)
from contracthub.formats.openapi.diff.views import Views, said_by
from contracthub.formats.safe_json import JsonObject, JsonValue

_APPLICATORS = {
    "if": "if",
    "then": "then",
    "else": "else",
    "contains": "contains",
    "propertyNames": "property-names",
    "unevaluatedItems": "unevaluated-items",
    "unevaluatedProperties": "unevaluated-properties",
    "contentSchema": "content-schema",
    "not": "not",
}
_ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "default", "deprecated", "externalDocs", "$comment"}
)


def unions_changed(frame: Frame) -> Iterator[Finding]:
    """A union gained or lost members."""
    if types_listed(frame) is not None:
        yield from _variants_changed(frame)
        return
    if is_wrapping(frame):
        is_body = frame.kind in (Kind.REQUEST_BODY, Kind.RESPONSE_BODY)
        if is_body and is_wrapped_object(frame):
            yield frame.finding("wrapped-in-one-of")
        else:
            yield frame.finding("one-of-added" if frame.new.one_of else "any-of-added")
        return
    if is_other_union(frame):
        yield from _union_switched(frame)
        return
    for olds, news, suffix in (
        (frame.old.one_of, frame.new.one_of, "one-of"),
        (frame.old.any_of, frame.new.any_of, "any-of"),
    ):
        found = matched(frame, olds, news)
        if found.removed:
            yield frame.finding(f"{suffix}-removed", _names(found.removed), None)
        if found.added:
            yield frame.finding(f"{suffix}-added", None, _names(found.added))


def _union_switched(frame: Frame) -> Iterator[Finding]:
    """What fits several members is taken by anyOf and refused by oneOf."""
    widens = bool(frame.new.any_of)
    was, is_now = ("one-of", "any-of") if widens else ("any-of", "one-of")
    is_harmless = widens is (frame.setting.direction is Direction.REQUEST)
    gone = frame.finding(f"{was}-removed", _names((*frame.old.one_of, *frame.old.any_of)), None)
    came = frame.finding(f"{is_now}-added", None, _names((*frame.new.one_of, *frame.new.any_of)))
    yield replace(gone, is_harmless=gone.is_harmless or is_harmless)
    yield replace(came, is_harmless=came.is_harmless or is_harmless)


def _variants_changed(frame: Frame) -> Iterator[Finding]:
    """Named variants of plain types. That one is called otherwise harms nobody who reads the values."""
    named, listed = titles_compared(frame), types_listed(frame)
    if named is None or listed is None:
        return
    old, new = listed
    widens, narrows = bool(new - old), bool(old - new)
    is_harmless = not (widens if frame.setting.direction is Direction.RESPONSE else narrows)
    suffix = "one-of" if frame.new.one_of else "any-of"
    for one, other in named.pairs:
        told = [_type(frame.walk.old, one), _type(frame.walk.new, other)]
        found = frame.named(f"{frame.kind.inner}-type-changed", *told, places=(one, other))
        yield replace(found, is_harmless=is_harmless)
    if not widens and not narrows:
        if named.removed:
            yield replace(frame.finding(f"{suffix}-removed", _names(named.removed), None), is_harmless=True)
        if named.added:
            yield replace(frame.finding(f"{suffix}-added", None, _names(named.added)), is_harmless=True)


def _type(views: Views, place: Place) -> JsonValue:
    value = views.side.resolved(place).value
    return value.get("type") if isinstance(value, dict) else None


def _names(places: tuple[Place, ...]) -> JsonValue:
    return [_name(place) for place in places]


def _name(place: Place) -> str:
    value = place.value
    if isinstance(value, dict):
        for keyword in ("$ref", "title"):
            if isinstance(value.get(keyword), str):
                return str(value[keyword]).rpartition("/")[2]
    return f"#{place.pointer.rpartition('/')[2]}"


def conjunctions_changed(frame: Frame) -> Iterator[Finding]:
    """AllOf gained or lost a member that could not be merged."""
    found = matched(frame, frame.old.all_of, frame.new.all_of)
    for places, word in ((found.removed, "removed"), (found.added, "added")):
        if not places:
            continue
        speaking = [place for place in places if not _only_annotates(frame, place, is_old=word == "removed")]
        suffix = f"all-of-{word}" if speaking else f"all-of-{word}-annotation-only"
        names = _names(tuple(speaking or places))
        yield frame.finding(suffix, *((names, None) if word == "removed" else (None, names)))


def _only_annotates(frame: Frame, place: Place, *, is_old: bool) -> bool:
    side = frame.walk.old.side if is_old else frame.walk.new.side
    value = side.resolved(place).value
    return isinstance(value, dict) and all(key in _ANNOTATIONS or key.startswith("x-") for key in value)


def discriminator_changed(frame: Frame) -> Iterator[Finding]:
    """Which property tells the members of a union apart, and how."""
    old, new = (
        _discriminator(frame.old.values.get("discriminator")),
        _discriminator(frame.new.values.get("discriminator")),
    )
    if old is None or new is None:
        if old is not new:
            told = (old or {}).get("propertyName"), (new or {}).get("propertyName")
            yield frame.finding(f"discriminator-{'added' if old is None else 'removed'}", *told)
        return
    if old.get("propertyName") != new.get("propertyName"):
        yield frame.finding("discriminator-property-name-changed", old.get("propertyName"), new.get("propertyName"))
    before, after = _mapping(old), _mapping(new)
    for value in sorted(before.keys() | after.keys()):
        if value not in after:
            yield frame.finding("discriminator-mapping-deleted", value, None)
        elif value not in before:
            yield frame.finding("discriminator-mapping-added", None, value)
        elif before[value] != after[value]:
            yield frame.finding("discriminator-mapping-changed", {value: before[value]}, {value: after[value]})


def _discriminator(value: JsonValue) -> JsonObject | None:
    if isinstance(value, str):
        return {"propertyName": value}
    return value if isinstance(value, dict) else None


def _mapping(discriminator: JsonObject) -> JsonObject:
    found = discriminator.get("mapping")
    if not isinstance(found, dict):
        return {}
    named = {name: str(each).rpartition("/")[2] if isinstance(each, str) else each for name, each in found.items()}
    # The name of a schema stands for it, whether a mapping says so or not (OpenAPI, Discriminator Object).
    return {name: each for name, each in named.items() if name != each}


def applicators_changed(frame: Frame) -> Iterator[Finding]:
    """A schema for conditions, items or names of a value appeared, went, or (for ``not`` and ``if``) is another one."""
    for keyword, suffix in _APPLICATORS.items():
        old, new = frame.old.children.get(keyword), frame.new.children.get(keyword)
        if old is None and new is not None:
            yield frame.finding(f"{suffix}-added", None, said_by(new), places=(None, new[0]))
        elif new is None and old is not None:
            yield frame.finding(f"{suffix}-removed", said_by(old), None, places=(old[0], None))
        elif old is not None and new is not None and keyword in ("not", "if") and not are_alike(frame.walk, old, new):
            yield frame.finding(f"{suffix}-changed", said_by(old), said_by(new), places=(old[0], new[0]))


def tuples_changed(frame: Frame) -> Iterator[Finding]:
    """A tuple gained or lost positions; on the other side ``items`` says what stands there, or it may be anything."""
    old, new = len(frame.old.prefix_items), len(frame.new.prefix_items)
    if old == new:
        return
    found = frame.finding(f"prefix-items-{'added' if new > old else 'removed'}", old, new)
    shorter, views = (frame.old, frame.walk.old) if new > old else (frame.new, frame.walk.new)
    rest = shorter.children.get("items") or shorter.children.get("unevaluatedItems")
    is_closed = rest is not None and views.of(rest).is_never
    if rest is not None and not is_closed:
        # What was one schema for all is another one for each: the pairs of them tell what that does.
        yield replace(found, is_harmless=True)
        return
    widens = is_closed is (new > old)
    breaks = widens is (frame.setting.direction is Direction.RESPONSE) and not found.is_harmless
    yield replace(found, severity=Severity.BREAKING if breaks else Severity.SAFE)


JUDGES = (
    unions_changed,
    conjunctions_changed,
    discriminator_changed,
    applicators_changed,
    tuples_changed,
)
