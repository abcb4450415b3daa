"""Small pacts that carry GraphQL, and what a comparison finds in them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.comparisons.pact_graphql.comparing import compare_interaction, compile_schema
from contracthub.formats.comparisons.pact_openapi.pact_file import read_pact

NOTHING = object()


def pact_of(*interactions: Mapping[str, Any], version: str = "3.0.0") -> bytes:
    """A pact of these interactions."""
    return json.dumps(
        {
            "consumer": {"name": "web"},
            "provider": {"name": "shop"},
            "interactions": [*interactions],
            "metadata": {"pactSpecification": {"version": version}},
        }
    ).encode()


def posting(
    body: Any,
    answer: Any = NOTHING,
    *,
    sent: Mapping[str, Any] | None = None,
    read: Mapping[str, Any] | None = None,
    status: int = 200,
    path: str = "/graphql",
) -> dict[str, Any]:
    """An interaction that posts a body; ``sent`` and ``read`` are the matching rules of request and response body."""
    request: dict[str, Any] = {"method": "POST", "path": path, "body": body}
    response: dict[str, Any] = {"status": status}
    if answer is not NOTHING:
        response["body"] = answer
    if sent:
        request["matchingRules"] = {"body": {at: _rule(rule) for at, rule in sent.items()}}
    if read:
        response["matchingRules"] = {"body": {at: _rule(rule) for at, rule in read.items()}}
    return {"description": "it", "request": request, "response": response}


def _rule(rule: Any) -> dict[str, Any]:
    if isinstance(rule, str):
        rule = {"match": rule}
    return rule if "matchers" in rule else {"matchers": [rule]}


def found_in(interaction: Mapping[str, Any], sdl: str) -> tuple[Finding, ...]:
    """What is found in an interaction."""
    schema = compile_schema(sdl, document="shop")
    return tuple(finding for each in read_pact(pact_of(interaction)) for finding in compare_interaction(each, schema))


def errors_of(findings: Sequence[Finding]) -> list[Finding]:
    """The reasons why the two do not fit."""
    return [each for each in findings if each.level is Level.ERROR]
