"""The fingerprint of a change, to which approvals are bound: it outlives harmless edits, and no other change has it."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.changes import Change, Severity, cut, shown
from contracthub.formats.differences import difference
from contracthub.formats.uploads import Upload
from tests.repo import tree

TODAY = date(2026, 11, 21)
SPEC: dict[str, Any] = json.loads((tree.ROOT / "specs/neural_processor.openapi.json").read_text(encoding="utf-8"))
SDL = """
type Query { order(id: ID!, size: Int = 1): Order, orders: [Order!]! }
type Order { id: ID!, total: Int!, state: State, note(lang: String): String }
enum State { OPEN PAID SENT }
input Filter { state: State, text: String! }
"""
FIELDS = sorted(
    (name, field) for name, schema in SPEC["components"]["schemas"].items() for field in schema.get("properties", {})
)
Edit = Callable[[dict[str, Any]], None]


def compared(old: str, new: str, *, ending: str = "json", kind: str = "openapi") -> tuple[Change, ...]:
    uploads = [Upload(f"api.{ending}", {f"api.{ending}": each.encode()}) for each in (old, new)]
    return difference(kind, *uploads, today=TODAY).changes


def breaking(changes: tuple[Change, ...]) -> set[str]:
    return {change.fingerprint for change in changes if change.severity is not Severity.SAFE}


def without(fields: list[tuple[str, str]]) -> dict[str, Any]:
    document = deepcopy(SPEC)
    for name, field in fields:
        schema = document["components"]["schemas"][name]
        schema["properties"].pop(field, None)
        schema["required"] = [each for each in schema.get("required", []) if each != field]
    return document


def shuffled(value: Any, order: random.Random) -> Any:
    """The same document, its keys in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        order.shuffle(items)
        return {key: shuffled(each, order) for key, each in items}
    return [shuffled(each, order) for each in value] if isinstance(value, list) else value


def with_more(document: dict[str, Any], words: str) -> dict[str, Any]:
    """The same document, with other words and something that has nothing to do with the rest."""
    more = deepcopy(document)
    more["info"]["description"] = words
    more["components"]["schemas"]["Unrelated"] = {"type": "object", "description": words}
    answer = {"200": {"description": words, "content": {"application/json": {"schema": {"type": "string"}}}}}
    more["paths"]["/unrelated"] = {"get": {"operationId": "unrelated", "responses": answer}}
    return more


fields = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True)


@given(fields, st.integers(), st.booleans(), st.text("ab ", max_size=9), st.booleans())
def test_reformatting_and_unrelated_edits_leave_fingerprints_as_they_are(
    removed: list[tuple[str, str]], seed: int, as_yaml: bool, words: str, indented: bool
) -> None:
    before = breaking(compared(json.dumps(SPEC), json.dumps(without(removed))))
    order = random.Random(seed)
    sides = [with_more(shuffled(each, order), words) for each in (SPEC, without(removed))]
    if as_yaml:
        texts, ending = [yaml.safe_dump(each, sort_keys=False) for each in sides], "yaml"
    else:
        texts, ending = [json.dumps(each, indent=3 if indented else None) for each in sides], "json"
    assert breaking(compared(texts[0], texts[1], ending=ending)) == before


@given(fields, st.sampled_from(FIELDS))
def test_one_more_break_is_one_more_fingerprint(removed: list[tuple[str, str]], more: tuple[str, str]) -> None:
    before = breaking(compared(json.dumps(SPEC), json.dumps(without(removed))))
    after = breaking(compared(json.dumps(SPEC), json.dumps(without([*removed, more]))))
    gone = SPEC["components"]["schemas"][more[0]]["properties"][more[1]]
    assert before <= after or "$ref" in json.dumps(gone)
    if more in removed:
        assert after == before


@pytest.mark.parametrize(
    "edits",
    [
        [("maxLength", 5), ("maxLength", 6), ("maxLength", 7)],
        [("enum", ["a"]), ("enum", ["a", "b"]), ("enum", ["b", "c"])],
        [("pattern", "^a" + "x" * 300 + "$"), ("pattern", "^a" + "x" * 301 + "$"), ("pattern", "^b$")],
        [("type", "integer"), ("type", "boolean"), ("type", "array")],
    ],
)
def test_the_same_rule_with_other_values_is_another_change(edits: list[tuple[str, Any]]) -> None:
    schema: dict[str, Any] = {"type": "string", "enum": ["a", "b", "c"], "maxLength": 9, "pattern": "^.*$"}
    base = json.dumps(asked_with(schema))
    found = [breaking(compared(base, json.dumps(asked_with(schema | dict([edit]))))) for edit in edits]
    assert all(found)
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            assert one != other


