"""What the fleet's documents say of its contracts is what the running providers and consumers say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from graphql import print_schema

from consumers.hoardwell.hoard import SimulationEvent
from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.formats.comparisons.offers import CompiledOffer, compare
from contracthub.formats.comparisons.pact_openapi.standard_headers import RESPONSE_HEADERS
from providers.distilera.asyncapi import asyncapi_text
from providers.distilera.events import event_schema
from tests.fleet import test_brute_force, test_brute_force_events, test_brute_force_graphql
from tests.fleet.altering import alterations_of, headers_gone, served
from tests.fleet.papers import CONVERSATIONS, Recorder, document, errors_of, offer_of, told
from tests.fleet.running import FLEET, PROVIDERS, ROOT, replay_pacts

SOCKETS = [each for each in CONVERSATIONS if "stream" in each.name]
LIVE = next(each for each in SOCKETS if "live" in each.name)
# What signal_viewer's code reads of the messages on the socket; ``type`` tells them apart.
READ_OF_THE_SOCKET = {
    "Ready": {"type", "session_id", "chunks"},
    "Data": {"type", "sequence", "samples"},
    "Processed": {"type", "spikes"},
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_fleet_as_it_is_is_compatible(provider: str) -> None:
    assert errors_of(provider, offer_of(provider)) == {}


@pytest.mark.parametrize("conversation", SOCKETS, ids=lambda each: each.stem)
def test_no_conversation_on_the_socket_is_incompatible(conversation: Path) -> None:
    found = errors_on_sockets(conversation, offer_of("neural_processor"))
    # Of the code that a socket is closed with AsyncAPI says nothing.
    unsaid = [] if conversation == LIVE else ["conversation.content.undocumented"]
    assert [(each.rule, each.level) for each in found] == [(each, Level.UNANSWERED) for each in unsaid]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_really_answers_is_compatible_with_its_documents(provider: str) -> None:
    recorder = Recorder(FLEET[provider].create_app())
    with served(recorder) as url:
        report = replay_pacts(provider, url)
    assert len(recorder.exchanges) + len(recorder.messages) == len(report.interactions)
    offer = offer_of(provider)
    for pact in recorder.pacts():
        found = compare(ContractKind.PACT, pact, offer)
        assert [each for each in found if each.level in {Level.ERROR, Level.UNANSWERED}] == []


@pytest.mark.parametrize("provider", test_brute_force.DESCRIBED)
@pytest.mark.parametrize("what", ["fields", "headers"])
def test_who_fails_without_a_field_is_incompatible_with_the_document_that_lacks_it(provider: str, what: str) -> None:
    whole = json.loads((ROOT / "specs" / f"{provider}.openapi.json").read_bytes())
    alterations = list(headers_gone(whole) if what == "headers" else alterations_of(whole, "removed"))
    found = set()
    for each in alterations:
        field = re.split(r"[ .]", each.name)[-1].removesuffix("[*]")
        for who, findings in errors_of(
            provider, offer_of(provider, openapi=json.dumps(each.document).encode())
        ).items():
            assert field in told(findings), (each.name, findings)
            found.add((each.name, *who))
    named = test_brute_force.named(provider, alterations)
    # Documents seldom tell of headers that HTTP itself defines: those are a warning.
    assert found == {each for each in named if each[0].rpartition(" header ")[2].lower() not in RESPONSE_HEADERS}


@pytest.mark.parametrize(
    ("way", "unseen"), [("removed", set()), ("retyped", {("Offer.kind", "a query for the offers")})]
)
def test_who_fails_without_a_field_of_the_schema_is_incompatible_with_it(
    way: str, unseen: set[tuple[str, str]]
) -> None:
    """A kind that has become a text may still be one of those that the consumer knows."""
    schemas = test_brute_force_graphql.altered(way)
    found = set()
    for field, schema in schemas.items():
        for (_, description), findings in errors_of("mercatrix", offer_of("mercatrix", graphql=sdl(schema))).items():
            assert field.partition(".")[2] in told(findings), (field, findings)
            found.add((field, description))
    assert found == test_brute_force_graphql.named(schemas) - unseen


def sdl(schema: Any) -> bytes:
    return print_schema(schema).encode()


@pytest.mark.parametrize("of", ["asyncapi", "avsc"])
def test_who_fails_without_a_field_of_an_event_is_incompatible_with_its_document(of: str) -> None:
    whole = event_schema(frozenset())
    needed = set()
    for field in [each["name"] for each in whole["fields"]]:
        schema = test_brute_force_events.without(whole, field)
        text = asyncapi_text(schema) if of == "asyncapi" else json.dumps(schema)
        name = next(each for each in FLEET["distilera"].specs if of in each)
        found = errors_of("distilera", CompiledOffer([document(name, text.encode())]))
        of_hoardwell = {who[1]: findings for who, findings in found.items() if who[0] == "hoardwell"}
        assert all(field in told(findings) for findings in of_hoardwell.values()), of_hoardwell
        if of_hoardwell:
            assert len(of_hoardwell) == 2
            needed.add(field)
    assert needed == set(SimulationEvent.__dataclass_fields__)


@pytest.mark.parametrize("message", READ_OF_THE_SOCKET)
def test_a_conversation_is_incompatible_with_a_document_that_lacks_what_it_reads(message: str) -> None:
    whole = yaml.safe_load((ROOT / "specs" / "neural_processor.asyncapi.yaml").read_bytes())
    needed = set()
    for field in whole["components"]["messages"][message]["payload"]["properties"]:
        changed = yaml.safe_load((ROOT / "specs" / "neural_processor.asyncapi.yaml").read_bytes())
        payload = changed["components"]["messages"][message]["payload"]
        del payload["properties"][field]
        payload["required"] = [each for each in payload["required"] if each != field]
        offer = offer_of("neural_processor", asyncapi=yaml.safe_dump(changed).encode())
        if found := errors_on_sockets(LIVE, offer):
            assert field in told(found), (field, found)
            needed.add(field)
    assert needed == READ_OF_THE_SOCKET[message]


def errors_on_sockets(conversation: Path, offer: CompiledOffer) -> list[Finding]:
    found = compare(ContractKind.CONVERSATION, conversation.read_bytes(), offer)
    return [each for each in found if each.level in {Level.ERROR, Level.UNANSWERED}]
