"""Reads a document to be compared: as it is, whether or not it keeps to every rule of the specification.

A document that breaks a rule was published once, and can't be changed any more. What can't be compared in it (a
reference to nothing) is told as a gap, and the rest is compared.
"""

from collections.abc import Iterator

from contracthub.domain.errors import Fault
from contracthub.formats import safe_yaml
from contracthub.formats.bundle import Bundle
from contracthub.formats.collector import collector_paused
from contracthub.formats.faults import invalid
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.openapi.parse import OpenApiDocument, version_of
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, kind_of
from contracthub.formats.uploads import Upload

_CODE, _WHAT = "invalid-openapi", "The OpenAPI document"
_PARTS = ("paths", "webhooks", "components", "definitions")


def read(upload: Upload, limits: Limits = DOCUMENT) -> OpenApiDocument:
    """The document of the files that came together.

    Raises ``TooLarge``, and ``Invalid`` for a text that can't be read or says no known version of OpenAPI.
    """
    with collector_paused():
        documents = {name: safe_yaml.loads(text, limits) for name, text in upload.files.items()}
    document = documents[upload.root]
    if not isinstance(document, dict):
        raise invalid(_CODE, _WHAT, [Fault("", f"must be an object, and is {kind_of(document)}", pointer="")])
    version = version_of(document)
    if version is None:
        text = 'has no "openapi" of 3.0, 3.1 or 3.2, and no "swagger" of 2.0; say which version it is written in'
        raise invalid(_CODE, _WHAT, [Fault("", text, pointer="")])
    faults = [*_misshapen(version, document)]
    if faults:
        raise invalid(_CODE, _WHAT, faults)
    return OpenApiDocument(version, document, Bundle(upload.root, documents))


def _misshapen(version: str, document: JsonObject) -> Iterator[Fault]:
    """Parts without which nothing could be compared, and every answer would be "no change"."""
    for name in _PARTS:
        if name in document and not isinstance(document[name], dict):
            text = f"must be an object, and is {kind_of(document[name])}"
            yield Fault("", text, pointer=child("", name))
    needed = ("paths",) if version in ("2.0", "3.0") else ("paths", "webhooks", "components")
    if not any(name in document for name in needed):
        yield Fault("", f"must have {' or '.join(needed)}", pointer="")
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict) and not path.startswith("x-"):
            yield Fault("", f"must be an object, and is {kind_of(item)}", pointer=child("/paths", path))
