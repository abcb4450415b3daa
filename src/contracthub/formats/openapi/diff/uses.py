"""Which pairs of schemas a pair leads to."""

from collections.abc import Iterator

from contracthub.formats.openapi.diff.frames import Frame, Use
from contracthub.formats.openapi.diff.unions import is_wrapping, matched, types_listed

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


def uses_of(frame: Frame) -> Iterator[Use]:
    """The pairs inside of a pair, each under its path; nothing where the pair itself tells the whole change."""
    if is_wrapping(frame):
        return
    inner, old, new = frame.setting.inner, frame.old, frame.new
    yield from _named(frame)
    for keyword, step in _STEPS.items():
        if keyword in old.children and keyword in new.children:
            yield Use(old.children[keyword], new.children[keyword], inner, f"{frame.label}{step}")
    for index, (one, other) in enumerate(zip(old.prefix_items, new.prefix_items, strict=False)):
        yield Use((one,), (other,), inner, f"{frame.label}[{index}]")
    yield from _members(frame)


def _named(frame: Frame) -> Iterator[Use]:
    for keyword, named in frame.old.maps.items():
        others = frame.new.maps.get(keyword, {})
        for name, parts in named.items():
            if name in others:
                step = f".{name}" if keyword == "properties" else f".({name})"
                yield Use(parts, others[name], frame.setting.inner, f"{frame.label}{step}")


def _members(frame: Frame) -> Iterator[Use]:
    if types_listed(frame) is not None:
        return
    old, new = frame.old, frame.new
    for olds, news in ((old.one_of, new.one_of), (old.any_of, new.any_of), (old.all_of, new.all_of)):
        for one, other in matched(frame, olds, news).pairs:
            yield Use((one,), (other,), frame.setting.inner, frame.label)
