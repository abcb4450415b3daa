"""Versions: registered, read, deleted (schema-registry-api §3, §4, §6, §7, §9)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import INCOMPATIBLE, OPEN, ORDER, ORDER_2, PROTO, as_text, record

VERSIONS = "/subjects/orders-value/versions"


def test_registering_answers_with_the_whole_version(registry: Registry) -> None:
    registered = registry.register("orders-value", ORDER)
    assert registered == {
        "subject": "orders-value",
        "version": 1,
        "id": 1,
        "guid": registered["guid"],
        "schema": as_text(ORDER),
    }
    assert registry.get(f"{VERSIONS}/1") == registered


def test_what_is_not_there_is_left_out(registry: Registry) -> None:
    assert set(registry.register("a", ORDER, references=[], metadata={}, ruleSet=None)) == {
        "subject",
        "version",
        "id",
        "guid",
        "schema",
    }
    assert registry.register("b", OPEN, schemaType="JSON")["schemaType"] == "JSON"
    assert registry.register("c", PROTO, schemaType="PROTOBUF")["schemaType"] == "PROTOBUF"
    assert "schemaType" not in registry.register("d", ORDER, schemaType="AVRO")


def test_metadata_and_rules_are_part_of_it(registry: Registry) -> None:
    metadata = {"properties": {"owner": "sales"}, "tags": {"**.sku": ["PII"]}}
    rules = {"domainRules": [{"name": "checked", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true"}]}
    plain = registry.register("a", ORDER)
    full = registry.register("a", ORDER, metadata=metadata, ruleSet=rules)
    assert (full["metadata"], full["ruleSet"], full["version"]) == (metadata, rules, 2)
    assert plain["id"] != full["id"]
    by_id = registry.get(f"/schemas/ids/{full['id']}")
    assert (by_id["metadata"], by_id["ruleSet"]) == (metadata, rules)


@pytest.mark.parametrize("latest", ["latest", "LATEST", "Latest", "-1", "2"])
def test_the_latest(registry: Registry, latest: str) -> None:
    registry.register("orders-value", ORDER)
    second = registry.register("orders-value", ORDER_2)
    assert registry.get(f"{VERSIONS}/{latest}") == second
    assert registry.get(f"{VERSIONS}/{latest}/schema") == ORDER_2


def test_the_text_of_a_version_is_not_quoted(registry: Registry) -> None:
    registry.register("orders-value", PROTO, schemaType="PROTOBUF")
    assert registry.call("GET", f"{VERSIONS}/1/schema").text.startswith('syntax = "proto3";')


@pytest.mark.parametrize("version", ["0", "-2", "one", "1.5", "2147483648", "1%20", "%2F"])
def test_numbers_that_are_none(registry: Registry, version: str) -> None:
    registry.register("orders-value", ORDER)
    for method in ("GET", "DELETE"):
        status, code, told = registry.refused(method, f"{VERSIONS}/{version}")
        assert (status, code) == (422, 42202)
        assert told.endswith(
            'is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"'
        )


def test_which_404_it_is(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    assert registry.refused("GET", f"{VERSIONS}/2") == (404, 40402, "Version 2 not found.")
    for path in ("/subjects/none/versions", "/subjects/none/versions/1", "/subjects/none/versions/latest"):
        assert registry.refused("GET", path) == (404, 40401, "Subject 'none' not found.")
    registry.delete("/subjects/orders-value")
    assert registry.refused("GET", VERSIONS)[1] == 40401
    assert registry.refused("GET", f"{VERSIONS}/1")[1] == 40401


def test_an_incompatible_schema_is_409(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    status, code, told = registry.refused("POST", VERSIONS, schema_body(INCOMPATIBLE))
    assert (status, code) == (409, 40901)
    assert told.startswith(
        'Schema being registered is incompatible with an earlier schema for subject "orders-value", details: ['
    )
    assert "price" in told
    assert registry.get(VERSIONS) == [1]


@pytest.mark.parametrize("schema", [None, "", " "])
def test_no_schema_at_all(registry: Registry, schema: str | None) -> None:
    assert registry.refused("POST", VERSIONS, {"schema": schema}) == (422, 42201, "Empty schema")
    assert registry.refused("POST", VERSIONS, {})[:2] == (422, 42201)


@pytest.mark.parametrize(
    ("schema", "language"),
    [
        ('{"type":"record"}', "AVRO"),
        ("{", "AVRO"),
        ('{"type":"nothing"}', "JSON"),
        ("{", "JSON"),
        ("message {", "PROTOBUF"),
    ],
)
def test_schemas_that_are_none(registry: Registry, schema: str, language: str) -> None:
    status, code, told = registry.refused("POST", VERSIONS, schema_body(schema, schemaType=language))
    assert (status, code) == (422, 42201)
    assert len(told) > 15
    assert registry.get("/subjects?deleted=true") == []


def test_a_body_may_be_normalised(registry: Registry) -> None:
    first = registry.register("a", record("sku", namespace="shop"), "?normalize=true")
    again = registry.register("a", record("sku", name="shop.Order"), "?normalize=True")
    assert first == again


class TestDeleting:
    def test_softly_then_for_good(self, registry: Registry) -> None:
        registry.register("orders-value", ORDER)
        registry.register("orders-value", ORDER_2)
        assert registry.refused("DELETE", f"{VERSIONS}/1?permanent=true")[1:] == (
            40407,
            "Subject 'orders-value' Version 1 was not deleted first before being permanently deleted",
        )
        assert registry.delete(f"{VERSIONS}/1") == 1
        assert registry.refused("DELETE", f"{VERSIONS}/1")[1:] == (
            40406,
            "Subject 'orders-value' Version 1 was soft deleted.Set permanent=true to delete permanently",
        )
        assert registry.get(VERSIONS) == [2]
        assert registry.get(f"{VERSIONS}?deleted=true") == [1, 2]
        assert registry.get(f"{VERSIONS}?deletedOnly=true") == [1]
        assert registry.get(f"{VERSIONS}?deletedAsNegative=true") == [-1, 2]
        assert registry.refused("GET", f"{VERSIONS}/1")[1] == 40402
        assert registry.get(f"{VERSIONS}/1?deleted=True")["deleted"] is True
        assert registry.delete(f"{VERSIONS}/1?permanent=true") == 1
        assert registry.get(f"{VERSIONS}?deleted=true") == [2]

    def test_the_latest(self, registry: Registry) -> None:
        registry.register("orders-value", ORDER)
        registry.register("orders-value", ORDER_2)
        assert registry.delete(f"{VERSIONS}/latest") == 2
        assert registry.get(f"{VERSIONS}/latest")["version"] == 1
        assert registry.delete(f"{VERSIONS}/-1") == 1

    def test_which_404_it_is(self, registry: Registry) -> None:
        registry.register("orders-value", ORDER)
        assert registry.refused("DELETE", f"{VERSIONS}/2")[1] == 40402
        assert registry.refused("DELETE", "/subjects/none/versions/1")[1] == 40401
        registry.delete("/subjects/orders-value")
        assert registry.refused("DELETE", f"{VERSIONS}/2")[1] == 40402

    def test_a_number_is_given_once(self, registry: Registry) -> None:
        registry.register("orders-value", ORDER)
        registry.delete("/subjects/orders-value")
        again = registry.register("orders-value", ORDER)
        assert (again["id"], again["version"]) == (1, 2)
        assert registry.get(f"{VERSIONS}?deleted=true") == [2]
