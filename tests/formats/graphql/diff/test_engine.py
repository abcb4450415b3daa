"""How bad a change is, case by case; what is told of it; and what the options do."""

import json

import pytest
from graphql import build_schema, introspection_from_schema

from contracthub.formats.changes import Change, Severity
from contracthub.formats.graphql.diff.engine import changes_between
from contracthub.formats.graphql.diff.options import Options
from contracthub.formats.graphql.diff.side import side_of

B, D, S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
WHOLE = "type Query { a(of: Sent, in: Order): Got b: Both c(of: Both): Int } input Order { by: Sent }"
ENUMS = f"{WHOLE} enum Sent {{ A }} enum Got {{ A }} enum Both {{ A }}"


def changes_of(old: str, new: str, options: Options | None = None) -> tuple[Change, ...]:
    return changes_between(side_of(old), side_of(new), options).changes


def only(old: str, new: str, options: Options | None = None) -> tuple[str, Severity]:
    (change,) = changes_of(old, new, options)
    return change.id, change.severity


@pytest.mark.parametrize(
    ("old", "new", "sent", "taken"),
    [
        ("Int", "Int!", S, B),
        ("Int!", "Int", B, S),
        ("[Int]", "[Int!]!", S, B),
        ("[Int!]", "[Int]!", B, B),
        ("Int", "[Int]", B, B),
        ("[Int]", "Int", B, B),
        ("Int", "Float", B, B),
        ("[[Int]]", "[[Int!]]", S, B),
    ],
)
def test_outputs_may_promise_more_and_inputs_may_take_more(old: str, new: str, sent: Severity, taken: Severity) -> None:
    for text, expected in (
        ("type A {{ a: {} }}", ("FIELD_TYPE_CHANGED", sent)),
        ("type A {{ a(b: {}): Int }}", ("FIELD_ARGUMENT_TYPE_CHANGED", taken)),
        ("input A {{ a: {} }}", ("INPUT_FIELD_TYPE_CHANGED", taken)),
        ("directive @a(b: {}) on FIELD", ("DIRECTIVE_ARGUMENT_TYPE_CHANGED", taken)),
    ):
        assert only(text.format(old), text.format(new)) == expected


@pytest.mark.parametrize(
    ("added", "argument", "field", "of_directive"),
    [("Int!", B, B, B), ("Int", D, S, S), ("Int = 1", D, D, S), ("Int! = 1", D, D, S), ("Int = null", D, D, S)],
)
def test_what_comes_breaks_where_it_is_required(
    added: str, argument: Severity, field: Severity, of_directive: Severity
) -> None:
    assert only("type A { a: Int }", f"type A {{ a(b: {added}): Int }}") == ("FIELD_ARGUMENT_ADDED", argument)
    assert only("input A { a: Int }", f"input A {{ a: Int b: {added} }}") == ("INPUT_FIELD_ADDED", field)
    told = only("directive @a on FIELD", f"directive @a(b: {added}) on FIELD")
    assert told == ("DIRECTIVE_ARGUMENT_ADDED", of_directive)


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("Int! = 1", "Int!", B),
        ("Int!", "Int! = 1", D),
        ("Int = 1", "Int", D),
        ("Int = 1", "Int = 2", D),
        ("Int! = 1", "Int! = 2", D),
        ("Int", "Int = null", D),
    ],
)
def test_a_default_that_goes_breaks_where_null_is_refused(old: str, new: str, severity: Severity) -> None:
    pairs = [
        ("FIELD_ARGUMENT_DEFAULT_CHANGED", "type A {{ a(b: {}): Int }}"),
        ("INPUT_FIELD_DEFAULT_VALUE_CHANGED", "input A {{ a: {} }}"),
        ("DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED", "directive @a(b: {}) on FIELD"),
    ]
    for rule, text in pairs:
        assert only(text.format(old), text.format(new)) == (rule, severity)
        assert only(text.format(old), text.format(new), Options(corrects=False)) == (rule, D)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Float", "1", "1.0"),
        ("Float", "1000", "1e3"),
        ("[Int]", "1", "[1]"),
        ("ID", "1", '"1"'),
        ("In", "{a: 1, b: 2}", "{b: 2, a: 1}"),
        ("String", '"a b"', '"""a b"""'),
        ("[[Int!]!]!", "1", "[[1]]"),
    ],
)
def test_defaults_that_mean_the_same_are_the_same(kind: str, old: str, new: str) -> None:
    assert changes_of(f"input A {{ a: {kind} = {old} }}", f"input A {{ a: {kind} = {new} }}") == ()


