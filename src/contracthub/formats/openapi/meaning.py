"""What of an OpenAPI document a client can notice: the grammar by which its identity is made.

What is written for people does not count (descriptions, titles, tags, examples, links to documentation), nor what says
where a thing is written (components, files). What a client can notice, or a tool might act on, does: also extensions,
operation ids, and what is deprecated.
"""

import posixpath
from collections.abc import Iterator
from enum import StrEnum

from contracthub.formats.bundle import Bundle
from contracthub.formats.safe_json import JsonObject, JsonValue


class Kind(StrEnum):
    """How the members of a value are to be taken.

    ``OBJECT``: by their names in the specification. ``MAP``: names that somebody chose, with an object each.
    ``MAPS``: names, with a map each. ``LIST``: objects in their order; ``SET``: in any order. ``DATA``: as they are
    written; ``VALUES``: a list of such, in any order.
    """

    OBJECT = "object"
    MAP = "map"
    MAPS = "maps"
    LIST = "list"
    SET = "set"
    VALUES = "values"
    DATA = "data"


_FOR_PEOPLE = frozenset(
    {
        *("description", "summary", "title", "externalDocs", "example", "examples", "tags", "$comment", "x-example"),
        *("x-examples", "$id", "id", "$schema"),
    }
)
_MAPS = frozenset(
    {
        *("paths", "webhooks", "responses", "content", "headers", "properties", "patternProperties", "definitions"),
        *("$defs", "schemas", "requestBodies", "securitySchemes", "securityDefinitions", "links", "encoding"),
        *("variables", "dependentSchemas", "dependencies", "additionalOperations", "mediaTypes", "flows", "parameters"),
    }
)
_SETS = frozenset({"parameters", "allOf", "anyOf", "oneOf"})
_VALUES = frozenset({"required", "enum", "type", "security", "consumes", "produces", "schemes"})
_DATA = frozenset({"default", "const", "dependentRequired"})
_OF_ROOT = ("servers", "security", "host", "basePath", "schemes", "consumes", "produces", "jsonSchemaDialect")
_HAS_NO_NAMES = ("anyOf", "oneOf")


def root(document: JsonObject, version: str, *, with_names: bool) -> JsonObject:
    """What counts at the top. Components count where they are referred to; with a discriminator, by their names, too.

    The last number of the version says nothing.
    """
    counting: JsonObject = {"version": version}
    for name in (*_OF_ROOT, "paths", "webhooks"):
        if name in document:
            counting[name] = document[name]
    counting |= {name: value for name, value in document.items() if name.startswith("x-")}
    components = document.get("components")
    within = components if isinstance(components, dict) else {}
    for member, place in (("securitySchemes", within), ("schemas", within), ("securityDefinitions", document)):
        if member in place and (with_names or member != "schemas"):
            counting[member] = place[member]
    if with_names and "definitions" in document:
        counting["definitions"] = document["definitions"]
    return counting


def members(value: JsonObject, kind: Kind, bundle: Bundle, file: str) -> Iterator[tuple[str, JsonValue, Kind]]:
    """What counts of an object, and how each is to be taken."""
    if kind is not Kind.OBJECT:
        inner = Kind.MAP if kind is Kind.MAPS else Kind.OBJECT
        for name, member in value.items():
            yield name, member, inner
        return
    for name, member in value.items():
        if name in _FOR_PEOPLE:
            continue
        if name == "discriminator" and isinstance(member, dict):
            yield from _discriminator(value, member, bundle, file)
        elif name == "scopes" and isinstance(member, dict):
            yield name, [*member], Kind.VALUES
        else:
            yield name, member, _kind_of(name, member)


def _kind_of(name: str, member: JsonValue) -> Kind:
    if name in _DATA or name.startswith("x-"):
        return Kind.DATA
    if isinstance(member, list):
        return Kind.VALUES if name in _VALUES else Kind.SET if name in _SETS else Kind.LIST
    if name == "callbacks":
        return Kind.MAPS
    return Kind.MAP if name in _MAPS else Kind.OBJECT


def _discriminator(
    holder: JsonObject, value: JsonObject, bundle: Bundle, file: str
) -> Iterator[tuple[str, JsonValue, Kind]]:
    """Values of a discriminator are names of schemas: here alone it matters what these are called."""
    others = {name: member for name, member in value.items() if name != "mapping"}
    yield "discriminator", others, Kind.OBJECT
    mapping = value.get("mapping")
    for name, target in mapping.items() if isinstance(mapping, dict) else ():
        reference = _mapped(target, bundle, file) if isinstance(target, str) else None
        yield f"mapping {name}", {"$ref": reference} if reference else target, Kind.OBJECT
    for name in _HAS_NO_NAMES:
        alternatives = holder.get(name)
        names: list[JsonValue] = [
            posixpath.splitext(posixpath.basename(str(each["$ref"])))[0]
            for each in (alternatives if isinstance(alternatives, list) else ())
            if isinstance(each, dict) and isinstance(each.get("$ref"), str)
        ]
        yield f"names {name}", names, Kind.VALUES


def _mapped(target: str, bundle: Bundle, file: str) -> str | None:
    """The reference that a value of a mapping is: it may be the name of a schema."""
    for reference in (f"#/components/schemas/{target}", target):
        if not isinstance(bundle.find(reference, file), str):
            return reference
    return None
