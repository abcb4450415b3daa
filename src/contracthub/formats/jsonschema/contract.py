"""The verbs of a format for JSON Schemas. The registry knows it by these."""

import posixpath
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.faults import in_file
from contracthub.formats.jsonschema.elements import elements
from contracthub.formats.jsonschema.identity import identity
from contracthub.formats.jsonschema.keywords import MAPS, SCHEMAS
from contracthub.formats.jsonschema.parse import check_dialect, check_references
from contracthub.formats.jsonschema.reading import JsonSchema, read_schema
from contracthub.formats.jsonschema.resolution import ROOT_URI, base_of
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.uploads import Upload

__all__ = ["JsonSchema", "elements", "identity", "read", "version"]

_OTHERS = """
    $schema $id $ref $anchor $comment $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary type enum
    const required title description default examples deprecated readOnly writeOnly format pattern minLength maxLength
    minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems minContains maxContains
    minProperties maxProperties dependentRequired contentMediaType contentEncoding contentSchema
"""
_KEYWORDS = MAPS | SCHEMAS | frozenset(_OTHERS.split())


def read(upload: Upload, limits: Limits = DOCUMENT) -> JsonSchema:
    """The schema of the root, in JSON or YAML, with the files that it refers to by name.

    Raises ``Invalid`` and ``TooLarge``. Each file is held against its dialect, and none may refer to what is not there.
    """
    documents: dict[str, JsonValue] = {}
    for name, data in upload.files.items():
        with _told(name, upload):
            documents[name] = safe_yaml.loads(data, limits)
            _check_kind(documents[name])
            check_dialect(documents[name])
    named = {name: _with_names(document, name, documents) for name, document in documents.items()}
    # The root is among the others too: they may refer to it by its name.
    schema = read_schema(named[upload.root], named)
    for name, document in named.items():
        with _told(name, upload):
            check_references(document, schema, base_of(document, ROOT_URI if name == upload.root else name))
    return schema


@contextmanager
def _told(name: str, upload: Upload) -> Iterator[None]:
    """Have refusals tell the file, unless it is the root."""
    try:
        yield
    except Invalid as error:
        if name == upload.root:
            raise
        raise in_file(name, error) from error


def _check_kind(document: JsonValue) -> None:
    """A schema may say nothing at all, but a document that says only other things is none."""
    if not isinstance(document, dict) or not document or not _KEYWORDS.isdisjoint(document):
        return
    names = ", ".join(repr(name[:30]) for name in [*document][:3])
    text = f"has no keyword of JSON Schema, and {names}; is it a document of another format?"
    raise Invalid("invalid-json-schema", f"The JSON Schema is not valid: it {text}", faults=[Fault("schema", text, "")])


def version(schema: JsonSchema) -> str | None:
    """The dialect that the schema names."""
    named = schema.document.get("$schema") if isinstance(schema.document, dict) else None
    return named.rstrip("#") if isinstance(named, str) else None


def _with_names(value: JsonValue, file: str, files: Collection[str]) -> JsonValue:
    """The document with references to other files by the names under which they were sent."""
    if isinstance(value, list):
        return [_with_names(item, file, files) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _name(member, file, files)
        if key == "$ref" and isinstance(member, str)
        else _with_names(member, file, files)
        for key, member in value.items()
    }


def _name(reference: str, file: str, files: Collection[str]) -> str:
    path, mark, fragment = reference.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path))) if path else ""
    return f"{target}{mark}{fragment}" if target in files else reference
