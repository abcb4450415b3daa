"""What each version of OpenAPI has, and has not: the same changes to a small document, version by version."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.openapi.parse import parse

VERSIONS = ("2.0", "3.0", "3.1", "3.2")
FULL = {"2.0": "2.0", "3.0": "3.0.4", "3.1": "3.1.1", "3.2": "3.2.0"}
Json = dict[str, Any]


def document(version: str) -> Json:
    """A good document with one operation, and a schema called S."""
    key = "swagger" if version == "2.0" else "openapi"
    answer = {"description": "d", **body(version, {"$ref": place(version, "S")})}
    schemas = {"S": {"type": "object", "properties": {"a": {"type": "string"}}}}
    held = {"definitions": schemas} if version == "2.0" else {"components": {"schemas": schemas}}
    parameter = {"name": "id", "in": "path", "required": True, **typed(version, "string")}
    operation = {"operationId": "get", "parameters": [parameter], "responses": {"200": answer}}
    return {
        key: FULL[version],
        "info": {"title": "t", "version": "1"},
        "paths": {"/a/{id}": {"get": operation}},
        **held,
    }


def place(version: str, name: str) -> str:
    return f"#/definitions/{name}" if version == "2.0" else f"#/components/schemas/{name}"


def typed(version: str, kind: str) -> Json:
    return {"type": kind} if version == "2.0" else {"schema": {"type": kind}}


def body(version: str, schema: Json) -> Json:
    return {"schema": schema} if version == "2.0" else {"content": {"application/json": {"schema": schema}}}


def operation(it: Json) -> Json:
    return it["paths"]["/a/{id}"]["get"]  # type: ignore[no-any-return]


def schema(it: Json) -> Json:
    return (it.get("definitions") or it["components"]["schemas"])["S"]  # type: ignore[no-any-return]


def setting(*steps: str, to: Any) -> Callable[[Json], None]:
    def change(it: Json) -> None:
        for step in steps[:-1]:
            it = it.setdefault(step, {})
        it[steps[-1]] = to

    return change


def without(*steps: str) -> Callable[[Json], None]:
    def change(it: Json) -> None:
        for step in steps[:-1]:
            it = it[step]
        it.pop(steps[-1], None)

    return change


def within(part: Callable[[Json], Json], **members: Any) -> Callable[[Json], None]:
    return lambda it: part(it).update(members)


def parameters(*more: Json) -> Callable[[Json], None]:
    return lambda it: operation(it)["parameters"].extend(more)


def both(*changes: Callable[[Json], None]) -> Callable[[Json], None]:
    def change(it: Json) -> None:
        for each in changes:
            each(it)

    return change


OPERATION, SCHEMA = operation, schema
OK = {"responses": {"200": {"description": "d"}}}
ALL: tuple[str, ...] = VERSIONS
V3: tuple[str, ...] = ("3.0", "3.1", "3.2")
NEW: tuple[str, ...] = ("3.1", "3.2")

# What is changed, and the versions in which the document is still read. From 3.1 on, a schema may be of any dialect;
# that it follows its own is left to the full check.
CHANGES: dict[str, tuple[Callable[[Json], None], tuple[str, ...]]] = {
    "nothing": (lambda _: None, ALL),
    "no info": (without("info"), ()),
    "no title": (without("info", "title"), ()),
    "a version of the API that is a number": (setting("info", "version", to=1), ()),
    "no paths": (without("paths"), NEW),
    "no paths, but webhooks": (both(without("paths"), setting("webhooks", to={"w": {"post": OK}})), NEW),
    "a path without a slash": (setting("paths", "a", to={}), ()),
    "an unknown member": (setting("unknown", to=1), ()),
    "an extension": (setting("x-unknown", to=1), ALL),
    "an extension of a path": (setting("paths", "x-unknown", to=1), ALL),
    "an unknown member of an operation": (within(operation, unknown=1), ()),
    "a method that is none": (setting("paths", "/b", to={"fetch": OK}), ()),
    "the method query": (setting("paths", "/b", to={"query": OK}), ("3.2",)),
    "the method trace": (setting("paths", "/b", to={"trace": OK}), V3),
    "other methods": (setting("paths", "/b", to={"additionalOperations": {"COPY": OK}}), ("3.2",)),
    "an operation without responses": (lambda it: operation(it).pop("responses"), NEW),
    "a response without a description": (lambda it: operation(it)["responses"]["200"].pop("description"), ("3.2",)),
    "a status that is none": (setting("paths", "/b", to={"get": {"responses": {"20": {"description": "d"}}}}), ()),
    "a class of statuses": (setting("paths", "/b", to={"get": {"responses": {"2XX": {"description": "d"}}}}), V3),
    "any other status": (setting("paths", "/b", to={"get": {"responses": {"default": {"description": "d"}}}}), ALL),
    "an operation id again": (setting("paths", "/b", to={"get": {**OK, "operationId": "get"}}), ()),
    "an undeclared parameter in the path": (setting("paths", "/b/{c}", to={"get": OK}), ()),
    "a reference to nothing": (setting("paths", "/b", to={"$ref": "#/paths/~1c"}), ()),
    "a path by reference": (setting("paths", "/a/{b}", to={"$ref": "#/paths/~1a~1{id}"}), ()),
    "a parameter without a name": (parameters({"in": "query", "schema": {}, "type": "string"}), ()),
    "a parameter in the path that is not required": (
        lambda it: operation(it)["parameters"][0].update(required=False),
        (),
    ),
    "a parameter somewhere": (parameters({"name": "p", "in": "somewhere", "schema": {}}), ()),
    "a cookie": (parameters({"name": "p", "in": "cookie", "schema": {}}), V3),
    "the whole query": (
        parameters({"name": "p", "in": "querystring", "content": {"application/json": {}}}),
        ("3.2",),
    ),
    "a body as a parameter": (parameters({"name": "p", "in": "body", "schema": {}}), ("2.0",)),
    "a request body": (within(operation, requestBody={"content": {}}), V3),
    "a request body without content": (within(operation, requestBody={"description": "d"}), ()),
    "types in a list": (within(schema, type=["object", "null"]), ("2.0", "3.1", "3.2")),
    "a type that is none": (within(schema, type="thing"), NEW),
    "a nullable schema": (within(schema, nullable=True), V3),
    "a bound that is a flag": (within(schema, minimum=1, exclusiveMinimum=True), ALL),
    "a bound of its own": (within(schema, exclusiveMinimum=1), NEW),
    "a constant": (within(schema, const=1), NEW),
    "an empty enumeration": (within(schema, enum=[]), ("2.0", "3.1", "3.2")),
    "required that is a flag": (within(schema, required=True), NEW),
    "a negative length": (within(schema, minLength=-1), NEW),
    "a server": (setting("servers", to=[{"url": "/"}]), V3),
    "a server without an address": (setting("servers", to=[{"description": "d"}]), ()),
    "a host": (setting("host", to="example.org"), ("2.0",)),
    "an unknown scheme": (setting("schemes", to=["gopher"]), ()),
    "components of another kind": (setting("components", "things", to={}), ()),
    "a component with a name of its own": (setting("components", "schemas", "a b", to={}), ("3.0",)),
    "paths among the components": (setting("components", "pathItems", to={"p": {"get": OK}}), NEW),
    "security that nothing defines": (setting("security", to=[{"gone": []}]), ALL),
    "a security scheme of no type": (setting("components", "securitySchemes", to={"s": {}}), ()),
    "a tag without a name": (setting("tags", to=[{"description": "d"}]), ()),
    "a licence by identifier": (setting("info", "license", to={"name": "MIT", "identifier": "MIT"}), NEW),
    "a summary of the API": (setting("info", "summary", to="s"), NEW),
    "its own address": (setting("$self", to="https://example.org/a"), ("3.2",)),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_good_in_the_versions_that_know_it(change: str, version: str) -> None:
    apply, good_in = CHANGES[change]
    changed = json.loads(json.dumps(document(version)))
    apply(changed)
    if version in good_in:
        assert parse(json.dumps(changed)).version == version
        assert parse(json.dumps(changed)).warnings == ()
        return
    try:
        faults = parse(json.dumps(changed)).warnings
    except Invalid as refused:
        faults = tuple(refused.faults)
    assert faults
    assert all(fault.pointer is not None and fault.text for fault in faults)
