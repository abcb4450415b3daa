"""The full check of GraphQL schemas, by graphql-core: every rule of the specification."""

from collections.abc import Iterator

from contracthub.domain.document_checks import Finding
from contracthub.formats.graphql.contract import read
from contracthub.formats.graphql.parse import broken_rules
from contracthub.formats.uploads import Upload


def findings(upload: Upload) -> Iterator[Finding]:
    """The rules of the specification that a schema breaks."""
    for fault in broken_rules(read(upload)):
        yield Finding(fault.text, fault.pointer)
