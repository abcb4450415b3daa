"""Registering: ids, versions, the order of the steps, references, imports (schema-registry-api §6, §7, §10, §13)."""

import json
from typing import Any

import pytest

from contracthub.domain.registry import Reference, SubjectVersion, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services.registry_config import set_config
from contracthub.services.registry_lookup import event_schema_of, highest_id, ids_of_guid, schema_by_guid, schema_by_id
from contracthub.storage.engine import Database
from tests.services.registering import Registry, record, refused

STRING, INT, LONG = '"string"', '"int"', '"long"'


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry.over(database)


def numbers(found: SubjectVersion) -> tuple[int, int]:
    return found.schema.id, found.version


def test_ids_are_counted_over_all_subjects_and_versions_in_each(registry: Registry) -> None:
    assert numbers(registry.register("a", INT)) == (1, 1)
    assert numbers(registry.register("b", STRING)) == (2, 1)
    assert numbers(registry.register("a", LONG)) == (3, 2)
    assert numbers(registry.register("b", '{"type": "string"}')) == (2, 1)
    assert numbers(registry.register("c", LONG)) == (3, 1)
    assert registry.versions("a") == [1, 2]


def test_registering_what_is_live_already_changes_nothing_whatever_forbids_it(registry: Registry) -> None:
    registry.register("a", INT)
    registry.register("a", LONG)
    registry.mode("READONLY")
    assert numbers(registry.register("a", INT)) == (1, 1)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", '"double"')
    assert refused(refusal) == (42205, "Subject a is in read-only mode")
    assert registry.versions("a") == [1, 2]


@pytest.mark.parametrize("mode", ["READONLY", "READONLY_OVERRIDE", "FORWARD"])
def test_modes_that_forbid_registering(registry: Registry, mode: str) -> None:
    registry.mode(mode)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", INT)
    assert refused(refusal)[0] == 42205
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", "nonsense")
    assert refused(refusal)[0] == 42205


def test_a_subjects_own_mode_goes_before_the_one_of_everything(registry: Registry) -> None:
    registry.mode("READONLY")
    registry.mode("READWRITE", "a")
    assert numbers(registry.register("a", INT)) == (1, 1)
    registry.mode("READONLY_OVERRIDE")
    with pytest.raises(RegistryRefusal):
        registry.register("a", LONG)


def test_the_same_text_in_two_languages_has_two_ids(registry: Registry) -> None:
    text = '{"type":"string"}'
    assert registry.register("a", text).schema.id == 1
    assert registry.register("b", text, type="JSON").schema.id == 2
    assert schema_by_id(registry.hub, ".", 2).schema.type == "JSON"


@pytest.mark.parametrize(
    ("kind", "text", "spelt"),
    [
        (
            "AVRO",
            record(a="int"),
            '{"name":"R","namespace":"n","fields":[{"type":{"type":"int"},"name":"a"}],"type":"record"}',
        ),
        ("JSON", '{"type":"object"}', ' { "type" : "object" } '),
        (
            "PROTOBUF",
            'syntax = "proto3"; package p; message A { B b = 1; } message B {}',
            'syntax="proto3";\npackage p; // a comment\nmessage A { .p.B b = 1; }\nmessage B {}',
        ),
    ],
)
def test_another_spelling_is_the_same_schema(registry: Registry, kind: str, text: str, spelt: str) -> None:
    first = registry.register("a", text, type=kind)
    assert numbers(registry.register("a", spelt, type=kind)) == numbers(first)
    assert registry.register("b", spelt, type=kind).schema == first.schema
    described = event_schema_of(registry.hub, ".", first.schema).serialized()
    assert numbers(registry.find("a", described, type=kind)) == numbers(first)


