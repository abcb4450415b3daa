"""The verbs of a format for JSON Schemas. The registry knows it by these."""

import posixpath
from collections.abc import Collection, Mapping
from urllib.parse import unquote

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_json, safe_yaml
from contracthub.formats.faults import in_file
from contracthub.formats.jsonschema.elements import elements
from contracthub.formats.jsonschema.identity import identity
from contracthub.formats.jsonschema.parse import parse
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.uploads import Upload

__all__ = ["JsonSchema", "elements", "identity", "read", "version"]


def read(upload: Upload, limits: Limits = DOCUMENT) -> JsonSchema:
    """The schema of the root, in JSON or YAML, with the files that it refers to by name.

    Raises ``Invalid`` and ``TooLarge``. Each file is held against its dialect, and none may refer to what is not there.
    """
    documents = {upload.root: safe_yaml.loads(upload.text, limits)}
    for name, data in upload.others.items():
        try:
            documents[name] = safe_yaml.loads(data, limits)
        except Invalid as error:
            raise in_file(name, error) from error
    named = {name: _with_names(document, name, documents) for name, document in documents.items()}
    for name in upload.others:
        try:
            parse(safe_json.dumps(named[name]), _without(named, name), limits)
        except Invalid as error:
            raise in_file(name, error) from error
    return parse(safe_json.dumps(named[upload.root]), _without(named, upload.root), limits)


def version(schema: JsonSchema) -> str | None:
    """The dialect that the schema names."""
    named = schema.document.get("$schema") if isinstance(schema.document, dict) else None
    return named.rstrip("#") if isinstance(named, str) else None


def _without(documents: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    """The others; a file that refers to itself by its name, through others, finds itself."""
    return {other: document for other, document in documents.items() if other != name} | {name: documents[name]}


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
