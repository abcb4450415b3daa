"""Which values a schema names: enum, const, default, and the open list of ``x-extensible-enum``."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.changes import Direction, Severity
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.keywords import fingerprint
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.unions import is_wrapping
from contracthub.formats.openapi.diff.views import View
from contracthub.formats.safe_json import JsonValue


def enum_changed(frame: Frame) -> Iterator[Finding]:
    """The closed list of values appeared, went, gained or lost values."""
    old, new = _listed(frame.old, frame.new), _listed(frame.new, frame.old)
    if old is None and new is None:
        return
    if old is None:
        assert new is not None
        yield frame.finding("became-enum", None, new)
        if not frame.is_response and frame.kind is not Kind.REQUEST_BODY:
            # Told beside it for those who watch the values of a list by this id.
            yield frame.finding("enum-value-added", None, new)
        if frame.setting.is_header and frame.kind is Kind.PARAMETER_PROPERTY:
            yield frame.named("request-header-property-became-enum", None, new)
    elif new is None:
        if not is_wrapping(frame):
            yield from _list_gone(frame, old)
    else:
        yield from _of_values(frame, old, new)


def _list_gone(frame: Frame, old: list[JsonValue]) -> Iterator[Finding]:
    """Any value is taken now. In requests that is told by the id that is established for it, and harms nobody."""
    if frame.is_response:
        yield frame.finding("became-not-enum", old, None)
        return
    widens_what_is_read = frame.setting.direction is Direction.RESPONSE and not frame.is_harmless
    for value in old:
        found = frame.finding("enum-value-removed", value, None)
        yield replace(found, severity=Severity.BREAKING if widens_what_is_read else Severity.SAFE)


def _of_values(frame: Frame, old: list[JsonValue], new: list[JsonValue]) -> Iterator[Finding]:
    before, after = {fingerprint(value) for value in old}, {fingerprint(value) for value in new}
    for value in old:
        if fingerprint(value) not in after:
            yield frame.finding("enum-value-removed", value, None)
    for value in new:
        if fingerprint(value) not in before:
            yield frame.finding("enum-value-added", None, value)


def _listed(view: View, other: View) -> list[JsonValue] | None:
    """The enum; a const is an enum of one where the other side has an enum."""
    if view.enum is not None:
        return view.enum
    return [view.values["const"]] if "const" in view.values and other.enum is not None else None


def const_changed(frame: Frame) -> Iterator[Finding]:
    """The one value that is allowed appeared, went or is another one."""
    if frame.old.enum is not None or frame.new.enum is not None:
        return
    yield from _of_keyword(frame, "const", "const")


def default_changed(frame: Frame) -> Iterator[Finding]:
    """What is assumed for an absent value appeared, went or is another one."""
    if not frame.setting.is_needed:
        yield from _of_keyword(frame, "default", "default-value")


def _of_keyword(frame: Frame, keyword: str, suffix: str) -> Iterator[Finding]:
    was, is_now = keyword in frame.old.values, keyword in frame.new.values
    old, new = frame.old.values.get(keyword), frame.new.values.get(keyword)
    if is_now and not was:
        yield frame.finding(f"{suffix}-added", None, new)
    elif was and not is_now:
        yield frame.finding(f"{suffix}-removed", old, None)
    elif was and fingerprint(old) != fingerprint(new):
        yield frame.finding(f"{suffix}-changed", old, new)


def extensible_enum_changed(frame: Frame) -> Iterator[Finding]:
    """An open list lost a value; gaining one concerns nobody."""
    old, new = frame.old.values.get("x-extensible-enum"), frame.new.values.get("x-extensible-enum")
    if frame.is_response or not isinstance(old, list) or not isinstance(new, list):
        return
    after = {fingerprint(value) for value in new}
    for value in old:
        if fingerprint(value) not in after:
            yield frame.finding("x-extensible-enum-value-removed", value, None)


def content_changed(frame: Frame) -> Iterator[Finding]:
    """What a string holds is encoded, or typed, in another way."""
    for keyword, suffix in (
        ("contentMediaType", "content-media-type-changed"),
        ("contentEncoding", "content-encoding-changed"),
    ):
        old, new = frame.old.values.get(keyword), frame.new.values.get(keyword)
        if old != new:
            yield frame.finding(suffix, old, new)


JUDGES = (enum_changed, const_changed, default_changed, extensible_enum_changed, content_changed)