def test_normalised_is_chosen_by_the_request_or_the_subject(registry: Registry) -> None:
    one, other = '{"type":"object","title":"t"}', '{"title":"t","type":"object"}'
    registry.level("NONE")
    assert registry.register("a", one, type="JSON").schema.id == 1
    assert registry.register("a", other, type="JSON").schema.id == 2
    assert numbers(registry.register("b", one, type="JSON", normalize=True)) == (2, 1)
    set_config(registry.hub, parse_subject("c"), {"normalize": True})
    assert numbers(registry.register("c", one, type="JSON")) == (2, 1)
    assert numbers(registry.find("c", one, type="JSON")) == (2, 1)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.find("b", one, type="JSON")
    assert refused(refusal) == (40403, "Schema not found")


def test_what_must_not_follow_is_refused_with_path_rule_and_remedy(registry: Registry) -> None:
    registry.register("a", record(id="int"))
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", record(id="int", note="string"))
    code, message = refused(refusal)
    assert code == 40901
    assert message.startswith(
        'Schema being registered is incompatible with an earlier schema for subject "a", details: ['
    )
    assert "$.note" in message
    assert "version 1" in message
    assert "What to do" in message
    assert registry.versions("a") == [1]
    assert registry.register("a", record(id="int", note=("string", ""))).version == 2
    assert highest_id(registry.hub, ".") == 2


@pytest.mark.parametrize(
    ("kind", "old", "new", "place"),
    [
        ("AVRO", record(a="int", b="int"), record(a="int"), "$.b"),
        ("JSON", '{"type":"string","maxLength":5}', '{"type":"string"}', "$"),
        ("PROTOBUF", 'syntax = "proto3"; message A {}', 'syntax = "proto3"; message A {} message B {}', "B"),
    ],
)
def test_what_earlier_readers_can_t_read_is_mended_in_the_new_schema(
    registry: Registry, kind: str, old: str, new: str, place: str
) -> None:
    registry.level("FORWARD")
    registry.register("a", old, type=kind)
    (message,) = registry.check("a", new, type=kind).messages
    assert "from the new schema, the writer, back to version 1, the reader" in message
    assert f"What to do: Leave {place} as version 1 has it" in message


def test_a_refused_schema_uses_no_id(registry: Registry) -> None:
    registry.register("a", INT)
    for text in (STRING, "nonsense", '{"type":"record"}'):
        with pytest.raises(RegistryRefusal):
            registry.register("a", text)
    assert numbers(registry.register("a", LONG)) == (2, 2)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_empty_schema_is_refused(registry: Registry, text: str | None) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", text)
    assert refused(refusal) == (42201, "Empty schema")


def test_metadata_alone_is_for_the_latest_schema(registry: Registry) -> None:
    registry.register("a", INT)
    metadata = {"properties": {"owner": "shop"}}
    found = registry.register("a", None, metadata=metadata)
    assert (found.schema.id, found.version, found.schema.text) == (2, 2, INT)
    assert found.schema.metadata == metadata
    assert numbers(registry.register("a", INT)) == (1, 1)
    assert numbers(registry.register("a", INT, metadata=metadata)) == (2, 2)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("b", None, metadata=metadata)
    assert refused(refusal) == (42201, "Empty schema")


def test_who_leaves_metadata_out_means_the_version_that_has_some(registry: Registry) -> None:
    kept = registry.register("a", INT, metadata={"properties": {"owner": "shop"}})
    other = registry.register("a", LONG, rule_set={"domainRules": [{"name": "r", "kind": "CONDITION"}]})
    for text, found in ((INT, kept), (LONG, other)):
        assert numbers(registry.register("a", text)) == numbers(found)
        assert numbers(registry.find("a", text, metadata={})) == numbers(found)
    with pytest.raises(RegistryRefusal):
        registry.find("a", INT, metadata={"properties": {"owner": "sales"}})
    with pytest.raises(RegistryRefusal):
        registry.find("a", STRING)
    assert registry.register("b", INT).schema.id == 3
    assert numbers(registry.register("a", LONG, version=3)) == (4, 3)
    assert numbers(registry.register("a", LONG)) == (4, 3)