def asked_with(schema: dict[str, Any]) -> dict[str, Any]:
    parameter = {"name": "state", "in": "query", "schema": schema}
    operation = {"parameters": [parameter], "responses": {"200": {"description": "well"}}}
    return {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {"/orders": {"get": operation}}}


def test_graphql_changes_keep_theirs_over_layout_and_order() -> None:
    new = SDL.replace("total: Int!, ", "").replace("SENT", "").replace("text: String!", "text: Int!")
    before = breaking(compared(SDL, new, ending="graphql", kind="graphql"))
    laid_out = [each.replace(", ", "\n  ").replace("{ ", "{\n  # words\n  ") for each in (SDL, new)]
    moved = ["\n".join(reversed(each.strip().split("\n}\n"))) for each in (SDL, new)]
    assert len(before) == 3
    assert breaking(compared(laid_out[0], laid_out[1], ending="graphql", kind="graphql")) == before
    assert breaking(compared(moved[0], moved[1], ending="graphql", kind="graphql")) == before


@given(st.text(max_size=300), st.text(max_size=300), st.text("x", min_size=195, max_size=205))
def test_values_that_are_cut_still_differ(one: str, other: str, beginning: str) -> None:
    assert (shown(beginning + one) == shown(beginning + other)) == (one == other)
    assert (cut(beginning + one) == cut(beginning + other)) == (one == other)


def of_type(schema: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": [{"name": "f", "type": schema}]})


def enum_of(symbols: str) -> str:
    return of_type({"type": "enum", "name": "E", "symbols": list(symbols)})


def described(field: dict[str, Any]) -> str:
    return json.dumps({"type": "object", "properties": {"f": field}})


def sent(payload: dict[str, Any]) -> str:
    channel = {"address": "a", "messages": {"m": {"payload": payload}}}
    operation = {"action": "send", "channel": {"$ref": "#/channels/c"}}
    info = {"title": "a", "version": "1"}
    return json.dumps({"asyncapi": "3.0.0", "info": info, "channels": {"c": channel}, "operations": {"o": operation}})


def demanded(kind: str, keyword: str, *values: dict[str, Any]) -> list[str]:
    """Nothing is demanded of a parameter, then one thing, then another one."""
    schema: dict[str, Any] = {"type": kind}
    return [json.dumps(asked_with(each)) for each in (schema, *(schema | {keyword: value} for value in values))]


def message(fields: str, package: str = "p") -> str:
    return f'syntax = "proto3";\npackage {package};\nmessage M {{ {fields} }}\n'


@pytest.mark.parametrize(
    ("kind", "ending", "texts"),
    [
        ("avro", "avsc", [enum_of("ABCD"), enum_of("ABC"), enum_of("AB")]),
        ("avro", "avsc", [enum_of("ABCDEFGHIJKLMNO"), enum_of("ABC"), enum_of("AB")]),
        ("avro", "avsc", [of_type({"type": each}) for each in ("int", "string", "boolean")]),
        ("avro", "avsc", [of_type({"type": "fixed", "name": "X", "size": each}) for each in (4, 5, 6)]),
        ("json-schema", "json", [described({"enum": each}) for each in ([1, 2, 3], [1, 2], [1])]),
        ("json-schema", "json", [described({"enum": [*range(each)]}) for each in (20, 5, 4)]),
        ("json-schema", "json", [described({"maximum": each}) for each in (9, 8, 7)]),
        ("asyncapi", "json", [sent({"enum": each}) for each in ([1], [1, 2], [1, 2, 3])]),
        ("protobuf", "proto", [message("", each) for each in "pqr"]),
        ("protobuf", "proto", [message(f"{each} a = 1;") for each in ("int32", "string", "bytes")]),
        ("openapi", "json", demanded("string", "not", {"const": "a"}, {"const": "b"})),
        ("openapi", "json", demanded("array", "contains", {"const": 1}, {"const": 2})),
        ("openapi", "json", demanded("object", "propertyNames", {"maxLength": 5}, {"maxLength": 3})),
        ("openapi", "json", demanded("object", "additionalProperties", {"type": "string"}, {"type": "integer"})),
        ("openapi", "json", demanded("object", "patternProperties", {"^a": {"minimum": 1}}, {"^a": {"minimum": 2}})),
    ],
)
def test_the_same_change_taken_further_is_another_one_in_every_format(kind: str, ending: str, texts: list[str]) -> None:
    old, *news = texts
    less, more = [breaking(compared(old, new, ending=ending, kind=kind)) for new in news]
    assert less
    assert more
    assert not less & more
