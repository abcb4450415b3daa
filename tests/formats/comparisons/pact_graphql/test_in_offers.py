"""Which interactions of a pact go to the schema, where a provider version has several documents."""

import json

from contracthub.domain.comparisons import ContractKind, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.offers import CompiledOffer, compare
from tests.formats.comparisons.pact_graphql.pairs import pact_of, posting

_SDL = OfferedDocument("api", ContractFormat.GRAPHQL, "1", {"api.graphql": b"type Query { id: ID! }"}, "api.graphql")
_OTHER = OfferedDocument("more", ContractFormat.GRAPHQL, "2", {"m.graphql": b"type Query { name: ID }"}, "m.graphql")
_OPENAPI = OfferedDocument(
    "rest",
    ContractFormat.OPENAPI,
    "3",
    {
        "rest.json": json.dumps(
            {
                "openapi": "3.0.0",
                "info": {"title": "rest", "version": "1"},
                "paths": {"/graphql": {"post": {"responses": {"200": {"description": "ok"}}}}},
            }
        ).encode()
    },
    "rest.json",
)
_GRAPHQL = posting({"query": "{ id }"}, {"data": {"id": "1"}})
_REST = posting({"query": "id"}, path="/search")


def _rules(*documents: OfferedDocument, pact: bytes) -> list[tuple[str, Level, str]]:
    findings = compare(ContractKind.PACT, pact, CompiledOffer(documents))
    return [(each.rule, each.level, each.document) for each in findings]


def test_what_carries_graphql_goes_to_the_schema_and_the_rest_to_openapi() -> None:
    assert _rules(_SDL, _OPENAPI, pact=pact_of(_GRAPHQL)) == []
    (found,) = _rules(_SDL, _OPENAPI, pact=pact_of(_GRAPHQL, _REST))
    assert found == ("request.path-or-method.unknown", Level.ERROR, "rest")


def test_of_several_schemas_the_one_that_fits_best_answers() -> None:
    assert _rules(_OTHER, _SDL, pact=pact_of(_GRAPHQL)) == []
    assert _rules(_OTHER, pact=pact_of(_GRAPHQL)) == [("graphql.field.unknown", Level.ERROR, "more")]


def test_without_a_schema_an_openapi_document_answers_and_else_nothing() -> None:
    assert ("response.body.unknown", Level.ERROR, "rest") in _rules(_OPENAPI, pact=pact_of(_GRAPHQL))
    assert _rules(pact=pact_of(_GRAPHQL)) == [("graphql.spec.missing", Level.UNANSWERED, "")]


def test_a_schema_that_cant_be_read_is_no_answer() -> None:
    broken = OfferedDocument("api", ContractFormat.GRAPHQL, "4", {"a": b"type Query {"}, "a")
    assert _rules(broken, pact=pact_of(_GRAPHQL)) == [("comparison.impossible", Level.UNANSWERED, "api")]
