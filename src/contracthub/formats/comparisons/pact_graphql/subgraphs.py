"""What a subgraph of a federation answers beside its own schema (Apollo Federation, "Subgraph specification")."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphql import GraphQLNamedType, GraphQLSchema

_KEY = "key"


def with_entities(schema: "GraphQLSchema") -> "GraphQLSchema":
    """A schema with ``_entities`` and ``_service`` where it has types with a ``@key``; any other as it is."""
    from graphql import extend_schema, is_object_type, parse

    entities = [name for name, kind in schema.type_map.items() if is_object_type(kind) and _has_key(kind)]
    query = schema.query_type
    if not entities or query is None:
        return schema
    added = [
        text
        for name, text in (
            ("_Any", "scalar _Any"),
            ("_Entity", f"union _Entity = {' | '.join(entities)}"),
            ("_Service", "type _Service { sdl: String }"),
        )
        if name not in schema.type_map
    ]
    fields = [
        text
        for name, text in (
            ("_entities", "_entities(representations: [_Any!]!): [_Entity]!"),
            ("_service", "_service: _Service!"),
        )
        if name not in query.fields
    ]
    if fields:
        added.append(f"extend type {query.name} {{ {' '.join(fields)} }}")
    return extend_schema(schema, parse("\n".join(added), no_location=True), assume_valid=True) if added else schema


def _has_key(kind: "GraphQLNamedType") -> bool:
    nodes = (kind.ast_node, *kind.extension_ast_nodes)
    return any(each.name.value == _KEY for node in nodes if node is not None for each in node.directives or ())
