"""Holds interactions that carry GraphQL, and documents of operations, against a schema (bidirectional §15).

What is found has the names in ``rules``. GraphQL itself is only loaded when there is some.
"""

from contracthub.domain.comparisons import Finding
from contracthub.formats.comparisons.pact_graphql.carried import carries_graphql
from contracthub.formats.comparisons.pact_graphql.schema import CompiledSchema, compile_schema
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction

__all__ = ["CompiledSchema", "compare_interaction", "compare_operations", "compile_schema", "is_graphql"]


def is_graphql(interaction: Interaction) -> bool:
    """Whether an interaction carries GraphQL: text of operations, or the hash of one that the server knows."""
    return carries_graphql(interaction)


def compare_interaction(interaction: Interaction, schema: CompiledSchema) -> tuple[Finding, ...]:
    """What is found for an interaction; nothing for one that carries no GraphQL.

    Raises ``Invalid`` where the pact is malformed.
    """
    from contracthub.formats.comparisons.pact_graphql.judging import judge_interaction

    return tuple(judge_interaction(interaction, schema))


def compare_operations(text: str, schema: CompiledSchema) -> tuple[Finding, ...]:
    """What is found for a document of operations: all of them, without variables and without an answer."""
    from contracthub.formats.comparisons.pact_graphql.judging import judge_document

    return tuple(judge_document(text, schema))
