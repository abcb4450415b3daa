"""Properties: which there are, which must be there, and whether others may be."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.changes import Direction, Severity
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.unions import is_wrapping
from contracthub.formats.openapi.diff.views import Parts, View, said_by
from contracthub.formats.safe_json import JsonValue


def properties_removed(frame: Frame) -> Iterator[Finding]:
    """A property is no longer named."""
    if is_wrapping(frame) or _only_one_is_object(frame):
        return
    for name, parts in frame.old.properties.items():
        if name in frame.new.properties:
            continue
        if not frame.is_response:
            if not frame.walk.old.of(parts).is_read_only:
                yield _in_open(frame, _of_property(frame, "request-property-removed", parts, None, name))
            continue
        is_promised = name in frame.old.required
        hidden = "write-only-" if frame.walk.old.of(parts).is_write_only else ""
        rule = f"response-{'required' if is_promised else 'optional'}-{hidden}property-removed"
        yield _in_open(frame, _of_property(frame, rule, parts, None, name))


def _in_open(frame: Frame, found: Finding) -> Finding:
    """A property that came or went in an object that takes no other ones: what has it is refused by the other side.

    Who still sends what went is refused by the new schema; who reads by the old one refuses what came.
    """
    is_gone = found.pointer_new is None
    if frame.is_harmless or not (frame.new if is_gone else frame.old).is_closed:
        return found
    harms = Direction.REQUEST if is_gone else Direction.RESPONSE
    return replace(found, severity=Severity.BREAKING) if found.direction is harms else found


def _only_one_is_object(frame: Frame) -> bool:
    """Whether the change of type tells it all: an object became something else, or the other way round."""
    old, new = frame.old.types, frame.new.types
    return old is not None and new is not None and ("object" in old) != ("object" in new)


def _of_property(frame: Frame, rule: str, old: Parts | None, new: Parts | None, name: str) -> Finding:
    places = (old[0] if old else None, new[0] if new else None)
    return frame.named(rule, at=f".{name}", places=places)


def properties_added(frame: Frame) -> Iterator[Finding]:
    """A property is named that was not."""
    if is_wrapping(frame) or (_only_one_is_object(frame) and not frame.is_response):
        return
    for name, parts in frame.new.properties.items():
        if name in frame.old.properties:
            continue
        added = frame.walk.new.of(parts)
        is_promised = name in frame.new.required
        if frame.is_response:
            hidden = "write-only-" if added.is_write_only else ""
            rule = f"response-{'required' if is_promised else 'optional'}-{hidden}property-added"
            found = _of_property(frame, rule, None, parts, name)
            yield found if added.is_write_only else _in_open(frame, found)
        elif not added.is_read_only:
            yield from _added_to_request(frame, name, parts, added, is_promised=is_promised)


def _added_to_request(frame: Frame, name: str, parts: Parts, added: View, *, is_promised: bool) -> Iterator[Finding]:
    if not is_promised:
        yield _in_open(frame, _of_property(frame, "new-optional-request-property", None, parts, name))
    elif "default" in added.values:
        yield _of_property(frame, "new-required-request-property-with-default", None, parts, name)
    else:
        yield _of_property(frame, "new-required-request-property", None, parts, name)
    if frame.setting.is_header and is_promised:
        yield _of_property(frame, "new-required-request-header-property", None, parts, name)


def required_changed(frame: Frame) -> Iterator[Finding]:
    """A property must be there now, or no longer has to."""
    if is_wrapping(frame):
        return
    for name in sorted(frame.old.required ^ frame.new.required):
        is_required = name in frame.new.required
        was_named, is_named = name in frame.old.properties, name in frame.new.properties
        # That a property came or went tells it already; a promise is one even of a property that nothing describes.
        is_broken = frame.is_response and not is_required and is_named
        if (was_named and is_named) or is_broken or _is_broken_unnamed(frame, name, is_required=is_required):
            yield from _of_requirement(frame, name, is_required=is_required)


def _is_broken_unnamed(frame: Frame, name: str, *, is_required: bool) -> bool:
    """Whether a property that neither side describes is demanded now, or promised no longer."""
    if not name or name in frame.old.properties or name in frame.new.properties:
        return False
    return is_required is (frame.setting.direction is Direction.REQUEST)


def _of_requirement(frame: Frame, name: str, *, is_required: bool) -> Iterator[Finding]:
    old, new = frame.old.properties.get(name), frame.new.properties.get(name)
    view = frame.walk.new.of(new or ())
    places = (old[0] if old else frame.old.place, new[0] if new else frame.new.place)
    word = "required" if is_required else "optional"
    if frame.is_response:
        hidden = "write-only-" if view.is_write_only else ""
        yield frame.named(f"response-{hidden}property-became-{word}", at=f".{name}", places=places)
        return
    if view.is_read_only:
        return
    suffix = "-with-default" if is_required and "default" in view.values else ""
    yield frame.named(f"request-property-became-{word}{suffix}", at=f".{name}", places=places)
    if frame.setting.is_header and is_required:
        yield frame.named("request-header-property-became-required", at=f".{name}", places=places)


def pattern_properties_changed(frame: Frame) -> Iterator[Finding]:
    """What properties of a pattern must be was said, or no longer is."""
    yield from _of_names(frame, "patternProperties", "pattern-property")


def dependent_schemas_changed(frame: Frame) -> Iterator[Finding]:
    """What the presence of a property demands of the object was said, or no longer is."""
    yield from _of_names(frame, "dependentSchemas", "dependent-schema")


def _of_names(frame: Frame, keyword: str, suffix: str) -> Iterator[Finding]:
    old, new = frame.old.maps.get(keyword, {}), frame.new.maps.get(keyword, {})
    for name in sorted(old.keys() - new.keys()):
        yield frame.finding(f"{suffix}-removed", {name: said_by(old[name])}, None, places=(old[name][0], None))
    for name in sorted(new.keys() - old.keys()):
        yield frame.finding(f"{suffix}-added", None, {name: said_by(new[name])}, places=(None, new[name][0]))


def dependent_required_changed(frame: Frame) -> Iterator[Finding]:
    """Which properties the presence of another one demands is said otherwise."""
    old, new = frame.old.dependent_required, frame.new.dependent_required
    for name in sorted(old.keys() | new.keys()):
        told: list[JsonValue] = [
            {name: list[JsonValue](sorted(side[name]))} if name in side else None for side in (old, new)
        ]
        if name not in new:
            yield frame.finding("dependent-required-removed", *told)
        elif name not in old:
            yield frame.finding("dependent-required-added", *told)
        elif old[name] != new[name]:
            narrows, widens = bool(new[name] - old[name]), bool(old[name] - new[name])
            is_request = frame.setting.direction is Direction.REQUEST
            found = frame.finding("dependent-required-changed", *told)
            is_harmless = found.is_harmless or not (narrows if is_request else widens)
            yield replace(found, is_harmless=is_harmless)


def openness_changed(frame: Frame) -> Iterator[Finding]:
    """Whether properties that are not named may be there."""
    if frame.old.is_closed == frame.new.is_closed or is_wrapping(frame) or _only_one_is_object(frame):
        return
    yield frame.finding("closed" if frame.new.is_closed else "opened", frame.old.is_closed, frame.new.is_closed)


def additional_properties_typed(frame: Frame) -> Iterator[Finding]:
    """What properties that are not named must be is said now, or no longer; closed objects are told by themselves."""
    old, new = frame.old, frame.new
    if old.is_closed or new.is_closed or old.types != new.types or is_wrapping(frame):
        return
    before, after = old.children.get("additionalProperties"), new.children.get("additionalProperties")
    if frame.walk.old.of(before or ()).is_anything and frame.walk.new.of(after or ()).is_anything:
        return
    if before is None and after is not None:
        found = frame.finding("additional-properties-typed", None, said_by(after), places=(old.place, after[0]))
        is_narrowing = found.direction is Direction.REQUEST and not found.is_harmless
        # An object that names its properties promised nothing about other ones: whether there are any, nobody knows.
        yield replace(found, severity=Severity.DANGEROUS) if old.properties and is_narrowing else found
    elif before is not None and after is None:
        yield frame.finding("additional-properties-untyped", said_by(before), None, places=(before[0], new.place))


JUDGES = (
    properties_removed,
    properties_added,
    required_changed,
    pattern_properties_changed,
    dependent_schemas_changed,
    dependent_required_changed,
    openness_changed,
    additional_properties_typed,
)
