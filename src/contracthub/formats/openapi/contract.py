"""The verbs of a format for OpenAPI. The registry knows it by these."""

from contracthub.domain.errors import Fault
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.openapi.elements import elements
from contracthub.formats.openapi.identity import identity
from contracthub.formats.openapi.parse import OpenApiDocument, parse
from contracthub.formats.uploads import Upload

__all__ = ["OpenApiDocument", "elements", "identity", "read", "version", "warnings"]


def read(upload: Upload, limits: Limits = DOCUMENT) -> OpenApiDocument:
    """The document of the files that were uploaded together. Raises ``Invalid`` and ``TooLarge``."""
    return parse(upload.text, upload.others, name=upload.root, limits=limits)


def version(document: OpenApiDocument) -> str | None:
    """The version of the specification, by its first two numbers."""
    return document.version


def warnings(document: OpenApiDocument) -> tuple[Fault, ...]:
    """Rules of the specification that it breaks without leaving a doubt about what it means."""
    return document.warnings
