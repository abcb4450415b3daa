"""Documents that would take for ever, or break what reads them: an answer or a refusal, in bounded time."""

import json
import random
from typing import Any

import pytest

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import HubError, Invalid
from contracthub.formats.comparisons.pact_openapi.comparing import compare
from contracthub.formats.comparisons.pact_openapi.provider_document import read_openapi
from contracthub.formats.comparisons.pact_openapi.routing import _Segment
from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, PEER_HOSTED, Rules

RULES = [OURS, PEER]


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schema: Any, schemas: Any = None, parameters: Any = ()) -> dict[str, Any]:
    response = {"description": "k", "content": {"application/json": {"schema": schema}}}
    operation = {"parameters": list(parameters), "responses": {"200": response}}
    return {"openapi": "3.0.3", "paths": {"/x": {"get": operation}}, "components": {"schemas": schemas or {}}}


def pact(body: Any, query: str = "") -> dict[str, Any]:
    request = {"method": "GET", "path": "/x", "query": query}
    return {"interactions": [{"description": "i", "request": request, "response": {"status": 200, "body": body}}]}


def codes(provider: Any, consumer: Any, rules: Rules) -> list[str]:
    openapi = read_openapi(json.dumps(provider).encode(), rules)
    results = compare(json.dumps(consumer).encode(), openapi, None)
    return [each.code for each in results if each.level is not Level.INFORMATION]


def ladder(keyword: str, rungs: int, last: Any) -> dict[str, Any]:
    steps = {f"S{at}": {keyword: [ref(f"S{at + 1}")] * 10} for at in range(rungs)}
    return {**steps, f"S{rungs}": last}


UNUSABLE = [
    (document(ref("S"), {"S": {"allOf": [ref("S"), ref("S")]}}), ["document.unusable"]),
    (document(ref("S0"), ladder("oneOf", 40, {"type": "object"})), ["document.unusable"]),
    (document(ref("S0"), ladder("anyOf", 40, {"type": "object"})), ["document.unusable"]),
    (document({"type": "object", "not": {"$ref": "http://127.0.0.1:1/secret.json"}}), []),
    (document({"properties": {"a": {"$ref": "http://127.0.0.1:1/secret.json"}}}), ["response.body.incompatible"]),
    (document({"type": "object", "properties": {"a": {"pattern": "("}}}), ["document.pattern.unusable"]),
]


@pytest.mark.parametrize(("provider", "expected"), UNUSABLE)
def test_what_can_not_be_worked_out_is_told_and_refused_by_the_peer(provider: Any, expected: list[str]) -> None:
    assert codes(provider, pact({"a": 1}), OURS) == expected
    with pytest.raises(Invalid):
        codes(provider, pact({"a": 1}), PEER)


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize(
    ("provider", "body"),
    [
        (document(ref("S0"), {f"S{at}": {"properties": {"n": ref(f"S{at + 1}")}} for at in range(3000)}), {"n": {}}),
        (document({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}), {"a": "a" * 5000}),
        (document(ref("S"), {"S": {"type": "object", "properties": {"a": ref("S")}}}), {"a": {"a": {"a": {}}}}),
        (document({"type": "array", "uniqueItems": True}), [{"a": at} for at in range(20_000)]),
    ],
)
def test_what_is_large_or_deep_is_answered(provider: Any, body: Any, rules: Rules) -> None:
    assert codes(provider, pact(body), rules) == []


def test_a_parameter_that_combines_without_end_is_told_and_refused_by_the_peer() -> None:
    parameter = {"name": "q", "in": "query", "schema": ref("S0")}
    provider = document({}, ladder("anyOf", 40, {"type": "integer"}), [parameter])
    assert codes(provider, pact(None, "q=1"), OURS) == ["document.unusable"]
    with pytest.raises(Invalid):
        codes(provider, pact(None, "q=1"), PEER)


def test_a_pattern_that_backtracks_ends() -> None:
    provider = document({"properties": {"a": {"type": "string", "pattern": "^(?=(a+)+$)(a|aa)+\\1$"}}})
    assert codes(provider, pact({"a": "a" * 5000 + "!"}), PEER) == ["response.body.incompatible"]


def test_many_templates_in_a_segment_cost_no_more_than_the_text() -> None:
    segment = _Segment("", ("", *["-"] * 9, ""), tuple("abcdefghij"))
    assert segment.values("-" * 100_000 + "x", ignore_case=False) is not None
    assert segment.values("x" * 100_000, ignore_case=False) is None


JUNK: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "#/", "#/x/y", [], {}, [None], {"$ref": "#"}, {"type": 5},
    {"allOf": [{"$ref": "#"}]},
    "(((", {"": {}}, {"nullable": True}, {"oneOf": []}, {"$ref": "#/components/schemas/P"},
    {"discriminator": {"propertyName": "t", "mapping": {"a": 5}}, "oneOf": [{"$ref": "#"}]},
]  # fmt: skip
WHOLE = document(
    {"allOf": [ref("P"), {"properties": {"b": {"type": "array", "items": {"oneOf": [ref("P"), {"type": "null"}]}}}}]},
    {"P": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "nullable": True}}}},
    [{"name": "q", "in": "query", "required": True, "schema": {"type": "array", "items": {"type": "integer"}}}],
)


def damaged(value: Any, dice: random.Random) -> Any:
    whole = json.loads(json.dumps(value))
    for _ in range(dice.randint(1, 3)):
        node, todo = whole, [whole]
        holders = []
        while todo:
            node = todo.pop()
            if isinstance(node, dict | list) and node:
                holders.append(node)
                todo += node.values() if isinstance(node, dict) else node
        holder = dice.choice(holders)
        at = dice.choice([*holder]) if isinstance(holder, dict) else dice.randrange(len(holder))
        holder[at] = json.loads(json.dumps(dice.choice(JUNK)))
    return whole


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_breaks_a_comparison(seed: int) -> None:
    dice, refused = random.Random(seed), 0
    whole = pact({"a": 1, "b": [{"a": None}, None]}, "q=1,2")
    for number in range(150):
        provider = damaged(WHOLE, dice) if number % 3 else WHOLE
        consumer = damaged(whole, dice) if number % 2 else whole
        try:
            codes(provider, consumer, (OURS, PEER, PEER_HOSTED)[number % 3])
        except HubError:
            refused += 1
    assert 0 < refused < 150
