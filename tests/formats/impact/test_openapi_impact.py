"""Which changes of an OpenAPI document a pact feels: each rule of the judgement with the smallest case."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from contracthub.formats.differences import difference
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.impact.used_schemas import steps_of
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload

Json = dict[str, Any]
ITEM: Json = {"type": "object", "properties": {"sku": {"type": "string"}, "note": {"type": "string"}}}
ORDER: Json = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "integer"},
        "unread": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "payer": {"allOf": [{"type": "object", "properties": {"name": {"type": "string"}}}]},
    },
}
SPEC: Json = {
    "openapi": "3.0.3",
    "info": {"title": "orders", "version": "1"},
    "servers": [{"url": "https://api.test/v1"}],
    "paths": {
        "/orders/{id}": {
            "post": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "sent", "in": "query", "schema": {"type": "string"}},
                    {"name": "unsent", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"given": {"type": "string"}, "withheld": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {
                            "X-Read": {"schema": {"type": "string"}},
                            "X-Unread": {"schema": {"type": "string"}},
                        },
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    },
                    "404": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}},
                },
            }
        },
        "/orders/special": {"post": {"responses": {"200": {"description": ""}}}},
        "/others": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    }
                }
            }
        },
    },
    "components": {"schemas": {"Order": ORDER, "Item": ITEM}},
}
EXCHANGE: Json = {
    "description": "an order",
    "request": {
        "method": "POST",
        "path": "/v1/orders/7",
        "query": {"sent": ["x"]},
        "headers": {"Content-Type": "application/json"},
        "body": {"given": "a"},
    },
    "response": {
        "status": 200,
        "headers": {"x-read": "1", "Content-Type": "application/json"},
        "body": {"total": 1, "lines": [{"sku": "a"}], "payer": {"name": "b"}},
    },
}


def operation(spec: Json) -> Json:
    found: Json = spec["paths"]["/orders/{id}"]["post"]
    return found


def sent(spec: Json) -> Json:
    found: Json = operation(spec)["requestBody"]["content"]["application/json"]["schema"]
    return found


def schema(spec: Json, name: str) -> Json:
    found: Json = spec["components"]["schemas"][name]["properties"]
    return found


def secured(spec: Json) -> None:
    operation(spec)["security"] = [{"key": []}]
    spec["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "k"}}


def needs(**more: Any) -> Any:
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [EXCHANGE | more],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    return PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))


def impact(edit: Callable[[Json], object], of: Json = SPEC, **more: Any) -> tuple[set[bool], str]:
    """Whether what is felt breaks (nothing for what is not felt), and the proof."""
    new = deepcopy(of)
    edit(new)
    uploads = [Upload("api.json", {"api.json": json.dumps(each).encode()}) for each in (of, new)]
    found = difference("openapi", *uploads, today=datetime(2026, 11, 21, tzinfo=UTC).date())
    changes = [each for each in found.changes if each.id != "api-version-not-bumped"]
    assert changes
    hits = OpenApiImpact(found.old, found.new, changes).of(needs(**more)).hits
    return {hit.breaks for hit in hits}, " ".join(hit.where for hit in hits)


BREAKS, TOUCHES, NOTHING = {True}, {False}, set[bool]()
REQUIRED: Json = {"name": "more", "in": "query", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(lambda it: schema(it, "Order").pop("lines"), BREAKS, id="an optional property that is read goes"),
        pytest.param(lambda it: schema(it, "Order").pop("unread"), NOTHING, id="one that is not read goes"),
        pytest.param(lambda it: schema(it, "Item").pop("sku"), BREAKS, id="one inside of a list goes"),
        pytest.param(lambda it: schema(it, "Item").pop("note"), NOTHING, id="one beside it goes"),
        pytest.param(
            lambda it: schema(it, "Order")["payer"]["allOf"][0]["properties"]["name"].update(type="integer"),
            BREAKS,
            id="one in allOf has another type",
        ),
        pytest.param(
            lambda it: schema(it, "Order").update(more={"type": "string"}), NOTHING, id="a property comes in answers"
        ),
        pytest.param(
            lambda it: operation(it)["responses"]["200"]["headers"].pop("X-Read"),
            BREAKS,
            id="a header that is read goes",
        ),
        pytest.param(
            lambda it: operation(it)["responses"]["200"]["headers"].pop("X-Unread"), NOTHING, id="another header goes"
        ),
        pytest.param(
            lambda it: operation(it)["responses"]["200"]["content"].update({"text/csv": {}}),
            NOTHING,
            id="another media type comes",
        ),
        pytest.param(lambda it: operation(it)["responses"].pop("200"), BREAKS, id="the status that is read goes"),
        pytest.param(lambda it: operation(it)["responses"].pop("404"), NOTHING, id="another status goes"),
        pytest.param(lambda it: it["paths"].pop("/orders/{id}"), BREAKS, id="the operation goes"),
        pytest.param(lambda it: it["paths"].pop("/others"), NOTHING, id="another operation goes"),
        pytest.param(lambda it: it["paths"].pop("/orders/special"), NOTHING, id="one with a concrete path goes"),
        pytest.param(lambda it: operation(it)["parameters"].append(REQUIRED), BREAKS, id="a parameter is required"),
        pytest.param(
            lambda it: operation(it)["parameters"][1].update(required=True), TOUCHES, id="one that is sent is required"
        ),
        pytest.param(
            lambda it: operation(it)["parameters"][2].update(required=True),
            BREAKS,
            id="one that is not sent is required",
        ),
        pytest.param(lambda it: operation(it)["parameters"].pop(1), TOUCHES, id="a parameter that is sent goes"),
        pytest.param(lambda it: operation(it)["parameters"].pop(2), NOTHING, id="one that is not sent goes"),
        pytest.param(lambda it: sent(it).update(required=["given"]), TOUCHES, id="a property that is sent is required"),
        pytest.param(lambda it: sent(it).update(required=["withheld"]), BREAKS, id="one that is not sent is required"),
        pytest.param(
            lambda it: sent(it)["properties"]["given"].update(enum=["b"]),
            BREAKS | TOUCHES,
            id="what is sent is not taken any more",
        ),
        pytest.param(
            lambda it: sent(it)["properties"]["given"].update(maxLength=3),
            TOUCHES,
            id="what is sent is narrower and fits",
        ),
        pytest.param(
            lambda it: sent(it)["properties"]["withheld"].update(maxLength=3),
            NOTHING,
            id="what is not sent is narrower",
        ),
        pytest.param(
            lambda it: operation(it)["requestBody"].update(required=True), TOUCHES, id="a body that is sent is required"
        ),
        pytest.param(secured, BREAKS, id="who may call is asked for"),
    ],
)
def test_a_change_is_felt_by_whom_it_concerns(edit: Callable[[Json], object], expected: set[bool]) -> None:
    assert impact(edit)[0] == expected


def response(it: Json) -> Json:
    found: Json = operation(it)["responses"]["200"]
    return found


def to(name: str) -> Callable[[Json], object]:
    """The status that is read is described under another name."""
    return lambda it: operation(it)["responses"].update({name: operation(it)["responses"].pop("200")})


def in_media_type(name: str) -> Callable[[Json], object]:
    return lambda it: response(it)["content"].update({name: response(it)["content"].pop("application/json")})


def parameter(it: Json, number: int = 1) -> Json:
    found: Json = operation(it)["parameters"][number]
    return found


def listing(it: Json, **more: object) -> None:
    parameter(it)["schema"] = {"type": "array", "items": {"type": "string"}, **more}


def required_header(name: str) -> Callable[[Json], object]:
    made = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    return lambda it: operation(it)["parameters"].append(made)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(to("2XX"), TOUCHES, id="the status is in a range"),
        pytest.param(to("default"), TOUCHES, id="the status is among all others"),
        pytest.param(to("201"), BREAKS, id="another status"),
        pytest.param(in_media_type("application/json; charset=utf-8"), TOUCHES, id="a parameter of the media type"),
        pytest.param(in_media_type("application/xml"), BREAKS, id="another media type"),
        pytest.param(
            lambda it: response(it)["headers"]["X-Read"]["schema"].update(type="boolean"),
            BREAKS,
            id="the value of a header never comes",
        ),
        pytest.param(
            lambda it: response(it)["headers"]["X-Read"]["schema"].update(type="integer"),
            TOUCHES,
            id="the value of a header still comes",
        ),
        pytest.param(
            lambda it: response(it)["headers"]["X-Unread"]["schema"].update(type="integer"),
            NOTHING,
            id="another header is another",
        ),
        pytest.param(
            lambda it: parameter(it)["schema"].update(enum=["x"]), TOUCHES, id="the word that is sent remains"
        ),
        pytest.param(
            lambda it: parameter(it)["schema"].update(enum=["y"]), BREAKS | TOUCHES, id="the word that is sent goes"
        ),
        pytest.param(lambda it: parameter(it)["schema"].update(type="integer"), BREAKS, id="a text is no number"),
        pytest.param(lambda it: parameter(it)["schema"].update(maxLength=1), TOUCHES, id="a text that is short enough"),
        pytest.param(lambda it: parameter(it)["schema"].update(minLength=2), BREAKS, id="a text that is too short"),
        pytest.param(lambda it: parameter(it, 2)["schema"].update(enum=["y"]), NOTHING, id="one that is not sent"),
        pytest.param(
            lambda it: parameter(it, 0)["schema"].update(type="integer"), TOUCHES, id="the number in the path"
        ),
        pytest.param(
            lambda it: parameter(it, 0)["schema"].update(pattern="^[a-z]+$"), BREAKS, id="the text in the path"
        ),
        pytest.param(required_header("X-Tenant"), BREAKS, id="a header that is not sent is required"),
        pytest.param(
            lambda it: schema(it, "Order")["lines"].update(nullable=True),
            BREAKS,
            id="a list that is read may be null",
        ),
        pytest.param(
            lambda it: schema(it, "Order").update(unread={"type": "string", "format": "uuid"}),
            NOTHING,
            id="the format of what is not read",
        ),
        pytest.param(
            lambda it: schema(it, "Order")["total"].update(format="int64"), TOUCHES, id="the format of what is read"
        ),
        pytest.param(
            lambda it: schema(it, "Item").update(sku={"type": "string", "writeOnly": True}),
            BREAKS,
            id="what is read is for requests alone",
        ),
    ],
)
def test_the_envelope_of_an_exchange(edit: Callable[[Json], object], expected: set[bool]) -> None:
    felt, where = impact(edit)
    assert felt - (TOUCHES if expected == BREAKS else set()) == expected, where


def test_several_values_of_one_parameter() -> None:
    old = deepcopy(SPEC)
    listing(old)
    sent = {"method": "POST", "path": "/v1/orders/7", "query": {"sent": ["x", "y"]}}
    cases: list[tuple[Json, set[bool]]] = [
        ({"maxItems": 1}, BREAKS),
        ({"maxItems": 2}, TOUCHES),
        ({"minItems": 3}, BREAKS),
    ]
    for more, expected in cases:
        felt, _ = impact(partial(listing, **more), of=old, request=sent)
        assert felt == expected, more


def test_a_server_that_moves_breaks_who_asks_there() -> None:
    felt, where = impact(lambda it: it.update(servers=[{"url": "https://api.test/v2"}]))
    assert felt >= BREAKS, where
    felt, _ = impact(lambda it: it.update(servers=[{"url": "https://other.test/v1"}]))
    assert felt == TOUCHES


BEARER, BASIC = {"type": "http", "scheme": "Bearer"}, {"type": "http", "scheme": "basic"}


@pytest.mark.parametrize("is_global", [False, True])
@pytest.mark.parametrize(
    ("scheme", "request_more", "expected"),
    [
        (BEARER, {}, BREAKS),
        (BEARER, {"headers": {"Authorization": "Bearer abc"}}, TOUCHES),
        (BEARER, {"headers": {"authorization": "bearer abc"}}, TOUCHES),
        (BEARER, {"headers": {"Authorization": "Basic abc"}}, BREAKS),
        (BASIC, {"headers": {"Authorization": "Basic abc"}}, TOUCHES),
        ({"type": "oauth2", "flows": {}}, {"headers": {"Authorization": "Bearer abc"}}, TOUCHES),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"headers": {"x-key": "k"}}, TOUCHES),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"headers": {"X-Other": "k"}}, BREAKS),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"query": {"key": ["k"]}}, TOUCHES),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"query": {"Key": ["k"]}}, BREAKS),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, {"headers": {"Cookie": "a=b; sid=1"}}, TOUCHES),
        ({"type": "mutualTLS"}, {"headers": {"Authorization": "Bearer abc"}}, BREAKS),
    ],
)
def test_who_carries_the_credentials_that_are_demanded_is_let_in(
    scheme: Json, request_more: Json, expected: set[bool], *, is_global: bool
) -> None:
    def demand(spec: Json) -> None:
        (spec if is_global else operation(spec))["security"] = [{"it": []}]
        spec["components"]["securitySchemes"] = {"it": scheme}

    felt, where = impact(demand, request={"method": "POST", "path": "/v1/orders/7"} | request_more)
    assert felt == expected, where


def test_a_scope_that_is_demanded_is_granted_to_nobody_who_is_known() -> None:
    def demand(spec: Json) -> None:
        operation(spec)["security"] = [{"it": ["write"]}]
        spec["components"]["securitySchemes"] = {"it": {"type": "oauth2", "flows": {}}}

    headers = {"Authorization": "Bearer abc"}
    felt, _ = impact(demand, request={"method": "POST", "path": "/v1/orders/7", "headers": headers})
    assert felt >= BREAKS


@pytest.mark.parametrize(
    ("own", "headers", "breaks"),
    [
        ([{"key": []}], {"Authorization": "Bearer abc"}, True),
        ([{"key": []}], {"X-Key": "k"}, False),
        ([], {}, False),
    ],
)
@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_the_requirements_of_the_operation_count_wherever_it_stands(
    own: list[Json], headers: Json, *, breaks: bool, is_elsewhere: bool
) -> None:
    def described(requirements: list[Json] | None, document: list[Json] | None) -> Upload:
        spec, files = deepcopy(SPEC), {}
        operation(spec).update({} if requirements is None else {"security": requirements})
        spec.update({} if document is None else {"security": document})
        key, token = {"type": "apiKey", "in": "header", "name": "X-Key"}, {"type": "http", "scheme": "bearer"}
        spec["components"]["securitySchemes"] = {"key": key, "token": token}
        if is_elsewhere:
            moved = json.dumps(spec["paths"]["/orders/{id}"]).replace('"#/', '"api.json#/')
            spec["paths"]["/orders/{id}"] = {"$ref": "parts/orders.json"}
            files["parts/orders.json"] = moved.replace('"api.json#/', '"../api.json#/').encode()
        return Upload("api.json", files | {"api.json": json.dumps(spec).encode()})

    day = datetime(2026, 11, 21, tzinfo=UTC).date()
    found = difference("openapi", described(None, None), described(own, [{"token": []}]), today=day)
    felt = OpenApiImpact(found.old, found.new, found.changes).of(
        needs(request={"method": "POST", "path": "/v1/orders/7", "headers": headers})
    )

    assert any(hit.breaks for hit in felt.hits) is breaks


def test_what_the_document_demands_is_nothing_to_an_operation_that_says_itself_what_it_demands() -> None:
    own = deepcopy(SPEC)
    own["paths"]["/others"] = {"get": {"responses": {"200": {"description": ""}}}}
    operation(own)["security"] = [{"key": []}]
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    own["components"]["securitySchemes"] = {"key": key, "token": {"type": "http", "scheme": "bearer"}}

    # Its pact has no credentials: a test adds them beside it.
    felt, _ = impact(lambda it: it.update(security=[{"token": []}]), own)

    assert felt == set()


def test_the_proof_is_the_interaction_and_the_field() -> None:
    _, where = impact(lambda it: schema(it, "Item").pop("sku"))
    assert where == "an order: POST /v1/orders/7 response body $.lines[0].sku"


def test_what_the_old_document_does_not_describe_is_said() -> None:
    upload = Upload("api.json", {"api.json": json.dumps(SPEC).encode()})
    found = difference("openapi", upload, upload, today=datetime(2026, 11, 21, tzinfo=UTC).date())
    asked = OpenApiImpact(found.old, found.new, ()).of(needs(request={"method": "GET", "path": "/nowhere"}))
    assert asked.unjudged == ("an order: GET /nowhere",)


@pytest.mark.parametrize(
    ("path", "steps"),
    [("$", []), ("$.a[*].b", ["a", None, "b"]), ("$[0]['x.y']", [0, "x.y"]), ("$['it\\'s']", ["it's"])],
)
def test_paths_are_read_as_they_are_written(path: str, steps: list[object]) -> None:
    assert steps_of(path) == steps
