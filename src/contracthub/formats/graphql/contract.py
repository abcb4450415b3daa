"""The verbs of a format for GraphQL schemas. The registry knows them by these."""

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.graphql.elements import elements
from contracthub.formats.graphql.identity import identity
from contracthub.formats.graphql.parse import GraphqlDocument, parse
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload

__all__ = ["GraphqlDocument", "elements", "identity", "read", "version"]


def read(upload: Upload, limits: Limits = DOCUMENT) -> GraphqlDocument:
    """The schema of one file. Raises ``Invalid`` and ``TooLarge``."""
    if upload.others:
        told = "A GraphQL schema is one file here. Put its definitions together, and send that."
        raise Invalid("more-than-one-file", told, faults=[Fault("", told)])
    return parse(upload.text, limits)


def version(_: GraphqlDocument) -> str | None:
    """None: schemas do not say which edition of the language they are written in."""
    return None
