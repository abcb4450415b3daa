"""What keeps a schema from being built of its definitions, found in one pass over them.

graphql-core's own rules would find it as well; where many types are unknown, they take hours to suggest others.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contracthub.domain.errors import Fault

if TYPE_CHECKING:
    from graphql import DocumentNode, Node

SPECIFIED = frozenset({"String", "Int", "Float", "Boolean", "ID"})
_INTROSPECTION = frozenset(
    {
        *("__Schema", "__Type", "__TypeKind", "__Field", "__InputValue", "__EnumValue", "__Directive"),
        "__DirectiveLocation",
    }
)


def faults_of(tree: "DocumentNode") -> Iterator[Fault]:
    """Operations among the definitions, names that are defined twice or not at all, each with its ``line:column``."""
    defined: dict[str, str] = {}
    yield from _faults_of_names(tree, defined)
    known = defined.keys() | SPECIFIED | _INTROSPECTION
    for definition in tree.definitions:
        for named in _named_types(definition):
            if named.name.value not in known:
                yield Fault("", f"Unknown type {named.name.value[:200]!r}: define it.", pointer=place_of(named))


def _faults_of_names(tree: "DocumentNode", defined: dict[str, str]) -> Iterator[Fault]:
    from graphql import ExecutableDefinitionNode, SchemaDefinitionNode, TypeDefinitionNode, TypeExtensionNode

    schema: str | None = None
    for definition in tree.definitions:
        place = place_of(definition)
        if isinstance(definition, ExecutableDefinitionNode):
            yield Fault("", "Send a schema (type Query { … }), not an operation.", pointer=place)
        elif isinstance(definition, SchemaDefinitionNode):
            if schema is not None:
                yield Fault("", f"The schema itself is defined at {schema} already; keep one of them.", pointer=place)
            schema = schema or place
        elif isinstance(definition, TypeDefinitionNode):
            name, place = definition.name.value, place_of(definition.name)
            other = defined.setdefault(name, place)
            if other != place:
                yield Fault("", f"The type {name[:200]!r} is defined at {other} already; keep one.", pointer=place)
    for definition in tree.definitions:
        if isinstance(definition, TypeExtensionNode) and definition.name.value not in defined:
            text = f"Extends the type {definition.name.value[:200]!r}, which is not defined."
            yield Fault("", text, pointer=place_of(definition.name))


def _named_types(definition: Any) -> Iterator[Any]:
    """Every mention of a type in a definition."""
    yield from getattr(definition, "interfaces", None) or ()
    yield from getattr(definition, "types", None) or ()
    for operation in getattr(definition, "operation_types", None) or ():
        yield operation.type
    for argument in getattr(definition, "arguments", None) or ():
        yield from _innermost(argument)
    for field in getattr(definition, "fields", None) or ():
        yield from _innermost(field)
        for argument in getattr(field, "arguments", None) or ():
            yield from _innermost(argument)


def _innermost(holder: Any) -> Iterator[Any]:
    kind = getattr(holder, "type", None)
    while kind is not None and not hasattr(kind, "name"):
        kind = kind.type
    if kind is not None:
        yield kind


def place_of(node: "Node") -> str:
    """Where a node begins."""
    assert node.loc is not None
    token = node.loc.start_token
    return f"{token.line}:{token.column}"
