"""The verbs of a format for AsyncAPI. The registry knows it by these."""

from contracthub.domain.errors import Fault
from contracthub.formats.asyncapi.elements import elements
from contracthub.formats.asyncapi.events import event_schemas
from contracthub.formats.asyncapi.identity import identity
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.asyncapi.parse import parse
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload

__all__ = ["AsyncApiDocument", "elements", "event_schemas", "identity", "read", "version", "warnings"]


def read(upload: Upload, limits: Limits = DOCUMENT) -> AsyncApiDocument:
    """The document of the files that were uploaded together. Raises ``Invalid`` and ``TooLarge``."""
    return parse(upload.text, upload.others, name=upload.root, limits=limits)


def version(document: AsyncApiDocument) -> str | None:
    """The version of the specification, by its first two numbers."""
    return document.version


def warnings(document: AsyncApiDocument) -> tuple[Fault, ...]:
    """Rules that the document breaks without harm, and what of it could not be read."""
    return document.warnings
