"""How requests are read: media types, charsets, fields that nobody knows, values of a wrong kind, pages."""

import json

import pytest

from tests.web.schema_registry.registry_calls import TYPE, Registry, schema_body
from tests.web.schema_registry.samples import ORDER

VERSIONS = "/subjects/orders-value/versions"


@pytest.mark.parametrize(
    "media_type",
    [
        TYPE,
        "application/vnd.schemaregistry+json",
        "application/json",
        "application/octet-stream",
        "Application/JSON; charset=UTF-8",
        'application/json;charset="utf-8"',
        "",
    ],
)
def test_types_that_are_read(registry: Registry, media_type: str) -> None:
    assert registry.call("POST", VERSIONS, schema_body(ORDER), Content_Type=media_type).json()["id"] == 1


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "multipart/form-data", "application/json; charset=rot13", "json"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", VERSIONS), ("PUT", "/config"), ("PUT", "/mode/orders")])
def test_other_types_are_415(registry: Registry, method: str, path: str, media_type: str) -> None:
    assert registry.refused(method, path, {}, Content_Type=media_type)[:2] == (415, 415)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1"])
def test_a_charset_is_honoured(registry: Registry, charset: str) -> None:
    schema = {"type": "record", "name": "Order", "doc": "é", "fields": [{"name": "a", "type": "string"}]}
    body = json.dumps({"schema": json.dumps(schema, ensure_ascii=False)}, ensure_ascii=False)
    sent = body.encode(charset)
    registry.call("POST", VERSIONS, sent, Content_Type=f"application/json; charset={charset}")
    assert registry.get(VERSIONS + "/1/schema")["doc"] == "é"


def test_a_body_that_is_not_of_its_charset(registry: Registry) -> None:
    sent = '{"schema":"é"}'.encode("latin-1")
    assert registry.refused("POST", VERSIONS, sent)[:2] == (400, 400)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b"null", b'{"schema":1}', b'{"schema":"1","schema":"2"}']
)
def test_what_is_no_object_of_a_schema_is_400(registry: Registry, body: bytes) -> None:
    status, code, told = registry.refused("POST", VERSIONS, body)
    assert (status, code) == (400, 400)
    assert told.startswith("HTTP 400 Bad Request: ")
    assert len(told) > 30


@pytest.mark.parametrize(
    "part",
    [
        {"schemaType": 5},
        {"references": {}},
        {"references": ["line"]},
        {"references": [{"name": "line", "subject": "line"}]},
        {"references": [{"name": "line", "subject": "line", "version": "1"}]},
        {"references": [{"name": "", "subject": "line", "version": 1}]},
        {"metadata": []},
        {"metadata": {"properties": {"owner": 5}}},
        {"metadata": {"tags": {"**.sku": "PII"}}},
        {"metadata": {"sensitive": [2**70]}},
        {"ruleSet": "none"},
        {"ruleSet": {"domainRules": [{"name": "a", "params": {"b": 1}}]}},
        {"ruleSet": {"domainRules": [{"name": "a", "disabled": "no"}]}},
        {"ruleSet": {"domainRules": {}}},
        {"id": 1.5},
        {"version": True},
        {"id": 2**31},
    ],
)
def test_parts_of_a_wrong_kind_are_400(registry: Registry, part: dict[str, object]) -> None:
    assert registry.refused("POST", VERSIONS, schema_body(ORDER, **part))[:2] == (400, 400)


def test_an_unknown_type_of_schema(registry: Registry) -> None:
    status, code, told = registry.refused("POST", VERSIONS, schema_body(ORDER, schemaType="XML"))
    assert (status, code, "XML" in told) == (422, 42201, True)


@pytest.mark.parametrize("path", [VERSIONS, "/subjects/orders-value", f"/compatibility{VERSIONS}"])
def test_a_field_that_nobody_knows(registry: Registry, path: str) -> None:
    registry.register("orders-value", ORDER)
    body = schema_body(ORDER, shcemaType="AVRO")
    assert registry.refused("POST", path, body) == (422, 422, "Unrecognized field: shcemaType")
    for tolerant in ("true", "True"):
        answer = registry.call("POST", path, body, Confluent_Accept_Unknown_Properties=tolerant)
        assert answer.status_code == 200
    refused = registry.refused("POST", path, body, Confluent_Accept_Unknown_Properties="false")
    assert refused[:2] == (422, 422)


