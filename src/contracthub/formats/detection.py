"""Which format a file is written in, by its ending and by what only that format begins with or has at the top."""

import re
from collections.abc import Iterator

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import safe_yaml
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonObject, JsonValue

NAMES = ("openapi", "graphql", "asyncapi", "avro", "json-schema", "protobuf")
_BY_ENDING = {"graphql": "graphql", "graphqls": "graphql", "gql": "graphql", "proto": "protobuf", "avsc": "avro"}
_BY_MEMBER = {"openapi": "openapi", "swagger": "openapi", "asyncapi": "asyncapi"}
# So much of a text is looked at where a look is enough; comments before the first word have room in it.
_LOOKED_AT = 64 * 1024
_AVRO_NAMED = frozenset({"record", "error", "enum", "fixed"})
_SCHEMA_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_SCHEMA_MEMBERS = frozenset(
    {
        "$schema",
        "$defs",
        "definitions",
        "properties",
        "allOf",
        "anyOf",
        "oneOf",
        "enum",
        "const",
        "items",
        "$ref",
        "not",
    }
)
_MEMBER = re.compile(r"""^(?:"([a-z]+)"|'([a-z]+)'|([a-z]+))[ \t]*:(?=\s)""", re.MULTILINE)
_FIRST_MEMBER = re.compile(rb'\{\s*"(openapi|swagger|asyncapi)"\s*:')
_SKIPPED = re.compile(r"""(?:\s+|#[^\n]*|//[^\n]*|/\*(?s:.)*?\*/|\"""(?s:.)*?\"""|"[^"\n]*")*""")
_PROTOBUF = re.compile(
    r"(?:syntax|edition)\s*=\s*[\"']|package\s+[\w.]+\s*;|import\s+[\"']|(?:message|service)\s+\w+\s*\{"
)
_PROTOBUF_ENUM = re.compile(r"enum\s+\w+\s*\{[^}]{0,1000}=")
_GRAPHQL = re.compile(r"(?:type|interface|union|enum|input|scalar|extend)\s+\w+|schema\s*[@{]|directive\s*@")


def detect(name: str, data: bytes, limits: Limits = DOCUMENT) -> str:
    """The name of the format of a file. Raises ``Invalid``, which names the formats there are."""
    found = detected(name, data, limits)
    if found is None:
        told = (
            f"{name[:200]!r} does not look like any format that providers publish. Say which it is: {', '.join(NAMES)}."
        )
        raise Invalid("unknown-format", told, faults=[Fault("", told)])
    return found


def detected(name: str, data: bytes, limits: Limits = DOCUMENT) -> str | None:
    """The name of the format of a file, None for one that looks like none. Never raises; reads no file twice as large.

    What a file looks like is no promise that it can be read as that.
    """
    ending = name.rpartition(".")[2].lower()
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        first = _FIRST_MEMBER.match(start)
        return _BY_MEMBER[first[1].decode()] if first else _of_value(data, limits)
    text = start.decode("utf-8", "replace")
    # Members of a block mapping of YAML stand at the beginning of a line; to look there costs no parsing.
    found = next(_members_in(data, limits), None)
    return found or _of_text(text[_end_of_skipped(text) :]) or _of_value(data, limits)


def _members_in(data: bytes, limits: Limits) -> Iterator[str]:
    text = data[: limits.max_bytes].decode("utf-8", "replace")
    for match in _MEMBER.finditer(text):
        member = match[1] or match[2] or match[3]
        if member in _BY_MEMBER:
            yield _BY_MEMBER[member]


def _end_of_skipped(text: str) -> int:
    found = _SKIPPED.match(text)
    return found.end() if found else 0


def _of_text(text: str) -> str | None:
    if _PROTOBUF.match(text) or _PROTOBUF_ENUM.match(text):
        return "protobuf"
    return "graphql" if _GRAPHQL.match(text) else None


def _of_value(data: bytes, limits: Limits) -> str | None:
    try:
        value: JsonValue = safe_yaml.loads(data, limits)
    except (Invalid, TooLarge):
        return None
    if isinstance(value, list):
        return "avro" if value and all(isinstance(each, str | dict) for each in value) else None
    return _of_object(value) if isinstance(value, dict) else None


def _of_object(value: JsonObject) -> str | None:
    for member, name in _BY_MEMBER.items():
        if member in value:
            return name
    inner = value.get("data")
    if "__schema" in value or (isinstance(inner, dict) and "__schema" in inner):
        return "graphql"
    kind = value.get("type")
    # Arrays have the same look in Avro and in JSON Schema; there, nobody publishes one by itself.
    if isinstance(kind, str) and ((kind in _AVRO_NAMED and "name" in value) or (kind == "map" and "values" in value)):
        return "avro"
    if value.keys() & _SCHEMA_MEMBERS or (isinstance(kind, str) and kind in _SCHEMA_TYPES):
        return "json-schema"
    return None