def test_who_sends_an_enum_decides_about_its_new_values_in_a_whole_schema() -> None:
    told = {change.location: change.severity for change in changes_of(ENUMS, ENUMS.replace("{ A }", "{ A B }"))}
    assert told == {"Sent.B": S, "Got.B": D, "Both.B": D}
    part = ENUMS.replace("type Query", "type Part")
    assert {change.severity for change in changes_of(part, part.replace("{ A }", "{ A B }"))} == {D}
    blunt = changes_of(ENUMS, ENUMS.replace("{ A }", "{ A B }"), Options(corrects=False))
    assert {change.severity for change in blunt} == {D}


def test_a_type_behind_a_comment_is_a_use() -> None:
    old = "type Query { a(b: E): # why\n E } enum E { A }"
    assert only(old, old.replace("{ A }", "{ A B }")) == ("ENUM_VALUE_ADDED", D)


def test_softened_by_who_sends_only_what_the_provider_sends_may_go() -> None:
    options = Options(softens_one_sided=True)
    told = {
        change.location: change.severity for change in changes_of(ENUMS.replace("{ A }", "{ A B }"), ENUMS, options)
    }
    assert told == {"Sent.B": B, "Got.B": D, "Both.B": B}
    inner, outer = "type Query { a: Int } directive @a on OBJECT", "type Query { a: Int } directive @a on FIELD"
    assert only(inner, "type Query { a: Int }", options) == ("DIRECTIVE_REMOVED", D)
    assert only(outer, "type Query { a: Int }", options) == ("DIRECTIVE_REMOVED", B)
    assert only(inner, "type Query { a: Int }") == ("DIRECTIVE_REMOVED", B)


def test_types_that_nothing_leads_to_may_go_when_asked() -> None:
    options = Options(softens_unreachable=True)
    old = "type Query { a: Int } scalar Lost type Kept implements Node { a: Int } interface Node { a: Int }"
    assert only(old, old.replace("scalar Lost", ""), options) == ("TYPE_REMOVED", S)
    assert only(old, old.replace("type Kept implements Node { a: Int }", ""), options) == ("TYPE_REMOVED", B)
    assert only(old, old.replace("scalar Lost", "")) == ("TYPE_REMOVED", B)


def test_what_was_deprecated_may_go_when_asked() -> None:
    options = Options(softens_deprecated=True)
    old = "type A { a: Int b: Int @deprecated } enum E { A B @deprecated } input I { a: Int b: Int @deprecated }"
    new = "type A { a: Int } enum E { A } input I { a: Int }"
    assert {change.severity for change in changes_of(old, new, options)} == {D}
    assert {change.severity for change in changes_of(old, new)} == {B}


@pytest.mark.parametrize("on", ["FIELD", "OBJECT", "OBJECT | QUERY", "FIELD_DEFINITION"])
def test_whoever_repeats_a_directive_breaks(on: str) -> None:
    sides = f"directive @a repeatable on {on}", f"directive @a on {on}"
    assert only(*sides) == ("DIRECTIVE_REPEATABLE_REMOVED", B)
    assert only(*sides, Options(corrects=False)) == ("DIRECTIVE_REPEATABLE_REMOVED", D)


