"""Texts are read as graphql-core reads them, and refused where it refuses them."""

import json
from random import Random

import pytest
from graphql import GraphQLSyntaxError, build_schema, introspection_from_schema, parse
from hypothesis import example, given, settings

from contracthub.domain.errors import Invalid, Malformed, TooLarge
from contracthub.formats.changes import Change
from contracthub.formats.graphql.diff.engine import changes_between
from contracthub.formats.graphql.diff.reading import read
from contracthub.formats.graphql.diff.side import side_of
from contracthub.formats.limits import Limits
from contracthub.formats.uploads import Upload
from tests.formats.graphql.diff.schemas import RANDOMS, SCHEMAS, Schema

TEXTS = [
    r'type Query { "a \" \\ \u00e9 \uD83D\uDE00 \u{1F600} \n" a(b: String = "\t{ } # \"" ): Int }',
    'type Query { """\n      one\n        two\n\n      three \\""" "" \n  """ a: Int """  x  """ b: Int }',
    'type Query { """\tx\n\ty\r\n \r  z""" a: Int }\n"""""" scalar A "" scalar B """   """ scalar C',
    'type Query { """ \\""""# { """ a: Int """ \\\\""""" """ b: Int """ \\ \\n""" c: Int }',
    "enum type { input type enum } type scalar { schema: type directive: Int extend: Int } schema { query: scalar }",
    "type implements implements & interface { a: Int } interface interface { a: Int } type Query { a: implements }",
    "interface interface { a: Int } interface union { a: Int } type Query implements & interface & union { a: Int }",
    "directive @directive(on: Int) repeatable on|FIELD|QUERY union on = | A | Query type A{a:Int}type Query{b:Int}",
    (
        'type Query { a(b: In = {c: [1, {d: "}"}], a: -1.50e3}, e: [ID!]! = 5, f: [[Int]] = 1, g: Float = 1.00): Int } '
        "input In { c: Int }"
    ),
    "\ufeff# only\n# comments {\n,,, type Query,{,a:Int,} # }",
    'scalar Date @specifiedBy(url: "http://a") input One @oneOf { a: Int b: Int } type Query { a: Int }',
    'type Query { a: Int @deprecated(reason: "No longer supported") b: Int @deprecated }',
]
REFUSED = (
    "type Query { a: Int",
    "type Query { a Int }",
    "type Query { }",
    "type Query { a(): Int }",
    "type Query { a: [Int }",
    "type Query { a: Int] }",
    "type Query a: Int }",
    "enum A { true }",
    "union A = ",
    "union A = B C",
    "type A implements B C { a: Int }",
    "directive @a on",
    "directive a on FIELD",
    'type A { "unclosed a: Int }',
    '"\ntype A { a: Int }',
    'type Query { a: Int }\n"\ninput Range { "type Query {" b: Int }',
    'type Query\n"\n{ "type Query {" b: Int }',
    'directive @a("\n"b" a: Int) on FIELD',
    'type A { """unclosed a: Int }',
    r'type A { "\q" a: Int }',
    "type A { a(b: Int = 01): Int }",
    "type A { a(b: Int = 1.): Int }",
    "type A { a(b: Int = $c): Int }",
    "type A { a(b: Int = {c 1}): Int }",
    "schema { querry: A }",
    "type é { a: Int }",
    "type A { a: Int } }",
    "hello",
    "query { a }",
    "fragment A on B { c }",
    "",
    "# nothing",
    "type Query { a: Int } extend type Query",
    "type Query { a: Int } extend type Que type y { a: Int }",
    'type Query { a: Int } "said" extend type Query { b: Int }',
    "type Query { a: Int } extend schema",
    "type Query { a: Int } scalar A extend scalar A",
    '"described"',
    '{"data": {"__schema": {"types": [{"kind": "X", "name": "A"}]}}}',
    '{"__schema": 1}',
    '{"__schema"',
)


def differences(old: str, new: str) -> list[Change]:
    return [
        change
        for change in changes_between(side_of(old), side_of(new)).changes
        if not change.location.startswith("schema.@")
    ]


