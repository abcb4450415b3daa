"""Compares two GraphQL schemas: pairs their definitions by name, and lets the rules judge those that differ."""

import re
from collections.abc import Iterator, Mapping

from contracthub.formats.changes import Change, Difference, Severity, cut, in_order, not_too_many, shown
from contracthub.formats.collector import collector_paused
from contracthub.formats.graphql.definitions import SPECIFIED
from contracthub.formats.graphql.diff.findings import Finding, Judge, Pair
from contracthub.formats.graphql.diff.judge_definitions import (
    directive_redefined,
    directives_used,
    type_described,
)
from contracthub.formats.graphql.diff.judge_inputs import input_fields
from contracthub.formats.graphql.diff.judge_outputs import (
    fields_changed,
    interfaces_changed,
    members_changed,
    values_changed,
)
from contracthub.formats.graphql.diff.model import OF_OPERATIONS, Definition
from contracthub.formats.graphql.diff.options import Options
from contracthub.formats.graphql.diff.rules import CATALOGUE
from contracthub.formats.graphql.diff.side import ROOTS, SCHEMA, Introspected, Key, Side

_OF_TYPES: tuple[Judge, ...] = (type_described, directives_used)
JUDGES: Mapping[str, tuple[Judge, ...]] = {
    "object": (*_OF_TYPES, interfaces_changed, fields_changed),
    "interface": (*_OF_TYPES, interfaces_changed, fields_changed),
    "union": (*_OF_TYPES, members_changed),
    "enum": (*_OF_TYPES, values_changed),
    "input": (*_OF_TYPES, input_fields),
    "scalar": _OF_TYPES,
    "directive": (directive_redefined,),
    "schema": (directives_used,),
}
_PLAIN = re.compile(r'"[^\s"\\]++"')
# What every schema has without saying so.
_BUILT_IN = frozenset(
    {
        *(("type", name) for name in SPECIFIED),
        *(("directive", name) for name in ("skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream")),
    }
)


def changes_between(old: Side, new: Side, options: Options | None = None) -> Difference:
    """Every change of ``new`` against ``old``, worst first.

    Raises ``Malformed`` and ``TooLarge`` where a definition that differs can't be read.
    """
    options = options or Options()
    with collector_paused():
        found = [_change(finding, old, new) for finding in not_too_many(_findings(old, new, options))]
    if options.ignores_descriptions:
        found = [change for change in found if "_DESCRIPTION_" not in change.id]
    return Difference(in_order(found), tuple(_gaps(old, new)))


def _gaps(old: Side, new: Side) -> Iterator[str]:
    for side, other, name in ((old, new, "old"), (new, old, "new")):
        if isinstance(side, Introspected) and not isinstance(other, Introspected):
            yield (
                f"The {name} schema is an introspection answer, which does not tell the directives in use: "
                "only those of the specification are compared."
            )


def _change(finding: Finding, old_side: Side, new_side: Side) -> Change:
    rule = CATALOGUE[finding.rule]
    old, new = _shown(rule.id, finding.old), _shown(rule.id, finding.new)
    values = f" ({_worded(old)} → {_worded(new)})" if old or new else ""
    return Change(
        finding.rule,
        finding.severity or rule.severity,
        rule.direction,
        finding.location,
        f"{finding.location}: {rule.summary.partition('. ')[0].removesuffix('.')}{values}.",
        old_side.shown(finding.place_old),
        new_side.shown(finding.place_new),
        (),
        old,
        new,
    )


def _worded(value: str | None) -> str:
    """Names and types need no quotes among words."""
    return "none" if value is None else value[1:-1] if _PLAIN.fullmatch(value) else value


def _shown(rule: str, value: str | None) -> str | None:
    """As JSON; values of the language are written like that already."""
    if value is None:
        return None
    if "_DEFAULT_" in rule or "_USAGE_ARGUMENT_" in rule:
        return cut(value)
    return shown(value)


def _findings(old: Side, new: Side, options: Options) -> Iterator[Finding]:
    yield from _schema_changed(old, new, options)
    for key in sorted(old.keys | new.keys):
        if key == SCHEMA:
            continue
        if key not in old.keys:
            yield from _added(key, new)
        elif key not in new.keys:
            yield from _removed(key, old, options)
        else:
            yield from _both(key, old, new, options)


def _name(key: Key) -> str:
    return f"@{key[1]}" if key[0] == "directive" else key[1]


def _added(key: Key, new: Side) -> Iterator[Finding]:
    if key not in _BUILT_IN:
        rule = "DIRECTIVE_ADDED" if key[0] == "directive" else "TYPE_ADDED"
        yield Finding(rule, _name(key), place_new=new.place(key))


def _removed(key: Key, old: Side, options: Options) -> Iterator[Finding]:
    if key in _BUILT_IN:
        return
    severity = None
    is_whole = "query" in old.roots
    if key[0] == "directive":
        if options.softens_one_sided and is_whole and OF_OPERATIONS.isdisjoint(old.definition(key).locations):
            severity = Severity.DANGEROUS
    elif options.softens_unreachable and is_whole and _is_unreachable(key, old):
        severity = Severity.SAFE
    elif options.softens_deprecated:
        # The anchor's rule names no condition for types: they can't be deprecated themselves.
        severity = Severity.DANGEROUS
    yield Finding(
        "DIRECTIVE_REMOVED" if key[0] == "directive" else "TYPE_REMOVED", _name(key), severity, place_old=old.place(key)
    )


def _is_unreachable(key: Key, side: Side) -> bool:
    name = key[1]
    return name not in side.roots.values() and not side.mentions(name) and not side.definition(key).interfaces


def _both(key: Key, old: Side, new: Side, options: Options) -> Iterator[Finding]:
    spelling = old.spelling(key)
    if spelling is not None and spelling == new.spelling(key):
        return
    pair = Pair(_name(key), old.definition(key), new.definition(key), old, new, options)
    if pair.old.kind != pair.new.kind:
        yield pair.finding("TYPE_KIND_CHANGED", None, pair.old.kind, pair.new.kind)
        yield from type_described(pair)
        return
    for judge in JUDGES[pair.new.kind]:
        yield from judge(pair)


def _schema_changed(old: Side, new: Side, options: Options) -> Iterator[Finding]:
    nothing = Definition("schema")
    pair = Pair(
        "schema",
        old.definition(SCHEMA) if SCHEMA in old.keys else nothing,
        new.definition(SCHEMA) if SCHEMA in new.keys else nothing,
        old,
        new,
        options,
    )
    before, after = old.roots, new.roots
    for operation in ROOTS:
        name, other = before.get(operation), after.get(operation)
        if name != other:
            severity = Severity.BREAKING if name else Severity.SAFE
            rule = f"SCHEMA_{operation.upper()}_TYPE_CHANGED"
            yield Finding(rule, f"schema.{operation}", severity, name, other, *pair.places)
    yield from directives_used(pair)
