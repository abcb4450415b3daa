"""Reader schemas move between hubs with everything else, and the gate's answers with them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.test_archive import exported, lines, take_in

LINE = json.dumps({"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]})
ORDER = json.dumps({"type": "record", "name": "Order", "fields": [{"name": "line", "type": "Line"}]})
WRITTEN = json.dumps({"type": "record", "name": "Order", "fields": [{"name": "line", "type": json.loads(LINE)}]})


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


@pytest.fixture
def readers(api: TestClient) -> Given:
    given = Given(api)
    content = base64.b64encode(WRITTEN.encode()).decode()
    contract = {"topic": "orders", "files": [{"path": "order.avsc", "content": content}]}
    given.call("POST", "/api/v1/provider-contracts", {"provider": "Bar", "version": "1", "contract": contract})
    references = [{"name": "line.avsc", "schema": LINE}]
    entries: list[dict[str, Any]] = [
        {"topic": "orders", "schema": ORDER, "references": references, "provider": "Bar"},
        {"subject": "other", "schema": LINE},
    ]
    given.call("POST", "/api/v1/reader-schemas", {"consumer": "Foo", "version": "1", "schemas": entries})
    given.deployed("Bar", "1", given.environment_uuid("production"))
    return given


def test_reader_schemas_and_answers_are_the_same_in_the_other_hub(
    readers: Given, api: TestClient, other: TestClient
) -> None:
    records = exported(api)[1:-1]
    done = take_in(other, records)
    assert done["readerSchema"] == {"created": 2}
    assert take_in(other, records)["readerSchema"] == {"unchanged": 2}
    there = Given(other)
    path = "/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value"
    hidden = {"createdAt", "updatedAt"}
    ours, theirs = readers.get(path), there.get(path)
    assert {key: ours[key] for key in ours.keys() - hidden} == {key: theirs[key] for key in ours.keys() - hidden}
    for given in (readers, there):
        answer = given.can_i_deploy("Foo", "1", "production")
        kinds = [each["verdict"] for each in answer["decision"]["verdicts"]]
        assert kinds == ["COMPATIBLE", "UNANSWERABLE"]
    assert [each for each in exported(other)[1:-1] if each["type"] == "readerSchema"] == [
        each for each in records if each["type"] == "readerSchema"
    ]


def test_another_schema_that_is_there_stays(readers: Given, api: TestClient, other: TestClient) -> None:
    assert readers is not None
    body = {"consumer": "Foo", "version": "1", "schemas": [{"subject": "other", "schema": '"string"'}]}
    Given(other).call("POST", "/api/v1/reader-schemas", body)
    answer = other.post(
        "/api/v1/archive", content=lines(exported(api)[1:-1]), headers={"Content-Type": "application/x-ndjson"}
    )
    (conflict,) = answer.json()["conflicts"]
    assert conflict["text"] == "Foo 1 reads other with another schema here, which stays."


def test_a_schema_that_is_none_is_told_by_its_line(other: TestClient) -> None:
    made = "2026-11-20T10:00:00+00:00"
    who = {"type": "pacticipant", "name": "Foo", "createdAt": made}
    version = {"type": "version", "pacticipant": "Foo", "number": "1", "createdAt": made}
    reader = {"type": "readerSchema", "consumer": "Foo", "version": "1", "subject": "s", "part": "value"}
    reader |= {"schemaType": "AVRO", "schema": "{", "createdAt": made}
    headers = {"Content-Type": "application/x-ndjson"}
    answer = other.post("/api/v1/archive", content=lines([who, version, reader]), headers=headers)
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["line"], "reads s can't be read here" in conflict["text"]) == (3, True)
