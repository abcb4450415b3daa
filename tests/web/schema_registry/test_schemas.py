"""Schemas by their ids (schema-registry-api §3, §4, §6)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry
from tests.web.schema_registry.samples import OPEN, ORDER, ORDER_2, PROTO, as_text


def test_one_schema_has_one_id_wherever_it_is(registry: Registry) -> None:
    first = registry.register("b", ORDER)
    assert registry.register("a", ORDER_2)["id"] == 2
    second = registry.register("a", ORDER)
    assert (first["id"], second["id"], second["version"]) == (1, 1, 2)
    found = registry.get("/schemas/ids/1")
    assert found["schema"] == as_text(ORDER)
    assert found["guid"] == first["guid"]
    assert "schemaType" not in found
    assert "references" not in found
    assert registry.get("/schemas/ids/1/subjects") == ["a", "b"]
    assert registry.get("/schemas/ids/1/versions") == [
        {"subject": "a", "version": 2},
        {"subject": "b", "version": 1},
    ]
    assert registry.get("/schemas/ids/1/subjects?subject=a") == ["a"]


def test_the_text_alone(registry: Registry) -> None:
    registry.register("a", ORDER)
    registry.register("b", PROTO, schemaType="PROTOBUF")
    assert registry.call("GET", "/schemas/ids/1/schema").text == as_text(ORDER)
    assert registry.call("GET", "/schemas/ids/2/schema?subject=b").text.startswith('syntax = "proto3";')


def test_the_same_text_in_two_languages_is_two_schemas(registry: Registry) -> None:
    assert registry.register("a", '"string"')["id"] == 1
    assert registry.register("b", '{"type":"string"}', schemaType="JSON")["id"] == 2
    assert registry.register("c", '{"type":"string"}')["id"] == 1
    assert "schemaType" not in registry.get("/schemas/ids/1")
    assert registry.get("/schemas/ids/2")["schemaType"] == "JSON"


def test_the_highest_id_on_request(registry: Registry) -> None:
    registry.register("a", ORDER)
    registry.register("b", OPEN, schemaType="JSON")
    assert registry.get("/schemas/ids/1?fetchMaxId=true")["maxId"] == 2
    assert "maxId" not in registry.get("/schemas/ids/1?fetchMaxId=false")


@pytest.mark.parametrize("number", ["0", "99", "-1", "2147483647"])
@pytest.mark.parametrize("rest", ["", "/schema", "/subjects", "/versions"])
def test_an_id_that_nothing_has(registry: Registry, number: str, rest: str) -> None:
    registry.register("a", ORDER)
    status, code, told = registry.refused("GET", f"/schemas/ids/{number}{rest}")
    assert (status, code) == (404, 40403)
    assert told == (f"Schema {number} not found" if rest in {"", "/schema"} else "Schema not found")


@pytest.mark.parametrize("number", ["one", "1.0", "2147483648", "99999999999999999999", "%31x", "1e3"])
@pytest.mark.parametrize("rest", ["", "/schema", "/subjects", "/versions"])
def test_an_id_that_is_no_number(registry: Registry, number: str, rest: str) -> None:
    assert registry.refused("GET", f"/schemas/ids/{number}{rest}") == (404, 404, "HTTP 404 Not Found")


def test_deleted_ones_are_still_there_for_those_who_have_the_id(registry: Registry) -> None:
    registry.register("a", ORDER)
    registry.register("b", ORDER)
    registry.delete("/subjects/a")
    assert registry.get("/schemas/ids/1/subjects") == ["b"]
    assert registry.get("/schemas/ids/1/subjects?deleted=true") == ["a", "b"]
    registry.delete("/subjects/b")
    assert registry.get("/schemas/ids/1")["schema"] == as_text(ORDER)
    assert registry.get("/schemas/ids/1/versions?deleted=true") == [
        {"subject": "a", "version": 1},
        {"subject": "b", "version": 1},
    ]


def test_by_guid(registry: Registry) -> None:
    guid = registry.register("a", OPEN, schemaType="JSON")["guid"]
    found = registry.get(f"/schemas/guids/{guid}")
    assert (found["schema"], found["schemaType"], found["guid"]) == (as_text(OPEN), "JSON", guid)
    registry.register(":.other:a", OPEN, schemaType="JSON")
    registry.register(":.other:b", ORDER)
    assert registry.get(f"/schemas/guids/{guid}/ids") == [
        {"context": ".", "id": 1},
        {"context": ".other", "id": 1},
    ]
    for path in ("", "/ids"):
        assert registry.refused("GET", f"/schemas/guids/00000000-0000-0000-0000-000000000000{path}")[1] == 40403


def test_all_versions_of_all_subjects(registry: Registry) -> None:
    for subject, schema in (("b", ORDER), ("a", ORDER), ("a", ORDER_2)):
        registry.register(subject, schema)
    listed = [(each["subject"], each["version"], each["id"]) for each in registry.get("/schemas")]
    assert listed == [("a", 1, 1), ("a", 2, 2), ("b", 1, 1)]
    latest = [(each["subject"], each["version"]) for each in registry.get("/schemas?latestOnly=true")]
    assert latest == [("a", 2), ("b", 1)]
    assert [each["subject"] for each in registry.get("/schemas?subjectPrefix=b")] == ["b"]
    registry.delete("/subjects/a/versions/1")
    assert [each["version"] for each in registry.get("/schemas?subjectPrefix=a")] == [2]
    assert [each["version"] for each in registry.get("/schemas?subjectPrefix=a&deleted=true")] == [1, 2]