def test_a_field_inside_that_nobody_knows(registry: Registry) -> None:
    body = schema_body(ORDER, metadata={"properties": {"a": "b"}, "owner": "sales"})
    assert registry.refused("POST", VERSIONS, body) == (422, 422, "Unrecognized field: metadata.owner")
    answer = registry.call("POST", VERSIONS, body, Confluent_Accept_Unknown_Properties="true")
    assert answer.json()["metadata"] == {"properties": {"a": "b"}}


@pytest.mark.parametrize(("path", "body"), [("/config", {"compat": "NONE"}), ("/mode", {"mood": "READONLY"})])
def test_unknown_fields_of_settings(registry: Registry, path: str, body: dict[str, str]) -> None:
    assert registry.refused("PUT", path, body) == (422, 422, f"Unrecognized field: {next(iter(body))}")


@pytest.mark.parametrize("field", ["schemaTagsToAdd", "schemaTagsToRemove", "propagateSchemaTags"])
def test_what_would_change_the_text_is_refused_and_not_passed_over(registry: Registry, field: str) -> None:
    status, code, told = registry.refused("POST", VERSIONS, schema_body(ORDER, **{field: [{"tags": ["PII"]}]}))
    assert (status, code, field in told) == (422, 422, True)
    assert registry.call("POST", VERSIONS, schema_body(ORDER, **{field: []})).json()["version"] == 1


def test_parts_of_an_answer_may_be_sent_back(registry: Registry) -> None:
    registered = registry.register("orders-value", ORDER)
    answer = registry.call("POST", "/subjects/orders-value", registered)
    assert answer.json() == registered


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "tRuE"])
def test_booleans_of_any_case(registry: Registry, text: str) -> None:
    registry.register("orders-value", ORDER)
    registry.delete("/subjects/orders-value")
    assert registry.get(f"/subjects?deleted={text}") == ["orders-value"]


@pytest.mark.parametrize("text", ["false", "False", "yes", "1", "", "%F0%9F%8E%89"])
def test_what_is_no_boolean_is_false(registry: Registry, text: str) -> None:
    registry.register("orders-value", ORDER)
    registry.delete("/subjects/orders-value")
    assert registry.get(f"/subjects?deleted={text}") == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "abcd"),
        ("?limit=2", "ab"),
        ("?offset=1&limit=2", "bc"),
        ("?offset=3", "d"),
        ("?offset=9", ""),
        ("?limit=0", "abcd"),
        ("?limit=-1", "abcd"),
        ("?offset=-1", "abcd"),
        ("?offset=&limit=", "abcd"),
    ],
)
def test_a_page_of_a_listing(registry: Registry, query: str, kept: str) -> None:
    for name in "abcd":
        registry.register(name, ORDER)
    assert registry.get(f"/subjects{query}") == list(kept)
    assert registry.get(f"/schemas/ids/1/subjects{query}") == list(kept)
    assert [each["subject"] for each in registry.get(f"/schemas/ids/1/versions{query}")] == list(kept)
    assert [each["subject"] for each in registry.get(f"/schemas{query}")] == list(kept)


@pytest.mark.parametrize("query", ["limit=x", "offset=1.5", "limit=99999999999", "offset=4294967296", "limit=--1"])
def test_a_page_that_is_none(registry: Registry, query: str) -> None:
    assert registry.refused("GET", f"/subjects?{query}")[:2] == (404, 404)


def test_a_body_over_the_limit(registry: Registry) -> None:
    sent = b'{"schema":"' + b"x" * (50 * 1024 * 1024) + b'"}'
    assert registry.refused("POST", VERSIONS, sent)[:2] == (413, 413)


def test_a_compressed_body(registry: Registry) -> None:
    assert registry.refused("POST", VERSIONS, {}, Content_Encoding="gzip")[:2] == (415, 415)
