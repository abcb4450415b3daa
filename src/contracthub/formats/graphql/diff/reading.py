"""The verb that reads a GraphQL schema for comparing: unlike the other one it builds nothing of what it reads."""

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.graphql.diff.side import Side, side_of
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload


def read(upload: Upload, limits: Limits = DOCUMENT) -> Side:
    """The schema of one file. Raises ``Invalid`` and ``TooLarge``."""
    if upload.others:
        told = "A GraphQL schema is one file here. Put its definitions together, and send that."
        raise Invalid("more-than-one-file", told, faults=[Fault("", told)])
    return side_of(upload.text, limits)
