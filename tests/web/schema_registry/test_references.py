"""Schemas that use other schemas, in each language (schema-registry-api §10)."""

import json

import pytest

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import PROTO_LINE, PROTO_WITH_IMPORT, Json

LINE: Json = {"type": "record", "name": "shop.Line", "fields": [{"name": "amount", "type": "int"}]}
BASKET: Json = {
    "type": "record",
    "name": "shop.Basket",
    "fields": [{"name": "lines", "type": {"type": "array", "items": "shop.Line"}}],
}
JSON_LINE: Json = {"type": "object", "properties": {"amount": {"type": "integer"}}}
JSON_BASKET: Json = {"type": "object", "properties": {"lines": {"type": "array", "items": {"$ref": "line.json"}}}}
CASES = {
    "AVRO": (LINE, BASKET, "shop.Line"),
    "JSON": (JSON_LINE, JSON_BASKET, "line.json"),
    "PROTOBUF": (PROTO_LINE, PROTO_WITH_IMPORT, "line.proto"),
}


def referring(name: str, version: int = 1) -> list[Json]:
    return [{"name": name, "subject": "line", "version": version}]


@pytest.mark.parametrize("language", CASES)
def test_they_are_registered_read_and_looked_up(registry: Registry, language: str) -> None:
    line, basket, name = CASES[language]
    registry.register("line", line, schemaType=language)
    registered = registry.register("basket", basket, schemaType=language, references=referring(name))
    assert registered["references"] == referring(name)
    assert registry.get(f"/schemas/ids/{registered['id']}")["references"] == referring(name)
    assert registry.get("/subjects/basket/versions/latest") == registered
    body = schema_body(basket, schemaType=language, references=referring(name))
    assert registry.call("POST", "/subjects/basket", body).json() == registered
    assert registry.get("/subjects/line/versions/1/referencedby") == [registered["id"]]
    assert registry.get("/subjects/basket/versions/1/referencedby") == []
    checked = registry.call("POST", "/compatibility/subjects/basket/versions", body)
    assert checked.json() == {"is_compatible": True}


@pytest.mark.parametrize("language", CASES)
def test_the_latest_is_resolved_when_it_is_registered(registry: Registry, language: str) -> None:
    line, basket, name = CASES[language]
    registry.register("line", line, schemaType=language)
    registered = registry.register("basket", basket, schemaType=language, references=referring(name, -1))
    assert registered["references"] == referring(name, 1)
    body = schema_body(basket, schemaType=language, references=referring(name, -1))
    assert registry.call("POST", "/subjects/basket", body).json()["version"] == 1


@pytest.mark.parametrize("language", CASES)
def test_what_is_referred_to_must_be_there(registry: Registry, language: str) -> None:
    _, basket, name = CASES[language]
    body = schema_body(basket, schemaType=language, references=referring(name))
    status, code, told = registry.refused("POST", "/subjects/basket/versions", body)
    assert (status, code) == (422, 42201)
    assert 'No schema reference found for subject "line" and version 1' in told
    without = registry.refused("POST", "/subjects/basket/versions", schema_body(basket, schemaType=language))
    assert without[:2] == (422, 42201)


def test_what_is_referred_to_can_not_be_deleted(registry: Registry) -> None:
    registry.register("line", LINE)
    registry.register("basket", BASKET, references=referring("shop.Line"))
    told = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=line,version=1}."
    assert registry.refused("DELETE", "/subjects/line/versions/1") == (422, 42206, told)
    assert registry.refused("DELETE", "/subjects/line")[:2] == (422, 42206)
    registry.delete("/subjects/basket")
    assert registry.get("/subjects/line/versions/1/referencedby") == []
    assert registry.get("/subjects/line/versions/1/referencedby?deleted=true") == [2]
    assert registry.delete("/subjects/line/versions/1") == 1


def test_avro_with_its_references_inlined(registry: Registry) -> None:
    registry.register("line", LINE)
    registered = registry.register("basket", BASKET, references=referring("shop.Line"))
    resolved = json.loads(registry.get(f"/schemas/ids/{registered['id']}?format=resolved")["schema"])
    assert resolved["fields"][0]["type"]["items"]["fields"] == LINE["fields"]
    assert registry.get("/subjects/basket/versions/1?format=resolved")["schema"] == json.dumps(
        resolved, separators=(",", ":")
    )
    assert registry.get("/subjects/basket/versions/1/schema?format=resolved") == resolved
    plain = registry.get("/schemas/ids/2")["schema"]
    for other in ("nonsense", "serialized", "", "ignore_extensions", "default"):
        assert registry.get(f"/schemas/ids/2?format={other}")["schema"] == plain
    found = registry.call("POST", "/subjects/basket", schema_body(resolved))
    assert found.json()["id"] == registered["id"]


def test_in_a_context_references_are_of_that_context(registry: Registry) -> None:
    registry.register(":.staging:line", LINE)
    registered = registry.register(":.staging:basket", BASKET, references=referring("shop.Line"))
    assert (registered["id"], registered["references"]) == (2, referring("shop.Line"))
    assert registry.refused(
        "POST", "/subjects/basket/versions", schema_body(BASKET, references=referring("shop.Line"))
    )[:2] == (422, 42201)
    qualified = registry.get("/subjects/:.staging:basket/versions/1?referenceFormat=qualified")["references"]
    assert qualified == [{"name": "shop.Line", "subject": ":.staging:line", "version": 1}]
