"""What tells one GraphQL schema from another: everything that an operation can be written against."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from contracthub.formats import safe_json
from contracthub.formats.graphql.parse import GraphqlDocument
from contracthub.formats.safe_json import JsonValue

if TYPE_CHECKING:
    from graphql import GraphQLNamedType, GraphQLSchema


def identity(document: GraphqlDocument) -> str:
    """The contract identity: 40 hex digits.

    Order and layout do not count, descriptions neither, and no directives but those of the specification: nothing of
    this can be asked for, and an introspection answer does not have it.
    """
    text = safe_json.canonical(_of_schema(document.schema))
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def _of_schema(schema: "GraphQLSchema") -> JsonValue:
    from graphql import is_introspection_type, is_specified_directive, is_specified_scalar_type

    types = [
        kind
        for kind in schema.type_map.values()
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
    ]
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return {
        "roots": [None if root is None else root.name for root in roots],
        "types": {kind.name: _of_type(kind) for kind in types},
        "directives": {
            directive.name: {
                "args": _of_values(directive.args),
                "repeatable": directive.is_repeatable,
                "on": [*sorted(location.name for location in directive.locations)],
            }
            for directive in schema.directives
            if not is_specified_directive(directive)
        },
    }


def _of_type(kind: "GraphQLNamedType") -> JsonValue:
    from graphql import (
        GraphQLEnumType,
        GraphQLInputObjectType,
        GraphQLInterfaceType,
        GraphQLObjectType,
        GraphQLScalarType,
        GraphQLUnionType,
    )

    told: dict[str, JsonValue] = {"kind": type(kind).__name__}
    match kind:
        case GraphQLObjectType() | GraphQLInterfaceType():
            told["interfaces"] = _names(kind.interfaces)
            told["fields"] = {
                name: [str(field.type), field.deprecation_reason, _of_values(field.args)]
                for name, field in kind.fields.items()
            }
        case GraphQLInputObjectType():
            told["fields"] = _of_values(kind.fields)
            told["oneOf"] = bool(kind.is_one_of)
        case GraphQLEnumType():
            told["values"] = {name: value.deprecation_reason for name, value in kind.values.items()}
        case GraphQLUnionType():
            told["types"] = _names(kind.types)
        case GraphQLScalarType():
            told["specifiedBy"] = kind.specified_by_url
    return told


def _of_values(values: Mapping[str, Any]) -> JsonValue:
    """Arguments and fields of input: their types, what holds where nothing is given, and why not to use them."""
    return {name: [str(value.type), _default(value), value.deprecation_reason] for name, value in values.items()}


def _default(value: Any) -> JsonValue:
    from graphql import print_ast
    from graphql.utilities.get_default_value_ast import get_default_value_ast

    tree = get_default_value_ast(value)
    return None if tree is None else print_ast(tree)


def _names(kinds: Iterable["GraphQLNamedType"]) -> JsonValue:
    return [*sorted(kind.name for kind in kinds)]
