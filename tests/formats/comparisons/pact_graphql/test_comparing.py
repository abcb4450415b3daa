"""What is GraphQL at all, documents of operations, schemas that threads share, and what a finding says."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.comparisons.pact_graphql.comparing import (
    compare_interaction,
    compare_operations,
    compile_schema,
    is_graphql,
)
from contracthub.formats.comparisons.pact_graphql.rules import RULES
from contracthub.formats.comparisons.pact_openapi.pact_file import read_pact
from contracthub.formats.limits import DOCUMENT
from tests.formats.comparisons.pact_graphql.cases import SDL
from tests.formats.comparisons.pact_graphql.pairs import found_in, pact_of, posting


def _is_graphql(interaction: dict[str, Any], version: str = "3.0.0") -> bool:
    (each,) = read_pact(pact_of(interaction, version=version))
    return is_graphql(each)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"query": "{ ok }"}, "/api"),
        ({"query": "# hello\nquery Q { ok }", "extensions": {}}, "/api"),
        ({"query": "querry Q { ok }"}, "/graphql"),
        ('{"query": "{ ok }"}', "/api"),
        ([{"query": "{ ok }"}], "/api"),
        ({"extensions": {"persistedQuery": {"sha256Hash": "a"}}}, "/api"),
    ],
)
def test_what_carries_graphql(body: Any, path: str) -> None:
    assert _is_graphql(posting(body, path=path))


@pytest.mark.parametrize(
    "body",
    [
        {"query": "shoes"},
        {"query": "price:{1 TO 5}"},
        {"query": '{"match": {"name": "a"}}'},
        {"query": {"match_all": {}}},
        {"name": "query"},
        {"query": "{ ok }", "page": 1},
        [],
        [{"query": "{ ok }"}, {"id": 1}],
        "{ ok }",
        None,
    ],
)
def test_what_does_not(body: Any) -> None:
    assert not _is_graphql(posting(body, path="/search"))


def test_other_methods_and_broken_interactions_do_not() -> None:
    putting = posting({"query": "{ ok }"})
    putting["request"]["method"] = "PUT"
    assert not _is_graphql(putting)
    assert not _is_graphql({"description": "no request"})
    (broken,) = read_pact(pact_of(posting({"query": "{ ok }"}) | {"response": 5}))
    with pytest.raises(Invalid):
        compare_interaction(broken, compile_schema(SDL))


def test_a_body_of_version_4_has_its_pointers_into_the_content() -> None:
    sent = {"content": {"query": "{ ok }"}, "contentType": "application/json", "encoded": False}
    answer = {"content": {"data": {"ok": 1}}, "contentType": "application/json", "encoded": False}
    interaction = {
        "type": "Synchronous/HTTP",
        "description": "ok",
        "request": {"method": "POST", "path": "/graphql", "body": sent},
        "response": {"status": 200, "body": answer},
    }
    (each,) = read_pact(pact_of(interaction, version="4.0"))
    (found,) = compare_interaction(each, compile_schema(SDL))
    assert found.consumer_pointer == "/interactions/0/response/body/content/data/ok"


def test_rules_of_version_2_count() -> None:
    """As pact-js writes it: the text under a rule for white space, and no name."""
    query = "query ($id: ID!) {\n  order(id: $id) { count }\n}"
    body = {"operationName": None, "query": query, "variables": {"id": "1"}}
    interaction = {
        "description": "an order",
        "request": {
            "method": "POST",
            "path": "/graphql",
            "body": body,
            "matchingRules": {
                "$.body.query": {"match": "regex", "regex": "query\\s*"},
                "$.body.variables": {"match": "type"},
            },
        },
        "response": {
            "status": 200,
            "body": {"data": {"order": {"count": 5}}},
            "matchingRules": {"$.body.data.order.count": {"match": "decimal"}},
        },
    }
    (each,) = read_pact(pact_of(interaction, version="2.0.0"))
    (found,) = compare_interaction(each, compile_schema(SDL))
    assert (found.rule, found.path) == ("graphql.response.rule", "response.body.data.order.count")
    assert found.message == "By its matching rule it is a decimal number, and its type is Int!"


def test_a_finding_says_where_what_and_what_to_do() -> None:
    (found,) = found_in(posting({"query": "query Q {\n  order(id: 1) { totel }\n}"}), SDL)
    assert found.path == "query.order.totel"
    assert found.message == "Cannot query field 'totel' on type 'Order' (line 2, column 18 of the operation)"
    assert found.remedy.startswith("Was 'total' meant? Let the consumer")
    assert (found.description, found.operation, found.document) == ("it", "Query.order", "shop")
    assert SDL.splitlines()[int((found.provider_pointer or "").split(":")[1]) - 1].startswith("type Order")


def test_the_same_operation_laid_out_otherwise_is_the_same() -> None:
    answer = {"data": {"order": {"id": 1}}}
    one = found_in(posting({"query": '{order(id:"1"){id}}'}, answer), SDL)
    other = found_in(posting({"query": '\n\n  {\n order ( id : """1""" ) , { # it\n id } }'}, answer), SDL)
    assert one == other


def test_a_document_of_operations() -> None:
    schema = compile_schema(SDL, document="shop")
    assert compare_operations("query A { ok } query B($n: Int) { orders(first: $n) { id } }", schema) == ()
    found = compare_operations("query A { old } subscription B { changed { nothing } }", schema)
    assert {(each.level, each.rule, each.path) for each in found} == {
        (Level.WARNING, "graphql.deprecated.field", "query.old"),
        (Level.ERROR, "graphql.field.unknown", "subscription.changed.nothing"),
    }
    assert {each.rule for each in compare_operations("{", schema)} == {"graphql.operation.syntax"}


def test_an_introspection_answer_is_a_schema_without_places() -> None:
    answer = json.dumps({"data": introspection_from_schema(build_schema(SDL))})
    (found,) = found_in(posting({"query": "{ nothing }"}), answer)
    assert (found.rule, found.provider_pointer) == ("graphql.field.unknown", None)


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid):
        compile_schema("type Query { a: Nothing }")
    with pytest.raises(Invalid):
        compile_schema("{ ok }")
    with pytest.raises(TooLarge):
        compile_schema("#" * (DOCUMENT.max_bytes + 1))


def test_threads_share_a_schema() -> None:
    schema = compile_schema(SDL)
    pact = pact_of(*(posting({"query": f"{{ a{at}: ok no{at % 7} }}"}, {"data": {f"a{at}": 1}}) for at in range(150)))
    interactions = read_pact(pact)
    with ThreadPoolExecutor(8) as threads:
        together = [*threads.map(lambda each: compare_interaction(each, schema), interactions)]
    alone = compile_schema(SDL)
    assert together == [compare_interaction(each, alone) for each in interactions]


def test_every_rule_is_in_the_page_about_them() -> None:
    page = (Path(__file__).parents[4] / "docs" / "compare-graphql.md").read_text()
    rows = {row.split("|")[1].strip().strip("`"): row for row in page.splitlines() if row.startswith("| `graphql.")}
    assert rows.keys() == RULES.keys() | {"graphql.spec.missing"}
    for name, rule in RULES.items():
        assert f"| {rule.level.value} |" in rows[name]
        assert rule.remedy in rows[name]


def test_a_subgraph_answers_for_its_entities() -> None:
    """Every subgraph of a federation has these fields, and none writes them into its schema."""
    sdl = 'type Query { p: P }\ntype P @key(fields: "id") { id: ID! name: String }'
    asked = "query Q($of: [_Any!]!) { _entities(representations: $of) { ... on P { %s } } _service { sdl } }"
    assert compare_operations(asked % "name", compile_schema(sdl)) == ()
    (unknown,) = compare_operations(asked % "weight", compile_schema(sdl))
    assert unknown.rule == "graphql.field.unknown"
    spelled = sdl + "\nscalar _Any union _Entity = P type _Service { sdl: String }"
    own = spelled + " extend type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }"
    for schema in (spelled, own):
        assert compare_operations(asked % "name", compile_schema(schema)) == ()
    without = compare_operations("{ _service { sdl } }", compile_schema("type Query { ok: Int }"))
    assert [each.rule for each in without] == ["graphql.field.unknown"]
