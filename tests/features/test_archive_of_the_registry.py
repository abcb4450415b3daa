"""The schema registry moves between hubs with everything else: its ids answer the same, for good."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.features.given import Given
from tests.features.test_archive import NDJSON, bare, exported, lines, take_in
from tests.web.schema_registry.registry_calls import Registry, good, schema_body
from tests.web.schema_registry.samples import (
    CLOSED,
    INCOMPATIBLE,
    ORDER,
    ORDER_2,
    PROTO_LINE,
    PROTO_WITH_IMPORT,
    record,
)

# Problem documents have a pointer for each fault.
ASKED = NDJSON | {"Accept": "application/problem+json"}
RULES = {"domainRules": [{"name": "r", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true"}]}
METADATA = {"properties": {"owner": "shop", "a": "1"}, "tags": {"sku": ["PII"]}}
KINDS = ("registryContext", "registrySubject", "registryId", "registryVersion", "readersCheck")
MESSY_PROTO = 'syntax = "proto3";\nmessage B {\n  string y = 2;\n  string x = 1;\n}\nmessage A {\n  B b = 1;\n}\n'


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """Another hub, over SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/other.sqlite3")
    migrate(database)
    with TestClient(create_app(DatabaseStorage(database)), base_url="http://hub.test") as client:
        yield client
    database.close()


@pytest.fixture(params=["to SQLite", "from SQLite"])
def ways(request: pytest.FixtureRequest, api: TestClient, other: TestClient) -> tuple[TestClient, TestClient]:
    """Where from and where to: between both databases, and from each to SQLite."""
    return (api, other) if request.param == "to SQLite" else (other, api)


def fill(api: TestClient) -> Registry:
    """A registry with something of everything that there can be."""
    registry, given = Registry(api), Given(api)
    registry.put("/config", {"compatibility": "FULL"})
    registry.put("/config/free", {"compatibility": "NONE", "normalize": True, "defaultMetadata": METADATA})
    for schema in (ORDER, INCOMPATIBLE, record("x"), record("y")):
        registry.register("free", schema)
    registry.register("orders", ORDER, metadata=METADATA, ruleSet=RULES)
    registry.register("orders", ORDER_2)
    registry.register("same", ORDER_2)
    registry.register("line", PROTO_LINE, schemaType="PROTOBUF")
    used = [{"name": "line.proto", "subject": "line", "version": 1}]
    registry.register("basket", PROTO_WITH_IMPORT, schemaType="PROTOBUF", references=used)
    registry.register("messy", MESSY_PROTO, "?normalize=true", schemaType="PROTOBUF")
    registry.register("closed", CLOSED, schemaType="JSON")
    used = [{"name": "Order", "subject": "same", "version": 1}]
    uses = {"type": "record", "name": "Uses", "fields": [{"name": "order", "type": "Order"}]}
    registry.register("uses", uses, references=used)
    registry.delete("/subjects/free/versions/2")
    registry.delete("/subjects/free/versions/3")
    registry.delete("/subjects/free/versions/3?permanent=true")
    registry.register("gone", record("gone"))
    registry.delete("/subjects/gone")
    registry.delete("/subjects/gone?permanent=true")
    registry.register(":.eu:orders", ORDER)
    registry.put("/config/:.eu:", {"compatibility": "FORWARD"})
    registry.register(":.old:orders", ORDER)
    registry.delete("/subjects/:.old:orders")
    registry.delete("/subjects/:.old:orders?permanent=true")
    registry.put("/mode/closed", {"mode": "READONLY"})
    registry.put("/config/only-config", {"compatibility": "NONE"})
    given.environment_uuid("production")
    given.call("PUT", "/api/v1/subjects/orders/readers-check", {"environments": ["production"]})
    return registry


