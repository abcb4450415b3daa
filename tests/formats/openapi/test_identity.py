"""What tells OpenAPI documents apart, and what does not: a table, and the laws of layout over made-up documents."""

import copy
import json
import random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.openapi.contract import identity, read
from contracthub.formats.uploads import Upload

INFO = {"title": "t", "version": "1"}
A_STRING = {"type": "string"}


def api(schema: Any = None, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": A_STRING if schema is None else schema}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok", "content": content}}}}}
    return {"openapi": "3.1.0", "info": INFO, "paths": paths, **more}


def of(root: dict[str, Any], files: dict[str, Any] | None = None) -> str:
    texts = {"api.json": root, **(files or {})}
    upload = Upload("api.json", {name: json.dumps(text).encode() for name, text in texts.items()})
    return identity(read(upload))


def operation(**members: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": {"/a/{b}": {"get": {"responses": {"200": {"description": "d"}}, **members}}},
    }


def parameter(name: str, where: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": A_STRING, **({"required": True} if where == "path" else {}), **more}


B = parameter("b", "path")
CAT = {"type": "object", "properties": {"meow": A_STRING}}
DOG = {"type": "object", "properties": {"bark": A_STRING}}


def pets(**names: Any) -> dict[str, Any]:
    one_of = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    schema = {"oneOf": one_of, "discriminator": {"propertyName": "kind"}}
    return api(schema, components={"schemas": names})


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "order of keys": (api(), dict(reversed(api().items()))),
    "the title and version of the API": (api(), api() | {"info": {"title": "u", "version": "2"}}),
    "the last number of the version": (api(), api() | {"openapi": "3.1.1"}),
    "descriptions": (api(), api({**A_STRING, "description": "told", "title": "A string"})),
    "examples": (api(), api({**A_STRING, "examples": ["x"], "example": {"$ref": "#/nowhere"}})),
    "tags": (operation(parameters=[B]), operation(parameters=[B], tags=["x"]) | {"tags": [{"name": "x"}]}),
    "where a schema is written": (
        api(),
        api({"$ref": "#/components/schemas/S"}, components={"schemas": {"S": A_STRING}}),
    ),
    "how it is called": (
        api({"$ref": "#/components/schemas/T"}, components={"schemas": {"T": A_STRING}}),
        api({"$ref": "#/components/schemas/S"}, components={"schemas": {"S": A_STRING}}),
    ),
    "a reference to a reference": (
        api(),
        api(
            {"$ref": "#/components/schemas/S"},
            components={"schemas": {"S": {"$ref": "#/components/schemas/T"}, "T": A_STRING}},
        ),
    ),
    "a description beside a reference": (
        api(),
        api({"$ref": "#/components/schemas/S", "description": "d"}, components={"schemas": {"S": A_STRING}}),
    ),
    "what nothing uses": (api(), api(components={"schemas": {"S": A_STRING}})),
    "order of parameters": (operation(parameters=[B, parameter("c")]), operation(parameters=[parameter("c"), B])),
    "order of required": (api({"required": ["a", "b"]}), api({"required": ["b", "a"]})),
    "order of an enumeration": (api({"enum": [1, "b"]}), api({"enum": ["b", 1]})),
    "order of types": (api({"type": ["string", "null"]}), api({"type": ["null", "string"]})),
    "order of alternatives": (api({"anyOf": [A_STRING, {}]}), api({"anyOf": [{}, A_STRING]})),
    "a schema inside of itself, written under another name": (
        api(
            {"$ref": "#/components/schemas/S"},
            components={"schemas": {"S": {"items": {"$ref": "#/components/schemas/S"}}}},
        ),
        api(
            {"$ref": "#/components/schemas/T"},
            components={"schemas": {"T": {"items": {"$ref": "#/components/schemas/T"}}}},
        ),
    ),
    "a schema inside of itself, written out once": (
        api(
            {"$ref": "#/components/schemas/S"},
            components={"schemas": {"S": {"items": {"$ref": "#/components/schemas/S"}}}},
        ),
        api(
            {"items": {"$ref": "#/components/schemas/S"}},
            components={"schemas": {"S": {"items": {"items": {"$ref": "#/components/schemas/S"}}}}},
        ),
    ),
    "a schema inside of itself, where it is used": (
        api(
            {"$ref": "#/components/schemas/S"},
            components={"schemas": {"S": {"items": {"$ref": "#/components/schemas/S"}}}},
        ),
        api({"items": {"$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema"}}),
    ),
    "names of the schemas of a discriminator that maps values": (
        api(
            {
                "oneOf": [{"$ref": "#/components/schemas/C"}],
                "discriminator": {"propertyName": "k", "mapping": {"c": "C"}},
            },
            components={"schemas": {"C": CAT}},
        ),
        api(
            {
                "oneOf": [{"$ref": "#/components/schemas/C"}],
                "discriminator": {"propertyName": "k", "mapping": {"c": "#/components/schemas/C"}},
            },
            components={"schemas": {"C": CAT}},
        ),
    ),
    "descriptions of scopes": tuple(  # type: ignore[dict-item]
        api(
            components={
                "securitySchemes": {
                    "o": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "/a", "scopes": {"read": told}}}}
                }
            }
        )
        for told in ("one", "two")
    ),
}

