import contextlib
import json

import pytest
from graphql import get_introspection_query, graphql_sync
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid, Malformed, TooLarge
from contracthub.formats.graphql.identity import identity
from contracthub.formats.graphql.parse import broken_rules, parse
from contracthub.formats.limits import Limits

SHOP = '''
"""Everything."""
type Query { orders(first: Int = 10): [Order!]! "One" order(id: ID!): Order }
interface Node { id: ID! }
type Order implements Node { id: ID! total: Float note: String @deprecated(reason: "unused") state: State! }
enum State { OPEN CLOSED }
input Filter { state: State }
union Found = Order
scalar Money
'''


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("type Query {", "1:13"),
        ("type Query { a: Missing\n b: Gone }", "1:17"),
        ("type Query { a: Int }\ntype A { x: Int }\ntype A { y: Int }", "3:6"),
        ("schema { query: Q }\nschema { query: Q }\ntype Q { a: Int }", "2:1"),
        ("type Query { a: Int }\nextend type A { b: Int }", "2:13"),
        ("type Query { a(of: [Gone!]): Int }", "1:21"),
        ("type Query implements Gone { a: Int }", "1:23"),
        ("union Query = Gone", "1:15"),
        ("schema { query: Gone } scalar A", "1:17"),
        ("directive @d(a: Gone) on FIELD scalar A", "1:17"),
        ("input A { b: Gone }", "1:14"),
        ("query { a }", "1:1"),
        ("type Query { a: Int }\nfragment A on Query { a }", "2:1"),
        ("directive @d on FIELD", None),
        ("", "1:1"),
        ("type Query { a: " + "[" * 100_000, "1:116"),
        ("type Query {\n a: " + "[" * 100_000, "2:104"),
    ],
)
def test_what_is_unusable_is_refused_with_its_place(text: str, place: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.faults[0].pointer == place


def test_all_unknown_types_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        parse("type Query { a: Missing\n b: Gone }")
    assert [fault.pointer for fault in refused.value.faults] == ["1:17", "2:5"]


def test_what_is_merely_against_a_rule_is_told_when_asked() -> None:
    document = parse("type Query { a: Int a: Int }\ninterface N { id: ID! }\ntype T implements N { x: Int }")
    told = " ".join(fault.text for fault in broken_rules(document))
    assert "Query.a" in told
    assert "N.id" in told


def test_brackets_in_strings_and_comments_nest_nothing() -> None:
    brackets = "[" * 300
    parse(f'"""{brackets} \\""" {brackets}"""\ntype Query {{\n  # {brackets}\n  "{brackets}" a: Int }}')


def test_size_is_bounded() -> None:
    with pytest.raises(TooLarge):
        parse(SHOP, Limits(max_bytes=100))
    with pytest.raises(Malformed):
        parse(b"type Query { a: Int } # \xff")


def test_an_introspection_answer_is_the_schema_that_was_asked() -> None:
    answer = graphql_sync(parse(SHOP).schema, get_introspection_query()).data
    assert answer is not None
    for told in (answer, {"data": answer}):
        assert identity(parse(json.dumps(told))) == identity(parse(SHOP))


@pytest.mark.parametrize("text", ['{"__schema": {}}', '{"data": {"__schema": {"types": [{}]}}}', '{"__schema": null}'])
def test_half_an_introspection_answer_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="introspection"):
        parse(text)


def test_order_layout_and_descriptions_do_not_count_and_deprecation_does() -> None:
    one = parse("type Query { a: Int b: Int } type A { x: Int }")
    same = parse('"d" type A { "e" x: Int }\n\ntype Query { b: Int, a: Int }')
    other = parse("type Query { a: Int b: Int @deprecated } type A { x: Int }")
    assert identity(one) == identity(same)
    assert identity(one) != identity(other)


@given(st.text(st.sampled_from('typequeryQA{}[]()!:@"#=|& \n1'), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert parse(text).schema.type_map
