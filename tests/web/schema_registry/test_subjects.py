"""Subjects: whatever their names hold, listed, looked up in, deleted (schema-registry-api §1, §8, §9, §14)."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import INCOMPATIBLE, ORDER, ORDER_2, as_text, record

NAMES = (
    "orders-value",
    "a/b value",
    "x?y=1&z#t",
    "100%-sure",
    "%2F",
    "trailing/",
    "größe-日本-🎉",
    "versions",
    "com.example.Order",
    "orders.json",
    "a:b",
    "' OR '1'='1",
    "a+b",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_as_it_is(registry: Registry, name: str) -> None:
    path = f"/subjects/{quote(name, safe='')}"
    registry.register(name, ORDER)
    assert registry.get("/subjects") == [name]
    assert registry.get(f"{path}/versions/latest")["subject"] == name
    assert registry.call("POST", path, schema_body(ORDER)).json()["subject"] == name
    assert registry.get("/schemas/ids/1/subjects") == [name]
    config = f"/config/{quote(name, safe='')}"
    registry.put(config, {"compatibility": "NONE"})
    assert registry.get(config) == {"compatibilityLevel": "NONE"}
    assert registry.delete(path) == [1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    name=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(
        lambda name: name.strip() and not name.startswith(":.")
    )
)
def test_any_text_is_a_name(registry: Registry, name: str) -> None:
    registry.register(name, ORDER)
    path = f"/subjects/{quote(name, safe='')}"
    assert registry.get(f"{path}/versions/1")["subject"] == name
    registry.delete(path)
    registry.delete(f"{path}?permanent=true")


@pytest.mark.parametrize("name", ["%20", "%09", "__GLOBAL", "x" * 2000])
def test_names_that_are_none(registry: Registry, name: str) -> None:
    assert registry.refused("POST", f"/subjects/{name}/versions", schema_body(ORDER))[:2] == (422, 42208)


def test_listings_are_sorted_and_can_be_of_a_prefix(registry: Registry) -> None:
    for name in ("orders-value", "orders-key", "basket-value", "Orders"):
        registry.register(name, ORDER)
    assert registry.get("/subjects") == ["Orders", "basket-value", "orders-key", "orders-value"]
    assert registry.get("/subjects?subjectPrefix=orders") == ["orders-key", "orders-value"]
    assert registry.get("/subjects?subjectPrefix=%25") == []
    assert registry.get("/subjects?subjectPrefix=:*:") == ["Orders", "basket-value", "orders-key", "orders-value"]


def test_deleted_ones_are_listed_on_request(registry: Registry) -> None:
    registry.register("a", ORDER)
    registry.register("b", ORDER)
    registry.delete("/subjects/a")
    assert registry.get("/subjects") == ["b"]
    assert registry.get("/subjects?deleted=true") == ["a", "b"]
    assert registry.get("/subjects?deletedOnly=true") == ["a"]


class TestLookingUp:
    def test_it_answers_the_version(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        second = registry.register("a", ORDER_2)
        assert registry.call("POST", "/subjects/a", schema_body(ORDER_2)).json() == second
        found = registry.call("POST", "/subjects/a", schema_body(ORDER)).json()
        assert found == {
            "subject": "a",
            "version": 1,
            "id": 1,
            "guid": found["guid"],
            "schema": as_text(ORDER),
        }

    def test_layout_does_not_matter(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        loose = '{ "name": "Order", "fields": [{"type": {"type": "string"}, "name": "sku"}], "type": "record" }'
        assert registry.call("POST", "/subjects/a", schema_body(loose)).json()["version"] == 1

    def test_nothing_is_made(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        assert registry.refused("POST", "/subjects/a", schema_body(ORDER_2)) == (404, 40403, "Schema not found")
        assert registry.refused("POST", "/subjects/b", schema_body(ORDER)) == (404, 40401, "Subject 'b' not found.")
        assert registry.get("/subjects") == ["a"]
        assert registry.get("/subjects/a/versions") == [1]

    def test_deleted_versions_on_request(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        registry.register("a", ORDER_2)
        registry.delete("/subjects/a/versions/1")
        assert registry.refused("POST", "/subjects/a", schema_body(ORDER))[1] == 40403
        found = registry.call("POST", "/subjects/a?deleted=True", schema_body(ORDER)).json()
        assert (found["version"], found["deleted"]) == (1, True)

    def test_a_schema_that_is_none(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        assert registry.refused("POST", "/subjects/a", schema_body('{"type":"nothing"}'))[:2] == (422, 42201)

    def test_normalised(self, registry: Registry) -> None:
        registry.register("a", record("sku", namespace="shop"), "?normalize=true")
        full = record("sku", name="shop.Order")
        assert registry.call("POST", "/subjects/a?normalize=True", schema_body(full)).json()["version"] == 1


class TestDeleting:
    def test_softly_then_for_good(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        registry.register("a", ORDER_2)
        assert registry.refused("DELETE", "/subjects/a?permanent=true") == (
            404,
            40405,
            "Subject 'a' was not deleted first before being permanently deleted",
        )
        assert registry.delete("/subjects/a") == [1, 2]
        assert registry.refused("DELETE", "/subjects/a") == (
            404,
            40404,
            "Subject 'a' was soft deleted.Set permanent=true to delete permanently",
        )
        assert registry.get("/schemas/ids/1")["schema"] == as_text(ORDER)
        assert registry.delete("/subjects/a?permanent=true") == [1, 2]
        assert registry.refused("DELETE", "/subjects/a") == (404, 40401, "Subject 'a' not found.")
        assert registry.refused("GET", "/schemas/ids/1")[1] == 40403

    def test_ids_are_given_once(self, registry: Registry) -> None:
        registry.register("a", ORDER)
        for query in ("", "?permanent=true"):
            registry.delete(f"/subjects/a{query}")
        assert registry.register("b", ORDER_2)["id"] == 2
        assert registry.register("b", ORDER, "")["id"] == 1

    def test_what_was_never_there(self, registry: Registry) -> None:
        for query in ("", "?permanent=true"):
            assert registry.refused("DELETE", f"/subjects/no%2Fne{query}")[1:] == (
                40401,
                "Subject 'no/ne' not found.",
            )


def test_the_latest_with_metadata(registry: Registry) -> None:
    registry.put("/config", {"compatibility": "NONE"})
    for number, schema in enumerate((ORDER, ORDER_2, INCOMPATIBLE), start=1):
        metadata = {"properties": {"owner": "sales", "release": str(number % 2)}}
        registry.register("a", schema, metadata=metadata)
    path = "/subjects/a/metadata"
    assert registry.get(f"{path}?key=owner&value=sales")["version"] == 3
    found = registry.get(f"{path}?key=owner&value=sales&key=release&value=0")
    assert (found["version"], found["metadata"]) == (2, {"properties": {"owner": "sales", "release": "0"}})
    assert registry.refused("GET", f"{path}?key=owner&value=nobody")[:2] == (404, 40403)
    assert registry.refused("GET", "/subjects/b/metadata?key=a&value=b")[:2] == (404, 40401)
