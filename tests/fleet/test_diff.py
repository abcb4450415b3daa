"""Of a break that changes a provider's document, the diff names exactly the consumers whose pacts fail against it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracthub.formats.changes import Change
from contracthub.formats.differences import difference
from contracthub.formats.graphql.contract import read as read_graphql
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.impact.hits import Impact
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Direction, Need
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from tests.fleet.running import FLEET, PACTS, ROOT, StartProvider, replay_pacts

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
DOCUMENTS = [
    pytest.param(provider.name, each.name, document, id=f"{provider.name}-{each.name}")
    for provider in FLEET.values()
    for each in provider.breaks
    for document in each.changes
    if document.endswith((".openapi.json", ".graphql"))
]


def needs_in(pact: Path) -> tuple[Need, ...]:
    return PACT.needs(PACT.read(pact.read_bytes(), DOCUMENT))


def impact_of(document: str, old: bytes, new: bytes, pact: Path) -> tuple[Impact, tuple[Change, ...]]:
    """What the changes are to a pact."""
    before, after = Upload(document, {document: old}), Upload(document, {document: new})
    kind = "graphql" if document.endswith(".graphql") else "openapi"
    found = difference(kind, before, after, today=TODAY)
    if kind == "graphql":
        schemas = read_graphql(before).schema, read_graphql(after).schema
        return GraphqlImpact(*schemas, found.changes).of(needs_in(pact)), found.changes
    return OpenApiImpact(found.old, found.new, found.changes).of(needs_in(pact)), found.changes


@pytest.mark.parametrize(("provider", "name", "document"), DOCUMENTS)
def test_a_break_in_a_document_names_whom_it_fails(
    provider: str, name: str, document: str, start_provider: StartProvider
) -> None:
    app = FLEET[provider].create_app(frozenset({name}))
    new = FLEET[provider].specs[document](app).encode()
    url = start_provider(provider, name)
    for pact in PACTS[provider]:
        if all(need.direction is Direction.MESSAGE for need in needs_in(pact)):
            continue
        impact, changes = impact_of(document, (ROOT / "specs" / document).read_bytes(), new, pact)
        assert changes
        failed = any(not each.passed for each in replay_pacts(provider, url, pact).interactions)
        told = [(hit.change.id, hit.where) for hit in impact.hits if hit.breaks]
        assert bool(told) is failed, (pact.name, told)
        assert impact.unjudged == ()
