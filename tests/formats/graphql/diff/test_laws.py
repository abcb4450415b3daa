"""Laws of the comparison of GraphQL schemas, over generated pairs; graphql-core's own comparison is a judge."""

import json
import re
from random import Random

from graphql import BreakingChangeType, build_schema, find_breaking_changes, introspection_from_schema
from graphql.utilities.find_schema_changes import BreakingChange
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.changes import Change, Severity
from contracthub.formats.graphql.diff.engine import changes_between
from contracthub.formats.graphql.diff.options import Options
from contracthub.formats.graphql.diff.rules import CATALOGUE
from contracthub.formats.graphql.diff.side import side_of
from tests.formats.graphql.diff.schemas import RANDOMS, SCHEMAS, Schema

MANY = settings(max_examples=100)
_RULES = {
    BreakingChangeType.TYPE_REMOVED: {"TYPE_REMOVED"},
    BreakingChangeType.TYPE_CHANGED_KIND: {"TYPE_KIND_CHANGED"},
    BreakingChangeType.TYPE_REMOVED_FROM_UNION: {"UNION_MEMBER_REMOVED"},
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM: {"ENUM_VALUE_REMOVED"},
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: {"INPUT_FIELD_ADDED"},
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED: {"OBJECT_TYPE_INTERFACE_REMOVED"},
    BreakingChangeType.FIELD_REMOVED: {"FIELD_REMOVED", "INPUT_FIELD_REMOVED"},
    BreakingChangeType.FIELD_CHANGED_KIND: {"FIELD_TYPE_CHANGED", "INPUT_FIELD_TYPE_CHANGED"},
    BreakingChangeType.REQUIRED_ARG_ADDED: {"FIELD_ARGUMENT_ADDED"},
    BreakingChangeType.ARG_REMOVED: {"FIELD_ARGUMENT_REMOVED"},
    BreakingChangeType.ARG_CHANGED_KIND: {"FIELD_ARGUMENT_TYPE_CHANGED", "DIRECTIVE_ARGUMENT_TYPE_CHANGED"},
    BreakingChangeType.DIRECTIVE_REMOVED: {"DIRECTIVE_REMOVED"},
    BreakingChangeType.DIRECTIVE_ARG_REMOVED: {"DIRECTIVE_ARGUMENT_REMOVED"},
    BreakingChangeType.REQUIRED_DIRECTIVE_ARG_ADDED: {"DIRECTIVE_ARGUMENT_ADDED"},
    BreakingChangeType.DIRECTIVE_REPEATABLE_REMOVED: {"DIRECTIVE_REPEATABLE_REMOVED"},
    BreakingChangeType.DIRECTIVE_LOCATION_REMOVED: {"DIRECTIVE_LOCATION_REMOVED"},
}


def changes_of(old: str, new: str, options: Options | None = None) -> tuple[Change, ...]:
    return changes_between(side_of(old), side_of(new), options).changes


def coordinate(location: str) -> str:
    """A place as graphql-core writes it: ``Type.field(argument:)``."""
    holder, dot, last = location.rpartition(".")
    has_argument = "." in holder or location.startswith("@")
    return f"{holder}({last}:)" if dot and has_argument else location


@MANY
@given(SCHEMAS, RANDOMS)
def test_a_schema_written_otherwise_is_no_change(schema: Schema, random: Random) -> None:
    assert changes_of(schema.text(), schema.text()) == ()
    told = changes_of(schema.text(), schema.text(random), Options(ignores_descriptions=True))
    assert told == ()


@MANY
@given(SCHEMAS, SCHEMAS, RANDOMS)
def test_order_descriptions_and_layout_change_nothing(old: Schema, new: Schema, random: Random) -> None:
    options = Options(ignores_descriptions=True)
    plain = {(each.id, each.severity, each.location) for each in changes_of(old.text(), new.text(), options)}
    other = changes_of(old.text(random), new.text(random), options)
    assert {(each.id, each.severity, each.location) for each in other} == plain


@MANY
@given(SCHEMAS, SCHEMAS)
def test_a_change_has_its_mirror_when_the_schemas_are_swapped(old: Schema, new: Schema) -> None:
    def told(changes: tuple[Change, ...], *, mirrored: bool) -> set[tuple[str, str]]:
        return {
            (str(CATALOGUE[each.id].mirror) if mirrored else each.id, each.location.removesuffix(".@deprecated"))
            for each in changes
            # A deprecation that goes is told as a directive in use that goes besides, one that comes is not.
            if "@deprecated" not in each.location or not each.id.startswith("DIRECTIVE_USAGE_")
        }

    forwards, backwards = changes_of(old.text(), new.text()), changes_of(new.text(), old.text())
    assert told(forwards, mirrored=True) == told(backwards, mirrored=False)


@MANY
@given(SCHEMAS, SCHEMAS)
def test_nothing_that_graphql_core_calls_breaking_is_missed(old: Schema, new: Schema) -> None:
    before, after = (build_schema(each.text(), assume_valid=True, assume_valid_sdl=True) for each in (old, new))
    changes = changes_of(old.text(), new.text())
    missed = [each for each in find_breaking_changes(before, after) if not _is_told(each, changes)]
    assert missed == []


def _is_told(breaking: BreakingChange, changes: tuple[Change, ...]) -> bool:
    if "Standard scalar" in breaking.description:
        # Every schema has it; graphql-core looks at those in use.
        return True
    about = set(re.findall(r"@?\w+(?:\.\w+)?(?:\(\w+:\))?", breaking.description))
    return any(
        each.id in _RULES[breaking.type] and coordinate(each.location) in about and each.severity is Severity.BREAKING
        for each in changes
    )


@MANY
@given(SCHEMAS, SCHEMAS)
def test_introspection_tells_the_same_as_the_text_but_for_directives_in_use(old: Schema, new: Schema) -> None:
    def told(changes: tuple[Change, ...]) -> set[tuple[str, str, str]]:
        return {(each.id, each.location, each.severity) for each in changes if "@tag" not in each.location}

    built = build_schema(new.text(), assume_valid=True, assume_valid_sdl=True)
    answer = introspection_from_schema(built, input_value_deprecation=True, directive_is_repeatable=True)
    whole = changes_between(side_of(old.text()), side_of(json.dumps({"data": answer})))
    assert told(whole.changes) == told(changes_of(old.text(), new.text()))
    assert whole.gaps
    assert changes_of(json.dumps(answer), json.dumps(answer)) == ()


@MANY
@given(SCHEMAS, SCHEMAS, st.builds(Options, *[st.booleans()] * 6))
def test_options_change_levels_and_drop_changes_and_nothing_else(old: Schema, new: Schema, options: Options) -> None:
    plain = {(each.id, each.location, each.old, each.new) for each in changes_of(old.text(), new.text())}
    given_options = changes_of(old.text(), new.text(), options)
    assert {(each.id, each.location, each.old, each.new) for each in given_options} <= plain