def test_an_import_brings_the_version_without_metadata_too(registry: Registry) -> None:
    registry.mode("IMPORT", "a")
    registry.register("a", INT, metadata={"properties": {"owner": "shop"}}, id=7, version=1)
    assert numbers(registry.register("a", INT, id=8, version=2)) == (8, 2)


def test_metadata_that_the_subject_has_chosen_is_part_of_its_schemas(registry: Registry) -> None:
    chosen = {
        "defaultMetadata": {"properties": {"owner": "shop", "tier": "1"}},
        "overrideMetadata": {"properties": {"tier": "2"}},
        "defaultRuleSet": {"domainRules": [{"name": "r", "kind": "CONDITION"}]},
    }
    set_config(registry.hub, parse_subject("a"), chosen)
    found = registry.register("a", INT, metadata={"properties": {"tier": "3", "more": "x"}})
    assert found.schema.metadata == {"properties": {"owner": "shop", "tier": "2", "more": "x"}}
    assert found.schema.rule_set == chosen["defaultRuleSet"]
    assert numbers(registry.register("a", INT, metadata={"properties": {"more": "x"}})) == numbers(found)


@pytest.mark.parametrize(
    "rules",
    [
        [{"kind": "CONDITION"}],
        [{"name": "a"}, {"name": "a"}],
        [{"name": "a", "kind": "X"}],
        [{"name": "a", "mode": ["READ"]}],
        {},
        "x",
    ],
)
def test_rules_that_are_none_are_refused(registry: Registry, rules: Any) -> None:
    if rules == {}:
        assert registry.register("a", INT, rule_set={"domainRules": rules}).schema.rule_set is None
        return
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", INT, rule_set={"domainRules": rules})
    assert refused(refusal)[0] == 42210


@pytest.mark.parametrize("subject", ["", " ", "a\nb", "a\x00b", "__GLOBAL", "s" * 501, "half \ud800"])
def test_names_that_are_none_are_refused(registry: Registry, subject: str) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register(subject, INT)
    assert refused(refusal)[0] == 42208


@pytest.mark.parametrize(
    "subject", ["a/b value", "x?y=1&z#t", "100%-sure", "trailing/", "Bücher-値", ":.", ":odd", "s" * 500]
)
def test_any_other_text_is_a_subject(registry: Registry, subject: str) -> None:
    assert registry.register(subject, INT).subject == subject
    assert registry.version(subject).schema.text == INT


def test_a_schema_that_is_too_large_is_refused(registry: Registry) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", json.dumps({"type": "string", "doc": "x" * 5 * 1024 * 1024}))
    assert refused(refusal)[0] == 42209


# References


def test_references_are_resolved_to_the_number_that_the_latest_has_now(registry: Registry) -> None:
    registry.register("line", record("n.Line", sku="string"))
    order = record("n.Order", line="n.Line")
    found = registry.register("order", order, references=[("n.Line", "line", -1)])
    assert found.schema.references == (Reference("n.Line", "line", 1),)
    assert numbers(registry.register("order", order, references=[("n.Line", "line", 1)])) == numbers(found)
    registry.register("line", record("n.Line", sku="string", note=("string", "")))
    again = registry.register("order", order, references=[("n.Line", "line", -1)])
    assert again.schema.references == (Reference("n.Line", "line", 2),)
    assert again.version == 2


def test_an_avro_schema_is_known_with_its_references_written_out(registry: Registry) -> None:
    registry.register("line", record("n.Line", sku="string"))
    order = record("n.Order", one="n.Line", other="n.Line")
    found = registry.register("order", order, references=[("n.Line", "line", 1)])
    inlined = record("n.Order", one=json.loads(record("n.Line", sku="string")), other="n.Line")
    assert numbers(registry.find("order", inlined)) == numbers(found)
    assert numbers(registry.register("order", inlined)) == numbers(found)
    assert registry.register("elsewhere", inlined).schema.id == found.schema.id + 1


