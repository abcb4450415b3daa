"""Fields of objects and interfaces, values of enums, members of unions: what providers send."""

from collections.abc import Iterator, Sequence

from contracthub.formats.changes import Severity
from contracthub.formats.graphql.diff.findings import Finding, Pair, in_both, only_in
from contracthub.formats.graphql.diff.judge_inputs import ARGUMENT, described, inputs_changed, promises_more
from contracthub.formats.graphql.diff.judge_usages import arguments_changed, usages_changed
from contracthub.formats.graphql.diff.model import Applied, EnumValue, Field, reason_of
from contracthub.formats.graphql.diff.side import Side
from contracthub.formats.graphql.diff.uses import Use

_FIELD_DESCRIPTIONS = ("FIELD_DESCRIPTION_ADDED", "FIELD_DESCRIPTION_CHANGED", "FIELD_DESCRIPTION_REMOVED")


def _softened(pair: Pair, one: Field | EnumValue) -> Severity | None:
    is_deprecated = reason_of(one.applied) is not None
    return Severity.DANGEROUS if is_deprecated and pair.options.softens_deprecated else None


def fields_changed(pair: Pair) -> Iterator[Finding]:
    """The fields of an object or an interface."""
    old, new = pair.old.fields, pair.new.fields
    for name, field in only_in(new, old):
        yield Finding("FIELD_ADDED", f"{pair.name}.{name}", None, None, field.type, pair.old.place, field.place)
    for name, field in only_in(old, new):
        severity = _softened(pair, field)
        yield Finding("FIELD_REMOVED", f"{pair.name}.{name}", severity, field.type, None, field.place, pair.new.place)
    for name, before, after in in_both(old, new):
        yield from _field_changed(pair, f"{pair.name}.{name}", before, after)


def _field_changed(pair: Pair, location: str, old: Field, new: Field) -> Iterator[Finding]:
    places = (old.place, new.place)
    if old.type != new.type:
        severity = Severity.SAFE if promises_more(old.type, new.type) else Severity.BREAKING
        yield Finding("FIELD_TYPE_CHANGED", location, severity, old.type, new.type, *places)
    rule = described(_FIELD_DESCRIPTIONS, old.description, new.description)
    if rule:
        yield Finding(rule, location, None, old.description, new.description, *places)
    yield from _deprecation_changed(location, old, new)
    yield from inputs_changed(pair, ARGUMENT, location, old.arguments, new.arguments, places)
    yield from usages_changed(pair, "FIELD_DEFINITION", location, old, new, ("deprecated",))


def _deprecation_changed(location: str, old: Field, new: Field) -> Iterator[Finding]:
    before, after = reason_of(old.applied), reason_of(new.applied)
    if before == after:
        return
    places, at = (old.place, new.place), f"{location}.@deprecated"
    if before is None:
        yield Finding("FIELD_DEPRECATION_ADDED", at, None, None, after or None, *places)
    elif after is None:
        yield Finding("FIELD_DEPRECATION_REMOVED", at, None, before or None, None, *places)
    elif not before:
        yield Finding("FIELD_DEPRECATION_REASON_ADDED", at, None, None, after, *places)
    elif after:
        yield Finding("FIELD_DEPRECATION_REASON_CHANGED", at, None, before, after, *places)
    else:
        yield Finding("FIELD_DEPRECATION_REASON_REMOVED", location, None, before, None, *places)
        yield from arguments_changed(at, _deprecated(old.applied), _deprecated(new.applied))


def _deprecated(applied: Sequence[Applied]) -> Applied:
    return next(each for each in applied if each.name == "deprecated")


def values_changed(pair: Pair) -> Iterator[Finding]:
    """The values of an enum."""
    old, new = pair.old.values, pair.new.values
    came = [*only_in(new, old)]
    if came:
        is_safe = pair.options.corrects and _is_whole(pair.new_side) and pair.new_side.uses_of(pair.name) == {Use.SENT}
        severity = Severity.SAFE if is_safe else None
        for name, value in came:
            yield Finding("ENUM_VALUE_ADDED", f"{pair.name}.{name}", severity, None, name, pair.old.place, value.place)
    went = [*only_in(old, new)]
    if went:
        is_mild = (
            pair.options.softens_one_sided
            and _is_whole(pair.old_side)
            and pair.old_side.uses_of(pair.name) == {Use.RECEIVED}
        )
        for name, value in went:
            severity = Severity.DANGEROUS if is_mild else _softened(pair, value)
            location = f"{pair.name}.{name}"
            yield Finding("ENUM_VALUE_REMOVED", location, severity, name, None, value.place, pair.new.place)
    for name, before, after in in_both(old, new):
        yield from _value_changed(pair, f"{pair.name}.{name}", before, after)


def _is_whole(side: Side) -> bool:
    """Whether a schema is no part of one, whose enums may be used in ways that are not in it."""
    return "query" in side.roots


def _value_changed(pair: Pair, location: str, old: EnumValue, new: EnumValue) -> Iterator[Finding]:
    places = (old.place, new.place)
    if old.description != new.description:
        texts = (old.description, new.description)
        yield Finding("ENUM_VALUE_DESCRIPTION_CHANGED", location, None, *texts, *places)
    before, after = reason_of(old.applied), reason_of(new.applied)
    told_already: tuple[str, ...] = ("deprecated",)
    if before != after:
        is_gone = after is None or (not after and bool(before))
        how = "REMOVED" if is_gone else "CHANGED" if before else "ADDED"
        at = location if is_gone else f"{location}.@deprecated"
        yield Finding(f"ENUM_VALUE_DEPRECATION_REASON_{how}", at, None, before or None, after or None, *places)
        told_already = () if is_gone else told_already
    yield from usages_changed(pair, "ENUM_VALUE", location, old, new, told_already)


def members_changed(pair: Pair) -> Iterator[Finding]:
    """The types in a union."""
    for name, place in only_in(pair.new.members, pair.old.members):
        yield Finding("UNION_MEMBER_ADDED", pair.name, None, None, name, pair.old.place, place)
    for name, place in only_in(pair.old.members, pair.new.members):
        yield Finding("UNION_MEMBER_REMOVED", pair.name, None, name, None, place, pair.new.place)


def interfaces_changed(pair: Pair) -> Iterator[Finding]:
    """The interfaces of an object or an interface."""
    for name, place in only_in(pair.new.interfaces, pair.old.interfaces):
        yield Finding("OBJECT_TYPE_INTERFACE_ADDED", pair.name, None, None, name, pair.old.place, place)
    for name, place in only_in(pair.old.interfaces, pair.new.interfaces):
        yield Finding("OBJECT_TYPE_INTERFACE_REMOVED", pair.name, None, name, None, place, pair.new.place)
