import json
from typing import Any

import pytest

from contracthub.domain.errors import Invalid
from contracthub.formats.openapi.elements import elements
from contracthub.formats.openapi.identity import identity
from contracthub.formats.openapi.parse import parse

OK = {"responses": {"200": {"description": "ok"}}}


def api(paths: dict[str, Any], version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **more}


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


FAULTY: dict[str, tuple[Any, list[str]]] = {
    "a list": ([], [""]),
    "no version": ({"info": {}}, [""]),
    "an unknown version": ({"openapi": "4.0.0"}, [""]),
    "no responses": (api({"/a": {"get": {}}}), ["/paths/~1a/get"]),
    "a path twice": (
        api(
            {
                "/a/{x}": {"get": {**OK, "parameters": [parameter("x")]}},
                "/a/{y}": {"get": {**OK, "parameters": [parameter("y")]}},
            }
        ),
        ["/paths/~1a~1{y}"],
    ),
    "a reference to nothing": (
        api({"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/X"}}}}}),
        ["/paths/~1a/get/responses/200/$ref"],
    ),
    "a reference to elsewhere": (
        api({"/a": {"get": {"responses": {"200": {"$ref": "http://127.0.0.1:1/x.yaml"}}}}}),
        ["/paths/~1a/get/responses/200/$ref"],
    ),
    "a reference to a file outside": (
        api({"/a": {"get": {"responses": {"200": {"$ref": "../../etc/passwd"}}}}}),
        ["/paths/~1a/get/responses/200/$ref"],
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_every_fault_is_told_with_its_place(case: str) -> None:
    document, pointers = FAULTY[case]
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(document))
    assert sorted({str(fault.pointer) for fault in refused.value.faults}) == pointers


def schema(schema: Any) -> dict[str, Any]:
    return {"components": {"schemas": {"S": schema}}}


def operation(**more: Any) -> dict[str, Any]:
    return api({"/a": {"get": {**OK, **more}}})


READABLE: dict[str, tuple[Any, str]] = {
    "a parameter in the path that is not declared": (api({"/a/{id}": {"get": OK}}), "/paths/~1a~1{id}/get"),
    "an operationId twice": (
        api({"/a": {"get": {**OK, "operationId": "x"}, "put": {**OK, "operationId": "x"}}}),
        "/paths/~1a/put/operationId",
    ),
    "a member of a vendor that is no extension": (operation(owner="us"), "/paths/~1a/get"),
    "null for what is left out": (operation(summary=None, parameters=None), "/paths/~1a/get/summary"),
    "an empty list for an empty object": (api({}, components={"schemas": []}), "/components/schemas"),
    "a number for a text": ({**api({}), "info": {"title": "t", "version": 1.0}}, "/info/version"),
    "no description": (api({"/a": {"get": {"responses": {"200": {}}}}}), "/paths/~1a/get/responses/200"),
    "a parameter in the path that does not say it is required": (
        api({"/a/{x}": {"get": {**OK, "parameters": [{"name": "x", "in": "path", "schema": {}}]}}}),
        "/paths/~1a~1{x}/get/parameters/0",
    ),
    "a parameter without a schema": (
        operation(parameters=[{"name": "x", "in": "query"}]),
        "/paths/~1a/get/parameters/0",
    ),
    "names of generics": (
        api({}, "3.1.0", components={"schemas": {"Page«User»": {}}}),
        "/components/schemas",
    ),
    "two links in one": (
        api({}, components={"links": {"l": {"operationId": "a", "operationRef": "#/paths/~1a/get"}}}),
        "/components/links/l",
    ),
    "types of 3.1 in 3.0": (api({}, **schema({"type": ["string", "null"]})), "/components/schemas/S/type"),
    "a bound of 3.1 in 3.0": (
        api({}, **schema({"type": "integer", "exclusiveMinimum": 0})),
        "/components/schemas/S/exclusiveMinimum",
    ),
    "a version without its last number": (api({}, "3.0"), "/openapi"),
    "a path without a slash": (api({"a": {"get": OK}}), "/paths"),
}


@pytest.mark.parametrize("case", READABLE)
def test_what_breaks_a_rule_and_is_clear_nevertheless_is_read_with_a_warning(case: str) -> None:
    document, pointer = READABLE[case]
    read = parse(json.dumps(document))

    assert pointer in [warning.pointer for warning in read.warnings]
    assert elements(read) is not None
    assert len(identity(read)) > 0


def test_warnings_are_told_beside_the_faults_that_refuse() -> None:
    with pytest.raises(Invalid) as refused:
        parse(json.dumps({**operation(owner="us"), "info": {}}))
    assert {"/info", "/paths/~1a/get"} == {fault.pointer for fault in refused.value.faults}