def test_references_are_followed_to_their_ends_and_each_name_is_read_once(registry: Registry) -> None:
    registry.register("sku", '{"type":"fixed","name":"n.Sku","size":3}')
    for name in ("Left", "Right"):
        registry.register(name, record(f"n.{name}", sku="n.Sku"), references=[("n.Sku", "sku", 1)])
    both = [("n.Left", "Left", 1), ("n.Right", "Right", 1)]
    found = registry.register("top", record("n.Top", a="n.Left", b="n.Right", c="n.Sku"), references=both)
    written = json.loads(event_schema_of(registry.hub, ".", found.schema).resolved())
    assert written["fields"][0]["type"]["fields"][0]["type"]["name"] == "Sku"
    assert written["fields"][1]["type"]["fields"][0]["type"] == "Sku"


@pytest.mark.parametrize(
    ("kind", "used", "name", "user"),
    [
        ("JSON", '{"type":"string"}', "https://shop.test/sku", '{"$ref":"https://shop.test/sku"}'),
        (
            "PROTOBUF",
            'syntax = "proto3"; package shop; message Sku { string code = 1; }',
            "shop/sku.proto",
            'syntax = "proto3"; package shop; import "shop/sku.proto"; message Order { Sku sku = 1; }',
        ),
    ],
)
def test_other_languages_refer_as_well(registry: Registry, kind: str, used: str, name: str, user: str) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("user", user, type=kind)
    assert refused(refusal)[0] == 42201
    registry.register("used", used, type=kind)
    found = registry.register("user", user, type=kind, references=[(name, "used", -1)])
    assert found.schema.references == (Reference(name, "used", 1),)
    assert registry.check("user", user, type=kind, references=[(name, "used", 1)]).compatible


@pytest.mark.parametrize(
    "reference",
    [
        ("x", "nowhere", 1),
        ("x", "line", 2),
        ("x", "line", 0),
        ("x", "line", -2),
        ("x", "nowhere", -1),
        ("x", "a\x00", 1),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(registry: Registry, reference: tuple[str, str, int]) -> None:
    registry.register("line", record("n.Line"))
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("order", INT, references=[reference])
    code, message = refused(refusal)
    assert code == 42201
    assert f'No schema reference found for subject "{reference[1]}" and version {reference[2]}' in message


def test_only_live_versions_can_be_referred_to(registry: Registry) -> None:
    registry.register("line", record("n.Line"))
    registry.delete("line")
    for number in (1, -1):
        with pytest.raises(RegistryRefusal) as refusal:
            registry.register("order", INT, references=[("n.Line", "line", number)])
        assert refused(refusal)[0] == 42201


def test_far_too_many_references_are_refused(registry: Registry) -> None:
    registry.register("line", record("n.Line"))
    many = [(f"n{each}", "line", 1) for each in range(501)]
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("order", INT, references=many)
    assert refused(refusal)[0] == 42201
    deep = registry.register("d0", record("n.D0"))
    for each in range(1, 60):
        reference = [(f"n.D{each - 1}", f"d{each - 1}", 1)]
        try:
            deep = registry.register(f"d{each}", record(f"n.D{each}", up=f"n.D{each - 1}"), references=reference)
        except RegistryRefusal as error:
            assert error.error_code == 42201  # noqa: PT017 - the depth at which it comes is not the point
            break
    else:
        pytest.fail("nothing stops references")
    assert deep.version == 1


# Given ids and versions


def test_an_import_keeps_ids_and_versions(registry: Registry) -> None:
    registry.mode("IMPORT", "a")
    assert numbers(registry.register("a", STRING, id=100, version=3)) == (100, 3)
    # No compatibility is looked at.
    assert numbers(registry.register("a", INT, id=50)) == (50, 4)
    assert numbers(registry.register("a", LONG, id=7, version=1)) == (7, 1)
    assert numbers(registry.register("a", STRING, id=100, version=3)) == (100, 3)
    registry.mode("READWRITE", "a")
    registry.level("NONE")
    assert numbers(registry.register("a", '"bytes"')) == (101, 5)
    assert registry.versions("a") == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 42205),
        ({"id": 100}, 42205),
        ({"id": 0}, 42205),
        ({"id": 2, "version": 1}, 42205),
        ({"id": 2, "version": -5}, 42201),
    ],
)
def test_an_import_that_cannot_be(registry: Registry, given: dict[str, Any], code: int) -> None:
    registry.mode("IMPORT", "a")
    registry.register("a", STRING, id=100)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", INT, **given)
    assert refused(refusal)[0] == code
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", STRING, id=5)
    assert refused(refusal) == (42207, "Schema already registered with id 100 instead of input id 5")
    registry.mode("IMPORT", "b")
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("b", STRING, id=5)
    assert refused(refusal)[0] == 42207


