"""Reader schemas through the API: published, refused, read back, listed, deleted; on both databases."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

AVRO = '{ "type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "string"}] }'
OTHER = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"total","type":"double"}]}'
PROTO = 'syntax = "proto3";\npackage shop;\nmessage Order { string id = 1; }\n'
JSON_SCHEMA = '{"title": "Order", "type": "object", "properties": {"id": {"type": "string"}}}'


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def published(given: Given, number: str = "1", *, status: tuple[int, ...] = (201,), **more: Any) -> Any:
    entry = {"topic": "orders", "schema": AVRO} | more
    body = {"consumer": "Foo", "version": number, "branch": "main", "schemas": [entry]}
    return given.call("POST", "/api/v1/reader-schemas", body, status=status)


def test_the_exact_bytes_come_back(given: Given, api: TestClient) -> None:
    answer = published(given)
    (reader,) = answer["readerSchemas"]
    assert (reader["subject"], reader["topic"], reader["part"]) == ("orders-value", "orders", "value")
    content = api.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value/content")
    assert (content.status_code, content.text) == (200, AVRO)
    assert given.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value")["schema"] == AVRO
    version = given.get("/pacticipants/Foo/branches/main/latest-version")
    assert version["number"] == "1"


def test_the_same_again_is_fine_and_another_is_not(given: Given) -> None:
    published(given)
    assert published(given, status=(200,))["readerSchemas"][0]["revision"] == 1
    refusal = published(given, status=(409,), schema=OTHER)
    assert refusal["notices"][0]["text"].startswith("Foo 1 reads orders-value with another schema already.")
    assert (
        '+{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"total"' in refusal["notices"][1]["text"]
    )
    assert given.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value")["schema"] == AVRO
    body = {"consumer": "Foo", "version": "1", "overwrite": True, "schemas": [{"topic": "orders", "schema": OTHER}]}
    answer = given.call("POST", "/api/v1/reader-schemas", body, status=(200,))
    assert answer["readerSchemas"][0]["revision"] == 2
    assert given.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value")["schema"] == OTHER


def test_naming_another_provider_is_another_publication(given: Given) -> None:
    published(given)
    published(given, status=(409,), provider="Bar")


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({"part": "key"}, "orders-key"),
        ({"subjectStrategy": "record"}, "shop.Order"),
        ({"subjectStrategy": "topic-record"}, "orders-shop.Order"),
        ({"subjectStrategy": "record", "schemaType": "PROTOBUF", "schema": PROTO}, "shop.Order"),
        ({"subjectStrategy": "record", "schemaType": "JSON", "schema": JSON_SCHEMA}, "Order"),
        ({"subject": "mine"}, "mine"),
        ({"subject": ":.staging:mine"}, ":.staging:mine"),
    ],
)
def test_the_subject_follows_from_the_strategy(given: Given, more: dict[str, Any], subject: str) -> None:
    assert published(given, **more)["readerSchemas"][0]["subject"] == subject


def test_several_topics_of_a_version_are_published_at_once_or_not_at_all(given: Given, api: TestClient) -> None:
    good = [{"topic": topic, "schema": AVRO} for topic in ("orders", "returns")]
    body = {"consumer": "Foo", "version": "1", "schemas": [*good, {"topic": "x", "schema": '{"type": "nothing"}'}]}
    refusal = given.call("POST", "/api/v1/reader-schemas", body, status=(400,))
    assert "(at index 2)" in json.dumps(refusal)
    assert api.get("/pacticipants/Foo").status_code == 404
    given.call("POST", "/api/v1/reader-schemas", body | {"schemas": good}, status=(201,))
    listed = given.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas")["readerSchemas"]
    assert [each["subject"] for each in listed] == ["orders-value", "returns-value"]


def test_the_newest_is_found_of_all_and_of_a_branch(given: Given) -> None:
    published(given, "1")
    body = {"consumer": "Foo", "version": "2", "branch": "feat", "schemas": [{"topic": "orders", "schema": OTHER}]}
    given.call("POST", "/api/v1/reader-schemas", body, status=(201,))
    where = "/api/v1/pacticipants/Foo/reader-schemas/orders-value/latest"
    assert given.get(where)["version"] == "2"
    assert given.get(where + "?branch=main")["version"] == "1"
    listed = given.get("/api/v1/pacticipants/Foo/reader-schemas?subject=orders-value&size=1")
    assert [each["version"] for each in listed["readerSchemas"]] == ["2"]
    assert listed["page"]["totalElements"] == 2


def test_what_is_deleted_is_gone(given: Given, api: TestClient) -> None:
    published(given)
    here = "/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value"
    assert api.delete(here).status_code == 204
    assert api.delete(here).status_code == 404
    assert api.get(here).status_code == 404
    published(given, schema=OTHER)


def test_references_are_read_and_kept(given: Given) -> None:
    line = '{"type": "record", "name": "Line", "namespace": "shop", "fields": [{"name": "sku", "type": "string"}]}'
    order = '{"type":"record","name":"O","fields":[{"name":"lines","type":{"type":"array","items":"shop.Line"}}]}'
    published(given, status=(400,), schema=order)
    published(given, schema=order, references=[{"name": "line.avsc", "schema": line}])
    shown = given.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/orders-value")
    assert shown["references"] == [{"name": "line.avsc", "schema": line}]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"schema": None}, "schemas.schema"),
        ({"topic": None}, "schemas.topic"),
        ({"part": "body"}, "schemas.part"),
        ({"schemaType": "XML"}, "schemas.schemaType"),
        ({"subjectStrategy": "any"}, "schemas.subjectStrategy"),
        ({"schema": '"string"', "subjectStrategy": "record"}, "schemas.subjectStrategy"),
        ({"references": [{"name": "a", "schema": "x"}, {"name": "a", "schema": "x"}]}, "schemas.references.name"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(given: Given, more: dict[str, Any], told: str) -> None:
    assert told in published(given, status=(400,), **more)["errors"]
