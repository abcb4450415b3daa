"""Deleting softly and for good, and what it does to ids, versions, lookups and references (schema-registry-api §9)."""

import pytest

from contracthub.domain.registry import Page, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services.registry_config import config_of, mode_of, set_config
from contracthub.services.registry_lookup import subjects_of_id, versions_of_id
from contracthub.services.registry_subjects import referenced_by, schemas, subjects
from contracthub.storage.engine import Database
from tests.services.registering import Registry, record, refused

INT, LONG, DOUBLE = '"int"', '"long"', '"double"'


@pytest.fixture
def registry(database: Database) -> Registry:
    """With two versions of the subject a."""
    made = Registry.over(database)
    made.register("a", INT)
    made.register("a", LONG)
    return made


def names(registry: Registry, **options: object) -> list[str]:
    return [each.subject for each in subjects(registry.hub, **options)]  # type: ignore[arg-type]


def test_soft_deleted_versions_are_out_of_sight_and_their_ids_resolve(registry: Registry) -> None:
    assert registry.delete("a", "2") == 2
    assert registry.versions("a") == [1]
    assert registry.versions("a", deleted=True) == [1, 2]
    assert registry.versions("a", deleted_only=True) == [2]
    assert registry.version("a").version == 1
    assert registry.version("a", "2", deleted=True).deleted
    assert registry.text_of(2) == LONG
    for text, code in (("2", 40402), ("3", 40402), ("0", 42202), ("x", 42202), ("-2", 42202), ("2147483648", 42202)):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.version("a", text)
        assert refused(refusal)[0] == code
    with pytest.raises(RegistryRefusal) as refusal:
        registry.find("a", LONG)
    assert refused(refusal) == (40403, "Schema not found")
    assert registry.find("a", LONG, deleted=True).version == 2
    assert registry.check("a", INT).compatible


def test_a_subject_is_deleted_in_two_steps(registry: Registry) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("a", permanent=True)
    assert refused(refusal) == (40405, "Subject 'a' was not deleted first before being permanently deleted")
    assert registry.delete("a", "1") == 1
    assert registry.delete("a") == [2]
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("a")
    assert refused(refusal) == (40404, "Subject 'a' was soft deleted.Set permanent=true to delete permanently")
    assert names(registry) == []
    assert names(registry, deleted=True) == names(registry, deleted_only=True) == ["a"]
    with pytest.raises(RegistryRefusal) as refusal:
        registry.versions("a")
    assert refused(refusal) == (40401, "Subject 'a' not found.")
    assert registry.delete("a", permanent=True) == [1, 2]
    for number in (1, 2):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.text_of(number)
        assert refused(refusal) == (40403, f"Schema {number} not found")
    for permanent in (False, True):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.delete("a", permanent=permanent)
        assert refused(refusal)[0] == 40401


def test_a_version_is_deleted_in_two_steps(registry: Registry) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("a", "1", permanent=True)
    told = "Subject 'a' Version 1 was not deleted first before being permanently deleted"
    assert refused(refusal) == (40407, told)
    assert registry.delete("a", "latest") == 2
    assert registry.delete("a", "-1") == 1
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("a", "1")
    told = "Subject 'a' Version 1 was soft deleted.Set permanent=true to delete permanently"
    assert refused(refusal) == (40406, told)
    assert registry.delete("a", "1", permanent=True) == 1
    for text, code in (("1", 40402), ("9", 40402), ("0", 42202), ("latest", 40402)):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.delete("a", text)
        assert refused(refusal)[0] == code
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("nobody", "1")
    assert refused(refusal)[0] == 40401


def test_ids_come_back_and_versions_do_not(registry: Registry) -> None:
    registry.delete("a", "2")
    assert (registry.register("a", LONG).version, registry.register("a", LONG).schema.id) == (3, 2)
    # The deleted twin is gone: the schema shows up once.
    assert registry.versions("a", deleted=True) == [1, 3]
    registry.delete("a")
    registry.delete("a", "3", permanent=True)
    assert registry.register("a", DOUBLE).version == 4
    registry.delete("a")
    registry.delete("a", permanent=True)
    registry.register("b", '"bytes"')
    found = registry.register("b", '"string"')
    assert (registry.version("b", "1").schema.id, found.schema.id) == (4, 5)
    # Of a subject that is gone altogether nothing is left; but whatever was registered once has its id for good.
    again = registry.register("a", LONG)
    assert (again.schema.id, again.version, registry.text_of(2)) == (2, 1, LONG)


