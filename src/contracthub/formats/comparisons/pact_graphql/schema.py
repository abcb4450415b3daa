"""A provider's GraphQL schema, ready to hold operations against."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracthub.formats.comparisons.pact_graphql.subgraphs import with_entities
from contracthub.formats.graphql.parse import parse

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from contracthub.formats.comparisons.pact_graphql.operations import ReadDocument

MOST_KEPT = 128


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """A schema and the name of its document. Threads may share it.

    Consumers say the same operation in many interactions, so that what was found of short ones is ``kept``.
    """

    schema: "GraphQLSchema"
    document: str
    size: int
    kept: "dict[str, ReadDocument]" = field(default_factory=dict, compare=False, repr=False)


def compile_schema(sdl: bytes | str, *, document: str = "") -> CompiledSchema:
    """Reads a schema, SDL or an introspection answer. Raises ``Malformed``, ``Invalid`` and ``TooLarge``."""
    schema = with_entities(parse(sdl).schema)
    for kind in schema.type_map.values():
        # These are worked out when they are first asked for, which threads should not do at the same time.
        getattr(kind, "fields", None)
    return CompiledSchema(schema, document, len(sdl))


def place_in_sdl(element: Any) -> str | None:
    """Where the definition of a type, field, argument or value begins (``sdl:12:3``), if its text is known."""
    node = getattr(element, "ast_node", None)
    if node is None or node.loc is None:
        return None
    name = getattr(node, "name", None)
    token = (name if name is not None and name.loc is not None else node).loc.start_token
    return f"sdl:{token.line}:{token.column}"