def test_ids_and_versions_are_given_only_in_imports(registry: Registry) -> None:
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", INT, id=5)
    assert refused(refusal)[0] == 42205
    with pytest.raises(RegistryRefusal) as refusal:
        registry.register("a", INT, version=2)
    assert refused(refusal)[0] == 42201
    for number, text in ((1, INT), (-1, LONG), (0, '"float"'), (4, '"double"')):
        registry.register("a", text, version=number)
    assert registry.versions("a") == [1, 2, 3, 4]


def test_import_needs_an_empty_place_or_force(registry: Registry) -> None:
    registry.register("a", INT)
    registry.delete("a")
    registry.register("b", INT)
    with pytest.raises(RegistryRefusal) as refusal:
        registry.mode("IMPORT")
    assert refused(refusal)[0] == 42205
    registry.mode("IMPORT", "a")
    with pytest.raises(RegistryRefusal) as refusal:
        registry.versions("a", deleted=True)
    assert refused(refusal)[0] == 40401
    registry.mode("IMPORT", force=True)
    assert registry.versions("b") == [1]


# Contexts


def test_each_context_counts_its_own_ids(registry: Registry) -> None:
    assert numbers(registry.register("a", INT)) == (1, 1)
    assert numbers(registry.register(":.staging:a", STRING)) == (1, 1)
    assert numbers(registry.register(":.staging:b", INT)) == (2, 1)
    assert schema_by_id(registry.hub, ".staging", 1).schema.text == STRING
    assert schema_by_id(registry.hub, ".", 1).schema.text == INT
    # What the default context does not have is looked for in the others.
    assert schema_by_id(registry.hub, ".", 2).context == ".staging"
    assert registry.version("b").name.qualified == ":.staging:b"
    assert registry.find("b", INT).context == ".staging"
    assert highest_id(registry.hub, ".") == 1
    guid = registry.version("a").schema.guid
    assert schema_by_guid(registry.hub, guid).context == "."
    assert list(ids_of_guid(registry.hub, guid)) == [(".", 1), (".staging", 2)]


def test_references_stay_within_their_context_unless_they_name_another(registry: Registry) -> None:
    registry.register("line", record("n.Line"))
    order = record("n.Order", line="n.Line")
    with pytest.raises(RegistryRefusal):
        registry.register(":.x:order", order, references=[("n.Line", "line", 1)])
    found = registry.register(":.x:order", order, references=[("n.Line", ":.:line", 1)])
    assert found.context == ".x"
    with pytest.raises(RegistryRefusal) as refusal:
        registry.delete("line")
    assert refused(refusal)[0] == 42206


def test_an_alias_stands_for_its_subject(registry: Registry) -> None:
    registry.register("orders-value", INT)
    set_config(registry.hub, parse_subject("purchases-value"), {"alias": "orders-value"})
    assert registry.version("purchases-value").subject == "orders-value"
    assert numbers(registry.register("purchases-value", LONG)) == (2, 2)
    assert registry.versions("orders-value") == [1, 2]