def test_the_last_version_takes_the_settings_along(registry: Registry) -> None:
    registry.level("NONE", "a")
    registry.mode("READWRITE", "a")
    registry.delete("a")
    registry.delete("a", "1", permanent=True)
    assert config_of(registry.hub, parse_subject("a")).compatibility_level == "NONE"
    registry.delete("a", "2", permanent=True)
    with pytest.raises(RegistryRefusal) as refusal:
        config_of(registry.hub, parse_subject("a"))
    assert refused(refusal)[0] == 40408
    with pytest.raises(RegistryRefusal) as refusal:
        mode_of(registry.hub, parse_subject("a"))
    assert refused(refusal)[0] == 40409


def test_nothing_is_deleted_where_all_is_read_only(registry: Registry) -> None:
    registry.mode("READONLY", "a")
    for version in (None, "1"):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.delete("a", version)
        assert refused(refusal)[0] == 42205
    assert registry.versions("a") == [1, 2]


def test_what_others_refer_to_stays(registry: Registry) -> None:
    registry.register("line", record("n.Line"))
    order = record("n.Order", line="n.Line")
    registry.register("order", order, references=[("n.Line", "line", 1)])
    assert list(referenced_by(registry.hub, parse_subject("line"), "1")) == [4]
    told = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=line,version=1}."
    for version in (None, "1"):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.delete("line", version)
        assert refused(refusal) == (42206, told)
    registry.delete("order")
    assert list(referenced_by(registry.hub, parse_subject("line"), "1")) == []
    assert list(referenced_by(registry.hub, parse_subject("line"), "1", deleted=True)) == [4]
    assert registry.delete("line") == [1]
    # A soft-deleted one may come back, and so it still holds what it needs.
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("line", permanent=True)
    assert refused(refusal) == (42206, told)
    registry.delete("order", permanent=True)
    assert registry.delete("line", permanent=True) == [1]


def test_a_subject_may_refer_to_itself_and_be_deleted(registry: Registry) -> None:
    registry.level("NONE")
    registry.register("s", record("n.Part"))
    registry.register("s", record("n.Whole", part="n.Part"), references=[("n.Part", "s", 1)])
    assert registry.delete("s") == [1, 2]
    assert registry.delete("s", permanent=True) == [1, 2]


def test_who_has_an_id(registry: Registry) -> None:
    registry.register("b", INT)
    registry.delete("a", "1")
    hub = registry.hub
    assert [each.subject for each in subjects_of_id(hub, ".", 1, deleted=False)] == ["b"]
    assert [each.subject for each in subjects_of_id(hub, ".", 1, deleted=True)] == ["a", "b"]
    found = versions_of_id(hub, ".", 1, deleted=True, subject="a")
    assert [(each.name.subject, each.version) for each in found] == [("a", 1)]
    for number in (0, 99, -1):
        with pytest.raises(RegistryRefusal) as refusal:
            subjects_of_id(hub, ".", number, deleted=True)
        assert refused(refusal) == (40403, "Schema not found")


def test_listings_are_in_order_and_in_pages(registry: Registry) -> None:
    for name in ("b/x", "B", "Ä", "ab", ":.other:c"):
        registry.register(name, INT)
    assert names(registry) == ["B", "a", "ab", "b/x", "Ä"]
    assert names(registry, page=Page(1, 2)) == ["a", "ab"]
    assert names(registry, page=Page(3)) == ["b/x", "Ä"]
    assert names(registry, prefix="a") == ["a", "ab"]
    assert names(registry, prefix="%") == names(registry, prefix="_") == []
    assert names(registry, prefix=":.other:") == names(registry, context=".other") == ["c"]
    assert len(names(registry, prefix=":*:")) == 6
    found = [(each.subject, each.version) for each in schemas(registry.hub)]
    assert found == [("B", 1), ("a", 1), ("a", 2), ("ab", 1), ("b/x", 1), ("Ä", 1)]
    registry.delete("a", "2")
    latest = [(each.subject, each.version) for each in schemas(registry.hub, latest_only=True, prefix="a")]
    assert latest == [("a", 1), ("ab", 1)]
    both = schemas(registry.hub, latest_only=True, deleted=True, prefix="a")
    assert [(each.version, each.deleted) for each in both] == [(2, True), (1, False)]
    assert registry.versions("a", deleted=True, page=Page(1, 1)) == [2]


def test_deleting_through_an_alias_deletes_what_it_stands_for(registry: Registry) -> None:
    set_config(registry.hub, parse_subject("other"), {"alias": "a"})
    assert registry.delete("other", "1") == 1
    assert registry.versions("a") == [2]
