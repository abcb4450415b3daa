"""Modes (schema-registry-api §3, §13)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import ORDER, ORDER_2

NOT_SET = (404, 40409, "Subject 'a' does not have subject-level mode configured")


def test_the_default(registry: Registry) -> None:
    assert registry.get("/mode") == {"mode": "READWRITE"}
    assert registry.refused("GET", "/mode/a") == NOT_SET
    assert registry.get("/mode/a?defaultToGlobal=true") == {"mode": "READWRITE"}


@pytest.mark.parametrize("path", ["/mode", "/mode/a"])
def test_a_change(registry: Registry, path: str) -> None:
    assert registry.put(f"{path}?force=False", {"mode": "readonly"}) == {"mode": "READONLY"}
    assert registry.get(path) == {"mode": "READONLY"}
    assert registry.delete(path) == {"mode": "READONLY"}
    assert registry.get("/mode/a?defaultToGlobal=true") == {"mode": "READWRITE"}


@pytest.mark.parametrize("mode", ["WRITEONLY", "", None, 5, ["READONLY"]])
def test_modes_that_are_none(registry: Registry, mode: object) -> None:
    told = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD."
    assert registry.refused("PUT", "/mode/a", {"mode": mode}) == (422, 42204, told)
    assert registry.refused("PUT", "/mode", {})[1] == 42204


def test_there_was_none(registry: Registry) -> None:
    assert registry.refused("DELETE", "/mode/a") == (404, 40401, "Subject 'a' not found.")


def test_readonly(registry: Registry) -> None:
    registered = registry.register("a", ORDER)
    registry.put("/mode/a", {"mode": "READONLY"})
    assert registry.register("a", ORDER) == registered
    assert registry.refused("POST", "/subjects/a/versions", schema_body(ORDER_2))[:2] == (422, 42205)
    assert registry.refused("DELETE", "/subjects/a")[:2] == (422, 42205)
    assert registry.refused("DELETE", "/subjects/a/versions/1")[:2] == (422, 42205)
    assert registry.call("POST", "/subjects/a", schema_body(ORDER)).status_code == 200
    check = registry.call("POST", "/compatibility/subjects/a/versions/latest", schema_body(ORDER_2))
    assert check.json() == {"is_compatible": True}
    assert registry.register("b", ORDER_2)["version"] == 1


def test_import(registry: Registry) -> None:
    registry.put("/mode/a", {"mode": "IMPORT"})
    assert registry.refused("POST", "/subjects/a/versions", schema_body(ORDER))[:2] == (422, 42205)
    imported = registry.register("a", ORDER, id=50, version=7)
    assert (imported["id"], imported["version"]) == (50, 7)
    status, code, _ = registry.refused("POST", "/subjects/a/versions", schema_body(ORDER_2, id=50))
    assert (status, code) == (422, 42205)
    assert registry.register("b", ORDER_2)["id"] == 51


def test_import_is_for_what_is_empty(registry: Registry) -> None:
    registry.register("a", ORDER)
    assert registry.refused("PUT", "/mode/a", {"mode": "IMPORT"})[:2] == (422, 42205)
    assert registry.put("/mode/a?force=True", {"mode": "IMPORT"}) == {"mode": "IMPORT"}