def answers(registry: Registry) -> dict[str, Any]:
    """What a registry says to everything that can be read of it."""
    paths = ["/contexts", "/subjects", "/subjects?deleted=true", "/subjects?deletedOnly=true", "/schemas?deleted=true"]
    paths += ["/config", "/mode", "/config/:.eu:", "/config/only-config", "/schemas?deleted=true&subjectPrefix=:*:"]
    subjects = [*registry.get("/subjects?deleted=true"), ":.eu:orders", "only-config"]
    for name in (quote(each, safe="") for each in subjects):
        paths += [f"/config/{name}", f"/mode/{name}", f"/subjects/{name}/versions?deleted=true"]
        paths += [f"/subjects/{name}/versions/{number}?deleted=true" for number in (1, 2, 3, 4, "latest")]
        paths += [f"/subjects/{name}/versions/{number}/referencedby" for number in (1, 2)]
    for number in range(1, 16):
        paths += [f"/schemas/ids/{number}", f"/schemas/ids/{number}/versions?deleted=true"]
        paths += [f"/schemas/ids/{number}?subject=:.eu:"]
    return {path: registry.call("GET", path).json() for path in paths}


def registry_records(api: TestClient) -> list[dict[str, Any]]:
    return [each for each in bare(exported(api)) if each["type"] in KINDS]


def test_everything_answers_the_same_in_the_other_hub(ways: tuple[TestClient, TestClient]) -> None:
    ours, theirs = ways
    registry, there = fill(ours), Registry(theirs)
    records = bare(exported(ours))
    done = take_in(theirs, records, size=3)
    assert done["registryVersion"] == {"created": len([e for e in records if e["type"] == "registryVersion"])}
    assert done["readersCheck"] == {"created": 1}
    assert answers(there) == answers(registry)
    assert registry_records(theirs) == registry_records(ours)
    again = take_in(theirs, records)
    assert {kind: set(again[kind]) for kind in KINDS} == {kind: {"unchanged"} for kind in KINDS}
    given = Given(theirs)
    assert given.get("/api/v1/subjects/orders/readers-check")["environments"] == ["production"]


def test_what_is_registered_next_gets_the_same_id_and_version(ways: tuple[TestClient, TestClient]) -> None:
    ours, theirs = ways
    registry, there = fill(ours), Registry(theirs)
    take_in(theirs, bare(exported(ours)))
    for each in (registry, there):
        each.delete("/subjects/free/versions/4")
        each.delete("/subjects/free/versions/4?permanent=true")
    for subject, schema, more in (
        ("gone", record("gone"), {}),
        ("free", record("x"), {}),
        ("free", record("brand", "new"), {}),
        ("messy", MESSY_PROTO, {"schemaType": "PROTOBUF"}),
        (":.old:fresh", record("new"), {}),
        (":.old:orders", ORDER, {}),
        ("orders", ORDER, {"metadata": METADATA, "ruleSet": RULES}),
    ):
        query = "?normalize=true" if subject == "messy" else ""
        answered = [each.register(subject, schema, query, **more) for each in (registry, there)]
        assert answered[0] == answered[1], (subject, schema)
    assert registry_comparable(theirs) == registry_comparable(ours)


def registry_comparable(api: TestClient) -> list[str]:
    """The records, but for the times at which things were registered just now."""
    told = [{key: value for key, value in each.items() if key != "createdAt"} for each in registry_records(api)]
    return sorted(map(json.dumps, told))


