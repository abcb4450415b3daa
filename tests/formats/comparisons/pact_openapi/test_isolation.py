"""What is wrong in one place is told of that place, and everything else is judged as if it were not there."""

import json
from typing import Any

import pytest

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.comparing import compare
from contracthub.formats.comparisons.pact_openapi.provider_document import read_openapi
from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, Rules
from tests.formats.comparisons.pact_openapi.cases import INTEGER, JSON, answering, api, pact, reading

WRONG = {**reading("no number")["interactions"][0], "description": "wrong"}
MALFORMED: list[Any] = [
    {**WRONG, "request": {"method": "GET", "path": "/x", "headers": {"X-A": 5}}},
    {**WRONG, "request": {"method": "GET", "path": "/x", "headers": ["X-A"]}},
    {**WRONG, "request": {"method": "GET"}},
    {**WRONG, "request": None},
    {**WRONG, "response": {"status": "200"}},
    {**WRONG, "response": {"status": True}},
    {"description": "nothing"},
    "no interaction",
    None,
]


def found(document: Any, interactions: list[Any], rules: Rules = OURS) -> list[tuple[int, str]]:
    openapi = read_openapi(json.dumps(document).encode(), rules)
    results = compare(json.dumps({"interactions": interactions}).encode(), openapi, None)
    return [(each.interaction, each.code) for each in results if each.level is not Level.INFORMATION]


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_interaction_is_one_error_and_the_others_are_judged(malformed: Any) -> None:
    interactions = [malformed, WRONG, malformed]
    errors = [(0, "interaction.malformed"), (1, "response.body.incompatible"), (2, "interaction.malformed")]
    assert found(answering(INTEGER), interactions) == errors
    with pytest.raises(Invalid):
        found(answering(INTEGER), interactions, PEER)


def broken(part: Any) -> Any:
    """A document with a good operation, and one in which something can't be used."""
    document = answering(INTEGER)
    document["paths"]["/broken"] = part
    return document


FOREIGN = {"$ref": "https://example.com/other.yaml#/x"}
ANSWER = {"200": {"description": "k", "content": {JSON: {"schema": {"type": 5}}}}}
BROKEN = [
    ({"get": {"parameters": [FOREIGN], "responses": {"200": {"description": "k"}}}}, "document.unusable"),
    ({"get": {"responses": {"200": FOREIGN}}}, "document.unusable"),
    ({"get": {"responses": ANSWER}}, "document.unusable"),
    (FOREIGN, "request.path-or-method.unknown"),
]


@pytest.mark.parametrize(("part", "code"), BROKEN)
def test_a_part_of_a_document_that_can_not_be_used_is_told_where_it_is_needed(part: Any, code: str) -> None:
    needing = pact({"path": "/broken"}, {"body": 1})["interactions"][0]
    assert [each for each in found(broken(part), [WRONG, needing, WRONG]) if each[0] != 1] == [
        (0, "response.body.incompatible"),
        (2, "response.body.incompatible"),
    ]
    assert (1, code) in found(broken(part), [WRONG, needing, WRONG])


def test_only_the_member_behind_a_broken_reference_is_not_promised() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Nobody"}, "b": INTEGER}}
    document = answering(schema)
    assert found(document, [reading({"b": 1})["interactions"][0]]) == []
    openapi = read_openapi(json.dumps(document).encode())
    results = compare(json.dumps(reading({"a": 1, "b": 1})).encode(), openapi, None)
    (result,) = [each for each in results if each.level is Level.ERROR]
    assert result.pact_pointer == "/interactions/0/response/body/a"
    assert "leads nowhere: '#/components/schemas/Nobody'" in result.message


def test_the_rest_of_a_schema_counts_beside_a_pattern_that_can_not_be_read() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}, "b": INTEGER}}
    interaction = reading({"a": "x", "b": "y"})["interactions"][0]
    assert found(answering(schema), [interaction]) == [
        (0, "document.pattern.unusable"),
        (0, "response.body.incompatible"),
    ]


def test_a_security_scheme_that_leads_out_of_the_document_does_not_keep_the_response_from_being_judged() -> None:
    document = api({"security": [{"k": []}], **answering(INTEGER)["paths"]["/x"]["get"]}, components={})
    document["components"] = {"securitySchemes": {"k": FOREIGN}}
    assert found(document, [WRONG]) == [(0, "document.unusable"), (0, "response.body.incompatible")]
