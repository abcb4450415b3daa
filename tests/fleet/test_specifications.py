"""The fleet's specifications as the hub reads them: without a warning, and with the topics that the services use."""

import json

import pytest

from consumers.hoardwell.reading import READER_SCHEMA
from contracthub.formats.asyncapi import contract as asyncapi
from contracthub.formats.asyncapi.events import event_schemas
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.event_schemas import SchemaType, parse, reads
from contracthub.formats.uploads import Upload
from providers.distilera.events import event_schema
from tests.fleet.running import FLEET, ROOT

SPECS = ROOT / "specs"
SPOKEN = ["distilera", "neural_processor"]


def document_of(provider: str) -> AsyncApiDocument:
    name = f"{provider}.asyncapi.yaml"
    return asyncapi.read(Upload(name, {name: (SPECS / name).read_bytes()}))


def test_every_file_is_what_a_service_exports_or_a_consumer_reads_with() -> None:
    exported = {name for provider in FLEET.values() for name in provider.specs}
    assert {file.name for file in SPECS.iterdir()} == exported | {READER_SCHEMA.name}


@pytest.mark.parametrize("provider", SPOKEN)
def test_an_asyncapi_document_is_read_without_a_warning(provider: str) -> None:
    document = document_of(provider)
    assert (asyncapi.version(document), asyncapi.warnings(document)) == ("3.0", ())


def test_the_documents_say_who_sends_and_who_receives() -> None:
    said = {
        (each.address, each.message, direction.value)
        for provider in SPOKEN
        for each in event_schemas(document_of(provider))
        for direction in each.directions
    }
    stream = "/ws/sessions/{session_id}/stream"
    told = [(stream, name, "send") for name in ("Ready", "Data", "Processed", "Misunderstood")]
    heard = [(stream, name, "receive") for name in ("Read", "Send", "Stop")]
    kafka = [("simulation.events", "SimulationEvent", "send"), ("neural-data", "Packet", "receive")]
    assert said == {*told, *heard, *kafka}


def test_the_asyncapi_document_has_the_schema_that_is_written() -> None:
    [written] = [each for each in event_schemas(document_of("distilera")) if each.subject == "simulation.events-value"]
    committed = (SPECS / "distilera.simulation.events-value.avsc").read_text(encoding="utf-8")
    assert json.loads(written.text or "") == json.loads(committed)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (None, ""),
        ("drops-unread-event-field", ""),
        ("adds-event-field", ""),
        ("drops-event-field", "yield_ml"),
        ("renames-event-kind", "COMPLETED"),
    ],
)
def test_hoardwell_reads_what_is_written_unless_a_break_takes_what_it_reads(harm: str | None, named: str) -> None:
    reader = parse(SchemaType.AVRO, READER_SCHEMA.read_text(encoding="utf-8"))
    writer = parse(SchemaType.AVRO, json.dumps(event_schema(frozenset({harm} if harm else ()))))
    found = reads(reader, writer)
    assert (bool(found), all(named in str(each) for each in found)) == (bool(named), True)