def conflicts_of(api: TestClient, records: list[dict[str, Any]]) -> list[str]:
    answer = api.post("/api/v1/archive", content=lines(records), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    return [each["text"] for each in answer.json()["conflicts"]]


def test_what_contradicts_the_hub_is_told_and_stays_out(api: TestClient, other: TestClient) -> None:
    registry, there = Registry(api), Registry(other)
    registry.register("orders", ORDER)
    registry.register("lines", record("line"))
    registry.register("uses-orders", ORDER)
    registry.put("/config/orders", {"compatibility": "FULL"})
    registry.put("/mode/lines", {"mode": "READONLY"})
    there.register("other", record("first"))
    there.register("other-lines", record("line"))
    there.put("/config/orders", {"compatibility": "NONE"})
    records = registry_records(api)
    before = registry_records(other)
    told = conflicts_of(other, records)
    assert told == [
        "Subject orders has other settings here, which stay: not compatibilityLevel FULL, but compatibilityLevel NONE.",
        "Version 1 of subject orders: Id 1 in context . is another schema's here.",
        "Version 1 of subject uses-orders: its schema with id 1 was not carried over.",
    ]
    after = registry_records(other)
    assert [each for each in after if each["type"] == "registryVersion"][:2] == [
        each for each in before if each["type"] == "registryVersion"
    ]
    assert there.get("/schemas/ids/1")["schema"] == json.dumps(record("first"), separators=(",", ":"))
    assert there.get("/subjects/lines/versions/1")["id"] == 2
    assert there.get("/mode/lines") == {"mode": "READONLY"}
    assert conflicts_of(other, records) == told


def test_a_schema_that_has_another_id_here_is_told(api: TestClient, other: TestClient) -> None:
    Registry(api).register("first", record("first"))
    Registry(api).register("orders", ORDER)
    Registry(other).register("orders", ORDER)
    told = conflicts_of(other, registry_records(api))
    assert told == [
        "Version 1 of subject first: Id 1 in context . is another schema's here.",
        "Version 1 of subject orders is another schema here (id 1), which stays.",
    ]


def test_an_id_that_is_gone_there_is_nobody_elses_here(api: TestClient, other: TestClient) -> None:
    registry = Registry(api)
    registry.register("gone", ORDER)
    registry.delete("/subjects/gone")
    registry.delete("/subjects/gone?permanent=true")
    Registry(other).register("mine", ORDER_2)
    told = conflicts_of(other, registry_records(api))
    assert told == ["Id 1 in context . is another schema's here."]


def test_what_was_deleted_there_since_is_deleted_here_and_not_the_other_way(api: TestClient, other: TestClient) -> None:
    registry, there = Registry(api), Registry(other)
    registry.register("orders", ORDER)
    registry.register("orders", ORDER_2)
    before = registry_records(api)
    assert conflicts_of(other, before) == []
    registry.delete("/subjects/orders/versions/1")
    take_in(other, registry_records(api))
    assert there.get("/subjects/orders/versions") == [2]
    assert conflicts_of(other, before) == ["Version 1 of subject orders was deleted here, and stays so."]


def test_an_altered_schema_is_refused(api: TestClient, other: TestClient) -> None:
    Registry(api).register("orders", ORDER)
    records = registry_records(api)
    records[-1]["content"]["schema"] = json.dumps(INCOMPATIBLE)
    (told,) = conflicts_of(other, records)
    assert told.startswith("Version 1 of subject orders: its text is not what its identity stands for.")
    assert Registry(other).get("/subjects") == []


def test_a_schema_that_nobody_could_read_today_keeps_its_id(api: TestClient) -> None:
    identity = "ab" * 32
    content = {"schemaType": "AVRO", "schema": "no schema", "references": [{"name": "n", "subject": "s", "version": 7}]}
    version = {"type": "registryVersion", "context": ".", "subject": "orders", "version": 3, "id": 9}
    made = version | {"identity": identity, "content": content, "createdAt": "2026-11-20T10:00:00+00:00"}
    assert conflicts_of(api, [made]) == []
    registry = Registry(api)
    assert registry.get("/schemas/ids/9")["schema"] == "no schema"
    assert conflicts_of(api, registry_records(api)) == []
    assert registry.get("/subjects/orders/versions") == [3]
    without_identity = version | {"subject": "else", "content": content}
    (told,) = conflicts_of(api, [without_identity])
    assert told.startswith("Version 3 of subject else is refused here: ")
    assert registry.refused("POST", "/subjects/orders/versions/latest", schema_body(ORDER))[0] in {404, 405}


def test_what_earlier_rules_let_in_is_found_and_registered_again_and_nothing_new_like_it(api: TestClient) -> None:
    old = {"type": "record", "name": "Old", "fields": [{"name": "n", "type": "int", "default": "none"}]}
    version = {"type": "registryVersion", "context": ".", "subject": "orders", "version": 1, "id": 9}
    content = {"schemaType": "AVRO", "schema": json.dumps(old)}
    made = version | {"content": content, "createdAt": "2026-11-20T10:00:00+00:00"}
    assert conflicts_of(api, [made]) == []
    registry = Registry(api)
    assert registry.register("orders", old)["id"] == 9
    assert good(registry.call("POST", "/subjects/orders", schema_body(old)))["version"] == 1
    assert registry.get("/subjects/orders/versions") == [1]
    for path in ("/subjects/else/versions", "/subjects/orders/versions"):
        body = schema_body(old if "else" in path else old | {"name": "New"})
        assert registry.refused("POST", path, body)[1] == 42201


def using(*references: dict[str, Any]) -> dict[str, Any]:
    return {"schemaType": "AVRO", "schema": '"int"', "references": references}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": 0}, "id"),
        ({"id": 2**31}, "id"),
        ({"version": -1}, "version"),
        ({"context": "eu"}, "context"),
        ({"subject": "a\u0085"}, "subject"),
        ({"identity": None, "content": None}, "content"),
        ({"content": {"schemaType": "XML", "schema": "x"}}, "content.schemaType"),
        ({"content": {"schemaType": "AVRO", "schema": "a\u0000"}}, ""),
        ({"content": {"schemaType": "AVRO", "schema": "\ud800"}}, ""),
        ({"content": {"schemaType": "AVRO", "schema": "x" * (5 * 1024 * 1024 + 1)}}, "content.schema"),
        ({"content": {"schemaType": "AVRO", "schema": '"int"', "metadata": "[1]"}}, "content.metadata"),
        ({"content": {"schemaType": "AVRO", "schema": '"int"', "ruleSet": "{"}}, "content.ruleSet"),
        ({"content": using({"name": "", "subject": "s", "version": 1})}, "content.references.0.name"),
        ({"content": using(*[{"name": "n", "subject": "s", "version": 1}] * 501)}, "content.references"),
    ],
)
def test_a_record_that_is_none_is_told_by_line_and_field(api: TestClient, change: dict[str, Any], field: str) -> None:
    good = {"type": "registryVersion", "context": ".", "subject": "ok", "version": 1, "id": 5}
    good |= {"content": {"schemaType": "AVRO", "schema": '"int"'}}
    wrong = good | {"subject": "orders", "id": 6} | {"identity": "ab" * 32} | change
    answer = api.post("/api/v1/archive", content=lines([good, wrong]), headers=ASKED)
    assert answer.status_code == 400, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == f"/2/{field.replace('.', '/')}".rstrip("/")
    assert Registry(api).get("/subjects?deleted=true") == []


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("registrySubject", {"config": '{"compatibilityLevel": "SOME"}'}, "config"),
        ("registrySubject", {"config": "no JSON"}, "config"),
        ("registrySubject", {"mode": "OPEN"}, "mode"),
        ("registrySubject", {"name": "__GLOBAL"}, "name"),
        ("registrySubject", {"highestVersion": -1}, "highestVersion"),
        ("registryContext", {"mode": "OPEN"}, "mode"),
        ("registryId", {"identity": "x"}, "identity"),
        ("registryId", {"schemaType": "x"}, "schemaType"),
    ],
)
def test_a_place_that_is_none_is_told(api: TestClient, kind: str, change: dict[str, Any], field: str) -> None:
    names = {"registryContext": {"name": ".eu"}, "registrySubject": {"context": ".", "name": "orders"}}
    gone = {"context": ".", "id": 1, "identity": "ab" * 32, "schemaType": "AVRO"}
    answer = api.post(
        "/api/v1/archive", content=lines([{"type": kind, **names.get(kind, gone), **change}]), headers=ASKED
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/1/{field}")
