"""Which pairs of schemas a pair leads to."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from contracthub.formats.openapi.diff.equality import are_same_leaf
from contracthub.formats.openapi.diff.frames import Frame, Use
from contracthub.formats.openapi.diff.places import Setting
from contracthub.formats.openapi.diff.unions import is_other_union, is_wrapping, matched, types_listed

_STEPS = {
    "items": "[*]",
    "additionalProperties": ".*",
    "unevaluatedProperties": ".*",
    "unevaluatedItems": "[*]",
    "contains": "[*]",
    "then": "",
    "else": "",
    "contentSchema": "",
}


def inner_of(frame: Frame) -> Setting:
    """The setting of what stands inside of a pair: what is inside of a value that is never sent is not sent either."""
    inner = frame.setting.inner
    return replace(inner, is_unsent=True) if frame.is_harmless and not inner.is_unsent else inner


def uses_of(frame: Frame) -> Iterator[Use]:
    """The pairs inside of a pair, each under its path; nothing where the pair itself tells the whole change."""
    if is_wrapping(frame):
        return
    inner, old, new = inner_of(frame), frame.old, frame.new
    yield from _named(frame)
    for keyword, step in _STEPS.items():
        if keyword in old.children and keyword in new.children:
            yield Use(old.children[keyword], new.children[keyword], inner, f"{frame.label}{step}")
    yield from _positions(frame)
    yield from _members(frame)


def _named(frame: Frame) -> Iterator[Use]:
    for keyword, named in frame.old.maps.items():
        others = frame.new.maps.get(keyword, {})
        for name, parts in named.items():
            if name in others and not are_same_leaf(parts, others[name]):
                step = f".{name}" if keyword == "properties" else f".({name})"
                yield Use(parts, others[name], inner_of(frame), f"{frame.label}{step}")
    yield from _of_other_names(frame)


def _positions(frame: Frame) -> Iterator[Use]:
    """Positions of tuples; past the end of the shorter one stands what ``items`` says there."""
    old, new = frame.old, frame.new
    for index, (one, other) in enumerate(zip_longest(old.prefix_items, new.prefix_items)):
        before, after = (
            (place,) if place is not None else view.children.get("items") for place, view in ((one, old), (other, new))
        )
        are_closed = any(
            parts is not None and place is None and views.of(parts).is_never
            for parts, place, views in ((before, one, frame.walk.old), (after, other, frame.walk.new))
        )
        if before is not None and after is not None and not are_closed:
            yield Use(before, after, inner_of(frame), f"{frame.label}[{index}]")


def _of_other_names(frame: Frame) -> Iterator[Use]:
    """A name that is described on one side only is described on the other by what is said of all other names."""
    old, new = frame.old, frame.new
    before, after = old.children.get("additionalProperties"), new.children.get("additionalProperties")
    if after is not None:
        for name in old.properties.keys() - new.properties.keys():
            yield Use(old.properties[name], after, inner_of(frame), f"{frame.label}.{name}")
    if before is not None:
        for name in new.properties.keys() - old.properties.keys():
            yield Use(before, new.properties[name], inner_of(frame), f"{frame.label}.{name}")


def _members(frame: Frame) -> Iterator[Use]:
    if types_listed(frame) is not None:
        return
    old, new = frame.old, frame.new
    pairs = [(old.one_of, new.one_of), (old.any_of, new.any_of), (old.all_of, new.all_of)]
    if is_other_union(frame):
        pairs = [(old.one_of or old.any_of, new.one_of or new.any_of), (old.all_of, new.all_of)]
    for olds, news in pairs:
        for one, other in matched(frame, olds, news).pairs:
            yield Use((one,), (other,), inner_of(frame), frame.label)
