"""When two JSON Schemas are the same for everybody who reads and writes data of them.

What does not count: titles, descriptions, comments and examples; the order of keys, of ``required``, ``enum`` and of a
list of types; that 1.0 is written for 1; whether draft 7, which a schema without ``$schema`` is of, is named. All else
does, ``default``, ``format`` and ``deprecated`` too, and so do the documents that came along as references.
"""

import hashlib
from collections.abc import Mapping

from contracthub.formats import safe_json
from contracthub.formats.jsonschema.keywords import MAPS, SCHEMAS
from contracthub.formats.jsonschema.reading import JsonSchema, whole
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT
from contracthub.formats.safe_json import JsonValue

_ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "example", "externalDocs"})
_SETS = frozenset({"required", "enum", "type"})


def identity(schema: JsonSchema) -> str:
    """The sha under which evidence about the schema is kept."""
    # A file that others refer to by its name is among them; what it is called does not count.
    others = {uri: _document(each) for uri, each in schema.others.items() if each != schema.document}
    text = safe_json.canonical([_document(schema.document), others])
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def _document(value: JsonValue) -> JsonValue:
    document = bare(value)
    if isinstance(document, dict) and str(document.get("$schema")).rstrip("#") == DEFAULT_DIALECT:
        del document["$schema"]
    return document


def bare(schema: JsonValue) -> JsonValue:
    """The schema with what counts, in one order where the order does not."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _member(key, value) for key, value in schema.items() if key not in _ANNOTATIONS}


def _member(key: str, value: JsonValue) -> JsonValue:
    if key in SCHEMAS:
        return bare(value)
    if key in MAPS and isinstance(value, Mapping):
        return {name: bare(each) for name, each in value.items()}
    plain = whole(value)
    if key in _SETS and isinstance(plain, list):
        return sorted(plain, key=safe_json.canonical)
    return plain