def test_the_fault_of_a_parameter_is_told_for_the_kind_that_it_is() -> None:
    paths = {"/a": {"get": {**OK, "parameters": [{"name": "q", "in": "query", "type": "text"}]}}}
    with pytest.raises(Invalid) as refused:
        parse(json.dumps({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": paths}))
    assert [fault.pointer for fault in refused.value.faults] == ["/paths/~1a/get/parameters/0/type"]


def test_references_in_extensions_are_the_vendors() -> None:
    parse(json.dumps(operation(**{"x-ms-examples": {"a": {"$ref": "./examples/a.json"}}})))
    answer = {"description": "ok", "headers": {"x-total": {"$ref": "#/components/headers/none"}}}
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(api({"/a": {"get": {"responses": {"200": answer}}}})))
    assert [fault.pointer for fault in refused.value.faults] == ["/paths/~1a/get/responses/200/headers/x-total/$ref"]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0"])
def test_all_versions_are_read(version: str) -> None:
    assert parse(json.dumps(api({"/a": {"get": OK}}, version))).version == version[:3]


def test_swagger_is_read_even_when_yaml_makes_a_number_of_its_version() -> None:
    text = "swagger: 2.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {200: {description: ok}}}}}"
    assert parse(text).version == "2.0"


def test_files_that_came_along_are_referred_to_by_name() -> None:
    document = api({"/a/{id}": {"$ref": "paths/a.yaml"}})
    files = {
        "paths/a.yaml": "parameters: [{$ref: '../shared.yaml#/id'}]\nget: {responses: {200: {description: ok}}}",
        "shared.yaml": json.dumps({"id": parameter("id")}),
    }
    assert parse(json.dumps(document), files).bundle.root == "openapi.yaml"
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(document), {"paths/a.yaml": files["paths/a.yaml"]})
    assert "paths/a.yaml#/parameters/0/$ref" in [fault.pointer for fault in refused.value.faults]


def test_each_file_that_can_not_be_read_is_told_by_its_name() -> None:
    document = json.dumps(api({"/a": {"$ref": "a.yaml"}, "/b": {"$ref": "b.yaml"}}))
    with pytest.raises(Invalid) as refused:
        parse(document, {"a.yaml": "get: [", "b.yaml": "\tget: 1", "c.yaml": "{}"})
    assert [str(fault.pointer).partition(":")[0] for fault in refused.value.faults] == ["a.yaml", "b.yaml"]


def test_files_in_other_languages_beside_it_are_no_part_of_it() -> None:
    parse(json.dumps(operation()), {"s.graphql": "type Query { a(b: Int): Int }", "e.proto": 'syntax = "proto3";\n\t{'})


def test_the_same_path_with_other_names_may_have_other_methods() -> None:
    paths = {
        "/a/{x}": {"get": {**OK, "parameters": [parameter("x")]}},
        "/a/{y}": {"put": {**OK, "parameters": [parameter("y")]}},
    }
    parse(json.dumps(api(paths)))


def test_references_in_examples_are_data() -> None:
    answer = {"description": "ok", "content": {"application/json": {"example": {"$ref": "#/nowhere"}, "schema": {}}}}
    parse(json.dumps(api({"/a": {"get": {"responses": {"200": answer}}}})))


def test_references_that_lead_to_one_another_end() -> None:
    looping = {"schemas": {"a": {"$ref": "#/components/schemas/b"}, "b": {"$ref": "#/components/schemas/a"}}}
    parse(json.dumps(api({"/a": {"get": OK}}, components=looping)))


@pytest.mark.parametrize("keyword", ["items", "not", "additionalProperties"])
def test_a_fault_deep_inside_is_told_where_it_is_and_not_for_every_level_above(keyword: str) -> None:
    schema: Any = {"type": 3, "enum": ["x" * 100_000]}
    for _ in range(30):
        schema = {keyword: schema}
    response = {"description": "", "content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"get": {"responses": {"200": response, "404": {}}}}}

    with pytest.raises(Invalid) as refused:
        parse(json.dumps({"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": paths}))
    responses = "/paths/~1a/get/responses"
    inner = f"{responses}/200/content/application~1json/schema" + f"/{keyword}" * 30 + "/type"
    assert {fault.pointer for fault in refused.value.faults} == {f"{responses}/404", inner}


def test_what_is_called_schema_or_example_is_no_schema_and_no_example() -> None:
    parameters = {"schema": {"name": "a", "in": "query", "schema": {}}, "example": {"name": "b", "in": "nowhere"}}
    document = {"openapi": "3.0.3", "info": {"title": "x"}, "paths": {}, "components": {"parameters": parameters}}

    with pytest.raises(Invalid) as refused:
        parse(json.dumps(document))
    places = {fault.pointer for fault in refused.value.faults}
    assert "/info" in places
    assert {place for place in places if place != "/info"} <= {
        "/components/parameters/example",
        "/components/parameters/example/in",
    }