OTHER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a path": (api(), json.loads(json.dumps(api()).replace('"/a"', '"/b"'))),
    "a status": (api(), json.loads(json.dumps(api()).replace('"200"', '"201"'))),
    "a media type": (api(), json.loads(json.dumps(api()).replace("application/json", "text/plain"))),
    "a method": (api(), json.loads(json.dumps(api()).replace('"get"', '"put"'))),
    "a type": (api(), api({"type": "integer"})),
    "a rule of the specification": (api(), api() | {"openapi": "3.0.3"}),
    "a server": (api(), api(servers=[{"url": "/v2"}])),
    "who may": (api(), api(security=[{}])),
    "what is deprecated": (operation(parameters=[B]), operation(parameters=[B], deprecated=True)),
    "an operation id": (operation(parameters=[B]), operation(parameters=[B], operationId="x")),
    "an extension": (operation(parameters=[B]), operation(parameters=[B], **{"x-rate": 1})),
    "a parameter": (operation(parameters=[B]), operation(parameters=[B, parameter("c")])),
    "where a parameter is": (
        operation(parameters=[B, parameter("c")]),
        operation(parameters=[B, parameter("c", "header")]),
    ),
    "a property called description": (
        api({"properties": {"description": A_STRING}}),
        api({"properties": {"description": {"type": "integer"}}}),
    ),
    "a property called properties": (
        api({"properties": {"properties": A_STRING}}),
        api({"properties": {"properties": {"type": "integer"}}}),
    ),
    "a property called tags": (api({"properties": {"tags": A_STRING}}), api({"properties": {}})),
    "a default": (
        api({**A_STRING, "default": {"description": "a"}}),
        api({**A_STRING, "default": {"description": "b"}}),
    ),
    "a value with a description": (api({"enum": [{"title": "a"}]}), api({"enum": [{"title": "b"}]})),
    "order of a tuple": (api({"prefixItems": [A_STRING, {}]}), api({"prefixItems": [{}, A_STRING]})),
    "names that a discriminator has": (pets(Cat=CAT, Dog=DOG), pets(Cat=DOG, Dog=CAT)),
    "what a discriminator maps": tuple(  # type: ignore[dict-item]
        api(
            {
                "oneOf": [{"$ref": "#/components/schemas/C"}, {"$ref": "#/components/schemas/D"}],
                "discriminator": {"propertyName": "k", "mapping": {"c": one, "d": other}},
            },
            components={"schemas": {"C": CAT, "D": DOG}},
        )
        for one, other in (("C", "D"), ("D", "C"))
    ),
    "a schema that nothing uses but a discriminator": (
        pets(Cat=CAT) | {"components": {"schemas": {"Cat": CAT}}},
        pets(Cat=CAT)
        | {"components": {"schemas": {"Cat": CAT, "Dog": {"allOf": [{"$ref": "#/components/schemas/Cat"}]}}}},
    ),
    "how far a circle is": (
        api(
            {"$ref": "#/components/schemas/S"},
            components={"schemas": {"S": {"items": {"items": {"$ref": "#/components/schemas/S"}, "type": "array"}}}},
        ),
        api(
            {"$ref": "#/components/schemas/S"},
            components={
                "schemas": {"S": {"items": {"items": {"items": {"$ref": "#/components/schemas/S"}, "type": "array"}}}}
            },
        ),
    ),
    "a reference and nothing": (api({"properties": {"a": {}}}), api({"properties": {"a": False}})),
}


@pytest.mark.parametrize("what", SAME)
def test_this_does_not_count(what: str) -> None:
    one, other = SAME[what]
    assert of(one) == of(other)


@pytest.mark.parametrize("what", OTHER)
def test_this_counts(what: str) -> None:
    one, other = OTHER[what]
    assert of(one) != of(other)


