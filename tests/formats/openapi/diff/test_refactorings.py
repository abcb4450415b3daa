"""The law that users of such tools miss most: what means the same is no change, however it is written."""

import random
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.openapi.diff.older_versions import as_2_0, as_3_0, in_words_of_2_0
from tests.formats.openapi.diff.refactorings import REFACTORINGS, Document, Refactoring
from tests.formats.openapi.diff.test_engine import changes, ids, read

NAMES = ("A", "B", "C", "D")
# Names are not on the wire: that one went is told, and harms nobody.
OF_NAMES = {"api-schema-removed"}


MORE: dict[str, list[dict[str, Any]]] = {
    "string": [{"maxLength": 9}, {"pattern": "^a"}, {"format": "uuid"}, {"enum": ["a", "b"]}, {"enum": ["a"]}],
    "integer": [{"minimum": 1}, {"exclusiveMaximum": 9}, {"enum": [1, 2]}, {"multipleOf": 2}],
    "number": [{"minimum": 0.5}, {"maximum": 10}],
    "boolean": [{}],
}


def a_schema(chance: random.Random, depth: int, names: tuple[str, ...]) -> Any:
    if names and chance.random() < 0.25:
        return {"$ref": f"#/components/schemas/{chance.choice(names)}"}
    kinds = ["string", "string", "integer", "number", "boolean"]
    if depth:
        kinds += ["object", "object", "object", "array", "union"]
    kind = chance.choice(kinds)
    if kind == "union":
        keyword = chance.choice(["oneOf", "anyOf"])
        return {
            keyword: [an_object(chance, depth - 1, names, mark) for mark in ("x", "y", "z")[: chance.randint(2, 3)]]
        }
    if kind == "object":
        return an_object(chance, depth - 1, names, "")
    if kind == "array":
        bounds = {"maxItems": 9} if chance.random() < 0.5 else {}
        return {"type": "array", "items": a_schema(chance, depth - 1, names), **bounds}
    return a_scalar(chance, kind)


def an_object(chance: random.Random, depth: int, names: tuple[str, ...], mark: str) -> dict[str, Any]:
    made: dict[str, Any] = {name: a_schema(chance, depth, names) for name in "abc" if chance.random() < 0.6}
    if mark:
        made["kind"] = {"type": "string", "const": mark}
    schema: dict[str, Any] = {"type": "object", "properties": made}
    if made and chance.random() < 0.7:
        schema["required"] = sorted(chance.sample(sorted(made), chance.randint(1, len(made))))
    if chance.random() < 0.25:
        schema["additionalProperties"] = chance.choice([False, {"type": "string"}])
    return schema


def a_scalar(chance: random.Random, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": [kind, "null"] if chance.random() < 0.2 else kind}
    schema.update(chance.choice([{}, *MORE[kind]]))
    if isinstance(schema["type"], list) and "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    schema.update(chance.choice([{}, {}, {"readOnly": True}, {"default": None}, {"deprecated": True}]))
    return schema


def a_document(seed: int) -> Document:
    chance = random.Random(seed)
    # A component refers to those after it only, so that each can be written in place.
    schemas = {name: a_schema(chance, 2, NAMES[index + 1 :]) for index, name in enumerate(NAMES)}
    paths = {}
    for name in ("orders", "customers"):
        parameters = [
            {"name": "id", "in": "path", "required": True, "schema": a_scalar(chance, "string")},
            {"name": "state", "in": "query", "schema": a_scalar(chance, "string")},
        ]
        body = {"content": {"application/json": {"schema": a_schema(chance, 2, NAMES)}}}
        answer = {"description": "", "content": {"application/json": {"schema": a_schema(chance, 2, NAMES)}}}
        paths[f"/{name}/{{id}}"] = {
            "post": {"parameters": parameters, "requestBody": body, "responses": {"200": answer}}
        }
    info = {"title": "Orders", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


@pytest.mark.parametrize("refactoring", REFACTORINGS, ids=lambda each: each.__name__)
@given(seed=st.integers(0, 100_000))
@settings(max_examples=6)
def test_a_refactoring_is_no_change(refactoring: Refactoring, seed: int) -> None:
    old = a_document(seed)
    new = deepcopy(old)
    refactoring(random.Random(seed), new)
    assert {*ids(read(old), read(new)), *ids(read(new), read(old))} <= OF_NAMES


@given(seed=st.integers(0, 100_000), count=st.integers(2, 8))
@settings(max_examples=40)
def test_many_refactorings_are_no_change(seed: int, count: int) -> None:
    old = a_document(seed)
    new = deepcopy(old)
    chance = random.Random(seed)
    for refactoring in chance.sample(REFACTORINGS, count):
        refactoring(chance, new)
    assert {change.id for change in changes(read(old), read(new))} <= OF_NAMES


@given(seed=st.integers(0, 100_000))
@settings(max_examples=30)
def test_another_version_of_openapi_is_no_change(seed: int) -> None:
    new = a_document(seed)
    old = as_3_0(new)
    assert ids(read(old), read(new)) == ids(read(new), read(old)) == []


@given(seed=st.integers(0, 100_000))
@settings(max_examples=30)
def test_a_migration_from_2_0_is_no_change(seed: int) -> None:
    new = in_words_of_2_0(a_document(seed))
    old = as_2_0(new)
    assert ids(read(old), read(new)) == ids(read(new), read(old)) == []