def answer_for(text: str) -> str:
    schema = build_schema(text, assume_valid=True, assume_valid_sdl=True)
    return json.dumps(
        introspection_from_schema(
            schema,
            specified_by_url=True,
            directive_is_repeatable=True,
            input_value_deprecation=True,
            one_of=True,
        )
    )


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_what_graphql_core_makes_of_it(text: str) -> None:
    assert differences(text, answer_for(text)) == []
    assert differences(answer_for(text), text) == []


@settings(max_examples=50)
@given(SCHEMAS, RANDOMS)
def test_a_schema_says_what_graphql_core_makes_of_it(schema: Schema, random: Random) -> None:
    text = schema.text(random)
    assert differences(text, answer_for(text)) == []


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_schema_is_refused_with_its_place(text: str) -> None:
    with pytest.raises((Malformed, Invalid)) as refused:
        side_of(text)
    if text[:1] == "t":
        assert refused.value.faults[0].pointer


@settings(max_examples=300)
@given(SCHEMAS, RANDOMS)
@example(Schema(()), Random(1))
def test_a_damaged_text_is_refused_where_graphql_core_refuses_it(schema: Schema, random: Random) -> None:
    text = schema.text(random)
    for _ in range(random.randint(1, 2)):
        at = random.randint(0, len(text))
        text = text[:at] + random.choice(("", "{", "}", '"', "(", "@", "|", " a ", " type ", "=", "1")) + text[at + 1 :]
    try:
        parse(text)
    except GraphQLSyntaxError:
        with pytest.raises((Malformed, Invalid)):
            side_of(text)
        return
    told = ""
    try:
        side_of(text)
    except Invalid as refused:
        told = str(refused)
    assert not told or "is defined at" in told


def test_a_large_text_is_read_where_it_differs() -> None:
    rest = "".join(f"\ntype T{number} {{ a(b: Int = 1): Int }}" for number in range(5_000))
    (change,) = differences(f"type Query {{ a: Int }}{rest}", f"type Query {{ a: Int! }}{rest}")
    assert (change.id, change.pointer_new) == ("FIELD_TYPE_CHANGED", "1:14")
    with pytest.raises(Malformed) as refused:
        differences(f"type Query {{ a: Int }}{rest}", f"type Query {{ a: Int }}{rest.replace('T7 { a', 'T7 { a b')}")
    assert refused.value.faults[0].pointer == "9:13"


@pytest.mark.parametrize(
    "text",
    [
        "type Query { a: " + "[" * 500 + "Int" + "]" * 500 + " }",
        "type Query { a(b: Int = " + "[" * 500 + "]" * 500 + "): Int }",
        "type Query { a(b: Int = " + "{a: " * 500 + "1" + "}" * 500 + "): Int }",
        "type Query " + "{" * 5_000,
    ],
)
def test_what_is_nested_deeply_is_refused(text: str) -> None:
    with pytest.raises((Malformed, Invalid)):
        side_of(text)


def test_a_text_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        side_of(b"scalar A " * 100, Limits(max_bytes=100))


def test_several_files_are_refused() -> None:
    with pytest.raises(Invalid):
        read(Upload("a.graphql", {"a.graphql": b"scalar A", "b.graphql": b"scalar B"}))


@pytest.mark.parametrize(
    "text",
    [
        "type Query { a: Int }" + "\nextend type Query @tag" * 30_000,
        "".join(f"enum E{number} {{ A }}" for number in range(10_000))
        + "type Query { "
        + " ".join(f"f{number}: E{number}" for number in range(10_000))
        + " }",
        "type Query { a: Int " + "@tag(a: 1) " * 50_000 + "}",
        '"' * 100_000,
        'type Query { "' + "\\" * 100_001 + '" a: Int }',
        "type Query { a: Int }" + " {" * 50_000,
        "type Query { a: Int }" + "#" * 300_000,
    ],
    ids=["extensions", "enums", "directives", "quotes", "backslashes", "brackets", "comments"],
)
def test_what_is_made_to_take_long_does_not(text: str) -> None:
    # The runner's time limit is the assertion: what grows with the square takes minutes here.
    changed = text.replace("{ A }", "{ A B }").replace("a: Int ", "a: Int! ", 1).replace("@tag(a: 1) ", "@tag(a: 2) ")
    try:
        found = changes_between(side_of(text), side_of(changed)).changes
    except (Invalid, TooLarge):
        return
    assert len(found) <= 100_001
