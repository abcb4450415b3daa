"""What a GraphQL schema offers: types, their fields, arguments and values, and directives, by schema coordinates."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contracthub.formats.elements import Element, ElementKind, bounded

if TYPE_CHECKING:
    from graphql import GraphQLDirective, GraphQLNamedType

    from contracthub.formats.graphql.parse import GraphqlDocument


def elements(document: "GraphqlDocument") -> tuple[Element, ...]:
    """Everything that the schema itself defines, in its order: ``Query.orders(first:)``, ``State.OPEN``, ``@auth``."""
    return bounded(_elements(document))


def _elements(document: "GraphqlDocument") -> Iterator[Element]:
    from graphql import is_introspection_type, is_specified_directive, is_specified_scalar_type

    for kind in document.schema.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield from _of_type(kind)
    for directive in document.schema.directives:
        if not is_specified_directive(directive):
            yield from _of_directive(directive)


def _of_type(kind: "GraphQLNamedType") -> Iterator[Element]:
    yield Element(ElementKind.TYPE, kind.name, kind.name, _place(kind))
    fields: Mapping[str, Any] = getattr(kind, "fields", None) or {}
    for name, field in fields.items():
        full = f"{kind.name}.{name}"
        yield Element(ElementKind.FIELD, full, full, _place(field), field.deprecation_reason is not None)
        yield from _of_arguments(full, getattr(field, "args", None) or {})
    values: Mapping[str, Any] = getattr(kind, "values", None) or {}
    for name, value in values.items():
        full = f"{kind.name}.{name}"
        yield Element(ElementKind.ENUM_VALUE, full, full, _place(value), value.deprecation_reason is not None)


def _of_directive(directive: "GraphQLDirective") -> Iterator[Element]:
    name = f"@{directive.name}"
    yield Element(ElementKind.DIRECTIVE, name, name, _place(directive))
    yield from _of_arguments(name, directive.args)


def _of_arguments(holder: str, arguments: Mapping[str, Any]) -> Iterator[Element]:
    for name, argument in arguments.items():
        full = f"{holder}({name}:)"
        is_deprecated = argument.deprecation_reason is not None
        yield Element(ElementKind.ARGUMENT, full, full, _place(argument), is_deprecated)


def _place(of: Any) -> str | None:
    node = getattr(of, "ast_node", None)
    if node is None or node.loc is None:
        return None
    token = node.loc.start_token
    return f"{token.line}:{token.column}"
