"""Every request that the Schema Registry's API knows, in a good form."""

import json
from collections.abc import Iterator
from typing import Any

from starlette.testclient import TestClient

from tests.features.hostile import Call, World

BASE = "/schema-registry"
SUBJECT = "orders-value"
LINE: dict[str, Any] = {"type": "record", "name": "Line", "fields": [{"name": "amount", "type": "int", "default": 0}]}
PROTO = 'syntax = "proto3";\npackage shop;\nmessage Order {\n  string sku = 1;\n}\n'
JSON_SCHEMA: dict[str, Any] = {"type": "object", "properties": {"sku": {"type": "string"}}}


def order(*more: str) -> dict[str, Any]:
    """A good request about a schema that uses another one."""
    fields: list[dict[str, Any]] = [{"name": "line", "type": "Line"}]
    fields += [{"name": each, "type": ["null", "string"], "default": None} for each in more]
    rule = {"name": "known", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true", "tags": ["PII"]}
    return {
        "schema": json.dumps({"type": "record", "name": "Order", "fields": fields}),
        "schemaType": "AVRO",
        "references": [{"name": "Line", "subject": "line", "version": 1}],
        "metadata": {"properties": {"owner": "sales"}, "tags": {"**.line": ["PII"]}, "sensitive": ["owner"]},
        "ruleSet": {"domainRules": [rule], "migrationRules": [], "encodingRules": []},
    }


def registry_world(api: TestClient) -> World:
    """A registry with a little in it, and what can be asked of it."""
    for subject, body in (
        ("line", {"schema": json.dumps(LINE)}),
        (SUBJECT, order()),
        (SUBJECT, order("note")),
        (":.other:order", {"schema": PROTO, "schemaType": "PROTOBUF"}),
    ):
        _ask(api, "POST", f"/subjects/{subject}/versions", body)
    last = {"schema": json.dumps(JSON_SCHEMA), "schemaType": "JSON"}
    guid = _ask(api, "POST", "/subjects/gone/versions", last)["guid"]
    _ask(api, "PUT", "/config/gone", {"compatibility": "NONE"})
    _ask(api, "PUT", "/mode/gone", {"mode": "READWRITE"})
    return World(tuple(_writes()), tuple(_reads(guid)), tuple(_removals()))


def _ask(api: TestClient, method: str, path: str, body: object) -> Any:
    answer = api.request(method, BASE + path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _writes() -> Iterator[Call]:
    subject, versions = BASE + "/subjects/{}", "/subjects/{}/versions"
    yield Call("register", "POST", BASE + versions, (SUBJECT,), order("size"), needs_body=True)
    proto = {"schema": PROTO, "schemaType": "PROTOBUF", "references": []}
    yield Call("register protobuf", "POST", BASE + versions, ("proto",), proto, needs_body=True)
    plain = {"schema": json.dumps(JSON_SCHEMA), "schemaType": "JSON"}
    yield Call("register json", "POST", BASE + versions, ("json",), plain, needs_body=True)
    yield Call("register in context", "POST", BASE + "/contexts/{}" + versions, (".third", "a"), plain, needs_body=True)
    yield Call("look up", "POST", subject, (SUBJECT,), order(), needs_body=True)
    check = BASE + "/compatibility" + versions
    yield Call("check", "POST", check, (SUBJECT,), order("size"), needs_body=True)
    yield Call("check with one", "POST", check + "/{}", (SUBJECT, "latest"), order("size"), needs_body=True)
    config = {"compatibility": "FULL", "normalize": False, "compatibilityPolicy": "LENIENT", "alias": None}
    config |= {"compatibilityGroup": "major", "defaultMetadata": {"properties": {"a": "b"}}, "overrideRuleSet": None}
    for title, place in (("", ""), (" of subject", "/{}")):
        names = (SUBJECT,) * bool(place)
        yield Call("set config" + title, "PUT", f"{BASE}/config{place}", names, config, needs_body=True)
        yield Call("set mode" + title, "PUT", f"{BASE}/mode{place}", names, {"mode": "READWRITE"}, needs_body=True)


def _reads(guid: str) -> Iterator[Call]:
    one, number = BASE + "/subjects/{}", BASE + "/schemas/ids/{}"
    for route, *names in (
        (BASE,),
        (BASE + "/schemas/types",),
        (BASE + "/schemas",),
        (number, "1"),
        (number + "/schema", "1"),
        (number + "/subjects", "1"),
        (number + "/versions", "1"),
        (BASE + "/schemas/guids/{}", guid),
        (BASE + "/schemas/guids/{}/ids", guid),
        (BASE + "/subjects",),
        (one + "/metadata", SUBJECT),
        (one + "/versions", SUBJECT),
        (one + "/versions/{}", SUBJECT, "1"),
        (one + "/versions/{}/schema", SUBJECT, "latest"),
        (one + "/versions/{}/referencedby", "line", "1"),
        (BASE + "/config",),
        (BASE + "/config/{}", "gone"),
        (BASE + "/mode",),
        (BASE + "/mode/{}", "gone"),
        (BASE + "/contexts",),
        (BASE + "/contexts/{}/subjects", ".other"),
        (BASE + "/contexts/{}/schemas/ids/{}", ".other", "1"),
        (BASE + "/v1/metadata/id",),
        (BASE + "/v1/metadata/version",),
    ):
        yield Call(route, "GET", route, tuple(names))


def _removals() -> Iterator[Call]:
    """In an order in which each finds something."""
    for route, *names in (
        ("/subjects/{}/versions/{}", SUBJECT, "1"),
        ("/subjects/{}", SUBJECT),
        ("/config/{}", "gone"),
        ("/mode/{}", "gone"),
        ("/config",),
        ("/mode",),
        ("/subjects/{}", ":.other:order"),
        ("/subjects/{}?permanent=true", ":.other:order"),
        ("/contexts/{}", ".other"),
    ):
        yield Call(route, "DELETE", BASE + route, tuple(names))
