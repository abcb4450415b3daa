"""What others wrote is read without a false alarm."""

from pathlib import Path

import pytest

from contracthub.formats.asyncapi.contract import elements, event_schemas, identity
from contracthub.formats.asyncapi.model import Direction
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.event_schemas import parse as parse_schema

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*/*.yml"))


def test_there_are_as_many_as_there_were() -> None:
    assert len(DOCUMENTS) >= 15


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_is_read_whole(path: Path) -> None:
    document = parse(path.read_bytes(), name=path.name)

    assert document.channels
    assert document.operations
    assert all(operation.channel in document.channels for operation in document.operations)
    assert len(identity(document)) == 40
    assert len({(each.kind, each.name) for each in elements(document)}) == len(elements(document)) > 3
    for schema in event_schemas(document):
        assert schema.note or (schema.type and schema.text and parse_schema(schema.type, schema.text).canonical)


def test_the_same_application_sends_the_same_in_both_versions() -> None:
    folder = Path(__file__).parent / "documents"
    sent = {
        (version, operation.name): operation.direction
        for version, name in (("v2", "streetlights-kafka"), ("v3", "streetlights-kafka-asyncapi"))
        for operation in parse((folder / version / f"{name}.yml").read_bytes()).operations
    }
    assert sent["v2", "receiveLightMeasurement"] is sent["v3", "receiveLightMeasurement"] is Direction.RECEIVE
    assert sent["v2", "turnOn"] is sent["v3", "turnOn"] is Direction.SEND
