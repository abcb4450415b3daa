"""Laws of the comparison: over documents that were written for one rule, and over documents made up at random."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.bundle import Bundle
from contracthub.formats.changes import Change, Direction, Severity
from contracthub.formats.openapi.diff.engine import changes_between
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.diff.reading import read as to_compare
from contracthub.formats.openapi.parse import OpenApiDocument, parse, version_of
from contracthub.formats.uploads import Upload

OPTIONS = Options(date(2026, 11, 21))
NAMES = ("A", "B", "C")


def document(
    schemas: dict[str, Any], paths: dict[str, Any] | None = None, *, version: str = "3.1.0"
) -> OpenApiDocument:
    return read(text_of(schemas, paths, version=version))


def text_of(schemas: dict[str, Any], paths: dict[str, Any] | None = None, *, version: str = "3.1.0") -> dict[str, Any]:
    named = {"$ref": "#/components/schemas/A"}
    operation = {
        "requestBody": {"content": {"application/json": {"schema": named}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": named}}}},
    }
    return {
        "openapi": version,
        "info": {"title": "Orders", "version": "1"},
        "paths": paths or {"/orders": {"post": operation}},
        "components": {"schemas": schemas},
    }


def read(whole: dict[str, Any]) -> OpenApiDocument:
    return OpenApiDocument(version_of(whole) or "", whole, Bundle("openapi.json", {"openapi.json": whole}))


def changes(old: OpenApiDocument, new: OpenApiDocument) -> tuple[Change, ...]:
    return changes_between(old, new, OPTIONS).changes


def ids(old: OpenApiDocument, new: OpenApiDocument) -> list[str]:
    return [change.id for change in changes(old, new)]


SCALARS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", ["string", "null"]])},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(3, 9),
            "enum": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
            "pattern": st.sampled_from(["^a", ".*", ""]),
            "default": st.just("a"),
            "readOnly": st.booleans(),
            "writeOnly": st.booleans(),
            "deprecated": st.booleans(),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": st.integers(0, 3),
            "exclusiveMaximum": st.integers(5, 9),
            "multipleOf": st.integers(1, 4),
            "const": st.sampled_from([1, 1.0, 2, True]),
        },
    ),
    st.builds(lambda name: {"$ref": f"#/components/schemas/{name}"}, st.sampled_from(NAMES)),
    st.booleans(),
)
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "x-c"]), SCALARS, max_size=3)
SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("object")},
            optional={
                "properties": st.dictionaries(st.sampled_from(["a", "b", "x-c"]), inner, max_size=3),
                "required": st.lists(st.sampled_from(["a", "b", "z"]), unique=True),
                "additionalProperties": st.one_of(st.booleans(), inner),
                "patternProperties": st.dictionaries(st.just("^q"), inner, max_size=1),
                "if": inner,
                "then": inner,
            },
        ),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"maxItems": st.integers(0, 4)}),
        st.fixed_dictionaries({"prefixItems": st.lists(inner, min_size=1, max_size=2)}),
        *[
            st.fixed_dictionaries({keyword: st.lists(inner, min_size=1, max_size=3)})
            for keyword in ("allOf", "oneOf", "anyOf")
        ],
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)
COMPONENTS = st.fixed_dictionaries(dict.fromkeys(NAMES, SCHEMAS))


@given(COMPONENTS)
@settings(max_examples=60)
def test_a_document_is_no_change_of_itself(schemas: dict[str, Any]) -> None:
    assert changes(document(schemas), document(deepcopy(schemas))) == ()


@given(COMPONENTS, COMPONENTS)
@settings(max_examples=60)
def test_no_pair_raises_and_the_answer_is_the_same_every_time(old: dict[str, Any], new: dict[str, Any]) -> None:
    first = changes(document(old), document(new))
    assert changes(document(deepcopy(old)), document(deepcopy(new))) == first
    assert len(
        {change.fingerprint + (change.pointer_old or "") + (change.pointer_new or "") for change in first}
    ) == len({*first})


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [reordered(each) for each in value]
    return value


@given(COMPONENTS)
@settings(max_examples=40)
def test_the_order_of_keys_is_no_change(schemas: dict[str, Any]) -> None:
    assert changes(document(schemas), document(reordered(schemas))) == ()


@given(FIELDS)
@settings(max_examples=60)
def test_yaml_and_json_are_the_same(properties: dict[str, Any]) -> None:
    whole = text_of({"A": {"type": "object", "properties": properties}, "B": {}, "C": {}})
    again = safe_yaml.loads(yaml.safe_dump(whole, sort_keys=False))
    assert isinstance(again, dict)
    assert changes(read(whole), read(again)) == ()


@given(SCHEMAS, SCHEMAS)
@settings(max_examples=60)
def test_a_reference_in_the_place_of_what_it_names_is_no_change(schema: Any, other: Any) -> None:
    held = {"B": other, "C": schema}
    inline = document({"A": {"type": "object", "properties": {"a": schema}}, **held})
    named = document({"A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/C"}}}, **held})
    assert changes(inline, named) == changes(named, inline) == ()


@given(FIELDS, st.lists(st.sampled_from(["a", "b"]), unique=True))
@settings(max_examples=40)
def test_all_of_and_flat_are_the_same(properties: dict[str, Any], required: list[str]) -> None:
    held: dict[str, Any] = {"B": {"type": "string"}, "C": {"type": "integer"}}
    flat = {"type": "object", "properties": properties, "required": required}
    split = {"allOf": [{"type": "object"}, {"properties": properties}, {"required": required}]}
    assert changes(document({"A": flat, **held}), document({"A": split, **held})) == ()


@given(COMPONENTS)
@settings(max_examples=60)
def test_the_order_of_members_is_no_change(schemas: dict[str, Any]) -> None:
    members = [{"$ref": "#/components/schemas/B"}, {"type": "string", "maxLength": 3}, {"type": "boolean"}]
    for keyword in ("oneOf", "anyOf", "allOf"):
        one, other = ({**schemas, "A": {keyword: each}} for each in (members, members[::-1]))
        assert changes(document(one), document(other)) == ()


def test_one_change_of_a_component_is_one_change_with_all_operations_that_it_reaches() -> None:
    def whole(kind: str) -> OpenApiDocument:
        answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}, "description": ""}
        paths = {f"/{name}": {"get": {"responses": {"200": answer}}} for name in "abc"}
        node = {"type": "object", "properties": {"size": {"type": kind}, "next": {"$ref": "#/components/schemas/A"}}}
        return document({"A": node}, paths)

    (change,) = changes(whole("integer"), whole("string"))
    assert (change.id, change.severity, change.direction) == (
        "response-property-type-changed",
        Severity.BREAKING,
        Direction.RESPONSE,
    )
    assert change.location == "schema A.size"
    assert change.operations == ("GET /a", "GET /b", "GET /c")
    assert change.pointer_new == "/components/schemas/A/properties/size"


def test_what_a_callback_sends_is_judged_the_other_way_round() -> None:
    def whole(**keywords: int) -> OpenApiDocument:
        body = {"content": {"application/json": {"schema": {"type": "string", **keywords}}}}
        called = {"{$request.query.url}": {"post": {"requestBody": body, "responses": {}}}}
        return document({}, {"/subscribe": {"post": {"responses": {}, "callbacks": {"paid": called}}}})

    (looser,) = changes(whole(maxLength=5), whole(maxLength=9))
    (tighter,) = changes(whole(maxLength=9), whole(maxLength=5))
    assert (looser.severity, looser.direction) == (Severity.BREAKING, Direction.RESPONSE)
    assert tighter.severity is Severity.SAFE


def test_a_path_parameter_that_is_only_called_otherwise_is_no_change() -> None:
    def whole(name: str, kind: str = "string") -> OpenApiDocument:
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
        return document({}, {f"/orders/{{{name}}}": {"get": {"parameters": [parameter], "responses": {}}}})

    assert changes(whole("id"), whole("orderId")) == ()
    assert ids(whole("id"), whole("orderId", "boolean")) == ["request-parameter-type-changed"]


def test_a_reference_to_nothing_is_told_and_the_rest_is_compared() -> None:
    old = document({"A": {"properties": {"a": {"$ref": "#/components/schemas/Lost"}, "b": {"type": "string"}}}})
    new = document({"A": {"properties": {"a": {"$ref": "#/components/schemas/Lost"}, "b": {"type": "integer"}}}})
    found = changes_between(old, new, OPTIONS)
    assert {change.id for change in found.changes} == {
        "request-property-type-changed",
        "response-property-type-changed",
    }
    assert any("#/components/schemas/Lost" in gap for gap in found.gaps)


def test_a_migration_from_2_0_or_3_0_is_no_change() -> None:
    old = parse(
        json.dumps(
            {
                "swagger": "2.0",
                "info": {"title": "Orders", "version": "1"},
                "consumes": ["application/json"],
                "produces": ["application/json"],
                "paths": {
                    "/orders": {
                        "post": {
                            "parameters": [
                                {"name": "order", "in": "body", "schema": {"$ref": "#/definitions/A"}},
                                {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}},
                            ],
                            "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/A"}}},
                        }
                    }
                },
                "definitions": {"A": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}},
            }
        )
    )
    tags = {"name": "tags", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}}
    schema = {"$ref": "#/components/schemas/A"}
    operation = {
        "parameters": [tags],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}},
    }
    named = {"A": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}}
    for version in ("3.0.3", "3.1.0"):
        new = document(named, {"/orders": {"post": operation}}, version=version)
        assert changes(old, new) == ()


def test_null_is_the_same_in_3_0_and_3_1() -> None:
    old = document({"A": {"type": "string", "nullable": True}}, version="3.0.3")
    for schema in ({"type": ["string", "null"]}, {"oneOf": [{"type": "null"}, {"type": "string"}]}):
        assert changes(old, document({"A": schema})) == ()


@pytest.mark.parametrize("depth", [50, 5_000])
def test_a_long_chain_of_references_is_walked_without_recursion(depth: int) -> None:
    def whole(kind: str) -> OpenApiDocument:
        chain = {f"N{i}": {"properties": {"next": {"$ref": f"#/components/schemas/N{i + 1}"}}} for i in range(depth)}
        return document({"A": {"$ref": "#/components/schemas/N0"}, **chain, f"N{depth}": {"type": kind}})

    assert ids(whole("string"), whole("integer")) == [
        "request-property-type-changed",
        "response-property-type-changed",
    ]


def test_unions_of_unions_that_differ_at_their_end_are_compared_in_bounded_work() -> None:
    def whole(last: str) -> OpenApiDocument:
        levels: dict[str, Any] = {
            f"N{i}": {
                "oneOf": [{"properties": {f"p{j}": {"$ref": f"#/components/schemas/N{i + 1}"}}} for j in (0, 0, 0)]
            }
            for i in range(30)
        }
        return document({"A": {"$ref": "#/components/schemas/N0"}, **levels, "N30": {"type": last}})

    assert Severity.BREAKING in {change.severity for change in changes(whole("string"), whole("integer"))}


def test_a_long_chain_of_unions_is_walked_without_recursion() -> None:
    def whole(last: str) -> OpenApiDocument:
        chain: dict[str, Any] = {
            f"N{i}": {"oneOf": [{"properties": {"p": {"$ref": f"#/components/schemas/N{i + 1}"}}}, {"type": "string"}]}
            for i in range(2_000)
        }
        return document({"A": {"$ref": "#/components/schemas/N0"}, **chain, "N2000": {"type": last}})

    assert Severity.BREAKING in {change.severity for change in changes(whole("string"), whole("integer"))}


def test_what_the_user_ignores_is_not_compared() -> None:
    def whole(*, is_new: bool) -> OpenApiDocument:
        more = {"deprecated": True, "tags": ["new"]} if is_new else {}
        schema = {"type": "string", **({"default": "a", "maxLength": 3} if is_new else {})}
        parameter = {"name": "state", "in": "query", "schema": schema, "deprecated": is_new}
        return document({}, {"/orders": {"get": {**more, "parameters": [parameter], "responses": {}}}})

    options = Options(OPTIONS.today, ignored=("deprecated", "tags", "default"))
    found = changes_between(whole(is_new=False), whole(is_new=True), options).changes
    assert [change.id for change in found] == ["request-parameter-max-length-set"]


def test_a_webhook_that_sends_more_breaks_nobody_and_one_that_sends_less_does() -> None:
    def whole(*required: str) -> OpenApiDocument:
        schema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": [*required]}
        body = {"content": {"application/json": {"schema": schema}}}
        made = text_of({}, {"/orders": {}})
        made["webhooks"] = {"paid": {"post": {"requestBody": body, "responses": {}}}}
        return read(made)

    (less,), (more,) = changes(whole("id"), whole()), changes(whole(), whole("id"))
    assert (less.id, less.severity) == ("request-property-became-optional", Severity.BREAKING)
    assert (more.id, more.severity) == ("request-property-became-required", Severity.SAFE)


def test_what_breaks_comes_with_a_value_that_was_taken_or_is_sent_now() -> None:
    old, new = ({"A": {"type": "string", "enum": each}} for each in (["open", "void"], ["open", "closed"]))
    values = {
        change.direction: change.proof.counterexample
        for change in changes(document(old), document(new))
        if change.proof is not None and change.severity is Severity.BREAKING
    }
    assert values == {Direction.REQUEST: '"void"', Direction.RESPONSE: '"closed"'}


def test_an_exploded_object_is_its_properties_as_parameters() -> None:
    fields = {"page": {"type": "integer"}, "size": {"type": "integer"}}
    whole = [{"name": "paging", "in": "query", "schema": {"type": "object", "properties": fields}}]
    single = [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
    other = [{**single[0], "schema": {"type": "string"}}, single[1]]

    def asking(parameters: list[Any]) -> OpenApiDocument:
        return document({}, {"/orders": {"get": {"parameters": parameters, "responses": {}}}})

    assert changes(asking(whole), asking(single)) == changes(asking(single), asking(whole)) == ()
    assert ids(asking(other), asking(whole)) == ["request-parameter-type-changed"]
    (change,) = changes(asking(other), asking(whole))
    assert change.pointer_new == "/paths/~1orders/get/parameters/0/schema/properties/page"


def test_a_named_variant_that_is_called_otherwise_is_told_and_breaks_nobody() -> None:
    def either(title: str) -> OpenApiDocument:
        members = [{"title": "Name", "type": "string"}, {"title": title, "type": "string"}]
        return document({"A": {"type": "object", "properties": {"a": {"anyOf": members}}}})

    found = changes(either("Code"), either("Number"))
    assert {change.id for change in found} == {
        f"{way}-property-any-of-{word}" for way in ("request", "response") for word in ("added", "removed")
    }
    assert {change.severity for change in found} == {Severity.SAFE}


KEY: dict[str, Any] = {"key": []}
TOKEN: dict[str, Any] = {"token": []}


@pytest.mark.parametrize(
    ("old", "new", "is_broken"),
    [
        ([], [KEY], True),
        ([KEY], [], False),
        ([KEY, TOKEN], [KEY], True),
        ([{**KEY, **TOKEN}, KEY], [KEY], False),
        ([KEY], [KEY, TOKEN], False),
        ([KEY, {}], [KEY], True),
        ([{"token": ["read"]}], [{"token": ["read", "write"]}], True),
    ],
)
def test_security_is_judged_by_who_still_gets_in(old: list[Any], new: list[Any], *, is_broken: bool) -> None:
    def guarded(security: list[Any]) -> OpenApiDocument:
        return document({}, {"/orders": {"get": {"security": security, "responses": {}}}})

    found = changes(guarded(old), guarded(new))
    assert {change.id.startswith("api-security-") for change in found} == {True}
    assert (Severity.BREAKING in {change.severity for change in found}) is is_broken


def test_what_the_document_demands_harms_nobody_where_every_operation_says_it_itself() -> None:
    whole = text_of({}, {"/orders": {"get": {"security": [KEY], "responses": {}}}})
    (change,) = changes(read({**whole, "security": [KEY]}), read({**whole, "security": [TOKEN]}))[:1]
    assert (change.id[:19], change.severity) == ("api-global-security", Severity.SAFE)


def test_security_that_the_operations_say_themselves_instead_of_the_document_is_no_change() -> None:
    for methods in (["get"], ["get", "put"]):
        plain = text_of({}, {"/orders": {each: {"responses": {}} for each in methods}})
        said = text_of({}, {"/orders": {each: {"security": [KEY], "responses": {}} for each in methods}})
        assert ids(read({**plain, "security": [KEY]}), read(said)) == []
        assert ids(read(said), read({**plain, "security": [KEY]})) == []
        assert ids(read({**plain, "security": [TOKEN]}), read(said)) != []


def test_an_api_key_that_moves_elsewhere_breaks() -> None:
    def scheme(where: str) -> OpenApiDocument:
        whole = text_of({})
        schemes = {"key": {"type": "apiKey", "in": where, "name": "k"}}
        return read({**whole, "components": {**whole["components"], "securitySchemes": schemes}})

    assert "api-security-component-credentials-changed" in ids(scheme("header"), scheme("query"))


def test_a_document_that_breaks_rules_is_compared_as_far_as_it_goes() -> None:
    lost = {"/orders": {"get": {"parameters": 5, "responses": {"200": {"$ref": "#/components/responses/Gone"}}}}}
    kept = {"/orders": {"get": {"responses": {"200": {"description": "", "content": {}}}}}}
    found = changes_between(document({}, kept), document({}, lost), OPTIONS)
    assert [gap for gap in found.gaps if "Gone" in gap]
    text = json.dumps({"openapi": "3.0.3", "info": {}, "paths": lost}).encode()
    assert to_compare(Upload("a.json", {"a.json": text})).document["paths"] == lost
    for faulty in (b"[]", b"{}", b'{"openapi": "3.0.0"}', b'{"openapi": "3.1.0", "paths": {"/a": 1}}', b"{"):
        with pytest.raises(Invalid):
            to_compare(Upload("a.json", {"a.json": faulty}))


def test_servers_of_an_operation_count_before_those_around_it() -> None:
    def served(*, at_item: str | None = None, at_operation: str | None = None) -> OpenApiDocument:
        item: dict[str, Any] = {"get": {"responses": {}}}
        for holder, url in ((item, at_item), (item["get"], at_operation)):
            holder.update({"servers": [{"url": url}]} if url else {})
        return read({**text_of({}, {"/orders": item}), "servers": [{"url": "/v1"}]})

    assert ids(served(), served(at_item="/v1")) == ids(served(at_item="/v1"), served(at_operation="/v1")) == []
    for moved in (served(at_item="/v2"), served(at_item="/v1", at_operation="/v2")):
        assert sorted(ids(served(), moved)) == ["api-server-added", "api-server-removed"]
        assert {change.operation for change in changes(served(), moved)} == {"GET /orders"}


@pytest.mark.parametrize("way", [1, -1])
def test_what_is_not_named_may_gain_or_lose_a_type(way: int) -> None:
    sides = [
        document({"A": {"type": "object", **extra}}) for extra in ({}, {"additionalProperties": {"type": "string"}})
    ]
    found = changes(*sides[::way])
    word = "typed" if way == 1 else "untyped"
    assert {change.id for change in found} == {
        f"{kind}-additional-properties-{word}" for kind in ("request-body", "response-body")
    }
    (broken,) = (change for change in found if change.severity is Severity.BREAKING)
    assert broken.direction is (Direction.REQUEST if way == 1 else Direction.RESPONSE)
