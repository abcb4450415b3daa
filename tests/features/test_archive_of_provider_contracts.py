"""What providers offer moves between hubs with everything else, on either database."""

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
from tests.web.api.offers import AVRO, BUNDLE, CHANGED, OPENAPI, file, request

NDJSON = {"Content-Type": "application/x-ndjson"}
OF_MERCATRIX = "/api/v1/pacticipants/mercatrix/provider-contracts"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


def a_history(api: TestClient) -> None:
    given = Given(api)
    said = {"success": False, "content": base64.b64encode(b"no\xff").decode(), "contentType": "text/plain"}
    bundle = [file(path, body) for path, body in BUNDLE.items()]
    for body in (
        request(branch="main"),
        request(file("openapi.yaml", CHANGED), onConflict="overwrite", of_contract={"selfVerification": said}),
        request(*bundle, version="2", branch="main", of_contract={"name": "orders"}),
        request(file("order.avsc", AVRO), version="2", of_contract={"topic": "orders"}),
        request(file("openapi.yaml", OPENAPI), version="3"),
    ):
        given.call("POST", "/api/v1/provider-contracts", body)


def exported(api: TestClient) -> list[dict[str, Any]]:
    return [json.loads(line) for line in api.get("/api/v1/archive").content.splitlines()][1:-1]


def take_in(api: TestClient, records: list[dict[str, Any]], status: int = 200) -> Any:
    answer = api.post(
        "/api/v1/archive", content=b"".join(json.dumps(it).encode() + b"\n" for it in records), headers=NDJSON
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def offers(api: TestClient) -> Any:
    """Everything that is told of what is offered, with the bytes."""
    listed = Given(api).get(OF_MERCATRIX)["providerContracts"]
    for each in listed:
        links = [it["_links"]["self"]["href"] for it in each["files"]]
        links += [each["selfVerification"]["_links"]["results"]["href"]] if "selfVerification" in each else []
        each["bytes"] = [api.get(href).content for href in links]
    return listed


def test_what_is_offered_is_the_same_in_the_other_hub(api: TestClient, other: TestClient) -> None:
    a_history(api)
    archive = exported(api)
    receipt = take_in(other, archive)
    assert receipt["conflicts"] == []
    assert receipt["records"]["providerContract"] == {"created": 4}
    # The text that was overwritten belongs to version 3; no other bytes are left of it.
    assert receipt["records"]["document"] == {"created": 6}
    assert offers(other) == offers(api)
    assert len(offers(other)) == 4
    again = take_in(other, archive)["records"]
    assert (again["providerContract"], again["document"]) == ({"unchanged": 4}, {"unchanged": 6})
    assert [each for each in exported(other) if each["type"] == "providerContract"] == [
        each for each in archive if each["type"] == "providerContract"
    ]


def test_what_the_other_hub_has_stays(api: TestClient, other: TestClient) -> None:
    a_history(api)
    other.post("/api/v1/provider-contracts", json=request())
    receipt = take_in(other, exported(api))
    assert receipt["records"]["providerContract"] == {"created": 3, "refused": 1}
    (conflict,) = receipt["conflicts"]
    assert "has another document 'openapi' here" in conflict["text"]


def test_broken_archives_are_refused_and_told(api: TestClient) -> None:
    version = [
        {"type": "pacticipant", "name": "mercatrix", "createdAt": "2026-11-20T10:00:00+00:00"},
        {"type": "version", "pacticipant": "mercatrix", "number": "1", "createdAt": "2026-11-20T10:00:00+00:00"},
    ]
    listed = {"path": "a.yaml", "contentType": "application/yaml", "sha": "0" * 64, "root": True}
    offer: dict[str, Any] = {"type": "providerContract", "provider": "mercatrix", "version": "1", "name": "openapi"}
    offer |= {"format": "openapi", "files": [listed], "createdAt": "2026-11-20T10:00:00+00:00"}
    altered = {"type": "document", "sha": "0" * 64, "content": base64.b64encode(OPENAPI).decode()}
    for records, told in (
        ([altered], "it was altered"),
        ([altered | {"content": "%"}], "is not valid Base64"),
        ([*version, offer], "there is no document 000"),
        ([*version, offer | {"files": []}], "and one root"),
        ([*version, offer | {"files": [listed, listed]}], "and one root"),
        ([*version, offer | {"files": [listed | {"path": "../a"}]}], "must be relative"),
        ([*version, offer | {"format": "wsdl"}], "must be one of: openapi"),
        ([*version, offer | {"selfVerification": 1}], "must be an object"),
        ([offer], "there is no pacticipant"),
    ):
        assert told in json.dumps(take_in(api, records, 400)), told
    assert api.get("/pacticipants/mercatrix").status_code == 404


def test_a_document_that_can_not_be_read_is_told(api: TestClient, other: TestClient) -> None:
    a_history(api)
    archive = exported(api)
    for each in archive:
        if each["type"] == "providerContract" and each["format"] == "avro":
            each["format"] = "openapi"
    receipt = take_in(other, archive)
    assert receipt["records"]["providerContract"] == {"created": 3, "refused": 1}
    assert "can't be read here" in receipt["conflicts"][0]["text"]
