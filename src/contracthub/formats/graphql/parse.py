"""Reads GraphQL schemas with graphql-core, and tells what makes them unusable from what is merely against a rule.

Schemas that are served every day break rules of the specification (a field that is defined twice, an implementation
that is not deprecated where its interface is). Refusing them helps nobody, so such findings are warnings.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracthub.domain.errors import Fault, Invalid, Malformed, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import MOST_FAULTS

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, GraphQLSchema

_MOST_TOKENS = 2_000_000
_LONGEST_TEXT = 300
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
# What graphql-core can't build a schema of; whatever else its rules say is a warning.
_UNUSABLE = ("Unknown type", "There can be only one type named", "Must provide only one schema definition")


@dataclass(frozen=True, slots=True)
class GraphqlDocument:
    """A schema. ``warnings`` are rules of the specification that it breaks, with ``line:column`` where there is one."""

    schema: "GraphQLSchema"
    warnings: tuple[Fault, ...]


def parse(data: bytes | str, limits: Limits = DOCUMENT) -> GraphqlDocument:
    """The schema of an SDL text or of introspection JSON.

    Raises ``Malformed`` and ``Invalid`` with every fault and its ``line:column``, and ``TooLarge``.
    """
    text = _text_of(data, limits)
    if text.lstrip()[:1] == "{" and '"__schema"' in text:
        return _introspected(text, limits)
    _check_depth(text, limits)
    return _built(_syntax_tree(text))


def identity(document: GraphqlDocument) -> str:
    """The contract identity: of the schema in one order, descriptions left out, since nobody can select by them."""
    from graphql import lexicographic_sort_schema, print_schema
    from graphql.utilities.strip_ignored_characters import strip_ignored_characters

    bare = _without_descriptions(print_schema(lexicographic_sort_schema(document.schema)))
    return hashlib.sha1(strip_ignored_characters(bare).encode(), usedforsecurity=False).hexdigest()


def _without_descriptions(text: str) -> str:
    from graphql import Node, Visitor, parse, print_ast, visit

    class Bare(Visitor):
        def enter(self, node: Node, *_: object) -> None:
            if getattr(node, "description", None) is not None:
                vars(node)["description"] = None

    tree = parse(text, no_location=True)
    visit(tree, Bare())
    return print_ast(tree)


def _text_of(data: bytes | str, limits: Limits) -> str:
    if len(data) > limits.max_bytes:
        told = f"The document has {len(data):,} bytes; at most {limits.max_bytes:,} are accepted. Split it."
        raise TooLarge("document-too-large", told, size=len(data), limit=limits.max_bytes)
    try:
        return data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise Malformed("not-utf-8", f"Byte {error.start} is not UTF-8. Send the document as UTF-8.") from error


def _check_depth(text: str, limits: Limits) -> None:
    """Brackets inside one another, before a parser that calls itself sees them; those in strings count for nothing."""
    depth, position, length = 0, 0, len(text)
    while position < length:
        character = text[position]
        if character == '"':
            position = _end_of_string(text, position)
            continue
        if character == "#":
            found = text.find("\n", position)
            position = length if found < 0 else found
            continue
        if character in _OPENING:
            depth += 1
            if depth > limits.max_depth:
                line = text.count("\n", 0, position) + 1
                told = f"The document is nested deeper than {limits.max_depth} levels (line {line}). Flatten it."
                raise Malformed("nested-too-deeply", told, faults=[Fault("", told, pointer=f"{line}:1")])
        elif character in _CLOSING:
            depth -= 1
        position += 1


def _end_of_string(text: str, start: int) -> int:
    if text.startswith('"""', start):
        end = text.find('"""', start + 3)
        while end > 0 and text[end - 1] == "\\":
            end = text.find('"""', end + 3)
        return len(text) if end < 0 else end + 3
    position = start + 1
    while position < len(text) and text[position] not in '"\n':
        position += 2 if text[position] == "\\" else 1
    return position + 1


def _syntax_tree(text: str) -> "DocumentNode":
    from graphql import GraphQLSyntaxError, parse

    try:
        return parse(text, max_tokens=_MOST_TOKENS)
    except GraphQLSyntaxError as error:
        raise Malformed("not-graphql", _told([error]), faults=[*_faults([error])]) from error


def _built(tree: "DocumentNode") -> GraphqlDocument:
    from graphql import build_ast_schema, validate_schema
    from graphql.validation.validate import validate_sdl

    errors = validate_sdl(tree)
    unusable = [error for error in errors if error.message.startswith(_UNUSABLE)]
    if unusable:
        raise Invalid("invalid-graphql-schema", _told(unusable), faults=[*_faults(unusable)][:MOST_FAULTS])
    try:
        schema = build_ast_schema(tree, assume_valid=True, assume_valid_sdl=True)
    except (TypeError, ValueError) as error:
        raise Invalid(
            "invalid-graphql-schema", f"The GraphQL schema is not valid: {str(error)[:_LONGEST_TEXT]}"
        ) from error
    if schema.query_type is None and not schema.type_map.keys() - _OWN:
        told = "The document defines no types. Send a schema (type Query { … }), not an operation."
        raise Invalid("invalid-graphql-schema", told)
    # Remembered results of an assumption would hide what the rules say.
    return GraphqlDocument(schema, tuple(_faults([*errors, *validate_schema(_unassumed(schema))]))[:MOST_FAULTS])


_OWN = frozenset(
    {
        *("String", "Int", "Float", "Boolean", "ID"),
        *("__Schema", "__Type", "__TypeKind", "__Field", "__InputValue", "__EnumValue", "__Directive"),
        "__DirectiveLocation",
    }
)


def _unassumed(schema: "GraphQLSchema") -> "GraphQLSchema":
    from graphql import GraphQLSchema

    known = schema.to_kwargs()
    known["assume_valid"] = False
    return GraphQLSchema(**known)


def _introspected(text: str, limits: Limits) -> GraphqlDocument:
    from graphql import build_client_schema, validate_schema

    answer = safe_json.loads(text, limits)
    assert isinstance(answer, dict)
    data = answer.get("data", answer)
    try:
        schema = build_client_schema(data, assume_valid=True)  # type: ignore[arg-type]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        told = f"The introspection answer is not complete: {str(error)[:_LONGEST_TEXT]}. Send the whole answer."
        raise Invalid("invalid-introspection", told) from error
    return GraphqlDocument(schema, tuple(_faults(validate_schema(_unassumed(schema))))[:MOST_FAULTS])


def _told(errors: "Sequence[GraphQLError]") -> str:
    first = "; ".join(f"{_place(error)}: {error.message[:_LONGEST_TEXT]}" for error in errors[:3])
    more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
    return f"The GraphQL schema is not valid: {first}{more}"


def _faults(errors: "Sequence[GraphQLError]") -> Iterator[Fault]:
    for error in errors:
        yield Fault("", error.message[:_LONGEST_TEXT], pointer=_place(error) if error.locations else None)


def _place(error: "GraphQLError") -> str:
    return f"{error.locations[0].line}:{error.locations[0].column}" if error.locations else "the schema"
