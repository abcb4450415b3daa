"""What a service of the fleet reads of another one's events, and changes of those by one line."""

from pathlib import Path

import pytest

from tests.formats.comparisons.pact_events.offering import asyncapi, avro, reasons

ROOT = Path(__file__).parents[4]
PACT = (ROOT / "pacts" / "hoardwell-distilera.json").read_bytes()
DOCUMENT = (ROOT / "specs" / "distilera.asyncapi.yaml").read_text()
SCHEMA = (ROOT / "specs" / "distilera.simulation.events-value.avsc").read_text()


def judged(document: str, schema: str) -> list[str]:
    return reasons(PACT, asyncapi(document), avro(schema, "simulation.events-value", "simulation.events"))


def test_what_is_read_is_promised() -> None:
    assert judged(DOCUMENT, SCHEMA) == []


@pytest.mark.parametrize("changes_document", [True, False])
@pytest.mark.parametrize("name", ["kind", "simulation_id", "yield_ml"])
def test_a_field_that_is_read_and_goes_from_either_document_is_told(name: str, *, changes_document: bool) -> None:
    document = DOCUMENT.replace(f"name: {name}\n", f"name: other_{name}\n") if changes_document else DOCUMENT
    schema = SCHEMA if changes_document else SCHEMA.replace(f'"{name}"', f'"other_{name}"')
    assert set(judged(document, schema)) == {f"message.payload.incompatible contents.{name}"}


@pytest.mark.parametrize("name", ["event_id", "recipe", "operator"])
def test_a_field_that_nobody_reads_may_go(name: str) -> None:
    document, schema = DOCUMENT.replace(f"name: {name}\n", "name: other\n"), SCHEMA.replace(f'"{name}"', '"other"')
    assert judged(document, schema) == []


def test_a_symbol_that_is_waited_for_and_goes_is_told() -> None:
    found = judged(DOCUMENT.replace("CANCELLED", "STOPPED"), SCHEMA.replace("CANCELLED", "STOPPED"))
    assert found == ["message.no.match contents.kind"]


def test_another_topic_is_told() -> None:
    assert set(judged(DOCUMENT.replace("simulation.events", "sims"), SCHEMA)) == set()
    moved = avro(SCHEMA, "sims-value", "sims")
    found = reasons(PACT, asyncapi(DOCUMENT.replace("simulation.events", "sims")), moved)
    assert set(found) == {"message.operation.unknown"}
