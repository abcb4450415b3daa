"""Holds documents against the JSON Schemas that OpenAPI publishes, and words what they find.

Whether a document is valid is answered at once for the whole of it. What is wrong is then looked for part by part, the
schemas of bodies apart: an error of the validator carries a copy of all that it is about, and a document whose error is
deep inside a schema would be copied for every level above.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracthub.formats.jsonschema.keywords import hollow, schemas_in
from contracthub.formats.pointers import child
from contracthub.formats.rule_errors import Broken, told
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_PATH_ITEM, _OPERATION, _SCHEMA, _REFERENCE = range(4)
# What the schemas of the specification call these parts. From 3.1 on, the schemas of bodies are no part of theirs.
_OLD = ("pathItem", "operation", "schema", None)
_3_0 = ("PathItem", "Operation", "Schema", "Reference")
_NEW = ("path-item", "operation", None, "reference")
_PARTS = {"2.0": _OLD, "3.0": _3_0}
# The members of these are names that somebody chose.
_NAMES = frozenset(
    {
        *("paths", "headers", "parameters", "responses", "requestBodies", "examples", "links", "callbacks", "content"),
        *("securitySchemes", "securityDefinitions", "encoding", "variables", "pathItems", "webhooks"),
    }
)
_SCHEMA_MAPS = frozenset({"schemas", "definitions"})
_MOST_MEMBERS = 1_000


def broken_rules(version: str, document: JsonObject) -> Iterator[Broken]:
    """The rules that a document breaks, at most 50."""
    if _validator(version, None).is_valid(document):
        return iter(())
    found = [*islice(dict.fromkeys(islice(_explained(version, document), MOST_FAULTS * 2)), MOST_FAULTS)]
    return iter(found or [Broken("", f"does not follow the JSON Schema of OpenAPI {version}")])


def _explained(version: str, document: JsonObject) -> Iterator[Broken]:
    apart = _Apart()
    paths = document.get("paths")
    bare = {key: {} if key == "paths" and isinstance(value, dict) else value for key, value in document.items()}
    yield from _errors(_validator(version, None), apart.masked(bare), "")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        # What a path is called is a rule of the object around it.
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            yield from _errors(_validator(version, None), {**_least(version), "paths": {path: {}}}, "")
        yield from _of_path(version, item, child("/paths", path), apart)
    parts = _PARTS.get(version, _NEW)
    if parts[_SCHEMA] is not None:
        for pointer, schema in apart.schemas:
            yield from _of_schema(version, parts, schema, pointer)


def _of_path(version: str, item: JsonValue, pointer: str, apart: "_Apart") -> Iterator[Broken]:
    parts = _PARTS.get(version, _NEW)
    bare = item
    if isinstance(item, dict):
        bare = {key: {} if _is_operation(key, value) else value for key, value in item.items()}
        for key in METHODS:
            if _is_operation(key, item.get(key)):
                # Left out here, and looked at by itself.
                del bare[key]
                at = child(pointer, key)
                yield from _errors(_validator(version, parts[_OPERATION]), apart.masked(item[key], at), at)
    yield from _errors(_validator(version, parts[_PATH_ITEM]), apart.masked(bare, pointer), pointer)


def _of_schema(version: str, parts: tuple[str | None, ...], schema: JsonValue, pointer: str) -> Iterator[Broken]:
    for each, inner in schemas_in(schema):
        kind = parts[_REFERENCE] if "$ref" in each and parts[_REFERENCE] else parts[_SCHEMA]
        yield from _errors(_validator(version, kind), hollow(each), pointer + inner)


def _is_operation(key: str, value: JsonValue) -> bool:
    return key in METHODS and isinstance(value, dict)


def _errors(validator: "Validator", value: JsonValue, pointer: str) -> Iterator[Broken]:
    if not validator.is_valid(value):
        for error in validator.iter_errors(value):
            yield from told(error, pointer)


def _least(version: str) -> JsonObject:
    """The least that a document of a version says."""
    named: JsonObject = {"swagger": "2.0"} if version == "2.0" else {"openapi": f"{version}.0"}
    return {**named, "info": {"title": "", "version": ""}}


class _Apart:
    """Takes schemas out of parts, with the places where they stand."""

    def __init__(self) -> None:
        self.schemas: list[tuple[str, JsonValue]] = []

    def masked(self, value: JsonValue, pointer: str = "") -> JsonValue:
        """The part with empty schemas, without extensions, and with as many members as anyone looks at."""
        return self._masked(value, pointer, are_names=False)

    def _masked(self, value: JsonValue, pointer: str, *, are_names: bool) -> JsonValue:
        if isinstance(value, list):
            return [
                self._masked(item, child(pointer, index), are_names=False)
                for index, item in enumerate(value[:_MOST_MEMBERS])
            ]
        if not isinstance(value, dict):
            return value
        members = {key: member for key, member in value.items() if are_names or not key.startswith("x-")}
        return {
            key: self._member(key, member, child(pointer, key), are_names=are_names)
            for key, member in islice(members.items(), _MOST_MEMBERS)
        }

    def _member(self, key: str, member: JsonValue, pointer: str, *, are_names: bool) -> JsonValue:
        if not are_names and isinstance(member, dict):
            if key == "schema":
                self.schemas.append((pointer, member))
                return {}
            if key in _SCHEMA_MAPS:
                self.schemas += [
                    (child(pointer, name), each) for name, each in member.items() if isinstance(each, dict)
                ]
                return {name: {} if isinstance(each, dict) else each for name, each in member.items()}
            if key in {"example", "value"}:
                return {}
        return self._masked(member, pointer, are_names=not are_names and key in _NAMES and isinstance(member, dict))


@lru_cache(maxsize=32)
def _validator(version: str, part: str | None) -> "Validator":
    import jsonschema_rs

    schema = _schema(version)
    if part is not None:
        keyword = "$defs" if "$defs" in schema else "definitions"
        schema = {"$schema": schema["$schema"], keyword: schema[keyword], "$ref": f"#/{keyword}/{part}"}
    return jsonschema_rs.validator_for(schema, validate_formats=False)


@lru_cache(maxsize=4)
def _schema(version: str) -> dict[str, Any]:
    import openapi_spec_validator.schemas as known

    return dict(getattr(known, f"schema_v{version.replace('.', '') if version != '2.0' else '2'}"))
