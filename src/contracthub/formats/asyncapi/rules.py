"""Holds documents against the JSON Schemas that AsyncAPI publishes, and words what they find.

The schemas are data files beside this module (see ``specification/README.md``); each is loaded when a document of its
version comes, and builds in milliseconds. Whether a document is valid is answered at once for the whole of it. What is
wrong is then looked for part by part, each without those inside of it and without the schemas of payloads, which are
read by rules of their own: an error of the validator carries a copy of all that it is about.
"""

import gzip
import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracthub.formats import safe_json
from contracthub.formats.pointers import child
from contracthub.formats.rule_errors import worded
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

VERSIONS = ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.0", "3.1")
_DEEPEST = 20
_MOST_MEMBERS = 1_000
_ROOT, _REFERENCE = "", "Reference"
# The parts inside of a part, by the member that holds them, as the schema of the specification calls them.
_INSIDE_2: Mapping[str, Mapping[str, str]] = {
    _ROOT: {"servers": "server", "channels": "channelItem"},
    "channelItem": {"publish": "operation", "subscribe": "operation", "parameters": "parameter"},
    "operation": {"message": "message"},
    "message": {"oneOf": "message"},
    "components": {"messages": "message", "messageTraits": "messageTrait", "operationTraits": "operationTrait"},
}
_INSIDE_3: Mapping[str, Mapping[str, str]] = {
    _ROOT: {"servers": "server", "channels": "channel", "operations": "operation"},
    "channel": {"messages": "messageObject", "parameters": "parameter"},
    "components": {
        "servers": "server",
        "channels": "channel",
        "operations": "operation",
        "messages": "messageObject",
        "messageTraits": "messageTrait",
        "operationTraits": "operationTrait",
        "parameters": "parameter",
    },
}
# Members that are one part, and not several by name.
_SINGLE = frozenset({"publish", "subscribe", "message"})
_OF_SCHEMAS = frozenset({"payload", "headers", "schema", "schemaFormat"})
_WITH_SCHEMAS = frozenset({"message", "messageObject", "messageTrait", "parameter"})


def broken_rules(version: str, document: JsonValue, part: str = _ROOT) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the wording of each rule that a document, or a ``part`` of one, breaks; at most 50.

    ``part`` is the name of a definition in the schema: ``message``, ``channelItem``.
    """
    if _validator(version, part).is_valid(document):
        return iter(())
    return islice(dict.fromkeys(islice(_explained(version, document, part, ""), MOST_FAULTS * 2)), MOST_FAULTS)


def _explained(version: str, value: JsonValue, part: str, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and "$ref" in value and part not in {_ROOT, "channelItem"}:
        part = _REFERENCE
    inside = (_INSIDE_2 if version < "3" else _INSIDE_3).get(part, {})
    validator = _validator(version, part)
    bare = _hollow(value, part, inside)
    if not validator.is_valid(bare):
        for error in validator.iter_errors(bare):
            yield from worded(error, pointer)
    if isinstance(value, dict):
        for key, kind in inside.items():
            yield from _explained_members(version, value.get(key), key, kind, child(pointer, key))
        if part == _ROOT and isinstance(value.get("components"), dict):
            yield from _explained(version, value["components"], "components", child(pointer, "components"))


def _explained_members(
    version: str, members: JsonValue, key: str, kind: str, pointer: str
) -> Iterator[tuple[str, str]]:
    if key in _SINGLE:
        if members is not None:
            yield from _explained(version, members, kind, pointer)
    elif isinstance(members, dict):
        for name, each in members.items():
            yield from _explained(version, each, kind, child(pointer, name))
    elif isinstance(members, list):
        for index, each in enumerate(members):
            yield from _explained(version, each, kind, child(pointer, index))


def _hollow(value: JsonValue, part: str, inside: Mapping[str, str]) -> JsonValue:
    """The part without what is looked at by itself."""
    if not isinstance(value, dict):
        return value
    bare: JsonObject = {}
    for key, member in value.items():
        is_apart = (key in inside and key in _SINGLE) or (part == _ROOT and key == "components")
        if key.startswith("x-") or (is_apart and isinstance(member, dict)):
            continue
        if part in _WITH_SCHEMAS and key in _OF_SCHEMAS:
            bare.update(_masked(key, member))
        elif key in inside or (part == "components" and key == "schemas"):
            bare[key] = _emptied(member)
        else:
            bare[key] = _narrow(member)
    return bare


def _emptied(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {}
    return [] if isinstance(value, list) else value


def _masked(key: str, member: JsonValue) -> JsonObject:
    """What the part itself demands of its schemas: headers are of an object, and a format is a text."""
    if key == "schemaFormat":
        return {} if isinstance(member, str) else {key: member}
    kind = member.get("type") if key == "headers" and isinstance(member, dict) and "$ref" not in member else None
    return {key: {"type": kind} if isinstance(kind, str) else {}}


def _narrow(value: JsonValue, depth: int = 0) -> JsonValue:
    """The value with as much of it as anyone writes; the schemas of bindings are read by rules of their own."""
    if isinstance(value, list):
        return [_narrow(item, depth + 1) for item in value[:_MOST_MEMBERS]]
    if not isinstance(value, dict):
        return value
    if depth > _DEEPEST:
        return {}
    return {
        key: {} if key in {"key", "payload"} and isinstance(member, dict) else _narrow(member, depth + 1)
        for key, member in islice(value.items(), _MOST_MEMBERS)
    }


@lru_cache(maxsize=len(VERSIONS) * 8)
def _validator(version: str, part: str) -> "Validator":
    import jsonschema_rs

    schema = _schema(version)
    if part != _ROOT:
        schema = {**{key: schema[key] for key in ("$schema", "definitions")}, "$ref": f"#/definitions/{part}"}
    return jsonschema_rs.validator_for(schema, validate_formats=False)


@lru_cache(maxsize=len(VERSIONS))
def _schema(version: str) -> dict[str, Any]:
    packed = pkgutil.get_data(__package__ or "", f"specification/{version}.json.gz")
    assert packed is not None
    schema = safe_json.loads(gzip.decompress(packed))
    assert isinstance(schema, dict)
    return schema
