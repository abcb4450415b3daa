"""The verbs of a format for GraphQL schemas. The registry knows them by these."""

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.graphql.elements import elements
from contracthub.formats.graphql.parse import GraphqlDocument, identity, parse
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload

__all__ = ["GraphqlDocument", "elements", "identity", "read", "version", "warnings"]


def read(upload: Upload, limits: Limits = DOCUMENT) -> GraphqlDocument:
    """The schema of one file. Raises ``Invalid`` and ``TooLarge``."""
    if upload.others:
        told = "A GraphQL schema is one file here. Put its definitions together, and send that."
        raise Invalid("more-than-one-file", told, faults=[Fault("", told)])
    return parse(upload.text, limits)


def version(_: GraphqlDocument) -> str | None:
    """None: schemas do not say which edition of the language they are written in."""
    return None


def warnings(document: GraphqlDocument) -> tuple[Fault, ...]:
    """Rules of the specification that the schema breaks; such schemas are served every day."""
    return document.warnings
