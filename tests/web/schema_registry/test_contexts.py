"""Contexts: as part of a name, and as a prefix of the path (schema-registry-api §14)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import INCOMPATIBLE, ORDER, ORDER_2

IN = "/contexts/.staging"


@pytest.fixture
def staged(registry: Registry) -> Registry:
    """One subject in each of two contexts, of different schemas."""
    registry.register("a", ORDER)
    registry.register(":.staging:a", ORDER_2)
    return registry


def test_the_default_is_always_there(registry: Registry) -> None:
    assert registry.get("/contexts") == ["."]


def test_each_has_its_own_ids_and_versions(staged: Registry) -> None:
    assert staged.get("/contexts") == [".", ".staging"]
    assert staged.get("/subjects/:.staging:a/versions/1")["id"] == 1
    assert staged.get("/subjects/%3A.staging%3Aa/versions/1")["subject"] == ":.staging:a"
    assert staged.get("/subjects") == staged.get("/subjects?subjectPrefix=:*:") == ["a", ":.staging:a"]
    assert staged.get("/subjects?subjectPrefix=") == staged.get("/contexts/:.:/subjects") == ["a"]
    assert [each["subject"] for each in staged.get("/schemas")] == ["a"]
    assert staged.get("/subjects?subjectPrefix=:.staging:") == [":.staging:a"]


@pytest.mark.parametrize("prefix", ["/contexts/.staging", "/contexts/:.staging:", "/contexts/%3A.staging%3A"])
def test_a_prefix_of_the_path_is_the_same(staged: Registry, prefix: str) -> None:
    assert staged.get(f"{prefix}/subjects") == [":.staging:a"]
    assert staged.get(f"{prefix}/subjects/a/versions") == [1]
    assert staged.get(f"{prefix}/subjects/a/versions/latest") == staged.get("/subjects/:.staging:a/versions/1")
    assert staged.get(f"{prefix}/schemas/ids/1")["schema"] != staged.get("/schemas/ids/1")["schema"]
    assert staged.get(f"{prefix}/schemas/ids/1/subjects") == [":.staging:a"]
    assert staged.get("/schemas/ids/1?subject=:.staging:")["schema"] == staged.get(f"{prefix}/schemas/ids/1")["schema"]
    assert staged.call("POST", f"{prefix}/subjects/a", schema_body(ORDER_2)).json()["version"] == 1
    assert [each["subject"] for each in staged.get(f"{prefix}/schemas")] == [":.staging:a"]
    assert staged.get(f"{prefix}/schemas/types")


def test_settings_of_a_context(staged: Registry) -> None:
    assert staged.put(f"{IN}/config", {"compatibility": "NONE"}) == {"compatibility": "NONE"}
    assert staged.get(f"{IN}/config") == {"compatibilityLevel": "NONE"}
    assert staged.get("/config") == {"compatibilityLevel": "BACKWARD"}
    assert staged.get(f"{IN}/config/a?defaultToGlobal=true") == {"compatibilityLevel": "NONE"}
    assert staged.register(":.staging:a", INCOMPATIBLE)["version"] == 2
    staged.put(f"{IN}/config/a", {"compatibility": "FULL"})
    assert staged.get("/config/:.staging:a") == {"compatibilityLevel": "FULL"}
    assert staged.refused("GET", "/config/a")[1] == 40408
    staged.put(f"{IN}/mode", {"mode": "READONLY"})
    assert staged.get("/mode") == {"mode": "READWRITE"}
    assert staged.refused("POST", f"{IN}/subjects/b/versions", schema_body(ORDER))[1] == 42205


def test_errors_name_the_subject_with_its_context(staged: Registry) -> None:
    told = staged.refused("GET", f"{IN}/subjects/b/versions")
    assert told == (404, 40401, "Subject ':.staging:b' not found.")


def test_an_empty_one_can_be_deleted(staged: Registry) -> None:
    assert staged.refused("DELETE", "/contexts/.staging")[:2] == (422, 42211)
    staged.delete("/subjects/:.staging:a")
    staged.delete("/subjects/:.staging:a?permanent=true")
    assert staged.call("DELETE", "/contexts/.staging").status_code == 204
    assert staged.get("/contexts") == ["."]


def test_a_name_in_a_default_context(staged: Registry) -> None:
    assert staged.get("/contexts/:.:/subjects/a/versions") == [1]
    assert staged.get("/subjects/:.:a/versions/1")["subject"] == "a"