def test_json_and_yaml_are_the_same_contract() -> None:
    document = api({"properties": {"a": {"type": "string", "pattern": "^[0-9]{3}$"}, "yes": {"const": "no"}}})
    text = yaml.safe_dump(document).encode()
    assert identity(read(Upload("api.yaml", {"api.yaml": text}))) == of(document)


def test_files_that_nothing_refers_to_do_not_count() -> None:
    assert of(api(), {"other.json": {"a": 1}}) == of(api())


def test_a_circle_through_three_files_is_one_in_a_single_file() -> None:
    files = {
        f"{here}.json": {"properties": {"next": {"$ref": f"{there}.json"}, here: A_STRING}}
        for here, there in ("ab", "bc", "ca")
    }
    schemas = {
        here: {"properties": {"next": {"$ref": f"#/components/schemas/{there}"}, here: A_STRING}}
        for here, there in ("ab", "bc", "ca")
    }
    assert of(api({"$ref": "a.json"}), files) == of(
        api({"$ref": "#/components/schemas/a"}, components={"schemas": schemas})
    )


def test_what_is_too_tangled_is_told_apart_by_how_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from contracthub.formats.openapi import identity as module

    monkeypatch.setattr(module, "_MOST_LOOKS", 5)
    assert of(api()) == of(dict(reversed(api().items())))
    assert of(api()) != of(api({"$ref": "#/components/schemas/S"}, components={"schemas": {"S": A_STRING}}))


# Documents of schemas that refer to one another in every way; a number stands for the schema of that number.
SCHEMAS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["string", "integer", *range(4)])), max_size=3),
    min_size=1,
    max_size=4,
)


class Layout:
    """Writes schemas down: under any names, in any files, in any order, some of them in place."""

    def __init__(self, schemas: list[list[tuple[str, Any]]], seed: int) -> None:
        self.schemas = schemas
        self.chance = random.Random(seed)
        self.files = ["api.json", *(f"folder/{number}.json" for number in range(self.chance.randrange(3)))]
        self.homes = [self.chance.choice(self.files) for _ in schemas]
        self.names = [f"N{self.chance.randrange(1000)}_{number}" for number in range(len(schemas))]

    def reference(self, number: int, file: str, depth: int = 0) -> dict[str, Any]:
        if depth < 3 and self.chance.random() < 0.3:
            return self.body(number, file, depth + 1)
        home = self.homes[number]
        place = "#/components/schemas/" + self.names[number] if home == "api.json" else "#/" + self.names[number]
        up = "../" if file != "api.json" else ""
        return {"$ref": place if home == file and self.chance.random() < 0.5 else up + home + place}

    def body(self, number: int, file: str, depth: int = 0) -> dict[str, Any]:
        members = [*dict(self.schemas[number]).items()]
        self.chance.shuffle(members)
        properties = {
            name: self.reference(kind % len(self.schemas), file, depth) if isinstance(kind, int) else {"type": kind}
            for name, kind in members
        }
        told = {"description": str(self.chance.random())} if self.chance.random() < 0.5 else {}
        return {**told, "type": "object", "properties": properties}

    def identity(self) -> str:
        written: dict[str, dict[str, Any]] = {file: {} for file in self.files}
        for number, home in enumerate(self.homes):
            written[home][self.names[number]] = self.body(number, home)
        schemas = written.pop("api.json")
        return of(api(self.reference(0, "api.json"), components={"schemas": schemas}), written)


@settings(max_examples=200)
@given(SCHEMAS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_layout_never_counts(schemas: list[list[tuple[str, Any]]], one: int, other: int) -> None:
    assert Layout(schemas, one).identity() == Layout(schemas, other).identity()


@settings(max_examples=200)
@given(SCHEMAS, SCHEMAS)
def test_what_can_be_read_always_counts(one: list[list[tuple[str, Any]]], other: list[list[tuple[str, Any]]]) -> None:
    same = unfolded(one, 0, 12) == unfolded(other, 0, 12)
    assert (Layout(one, 1).identity() == Layout(other, 2).identity()) is same


def unfolded(schemas: list[list[tuple[str, Any]]], number: int, depth: int) -> Any:
    """What can be seen of a schema within so many steps: more than two of these have states together."""
    if depth == 0:
        return None
    return {
        name: unfolded(schemas, kind % len(schemas), depth - 1) if isinstance(kind, int) else kind
        for name, kind in dict(schemas[number]).items()
    }


def test_a_document_is_not_changed_by_telling_it_apart() -> None:
    document = read(Upload("a", {"a": json.dumps(pets(Cat=CAT)).encode()}))
    before = copy.deepcopy(document.document)
    identity(document)
    assert document.document == before
