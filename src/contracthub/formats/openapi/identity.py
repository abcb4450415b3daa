"""The contract identity of OpenAPI documents."""

import hashlib

from contracthub.formats import safe_json
from contracthub.formats.openapi.parse import OpenApiDocument


def identity(document: OpenApiDocument) -> str:
    """40 hex digits: the same for documents that no client can tell apart."""
    return hashlib.sha1(safe_json.canonical(document.document), usedforsecurity=False).hexdigest()
