"""Of each part of what the fleet offers: whom the diff says its removal breaks, who-reads names, and nobody else."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    print_schema,
)

from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.differences import difference
from contracthub.formats.graphql.contract import read as read_graphql
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.impact.readers import impact_on_reader
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Need
from contracthub.formats.openapi.contract import read as read_openapi
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.formats.usage.asking import Documents, Usage
from contracthub.formats.usage.graphql import Queries
from contracthub.formats.usage.topics import Reader, Topic
from tests.fleet.altering import alterations_of
from tests.fleet.running import FLEET, PACTS, ROOT

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
SPECS = ROOT / "specs"
REST = [name for name, provider in FLEET.items() if f"{name}.openapi.json" in provider.specs]


def needs_of(provider: str) -> dict[str, tuple[Need, ...]]:
    """What each consumer of a provider needs."""
    return {pact.name: PACT.needs(PACT.read(pact.read_bytes(), DOCUMENT)) for pact in PACTS[provider]}


def upload(name: str, text: str | bytes) -> Upload:
    return Upload(name, {name: text.encode() if isinstance(text, str) else text})


def users(usage: Usage, element: str, names: list[str]) -> set[str]:
    """The consumers that who-reads names."""
    return {names[holder] for each in usage.asked(element).elements for holder, _ in usage.of(each)}


@pytest.mark.parametrize("provider", REST)
def test_every_field_of_every_answer_over_http(provider: str) -> None:
    name = f"{provider}.openapi.json"
    old = upload(name, (SPECS / name).read_bytes())
    needs = needs_of(provider)
    usage = Usage([*needs.values()], (), Documents(http=(Requests(read_openapi(old)),)))
    asked = 0
    for alteration in alterations_of(json.loads(old.text), "removed"):
        if len(alteration.bodies) != 1 or " " not in alteration.name:
            continue
        ((answer, places),) = alteration.bodies.items()
        (steps,) = places
        method, path, status = answer
        element = f"{method} {path} {status}#" + "".join(f"/{'*' if step is None else step}" for step in steps)
        found = difference("openapi", old, upload(name, json.dumps(alteration.document)), today=TODAY)
        impact = OpenApiImpact(found.old, found.new, found.changes)
        broken = {consumer for consumer, each in needs.items() if any(hit.breaks for hit in impact.of(each).hits)}
        assert users(usage, element, [*needs]) == broken, element
        asked += 1
    assert asked > 10


def removals(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLSchema]]:
    """Each field of each type, with the schema that it is gone from."""
    for kind in schema.type_map.values():
        if (
            isinstance(kind, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType)
            and kind.name[:2] != "__"
        ):
            for field in kind.fields if len(kind.fields) > 1 else ():
                fresh: Any = build_schema(print_schema(schema))
                del fresh.type_map[kind.name].fields[field]
                yield f"{kind.name}.{field}", fresh


def test_every_field_of_every_type_of_mercatrix() -> None:
    old = upload("mercatrix.graphql", (SPECS / "mercatrix.graphql").read_bytes())
    schema = read_graphql(old)
    needs = needs_of("mercatrix")
    usage = Usage([*needs.values()], (), Documents(graphql=(Queries(schema),)))
    asked = 0
    for element, altered in removals(schema.schema):
        new = upload("mercatrix.graphql", print_schema(altered))
        changes = difference("graphql", old, new, today=TODAY).changes
        impact = GraphqlImpact(schema.schema, read_graphql(new).schema, changes)
        broken = {consumer for consumer, each in needs.items() if any(hit.breaks for hit in impact.of(each).hits)}
        assert users(usage, element, [*needs]) == broken, element
        asked += 1
    assert asked > 10


def test_every_field_of_the_events_of_distilera() -> None:
    text = (SPECS / "distilera.simulation.events-value.avsc").read_text(encoding="utf-8")
    reads = (SPECS / "hoardwell.simulation.events-value.avsc").read_text(encoding="utf-8")
    old, reader = EventText(SchemaType.AVRO, text), EventText(SchemaType.AVRO, reads)
    pact = needs_of("distilera")["hoardwell-distilera.json"]
    topics = (Topic(frozenset({"simulation.events"}), old),)
    by_reader = Usage([], [Reader(0, "simulation.events-value", "simulation.events", reader)], Documents(topics=topics))
    by_pact = Usage([pact], [], Documents(topics=topics))
    schema = json.loads(text)
    read = {need.path for need in pact if need.part == "body"}
    for field in schema["fields"]:
        new = deepcopy(schema) | {"fields": [each for each in schema["fields"] if each != field]}
        altered = EventText(SchemaType.AVRO, json.dumps(new))
        changes = difference("avro", upload("a.avsc", text), upload("a.avsc", altered.text), today=TODAY).changes
        broken = any(hit.breaks for hit in impact_on_reader(reader, old, altered, changes).hits)
        element = f"simulation.events#/{field['name']}"
        uses = [use for each in by_reader.asked(element).elements for _, use in by_reader.of(each)]
        assert any(not use.can_do_without for use in uses) is broken, element
        assert bool(users(by_pact, element, ["hoardwell"])) is (f"$.{field['name']}" in read), element
