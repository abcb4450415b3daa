"""Settings (schema-registry-api §3, §4, §12)."""

import pytest

from tests.web.schema_registry.registry_calls import Registry, schema_body
from tests.web.schema_registry.samples import INCOMPATIBLE, ORDER

NOT_SET = (404, 40408, "Subject 'a' does not have subject-level compatibility configured")


def test_the_defaults(registry: Registry) -> None:
    assert registry.get("/config") == {"compatibilityLevel": "BACKWARD"}
    assert registry.refused("GET", "/config/a") == NOT_SET
    assert registry.get("/config/a?defaultToGlobal=True") == {"compatibilityLevel": "BACKWARD"}


@pytest.mark.parametrize("path", ["/config", "/config/a"])
def test_a_change_is_echoed_as_it_is_sent_and_read_otherwise(registry: Registry, path: str) -> None:
    assert registry.put(path, {"compatibility": "full_transitive"}) == {"compatibility": "FULL_TRANSITIVE"}
    assert registry.get(path) == {"compatibilityLevel": "FULL_TRANSITIVE"}
    assert registry.put(path, {"compatibilityLevel": "NONE"}) == {"compatibility": "NONE"}
    assert registry.get(path) == {"compatibilityLevel": "NONE"}


def test_a_subject_need_not_be_there_and_wins(registry: Registry) -> None:
    registry.put("/config", {"compatibility": "NONE"})
    registry.put("/config/a", {"compatibility": "BACKWARD"})
    registry.register("a", ORDER)
    assert registry.refused("POST", "/subjects/a/versions", schema_body(INCOMPATIBLE))[0] == 409
    assert registry.delete("/config/a") == {"compatibilityLevel": "BACKWARD"}
    assert registry.refused("GET", "/config/a") == NOT_SET
    assert registry.get("/config/a?defaultToGlobal=true") == {"compatibilityLevel": "NONE"}
    assert registry.register("a", INCOMPATIBLE)["version"] == 2


def test_back_to_the_defaults(registry: Registry) -> None:
    registry.put("/config", {"compatibility": "FORWARD"})
    assert registry.delete("/config") == {"compatibilityLevel": "FORWARD"}
    assert registry.get("/config") == {"compatibilityLevel": "BACKWARD"}
    assert registry.refused("DELETE", "/config/a") == (404, 40401, "Subject 'a' not found.")


@pytest.mark.parametrize("level", ["SOMEWHAT", "", 5, ["NONE"], {}, True])
def test_levels_that_are_none(registry: Registry, level: object) -> None:
    status, code, told = registry.refused("PUT", "/config", {"compatibility": level})
    assert (status, code) == (422, 42203)
    assert told == (
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, "
        "forward_transitive, and full_transitive"
    )


def test_only_what_is_named_changes(registry: Registry) -> None:
    full = {
        "compatibility": "FULL",
        "normalize": True,
        "compatibilityGroup": "application.major.version",
        "compatibilityPolicy": "LENIENT",
        "alias": "orders",
        "defaultMetadata": {"properties": {"owner": "sales"}},
        "overrideRuleSet": {"domainRules": []},
        "validateFields": False,
    }
    assert registry.put("/config/a", full)["normalize"] is True
    assert registry.put("/config/a", {"normalize": False}) == {"normalize": False}
    kept = registry.get("/config/a")
    assert (kept["compatibilityLevel"], kept["normalize"], kept["alias"]) == ("FULL", False, "orders")
    registry.put("/config/a", {"alias": None, "compatibilityGroup": None})
    kept = registry.get("/config/a")
    assert ("alias" in kept, "compatibilityGroup" in kept, kept["compatibilityPolicy"]) == (False, False, "LENIENT")


def test_a_subject_of_which_nothing_is_chosen_any_more_has_no_settings(registry: Registry) -> None:
    registry.put("/config/a", {"compatibility": "FULL"})
    assert registry.put("/config/a", {"compatibility": None}) == {}
    assert registry.refused("GET", "/config/a") == NOT_SET
    assert registry.put("/config/a", {}) == {}
    assert registry.refused("DELETE", "/config/a")[1] == 40401
    assert registry.put("/config", {"compatibility": None}) == {}
    assert registry.get("/config") == {"compatibilityLevel": "BACKWARD"}


def test_normalising_can_be_a_setting(registry: Registry) -> None:
    registry.put("/config/a", {"normalize": True})
    first = {"type": "record", "name": "Order", "namespace": "shop", "fields": []}
    registry.register("a", first)
    assert registry.register("a", {"type": "record", "name": "shop.Order", "fields": []})["version"] == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"normalize": "yes"},
        {"alias": 5},
        {"compatibilityPolicy": "WHATEVER"},
        {"defaultMetadata": []},
        {"overrideRuleSet": "none"},
        {"compatibilityGroup": {}},
    ],
)
def test_settings_of_a_wrong_kind(registry: Registry, settings: dict[str, object]) -> None:
    status, _, told = registry.refused("PUT", "/config/a", settings)
    assert (status in {400, 422}, next(iter(settings)) in told) == (True, True)
    assert registry.refused("GET", "/config/a") == NOT_SET
