"""Settings, levels, groups and modes (schema-registry-api §12, §13, §15)."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from contracthub.domain.registry import GLOBAL, CompatibilityPolicy, Mode, SubjectName, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services.registry_config import config_of, mode_of, remove_config, remove_mode, set_config
from contracthub.services.registry_subjects import contexts, delete_context, latest_with_metadata
from contracthub.storage.engine import Database
from tests.formats.conformance import cases_of
from tests.services.registering import Registry, record, refused

A = parse_subject("a")


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry.over(database)


def level_of(registry: Registry, name: SubjectName) -> str | None:
    return config_of(registry.hub, name, default_to_global=True).compatibility_level


def test_a_level_is_the_subjects_own_else_its_contexts_else_everythings(registry: Registry) -> None:
    there = parse_subject(":.x:a")
    assert level_of(registry, GLOBAL) == level_of(registry, A) == level_of(registry, there) == "BACKWARD"
    registry.level("none")
    assert level_of(registry, GLOBAL) == level_of(registry, A) == level_of(registry, there) == "NONE"
    set_config(registry.hub, SubjectName(".x", ""), {"compatibility": "full_transitive"})
    assert (level_of(registry, A), level_of(registry, there)) == ("NONE", "FULL_TRANSITIVE")
    set_config(registry.hub, there, {"compatibilityLevel": "Forward"})
    assert level_of(registry, there) == "FORWARD"
    assert remove_config(registry.hub, there).compatibility_level == "FORWARD"
    assert level_of(registry, there) == "FULL_TRANSITIVE"
    assert remove_config(registry.hub, GLOBAL).compatibility_level == "NONE"
    assert level_of(registry, A) == "BACKWARD"


def test_a_put_changes_what_it_names_and_null_clears(registry: Registry) -> None:
    set_config(registry.hub, A, {"compatibility": "FULL", "normalize": True, "compatibilityGroup": "major"})
    set_config(registry.hub, A, {"compatibilityPolicy": "lenient", "normalize": None, "unheard": 1})
    config = config_of(registry.hub, A)
    assert (config.compatibility_level, config.normalize, config.compatibility_group) == ("FULL", None, "major")
    assert config.compatibility_policy is CompatibilityPolicy.LENIENT
    set_config(registry.hub, A, {"compatibility": None, "validateFields": True})
    assert config_of(registry.hub, A).compatibility_level is None
    assert config_of(registry.hub, A).validate_fields
    assert level_of(registry, A) == "BACKWARD"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"compatibility": "sideways"}, 42203),
        ({"compatibility": 1}, 42203),
        ({"normalize": "yes"}, 42201),
        ({"alias": 1}, 42201),
        ({"alias": "a" * 1001}, 42201),
        ({"compatibilityPolicy": "KIND"}, 42201),
        ({"defaultMetadata": []}, 42201),
    ],
)
def test_settings_of_a_wrong_kind_are_refused_whole(registry: Registry, changes: dict[str, object], code: int) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        set_config(registry.hub, A, {"compatibilityGroup": "g", **changes})
    assert refused(refusal)[0] == code
    with pytest.raises(RegistryRefusal) as refusal:
        config_of(registry.hub, A)
    assert refused(refusal) == (40408, "Subject 'a' does not have subject-level compatibility configured")


def test_what_was_not_chosen_can_not_be_taken_back(registry: Registry) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        remove_config(registry.hub, A)
    assert refused(refusal)[0] == 40401
    with pytest.raises(RegistryRefusal) as refusal:
        remove_mode(registry.hub, A)
    assert refused(refusal)[0] == 40401
    with pytest.raises(RegistryRefusal) as refusal:
        mode_of(registry.hub, A)
    assert refused(refusal) == (40409, "Subject 'a' does not have subject-level mode configured")
    with pytest.raises(RegistryRefusal) as refusal:
        registry.mode("READSOMETIMES")
    assert refused(refusal) == (42204, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.")
    with pytest.raises(RegistryRefusal) as refusal:
        registry.mode("FORWARD", "a")
    assert refused(refusal)[0] == 42205
    for name in (SubjectName(".", "a\x00"), SubjectName(".\x00", ""), SubjectName("x", "a")):
        with pytest.raises(RegistryRefusal) as refusal:
            set_config(registry.hub, name, {"compatibility": "NONE"})
        assert refused(refusal)[0] == 42208


def test_modes_are_set_and_taken_back(registry: Registry) -> None:
    assert mode_of(registry.hub, GLOBAL) is mode_of(registry.hub, A, default_to_global=True) is Mode.READWRITE
    registry.mode("readonly", "a")
    registry.mode("IMPORT")
    assert mode_of(registry.hub, A) is Mode.READONLY
    assert remove_mode(registry.hub, GLOBAL, recursive=True) is Mode.IMPORT
    assert mode_of(registry.hub, A, default_to_global=True) is Mode.READWRITE


def test_transitive_levels_look_at_every_live_version(registry: Registry) -> None:
    registry.level("NONE")
    registry.register("a", record(id="int"))
    registry.register("a", record(id="int", note=("string", "")))
    registry.register("a", record(id="int", note="string"))
    registry.level("BACKWARD")
    more = record(id="int", note="string", x=("int", 1))
    assert registry.check("a", more).compatible
    registry.level("BACKWARD_TRANSITIVE")
    outcome = registry.check("a", more)
    assert not outcome.compatible
    assert "version 1 the writer" in outcome.messages[0]
    registry.delete("a", "1")
    assert registry.check("a", more).compatible


def test_transitive_levels_read_further_than_one_page_of_versions(registry: Registry) -> None:
    registry.level("NONE")
    registry.register("a", record(id="string"))
    for number in range(45):
        registry.register("a", record("n.R", **{"id": "int", f"f{number}": ("int", 1)}))
    registry.level("FORWARD_TRANSITIVE")
    outcome = registry.check("a", record(id="int"))
    assert not outcome.compatible
    assert "back to version 1, the reader" in outcome.messages[0]


def test_a_group_is_held_against_its_own_versions_only(registry: Registry) -> None:
    set_config(registry.hub, A, {"compatibilityGroup": "major"})

    def major(number: str) -> dict[str, Any]:
        return {"properties": {"major": number}}

    registry.register("a", '"int"', metadata=major("1"))
    registry.register("a", '"string"', metadata=major("2"))
    assert registry.register("a", '"long"', metadata=major("1")).version == 3
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", '"long"', metadata=major("2"))
    assert "version 2 the writer" in refused(refusal)[1]
    assert latest_with_metadata(registry.hub, A, [("major", "2")]).version == 2
    with pytest.raises(RegistryRefusal) as refusal:
        latest_with_metadata(registry.hub, A, [("major", "3")])
    assert refused(refusal)[0] == 40403


def test_the_lenient_policy_lets_an_open_model_grow(registry: Registry) -> None:
    registry.register("a", '{"type":"object"}', type="JSON")
    more = '{"type":"object","properties":{"note":{"type":"string"}}}'
    assert not registry.check("a", more, type="JSON").compatible
    set_config(registry.hub, A, {"compatibilityPolicy": "LENIENT"})
    assert registry.check("a", more, type="JSON").compatible


def test_one_version_is_compared_in_the_directions_of_the_level(registry: Registry) -> None:
    registry.level("NONE")
    registry.register("a", '"int"')
    registry.register("a", '"string"')
    assert registry.check("a", '"boolean"', "1").compatible
    registry.level("BACKWARD")
    assert registry.check("a", '"long"', "1").compatible
    assert not registry.check("a", '"long"', "latest").compatible
    registry.level("FORWARD")
    assert not registry.check("a", '"long"', "1").compatible
    with pytest.raises(RegistryRefusal) as refusal:
        registry.check("a", '"long"', "3")
    assert refused(refusal) == (40402, "Version 3 not found.")
    with pytest.raises(RegistryRefusal) as refusal:
        registry.check("a", '"long"', "0")
    assert refused(refusal)[0] == 42202


def test_anything_may_be_the_first(registry: Registry) -> None:
    assert registry.check("nobody", '"int"').compatible
    assert registry.check("nobody", '"int"', "latest").compatible
    with pytest.raises(RegistryRefusal) as refusal:
        registry.check("nobody", '"int"', "1")
    assert refused(refusal)[0] == 40402
    with pytest.raises(RegistryRefusal) as refusal:
        registry.check("nobody", "nonsense")
    assert refused(refusal)[0] == 42201


@pytest.mark.parametrize("case", cases_of("schema-compat", "mixed.json"), ids=lambda case: case["id"])
def test_another_language_follows_under_no_level_but_none(registry: Registry, case: dict[str, Any]) -> None:
    registry.level("NONE")
    for old in case["old"]:
        registry.register("a", old, type=case["old_format"])
    answers = {}
    for level in case["expect"]:
        registry.level(level)
        answers[level] = registry.check("a", case["new"], type=case["format"]).compatible
    assert answers == case["expect"], case["name"]
    for level, expected in sorted(case["expect"].items(), key=lambda item: item[1]):
        registry.level(level)
        if expected:
            assert registry.register("a", case["new"], type=case["format"]).version > len(case["old"])
        else:
            with pytest.raises(RegistryRefusal) as refusal:
                registry.register("a", case["new"], type=case["format"])
            assert refused(refusal)[0] == 40901


def test_contexts_are_listed_until_they_are_deleted_empty(registry: Registry) -> None:
    assert contexts(registry.hub) == (".",)
    registry.register(":.x:a", '"int"')
    assert contexts(registry.hub) == (".", ".x")
    assert contexts(registry.hub, prefix=".x") == (".x",)
    for context in (".x", "."):
        with pytest.raises(RegistryRefusal) as refusal:
            delete_context(registry.hub, context)
        assert refused(refusal)[0] == 42211
    registry.delete(":.x:a")
    registry.delete(":.x:a", permanent=True)
    delete_context(registry.hub, ".x")
    assert contexts(registry.hub) == (".",)
    # Its ids stay what they were.
    assert registry.register(":.x:b", '"long"').schema.id == 2
    assert registry.register(":.x:a", '"int"').schema.id == 1
    assert contexts(registry.hub) == (".", ".x")


def test_a_stored_schema_that_today_would_be_refused_is_still_compared(registry: Registry, database: Database) -> None:
    registry.register("a", record(id="int"))
    old = json.dumps({"type": "record", "name": "R", "namespace": "n", "fields": [{"name": "i-d", "type": "int"}]})
    with database.writing() as connection:
        connection.execute(text("UPDATE registry_schema SET text = :text"), {"text": old})
    outcome = registry.check("a", record(id="int"))
    assert not outcome.compatible
    assert "$.id" in outcome.messages[0]
