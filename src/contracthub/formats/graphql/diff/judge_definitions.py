"""Definitions as wholes: texts, roots, the directives that are defined."""

from collections.abc import Iterator

from contracthub.formats.changes import Severity
from contracthub.formats.graphql.diff.findings import Finding, Pair, only_in
from contracthub.formats.graphql.diff.judge_inputs import OF_DIRECTIVE, described, inputs_changed
from contracthub.formats.graphql.diff.judge_usages import usages_changed
from contracthub.formats.graphql.diff.model import OF_OPERATIONS

_TYPE_DESCRIPTIONS = ("TYPE_DESCRIPTION_ADDED", "TYPE_DESCRIPTION_CHANGED", "TYPE_DESCRIPTION_REMOVED")
_USED_ON = {
    "schema": "SCHEMA",
    "scalar": "SCALAR",
    "object": "OBJECT",
    "interface": "INTERFACE",
    "union": "UNION_MEMBER",
    "enum": "ENUM",
    "input": "INPUT_OBJECT",
}


def type_described(pair: Pair) -> Iterator[Finding]:
    """The description of a type."""
    rule = described(_TYPE_DESCRIPTIONS, pair.old.description, pair.new.description)
    if rule:
        yield pair.finding(rule, None, pair.old.description, pair.new.description)


def directives_used(pair: Pair) -> Iterator[Finding]:
    """The directives in use on a type, or on the schema."""
    yield from usages_changed(pair, _USED_ON[pair.new.kind], pair.name, pair.old, pair.new)


def directive_redefined(pair: Pair) -> Iterator[Finding]:
    """A definition of a directive."""
    old, new = pair.old, pair.new
    if old.description != new.description:
        yield pair.finding("DIRECTIVE_DESCRIPTION_CHANGED", None, old.description, new.description)
    for name, place in only_in(new.locations, old.locations):
        yield Finding("DIRECTIVE_LOCATION_ADDED", pair.name, None, None, name, old.place, place)
    for name, place in only_in(old.locations, new.locations):
        is_mild = pair.options.softens_one_sided and name not in OF_OPERATIONS
        severity = Severity.DANGEROUS if is_mild else None
        yield Finding("DIRECTIVE_LOCATION_REMOVED", pair.name, severity, name, None, place, new.place)
    if old.is_repeatable is not None and new.is_repeatable is not None and old.is_repeatable != new.is_repeatable:
        if new.is_repeatable:
            yield pair.finding("DIRECTIVE_REPEATABLE_ADDED")
        else:
            # Whoever repeats it is refused: an operation, or the next schema that is built with it.
            severity = Severity.BREAKING if pair.options.corrects else Severity.DANGEROUS
            yield pair.finding("DIRECTIVE_REPEATABLE_REMOVED", severity)
    yield from inputs_changed(pair, OF_DIRECTIVE, pair.name, old.inputs, new.inputs, pair.places)
