"""Documents of events that were made to cost: each is answered with a refusal that says where, or read in bounds."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.asyncapi import contract as asyncapi
from contracthub.formats.avro import contract as avro
from contracthub.formats.elements import MOST_ELEMENTS
from contracthub.formats.jsonschema import contract as jsonschema
from contracthub.formats.protobuf import contract as protobuf
from contracthub.formats.uploads import Upload
from tests.formats.asyncapi.written import AVRO, channel3, message3, v3

Files = Mapping[str, Any]
AT_ONCE = 100_000


def upload(files: Files) -> Upload:
    bodies = {
        name: each if isinstance(each, bytes) else (each if isinstance(each, str) else json.dumps(each)).encode()
        for name, each in files.items()
    }
    return Upload(next(iter(bodies)), bodies)


def components(**schemas: Any) -> dict[str, Any]:
    return {"components": {"schemas": schemas}}


ALIASES = "asyncapi: 3.0.0\nx-a0: &a0 [x]\n" + "".join(
    f"x-a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
AVRO_CIRCLE = {"type": "array", "items": {"$ref": "c.avsc"}}
REFUSED: dict[str, tuple[Any, Files]] = {
    "aliases that multiply": (asyncapi, {"a.yaml": ALIASES}),
    "AsyncAPI nested without end": (asyncapi, {"a.json": "[" * AT_ONCE}),
    "AsyncAPI nested without end in YAML": (asyncapi, {"a.yaml": "x: " + "[" * AT_ONCE}),
    "Avro nested without end": (avro, {"a": '{"type":"array","items":' * AT_ONCE}),
    "JSON Schema nested without end": (jsonschema, {"a": '{"not":' * AT_ONCE}),
    "Protobuf nested without end": (protobuf, {"a": "message A {" * AT_ONCE}),
    "another file nested without end": (asyncapi, {"a": v3(), "b.json": "[" * AT_ONCE}),
    "a number of 100,000 digits": (jsonschema, {"a": '{"maximum": ' + "9" * AT_ONCE + "}"}),
    "a number of 100,000 digits in YAML": (asyncapi, {"a": "asyncapi: 3.0.0\nx-a: " + "9" * AT_ONCE}),
    "a number beyond all": (jsonschema, {"a": '{"maximum": 1e400}'}),
    "bytes that are no text": (asyncapi, {"a": b"asyncapi: \xff"}),
    "Avro that is no text": (avro, {"a": b'{"type": "\xff"}'}),
    "Protobuf that is no text": (protobuf, {"a": b"message A\xff"}),
    "another file that is no text": (asyncapi, {"a": v3(), "b.proto": b"\xff"}),
    "Avro in a circle of three files": (
        asyncapi,
        {
            "a": message3(payload={"schemaFormat": AVRO, "schema": {"$ref": "b.avsc"}}),
            "b.avsc": AVRO_CIRCLE,
            "c.avsc": {"type": "array", "items": {"$ref": "b.avsc"}},
        },
    ),
    "Protobuf in a circle of three files": (
        protobuf,
        {"a.proto": 'import "b.proto";', "b.proto": 'import "c.proto";', "c.proto": 'import "a.proto";'},
    ),
    "Avro as AsyncAPI": (asyncapi, {"a": {"type": "record", "name": "A", "fields": []}}),
    "AsyncAPI as Avro": (avro, {"a": v3()}),
    "AsyncAPI as JSON Schema": (jsonschema, {"a": {key: each for key, each in v3().items() if key != "id"}}),
    "AsyncAPI as Protobuf": (protobuf, {"a": "asyncapi: 3.0.0\n"}),
    "Protobuf as Avro": (avro, {"a": 'syntax = "proto3";'}),
    "100,000 channels that are none": (asyncapi, {"a": v3(channels={f"c{each}": 3 for each in range(AT_ONCE)})}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_the_place(name: str) -> None:
    format_, files = REFUSED[name]
    with pytest.raises((Invalid, TooLarge)) as refused:
        format_.read(upload(files))

    assert len(refused.value.message) < 2_000
    if isinstance(refused.value, Invalid):
        assert 1 <= len(refused.value.faults) <= 50


def graph(size: int, prefix: str) -> dict[str, Any]:
    """Schemas that all have all of them for properties."""
    return {
        f"d{one}": {"properties": {f"p{other}": {"$ref": f"{prefix}d{other}"} for other in range(size)}}
        for one in range(size)
    }


CHAIN = {f"d{each}": {"properties": {"next": {"$ref": f"#/definitions/d{each + 1}"}}} for each in range(5_000)}
READ: dict[str, tuple[Any, Files]] = {
    "a pattern of a megabyte": (jsonschema, {"a": {"type": "string", "pattern": "a" * 1_000_000}}),
    "a pattern that takes others for ever": (jsonschema, {"a": {"pattern": "(a+)+$" * 10_000}}),
    "a schema that is itself through three files": (
        jsonschema,
        {"a.json": {"$ref": "b.json"}, "b.json": {"$ref": "c.json"}, "c.json": {"$ref": "a.json"}},
    ),
    "a payload that is itself through three files": (
        asyncapi,
        {"a": message3(payload={"$ref": "b.json"}), "b.json": {"$ref": "c.json"}, "c.json": {"$ref": "b.json"}},
    ),
    "a channel that is itself": (
        asyncapi,
        {"a": v3(channels={"orders": {"$ref": "#/channels/b"}, "b": {"$ref": "#/channels/orders"}}, operations={})},
    ),
    "a chain of 5,000 schemas": (
        jsonschema,
        {"a": {"$ref": "#/definitions/d0", "definitions": {**CHAIN, "d5000": {}}}},
    ),
    "forty schemas that all have one another": (
        jsonschema,
        {"a": {"$ref": "#/definitions/d0", "definitions": graph(40, "#/definitions/")}},
    ),
    "500 messages of forty schemas that all have one another": (
        asyncapi,
        {
            "a": channel3(
                messages={
                    f"m{each}": {"payload": {"$ref": f"#/components/schemas/d{each % 40}"}} for each in range(500)
                }
            )
            | components(**graph(40, "#/components/schemas/"))
        },
    ),
    "1,000 operations with 1,000 messages each": (
        asyncapi,
        {
            "a": v3(
                channels={"c": {"address": "c", "messages": {f"m{each}": {} for each in range(1_000)}}},
                operations={
                    f"o{each}": {"action": "send", "channel": {"$ref": "#/channels/c"}} for each in range(1_000)
                },
            )
        },
    ),
    "references to every level of one schema": (
        asyncapi,
        {
            "a": message3(
                payload={"properties": {f"p{n}": {"$ref": "#/components/schemas/s" + "/not" * n} for n in range(80)}}
            )
            | components(s=json.loads('{"not":' * 80 + json.dumps({"enum": ["x"] * 10_000}) + "}" * 80))
        },
    ),
    "an Avro record with itself for 10,000 fields": (
        avro,
        {"a": {"type": "record", "name": "R", "fields": [{"name": f"f{each}", "type": "R"} for each in range(10_000)]}},
    ),
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_and_what_comes_of_it_is_bounded(name: str) -> None:
    format_, files = READ[name]
    document = format_.read(upload(files))

    assert len(format_.identity(document)) == 40
    assert len(format_.elements(document)) <= MOST_ELEMENTS
    if format_ is asyncapi:
        assert sum(len(each.text or "") for each in asyncapi.event_schemas(document)) < 50_000_000


def test_traits_that_are_used_everywhere_are_counted() -> None:
    trait = {"headers": {"type": "object", "properties": {f"q{each}": {} for each in range(300)}}}
    messages = {f"m{each}": {"traits": [{"$ref": "#/components/messageTraits/t"}] * 100} for each in range(100)}

    with pytest.raises(TooLarge):
        asyncapi.read(upload({"a": channel3(messages=messages) | {"components": {"messageTraits": {"t": trait}}}}))


def test_avro_schemas_that_multiply_are_not_put_together() -> None:
    schemas: dict[str, Any] = {f"d{each}": [{"$ref": f"#/components/schemas/d{each + 1}"}] * 10 for each in range(10)}
    document = message3(payload={"schemaFormat": AVRO, "schema": {"$ref": "parts.json#/d0"}})

    (schema,) = asyncapi.event_schemas(
        asyncapi.read(
            upload(
                {
                    "a": document,
                    "parts.json": json.loads(
                        json.dumps({**schemas, "d10": "string"}).replace("#/components/schemas/", "#/")
                    ),
                }
            )
        )
    )
    assert schema.type is None
    assert "larger than" in str(schema.note)