def test_one_of_breaks_and_its_end_does_not() -> None:
    plain, one = "input A { a: Int }", "input A @oneOf { a: Int }"
    assert only(plain, one) == ("DIRECTIVE_USAGE_INPUT_OBJECT_ADDED", B)
    assert only(one, plain) == ("DIRECTIVE_USAGE_INPUT_OBJECT_REMOVED", S)


def test_repeated_directives_are_paired_by_what_they_say() -> None:
    old, new = 'type A { a: Int @t(n: "1") @t(n: "2") @t(n: "3") }', 'type A { a: Int @t(n: "2") @t(n: "1") }'
    assert only(old, new) == ("DIRECTIVE_USAGE_FIELD_DEFINITION_REMOVED", D)


def test_roots_are_found_by_name_and_by_definition() -> None:
    assert changes_of("type Query { a: Int }", "schema { query: Query } type Query { a: Int }") == ()
    told = changes_of("type Query { a: Int } type Mutation { a: Int }", "type Query { a: Int }")
    assert [(change.id, change.location) for change in told] == [
        ("TYPE_REMOVED", "Mutation"),
        ("SCHEMA_MUTATION_TYPE_CHANGED", "schema.mutation"),
    ]


def test_extensions_say_what_a_definition_says() -> None:
    whole = "type Query implements Node @a { a: Int b: Int } enum E { A B } union U = A | B schema @x { query: Query }"
    parts = (
        "type Query { a: Int } extend type Query implements Node @a { b: Int } enum E { A } extend enum E { B } "
        "union U = A extend union U = B schema { query: Query } extend schema @x"
    )
    assert changes_of(whole, parts) == ()
    assert changes_of("extend type Query { a: Int }", "type Query { a: Int }") == ()


def test_a_change_says_where_it_is_and_what_was_there() -> None:
    (change,) = changes_of('"Reads."\ntype Query {\n  a: Int!\n}', '"Reads."\ntype Query {\n  "One."\n  a: [Int]\n}')[
        :1
    ]
    assert (change.location, change.pointer_old, change.pointer_new) == ("Query.a", "3:3", "4:3")
    assert (change.old, change.new) == ('"Int!"', '"[Int]"')
    assert change.message == "Query.a: A field has another type (Int! → [Int])."
    (removed,) = changes_of("type A {\n a: Int\n b: Int }", "\n\ntype A { a: Int }")
    assert (removed.pointer_old, removed.pointer_new) == ("3:2", "3:6")


def test_what_every_schema_has_may_be_written_or_not() -> None:
    plain = "type Query { a: Int }"
    written = f"{plain} scalar Int scalar ID directive @skip(if: Boolean!) on FIELD directive @deprecated on OBJECT"
    assert changes_of(plain, written) == changes_of(written, plain) == ()


def test_an_introspection_answer_is_compared_with_a_text() -> None:
    text = 'type Query @tag { a(b: Int = 1): Int @deprecated(reason: "slow") } directive @tag on OBJECT'
    answer = json.dumps(introspection_from_schema(build_schema(text)))
    found = changes_between(side_of(answer), side_of(text.replace("= 1", "= 2")))
    assert [(each.id, each.pointer_old, each.pointer_new) for each in found.changes] == [
        ("FIELD_ARGUMENT_DEFAULT_CHANGED", None, "1:21")
    ]
    assert len(found.gaps) == 1


def test_descriptions_and_directives_are_left_out_when_asked() -> None:
    old, new = "type A { a: Int }", '"New." type A @tag { "New." a: Int @deprecated }'
    plain = {change.id for change in changes_of(old, new)}
    asked = {change.id for change in changes_of(old, new, Options(ignores_descriptions=True, ignores_directives=True))}
    assert plain - asked == {"TYPE_DESCRIPTION_ADDED", "FIELD_DESCRIPTION_ADDED", "DIRECTIVE_USAGE_OBJECT_ADDED"}
    assert asked == {"FIELD_DEPRECATION_ADDED"}
