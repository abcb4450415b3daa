"""Reads GraphQL schemas with graphql-core, and tells what makes them unusable from what is merely against a rule.

Schemas that are served every day break rules of the specification (a field that is defined twice, an implementation
that is not deprecated where its interface is). Refusing them helps nobody: reading finds what makes a schema unusable,
and ``broken_rules``, which may take long, the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from contracthub.domain.errors import Fault, Invalid, Malformed, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.collector import collector_paused
from contracthub.formats.graphql.definitions import faults_of
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.lines import place_at
from contracthub.formats.safe_json import MOST_FAULTS

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, GraphQLSchema

_MOST_TOKENS = 2_000_000
_LONGEST_TEXT = 300
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class GraphqlDocument:
    """A schema, and the definitions that it was built of, None for an introspection answer."""

    schema: "GraphQLSchema"
    tree: "DocumentNode | None"


def parse(data: bytes | str, limits: Limits = DOCUMENT) -> GraphqlDocument:
    """The schema of an SDL text or of introspection JSON.

    Raises ``Malformed`` and ``Invalid`` with every fault and its ``line:column``, and ``TooLarge``.
    """
    text = text_of(data, limits)
    with collector_paused():
        return _read(text, limits)


def _read(text: str, limits: Limits) -> GraphqlDocument:
    if text.lstrip()[:1] == "{" and '"__schema"' in text:
        return _introspected(text, limits)
    check_depth(text, limits)
    return _built(syntax_tree(text))


def broken_rules(document: GraphqlDocument) -> Iterator[Fault]:
    """Every rule of the specification that a schema breaks. What this takes grows with the square of some documents."""
    from graphql import validate_schema
    from graphql.validation.validate import validate_sdl

    if document.tree is not None:
        yield from _faults(validate_sdl(document.tree))
    # Remembered results of an assumption would hide what the rules say.
    yield from _faults(validate_schema(_unassumed(document.schema)))


def text_of(data: bytes | str, limits: Limits) -> str:
    """A document as text. Raises ``TooLarge``, and ``Malformed`` for what is not UTF-8."""
    if len(data) > limits.max_bytes:
        told = f"The document has {len(data):,} bytes; at most {limits.max_bytes:,} are accepted. Split it."
        raise TooLarge("document-too-large", told, size=len(data), limit=limits.max_bytes)
    try:
        return data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        told, place = (
            f"Byte {error.start} is not UTF-8. Send the document as UTF-8.",
            place_at(error.object, error.start),
        )
        raise Malformed("not-utf-8", told, faults=[Fault("", told, pointer=place)]) from error


def check_depth(text: str, limits: Limits) -> None:
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
                line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
                told = f"The document is nested deeper than {limits.max_depth} levels (line {line}). Flatten it."
                raise Malformed("nested-too-deeply", told, faults=[Fault("", told, pointer=f"{line}:{column}")])
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


def syntax_tree(text: str) -> "DocumentNode":
    """The definitions of a text. Raises ``Malformed`` with the place of what is none of the language."""
    from graphql import GraphQLSyntaxError, parse

    try:
        return parse(text, max_tokens=_MOST_TOKENS)
    except GraphQLSyntaxError as error:
        raise Malformed("not-graphql", _told([error]), faults=[*_faults([error])]) from error


def _built(tree: "DocumentNode") -> GraphqlDocument:
    from graphql import GraphQLError, TypeDefinitionNode, build_ast_schema

    faults = [*islice(faults_of(tree), MOST_FAULTS + 1)]
    if faults:
        raise _invalid(faults)
    try:
        schema = build_ast_schema(tree, assume_valid=True, assume_valid_sdl=True)
    except (TypeError, ValueError, GraphQLError) as error:
        raise _invalid([Fault("", str(error)[:_LONGEST_TEXT])]) from error
    if not any(isinstance(definition, TypeDefinitionNode) for definition in tree.definitions):
        raise _invalid([Fault("", "It defines no types. Send a schema (type Query { … }).")])
    return GraphqlDocument(schema, tree)


def _invalid(faults: Sequence[Fault]) -> Invalid:
    first = "; ".join(f"{fault.pointer}: {fault.text}" if fault.pointer else fault.text for fault in faults[:3])
    more = " (and more)" if len(faults) > 3 else ""
    told = f"The GraphQL schema is not valid: {first}{more}"
    return Invalid("invalid-graphql-schema", told, faults=faults[:MOST_FAULTS])


def _unassumed(schema: "GraphQLSchema") -> "GraphQLSchema":
    from graphql import GraphQLSchema

    known = schema.to_kwargs()
    known["assume_valid"] = False
    return GraphQLSchema(**known)


def _introspected(text: str, limits: Limits) -> GraphqlDocument:
    from graphql import build_client_schema

    answer = safe_json.loads(text, limits)
    assert isinstance(answer, dict)
    data = answer.get("data", answer)
    try:
        schema = build_client_schema(data, assume_valid=True)  # type: ignore[arg-type]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        told = f"The introspection answer is not complete: {str(error)[:_LONGEST_TEXT]}. Send the whole answer."
        raise Invalid("invalid-introspection", told) from error
    return GraphqlDocument(schema, None)


def _told(errors: "Sequence[GraphQLError]") -> str:
    first = "; ".join(f"{_place(error)}: {error.message[:_LONGEST_TEXT]}" for error in errors[:3])
    more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
    return f"The GraphQL schema is not valid: {first}{more}"


def _faults(errors: "Sequence[GraphQLError]") -> Iterator[Fault]:
    for error in errors:
        yield Fault("", error.message[:_LONGEST_TEXT], pointer=_place(error) if error.locations else None)


def _place(error: "GraphQLError") -> str:
    return f"{error.locations[0].line}:{error.locations[0].column}" if error.locations else "the schema"
