"""Whether a schema may follow (schema-registry-api §3, §4, §12, §15)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry, good, schema_body
from tests.web.schema_registry.samples import CLOSED, INCOMPATIBLE, OPEN, ORDER, ORDER_2, record

PATH = "/compatibility/subjects/orders-value/versions"


def checked(registry: Registry, schema: object, path: str = PATH + "/latest", **more: object) -> object:
    return good(registry.call("POST", path, schema_body(schema, **more)))


def test_yes_and_no(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    for path in (PATH, PATH + "/latest", PATH + "/1", PATH + "/-1"):
        assert checked(registry, ORDER_2, path) == {"is_compatible": True}
        assert checked(registry, INCOMPATIBLE, path) == {"is_compatible": False}
    assert registry.get("/subjects/orders-value/versions") == [1]


def test_messages_on_request(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    assert checked(registry, ORDER_2, f"{PATH}/latest?verbose=true") == {"is_compatible": True, "messages": []}
    for path in (PATH, PATH + "/1"):
        told = checked(registry, INCOMPATIBLE, f"{path}?verbose=True")
        assert isinstance(told, dict)
        assert told["is_compatible"] is False
        assert len(told["messages"]) >= 1
        assert any("price" in message for message in told["messages"])


def test_a_schema_that_is_none(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    bad = '{"type":"nothing"}'
    for path in (PATH, PATH + "/latest"):
        status, code, why = registry.refused("POST", path, schema_body(bad))
        assert (status, code) == (422, 42201)
        assert checked(registry, bad, f"{path}?verbose=true") == {"is_compatible": False, "messages": [why]}
    unknown = registry.call("POST", f"{PATH}?verbose=true", schema_body(ORDER, schemaType="XML")).json()
    assert (unknown["is_compatible"], "XML" in unknown["messages"][0]) == (False, True)
    # What is no request at all stays an error.
    assert registry.refused("POST", f"{PATH}?verbose=true", b"{")[:2] == (400, 400)


def test_where_there_is_nothing(registry: Registry) -> None:
    assert checked(registry, ORDER, PATH) == {"is_compatible": True}
    assert checked(registry, ORDER) == {"is_compatible": True}
    assert registry.refused("POST", PATH + "/1", schema_body(ORDER))[0] == 404
    registry.register("orders-value", ORDER)
    assert registry.refused("POST", PATH + "/7", schema_body(ORDER)) == (404, 40402, "Version 7 not found.")
    for version in ("0", "x", "-3"):
        assert registry.refused("POST", f"{PATH}/{version}", schema_body(ORDER))[:2] == (422, 42202)


@pytest.mark.parametrize(
    ("level", "adding", "removing"),
    [
        ("NONE", True, True),
        ("BACKWARD", False, True),
        ("BACKWARD_TRANSITIVE", False, True),
        ("FORWARD", True, False),
        ("FORWARD_TRANSITIVE", True, False),
        ("FULL", False, False),
        ("FULL_TRANSITIVE", False, False),
    ],
)
def test_every_level(registry: Registry, level: str, adding: bool, removing: bool) -> None:
    registry.put("/config/orders-value", {"compatibility": level.lower()})
    registry.register("orders-value", record("sku", "size"))
    assert checked(registry, record("sku", "size", "colour")) == {"is_compatible": adding}
    assert checked(registry, record("sku")) == {"is_compatible": removing}


def test_transitive_looks_at_all_live_versions(registry: Registry) -> None:
    first, second, third = record("sku", "size"), record("sku", "size="), record("sku")
    registry.register("orders-value", third)
    registry.register("orders-value", second)
    for level, compatible in (("BACKWARD", True), ("BACKWARD_TRANSITIVE", False)):
        registry.put("/config/orders-value", {"compatibility": level})
        assert checked(registry, first, PATH) == {"is_compatible": compatible}
    registry.delete("/subjects/orders-value/versions/1")
    assert checked(registry, first, PATH) == {"is_compatible": True}


def test_another_language_is_incompatible(registry: Registry) -> None:
    registry.register("orders-value", ORDER)
    assert checked(registry, OPEN, schemaType="JSON") == {"is_compatible": False}
    registry.put("/config/orders-value", {"compatibility": "NONE"})
    assert checked(registry, OPEN, schemaType="JSON") == {"is_compatible": True}


def test_an_open_object_of_json_schema_takes_no_new_property(registry: Registry) -> None:
    more = {"note": {"type": "string"}}
    registry.register("orders-value", OPEN, schemaType="JSON")
    wider = OPEN | {"properties": OPEN["properties"] | more}
    assert checked(registry, wider, schemaType="JSON") == {"is_compatible": False}
    registry.put("/config/orders-value", {"compatibilityPolicy": "LENIENT"})
    assert checked(registry, wider, schemaType="JSON") == {"is_compatible": True}
    registry.register("closed", CLOSED, schemaType="JSON")
    path = "/compatibility/subjects/closed/versions"
    assert checked(registry, CLOSED | {"properties": CLOSED["properties"] | more}, path, schemaType="JSON") == {
        "is_compatible": True
    }
