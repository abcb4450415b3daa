"""Whatever field of an output type mercatrix drops or alters: the diff names exactly the calls that fail against it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
    print_schema,
)

from contracthub.formats.differences import difference
from contracthub.formats.graphql.contract import read
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from providers.mercatrix.http import Refusal, graphql_routes, refuse
from providers.mercatrix.market import Market
from providers.mercatrix.schema import Root, schema_with
from providers.mercatrix.states import states_of
from providers.provider_states import state_routes
from tests.fleet.altering import served
from tests.fleet.running import PACTS

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
[PACT_FILE] = PACTS["mercatrix"]


def types_in(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    for each in schema.type_map.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            yield each


def drop(holder: GraphQLObjectType, name: str) -> None:
    del holder.fields[name]


def let_be_null(holder: GraphQLObjectType, name: str) -> None:
    field = holder.fields[name]
    assert isinstance(field.type, GraphQLNonNull)
    field.type = field.type.of_type
    field.resolve = lambda *_, **__: None


def retype(holder: GraphQLObjectType, name: str) -> None:
    field = holder.fields[name]
    is_text = get_named_type(field.type) in (GraphQLString, GraphQLID)
    other, value = (GraphQLInt, 7) if is_text else (GraphQLString, "another type")
    holder.fields[name] = GraphQLField(GraphQLNonNull(other), field.args, lambda *_, **__: value)


def list_it(holder: GraphQLObjectType, name: str) -> None:
    field = holder.fields[name]
    inner: Any = get_named_type(field.type)
    holder.fields[name] = GraphQLField(GraphQLList(inner), field.args, lambda *_, **__: [])


def is_firm(field: GraphQLField) -> bool:
    return isinstance(field.type, GraphQLNonNull)


WAYS: dict[str, tuple[Callable[[GraphQLObjectType, str], None], Callable[[GraphQLField], bool]]] = {
    "removed": (drop, lambda _: True),
    "nullable": (let_be_null, is_firm),
    "retyped": (retype, lambda _: True),
    "listed": (list_it, lambda field: not isinstance(getattr(field.type, "of_type", None), GraphQLList)),
}


def altered(way: str) -> dict[str, GraphQLSchema]:
    """A schema for each field of each output type, by the field."""
    edit, is_meant = WAYS[way]
    found = {}
    for holder in types_in(schema_with(frozenset())):
        for name, field in holder.fields.items():
            if is_meant(field) and len(holder.fields) > 1:
                schema = schema_with(frozenset())
                edit(next(each for each in types_in(schema) if each.name == holder.name), name)
                found[f"{holder.name}.{name}"] = schema
    return found


def failing(schemas: dict[str, GraphQLSchema], folder: Path) -> set[tuple[str, str]]:
    """Field and interaction of all that the altered mercatrix fails."""
    market = Market()
    app = FastAPI()
    app.exception_handler(Refusal)(refuse)
    app.include_router(state_routes(states_of(market), market.clear))
    whole = json.loads(PACT_FILE.read_bytes())
    interactions = whole["interactions"]
    whole["interactions"] = []
    for number, (field, schema) in enumerate(schemas.items()):
        app.include_router(graphql_routes(schema, Root(market)), prefix=f"/m{number}")
        for each in interactions:
            request = {**each["request"], "path": f"/m{number}{each['request']['path']}"}
            whole["interactions"].append({**each, "description": f"{field} {each['description']}", "request": request})
    file = folder / PACT_FILE.name
    file.write_text(json.dumps(whole))
    with served(app) as url:
        job = ReplayJob(
            "mercatrix", url, files=(str(file),), state_url=f"{url}/_pact/provider-states", state_teardown=True
        )
        report = replay(job, timeout=100)
    assert len(report.interactions) == len(whole["interactions"])
    pairs = (each.description.split(" ", 1) for each in report.interactions if not each.passed)
    return {(field, description) for field, description in pairs}


def named(schemas: dict[str, GraphQLSchema]) -> set[tuple[str, str]]:
    """Field and interaction of all that the diff says are broken."""
    by_interaction: dict[str, list[Any]] = {}
    for need in PACT.needs(PACT.read(PACT_FILE.read_bytes(), DOCUMENT)):
        by_interaction.setdefault(need.interaction, []).append(need)
    before = upload(schema_with(frozenset()))
    old = read(before).schema
    found = set()
    for field, schema in schemas.items():
        after = upload(schema)
        impact = GraphqlImpact(old, read(after).schema, difference("graphql", before, after, today=TODAY).changes)
        for description, needs in by_interaction.items():
            result = impact.of(needs)
            assert result.unjudged == ()
            if any(hit.breaks for hit in result.hits):
                found.add((field, description))
    return found


def upload(schema: GraphQLSchema) -> Upload:
    return Upload("s.graphql", {"s.graphql": print_schema(schema).encode()})


@pytest.mark.parametrize("way", WAYS)
def test_who_is_named_is_who_fails(way: str, tmp_path: Path) -> None:
    schemas = altered(way)
    assert schemas
    assert named(schemas) == failing(schemas, tmp_path)
